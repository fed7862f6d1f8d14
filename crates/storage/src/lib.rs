//! The append-only log behind one trait. It does not know what an event means: it keeps sealed bytes in order, and says
//! "recorded" only when they are on disk (invariants 2-9 in `ARCHITECTURE.md`).

mod bytes;
pub mod care;
pub mod disk;
pub mod engine;
pub mod journal;
pub mod keys;
pub mod log;
pub mod seal;
pub mod snapshot;
mod together;

pub use disk::{Disk, FaultDisk, RealDisk};
pub use engine::{JournalLog, LogOptions, MemoryLog, OpenError};
pub use keys::{KeyError, KeyRing, MasterKey, MasterKeyError};
pub use log::{
    AppendError, Appended, Commit, CommitId, EventLog, Expected, Head, KeyRef, LogError, NewEvent, NewPart, NewTrace,
    OpenedEvent, OpenedPart, OpenedTrace, PartContent, Position, RecordClass, StreamId, TraceNumber,
};
pub use seal::Vault;
pub use snapshot::{SnapshotError, SnapshotPlace, Snapshots};
