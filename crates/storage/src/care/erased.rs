//! Proving from stored bytes that what was erased cannot be opened any more.

use std::collections::{BTreeMap, BTreeSet};
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
    let mut parts: BTreeMap<(KeyRef, KeyId), usize> = BTreeMap::new();
    each_key(disk, data, vault, |_, key, id| {
        if key.subject == subject {
            *parts.entry((key, id)).or_default() += 1;
        }
    })?;
    parts.into_iter().map(|((key, id), parts)| found(vault, key, id, parts).map_err(Into::into)).collect()
}

/// Keys that open something, though what they sealed stands before the place at which it is recorded that it was erased: those of
/// a key file that is older than the erasure.
pub fn opened_again(
    disk: &dyn Disk,
    data: &Path,
    vault: &Vault,
    erased: &BTreeMap<KeyRef, Position>,
) -> Result<BTreeSet<KeyId>, ExportError> {
    let mut again = BTreeSet::new();
    each_key(disk, data, vault, |position, key, id| {
        if erased.get(&key).is_some_and(|until| position < *until) {
            again.insert(id);
        }
    })?;
    again.retain(|id| vault.ring().with_state(*id, |state| matches!(state, Some(KeyState::Live(_)))));
    Ok(again)
}

/// Every key that an event of a journal names, with the event's position.
fn each_key(
    disk: &dyn Disk,
    data: &Path,
    vault: &Vault,
    mut told: impl FnMut(Position, KeyRef, KeyId),
) -> Result<(), ExportError> {
    let folder = journal_of(data);
    let mut failure = None;
    let scanned = journal::scan(disk, &folder, &mut |place, frame| {
        let events = frame.records().filter(|record| record.kind == FrameKind::Event);
        for record in events {
            let position = Position(record.number);
            match vault.open_header(position, record.sealed) {
                Ok(header) => header.keys.into_iter().for_each(|(key, id)| told(position, key, id)),
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
    Ok(())
}

fn found(vault: &Vault, key: KeyRef, id: KeyId, parts: usize) -> Result<Found, LogError> {
    let opens = vault.ring().with_state(id, |state| state.map(|state| matches!(state, KeyState::Live(_))));
    Ok(Found { key, id, parts, opens: opens.ok_or(LogError::KeyMissing)? })
}
