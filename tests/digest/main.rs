//! Messages to guardians: from what a school records to what a relay is handed, over real SMTP on this machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod again;
mod backoff;
mod between;
mod crashes;
mod further;
mod histories;
mod home;
mod hours;
mod limits;
mod names;
mod passed_over;
#[path = "../support/postfix.rs"]
mod postfix;
mod real;
mod relay;
mod sending;
mod server;
mod siblings;
mod standards;
mod waiting;
mod words;
