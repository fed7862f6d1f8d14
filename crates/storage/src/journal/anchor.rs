//! The anchor: how far the log was known to reach, in a small file beside the journal, so that a journal that has been
//! made shorter does not pass for one that never was longer.

use std::path::{Path, PathBuf};

use crate::bytes::{Put, Take};
use crate::disk::{Disk, read_file, replace_file};
use crate::journal::JournalError;
use crate::log::{Head, Position, TraceNumber};

const MAGIC: &[u8; 8] = b"mloganch";

/// A head that the log has certainly had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The log.
    pub log_id: [u8; 16],
    /// The head.
    pub head: Head,
}

impl Anchor {
    fn path(folder: &Path) -> PathBuf {
        folder.join("anchor")
    }

    /// Writes the anchor in place of the one before, whole or not at all.
    pub fn write(&self, disk: &dyn Disk, folder: &Path) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        bytes.put(MAGIC);
        bytes.put(&self.log_id);
        bytes.put_u64(self.head.position.0);
        bytes.put_u64(self.head.traces.0);
        bytes.put(&self.head.hash);
        let checksum = blake3::hash(&bytes);
        bytes.put(checksum.as_bytes());
        replace_file(disk, &Self::path(folder), &bytes)
    }

    /// Reads the anchor; `None`: there is none yet.
    pub fn read(disk: &dyn Disk, folder: &Path) -> Result<Option<Self>, JournalError> {
        let path = Self::path(folder);
        let io = |error: std::io::Error| JournalError::io(&path, error);
        if !disk.exists(&path).map_err(io)? {
            return Ok(None);
        }
        let bytes = read_file(disk, &path).map_err(io)?;
        Self::decode(&bytes)
            .map(Some)
            .ok_or_else(|| JournalError::damaged(&path, 0, Head::default(), "the anchor's checksum is wrong"))
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, checksum) = bytes.split_last_chunk::<32>()?;
        if blake3::hash(body).as_bytes() != checksum {
            return None;
        }
        let mut take = Take(body);
        if take.array::<8>()? != *MAGIC {
            return None;
        }
        let log_id = take.array()?;
        let head = Head { position: Position(take.u64()?), traces: TraceNumber(take.u64()?), hash: take.array()? };
        take.end()?;
        Some(Self { log_id, head })
    }
}
