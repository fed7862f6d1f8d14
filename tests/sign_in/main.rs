//! Signing in: who gets in, who does not, and what ends a session. Over real HTTP, with a provider that tells the truth
//! (from npm), and with one that lies as it is told to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cross_site;
mod ending;
mod house;
mod links;
mod local;
mod lying;
mod provider;
mod real_provider;
mod refusals;
mod systems;
