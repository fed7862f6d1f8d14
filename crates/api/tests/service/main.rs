//! The service as its clients meet it: over real HTTP and WebSocket, on a log in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail loudly"
)]

mod commands;
mod floods;
mod guardians;
mod http_rules;
mod matters;
mod pages;
mod reading;
mod socket_places;
mod sockets;
mod support;
#[path = "../../../../tests/support/well.rs"]
mod well;
mod work;
