//! Messages to guardians through the built program: what its commands say, and the running service's own sender, over SMTP on this
//! machine. What is due is so by the real clock, which the program reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod commands;
mod derived;
#[path = "../support/family.rs"]
mod family;
mod killed;
mod place;
#[path = "../digest/relay.rs"]
mod relay;
mod service;
#[path = "../support/mod.rs"]
mod support;
