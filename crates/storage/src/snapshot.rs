//! Snapshots: what a layer above has derived from the log up to a position, so that a start costs a snapshot and the rest of
//! the log instead of the whole log.
//!
//! A snapshot is only a cache. What stands in it is opaque here. One that is damaged, cut short, of another log, of another
//! version or of a newer format is passed over, with a reason that can be logged: it never fails a start, and it is never
//! answered from. It is sealed, for it holds what the events hold.
//!
//! The two newest are kept. They lie in a folder of their own in the data folder, in no backup, and can be removed, all at
//! once, at any time: erasing does so, since destroying a person's key does not reach what was derived before.

mod body;
mod format;
mod store;

use std::fmt;
use std::path::PathBuf;

pub use store::{Begun, Newest, Snapshots};

use crate::log::Position;

/// Most bytes of the body that are sealed together, and so held in memory.
pub const CHUNK: usize = 1024 * 1024;

/// What a snapshot is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SnapshotPlace {
    /// The last event that is in it.
    pub position: Position,
    /// The hash of the chain there: [`crate::EventLog::chain_at`].
    pub chain: [u8; 32],
    /// The version of what is derived: another version's snapshot is passed over.
    pub version: u32,
}

/// Why a snapshot was not written. The older ones are as they were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The disk is full. What was begun has been removed.
    #[error("the disk is full: no snapshot was written")]
    DiskFull,
    /// The file system refused.
    #[error("{path}: {why}", path = path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Who gives the body could not.
    #[error("the snapshot's body could not be made: {0}")]
    Body(String),
    /// All snapshots have been removed since this one was begun: what it was made from may hold what was erased.
    #[error("all snapshots were removed while this one was being made")]
    Removed,
    /// Another program builds a snapshot.
    #[error("{}: a snapshot is being built by another program: wait until it has ended, or stop it", .0.display())]
    BeingBuilt(PathBuf),
    /// The system's source of random bytes failed, or the cipher did.
    #[error("the snapshot could not be sealed")]
    NotSealed,
}

/// A snapshot that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The file, or the folder when that cannot be read.
    pub path: PathBuf,
    /// Why.
    pub why: Why,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

/// Why a snapshot was passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The file system, or the log, refused.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It is not what was written, not whole, or no snapshot at all.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A later version of the program wrote it.
    #[error("it has format {0}, which is newer than this program")]
    NewerFormat(u16),
    /// It was taken of another log.
    #[error("it belongs to another log")]
    OtherLog,
    /// It was taken of another version of what is derived.
    #[error("it is of version {found}, not {wanted}")]
    OtherVersion {
        /// Its version.
        found: u32,
        /// The version that was asked for.
        wanted: u32,
    },
    /// The log does not reach so far: it has been put back to an earlier state.
    #[error("it was taken at position {position}, and the log ends at {head}")]
    AfterHead {
        /// The snapshot's position.
        position: u64,
        /// The log's.
        head: u64,
    },
    /// The log has the position, with another history before it.
    #[error("it was taken of another history of this log")]
    OtherHistory,
    /// It opens, and who asked for it could not read what stands in it.
    #[error("what stands in it cannot be understood: {0}")]
    NotUnderstood(String),
}
