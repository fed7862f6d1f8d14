//! The anchor: how far the log was known to reach, in a small file beside the journal, so that a journal that has been
//! made shorter does not pass for one that never was longer.
//!
//! It is sealed under a key derived from the log's own, so that nobody without the keys can write one that says less. An older
//! one that was kept can be put back: what else lies in the folder knows better, see `docs/formats.md`.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::bytes::{Put, Take};
use crate::disk::{Disk, read_file, replace_file};
use crate::journal::JournalError;
use crate::keys::KeyRing;
use crate::log::{Head, Position, TraceNumber};

/// Of an anchor without a seal, as programs wrote it before there was one.
const UNSEALED: [u8; 8] = *b"mloganch";
const SEALED: [u8; 8] = *b"mloganc2";

/// What seals the anchors of one log.
pub struct AnchorKey(Zeroizing<[u8; 32]>);

impl AnchorKey {
    /// From the log's key.
    pub(crate) fn new(ring: &KeyRing) -> Self {
        Self(Zeroizing::new(blake3::derive_key("mentorlog 2026 anchors", ring.log_key())))
    }

    fn seal(&self, log_id: &[u8; 16], head: &Head) -> blake3::Hash {
        blake3::keyed_hash(&self.0, &body(SEALED, log_id, head))
    }
}

/// A head that the log has certainly had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The log.
    pub log_id: [u8; 16],
    /// The head.
    pub head: Head,
    /// The seal; `None`: written by a program that had none.
    pub seal: Option<[u8; 32]>,
}

fn body(magic: [u8; 8], log_id: &[u8; 16], head: &Head) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.put(&magic);
    bytes.put(log_id);
    bytes.put_u64(head.position.0);
    bytes.put_u64(head.traces.0);
    bytes.put(&head.hash);
    bytes
}

impl Anchor {
    /// An anchor under a log's seal.
    pub fn sealed(log_id: [u8; 16], head: Head, key: &AnchorKey) -> Self {
        Self { log_id, head, seal: Some(*key.seal(&log_id, &head).as_bytes()) }
    }

    /// Whether who sealed it had the log's key. Compares in constant time.
    pub fn is_sealed_by(&self, key: &AnchorKey) -> bool {
        self.seal.is_some_and(|seal| key.seal(&self.log_id, &self.head) == blake3::Hash::from_bytes(seal))
    }

    /// Where it lies in the journal's folder.
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join("anchor")
    }

    /// Writes the anchor in place of the one before, whole or not at all.
    pub fn write(&self, disk: &dyn Disk, folder: &Path) -> std::io::Result<()> {
        let mut bytes = body(if self.seal.is_some() { SEALED } else { UNSEALED }, &self.log_id, &self.head);
        if let Some(seal) = &self.seal {
            bytes.put(seal);
        }
        let checksum = blake3::hash(&bytes);
        bytes.put(checksum.as_bytes());
        replace_file(disk, &Self::path(folder), &bytes)
    }

    /// Reads the anchor; `None`: there is none yet. Its checksum is checked, its seal is not.
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
        let magic = take.array::<8>()?;
        let log_id = take.array()?;
        let head = Head { position: Position(take.u64()?), traces: TraceNumber(take.u64()?), hash: take.array()? };
        let seal = match magic {
            UNSEALED => None,
            SEALED => Some(take.array()?),
            _ => return None,
        };
        take.end()?;
        Some(Self { log_id, head, seal })
    }
}
