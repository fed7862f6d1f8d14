//! What seals lists of what has been erased, so that a restore carries out what the log itself said, and nothing else.

use std::path::Path;

use zeroize::Zeroizing;

use super::journal_of;
use crate::disk::{Disk, OpenMode};
use crate::journal::{FileHeader, JournalError, SECTOR, file_path};
use crate::keys::KeyRing;
use crate::log::Head;

/// What seals the lists of one log: derived from the log's key, which no erasure and no other master key changes.
pub struct ErasuresKey(Zeroizing<[u8; 32]>);

impl ErasuresKey {
    /// From the log's key.
    pub(crate) fn new(ring: &KeyRing) -> Self {
        Self(Zeroizing::new(blake3::derive_key("mentorlog 2026 lists of erasures", ring.log_key())))
    }

    /// The seal of a list.
    pub fn seal(&self, list: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, list).as_bytes()
    }

    /// Whether who sealed a list had the log's key. Compares in constant time.
    pub fn has_sealed(&self, list: &[u8], seal: &[u8; 32]) -> bool {
        blake3::keyed_hash(&self.0, list) == blake3::Hash::from_bytes(*seal)
    }
}

/// Which log a data folder, or a backup, holds, as its first journal file says.
pub fn log_id_of(disk: &dyn Disk, data: &Path) -> Result<[u8; 16], JournalError> {
    let path = file_path(&journal_of(data), 1);
    let mut sector = vec![0; SECTOR];
    let read = disk.open(&path, OpenMode::Read).and_then(|file| file.read_exact_at(&mut sector, 0));
    read.map_err(|error| JournalError::io(&path, error))?;
    let no_header = || JournalError::damaged(&path, 0, Head::default(), "it does not begin as a journal file does");
    FileHeader::decode(&sector).map(|header| header.log_id).ok_or_else(no_header)
}

/// Whether a data folder has a journal, and whether that has its anchor, which a copy gets last.
pub fn begun(disk: &dyn Disk, data: &Path) -> std::io::Result<(bool, bool)> {
    let journal = journal_of(data);
    Ok((disk.exists(&file_path(&journal, 1))?, disk.exists(&journal.join("anchor"))?))
}
