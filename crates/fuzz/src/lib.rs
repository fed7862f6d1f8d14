//! Fuzz targets (invariant 14): whatever reads bytes from outside is given any bytes. Each target is one function that takes
//! an input and panics when a promise is broken. `tests/short.rs` runs them on the seeds and on seeded changes of them;
//! `cargo xtask fuzz TARGET` lets libFuzzer lead the same functions by coverage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a target fails by panicking; nothing of this is in the product"
)]

pub mod arguments;
pub mod graphql;
pub mod journal;
mod memory;
pub mod mutate;
pub mod seeds;
pub mod stored;

pub use memory::MemoryDisk;

/// A target: a name, and what is done with an input.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name: of its module, its folder of seeds and its program.
    pub name: &'static str,
    /// Takes an input. Panics when a promise is broken.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 4] = [
    Target { name: "arguments", run: arguments::run },
    Target { name: "graphql", run: graphql::run },
    Target { name: "journal", run: journal::run },
    Target { name: "stored", run: stored::run },
];
