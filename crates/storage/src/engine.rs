//! The engines behind [`crate::EventLog`]. One contract suite (`tests/contract.rs`) runs on all of them.

pub mod journaled;
mod ledger;
mod memory;

pub use journaled::{JournalLog, LogOptions, OpenError};
pub use memory::MemoryLog;
