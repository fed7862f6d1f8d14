//! The journal (invariants 2-4): what "recorded" means. Numbered files of a fixed size, filled with zeros before they are
//! used; in them frames, one for each group of commits, each checksummed and chained to the one before.
//!
//! A sector is 512 bytes; a frame begins on one and fills whole ones, so that an acknowledged sector is never written
//! again, and every sector of a frame holds something that is not zero, so that one that was never written can be told from
//! one that was damaged.

mod anchor;
mod builder;
mod ends;
mod error;
mod format;
mod reader;
mod scan;
mod spare;
mod writer;

pub use anchor::{Anchor, AnchorKey};
pub use builder::FrameBuilder;
pub(crate) use ends::{Ends, resume_after};
pub use error::JournalError;
pub use format::{FileHeader, Frame, FrameKind, Record, SECTOR};
pub use reader::JournalReader;
pub(crate) use reader::Mark;
pub use scan::{FramePlace, Scan, Torn, file_path, scan};
pub(crate) use scan::{Resume, check_file, scan_from};
pub use writer::{JournalWriter, WriteError, WriterOptions, create};

/// Most bytes of a frame.
pub const MAX_FRAME: usize = 4 * 1024 * 1024;
