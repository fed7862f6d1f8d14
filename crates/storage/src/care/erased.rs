//! Proving from stored bytes that what was erased cannot be opened any more.

use std::collections::BTreeMap;
use std::path::Path;

use super::export::ExportError;
use super::journal_of;
use crate::disk::Disk;
use crate::journal::{self, FrameKind, JournalError};
use crate::keys::{KeyId, KeyState};
use crate::log::{KeyRef, LogError, Position};
use crate::seal::Vault;

/// What a journal holds of a subject under one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// What the key is for.
    pub key: KeyRef,
    /// The key.
    pub id: KeyId,
    /// How many parts it seals.
    pub parts: usize,
    /// Whether these keys can open them.
    pub opens: bool,
}

/// Everything that a data folder's journal, or a backup of one, holds of a subject: read from its bytes, not from anything
/// derived. Any key that is neither there nor destroyed is an error: missing is never taken for erased.
pub fn erased(disk: &dyn Disk, data: &Path, vault: &Vault, subject: [u8; 16]) -> Result<Vec<Found>, ExportError> {
    let folder = journal_of(data);
    let mut parts: BTreeMap<(KeyRef, KeyId), usize> = BTreeMap::new();
    let mut failure = None;
    let scanned = journal::scan(disk, &folder, &mut |place, frame| {
        let events = frame.records().filter(|record| record.kind == FrameKind::Event);
        for record in events {
            match vault.open_header(Position(record.number), record.sealed) {
                Ok(header) => {
                    for key in header.keys.into_iter().filter(|(key, _)| key.subject == subject) {
                        *parts.entry(key).or_default() += 1;
                    }
                }
                Err(error) => {
                    failure = Some(error);
                    let path = journal::file_path(&folder, place.file);
                    return Err(JournalError::damaged(&path, place.offset, frame.before, "a record does not open"));
                }
            }
        }
        Ok(())
    });
    if let Some(error) = failure {
        return Err(error.into());
    }
    scanned?;
    parts.into_iter().map(|((key, id), parts)| found(vault, key, id, parts).map_err(Into::into)).collect()
}

fn found(vault: &Vault, key: KeyRef, id: KeyId, parts: usize) -> Result<Found, LogError> {
    let opens = vault.ring().with_state(id, |state| state.map(|state| matches!(state, KeyState::Live(_))));
    Ok(Found { key, id, parts, opens: opens.ok_or(LogError::KeyMissing)? })
}
