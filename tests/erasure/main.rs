//! Erasing (gallring) with the program itself: proposed by the plan, approved by a decision, gone from every stored byte,
//! and gone again after a backup from before is restored. Published figures stay as they were.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod archive;
mod exports;
mod laid_back;
mod lists;
mod older_keys;
mod others;
mod partial;
mod pupils;
#[path = "../support/mod.rs"]
mod support;
