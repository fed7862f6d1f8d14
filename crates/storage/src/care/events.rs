//! Reading every event from the journal alone, while the service may be writing.

use std::path::Path;

use super::{ExportError, journal_of};
use crate::disk::{Disk, OpenMode};
use crate::journal::{self, Frame, FrameKind, JournalError};
use crate::log::{Head, LogError, OpenedEvent, Position};
use crate::seal::Vault;

/// Shows every event to `visit`, in order, as far as these keys go: what is sealed under keys that were made since they were
/// read is left for later. Returns the head behind the last event that was shown. `visit` says `false` when it wants no more;
/// then nothing is told of the head.
pub fn events(
    disk: &dyn Disk,
    data: &Path,
    vault: &Vault,
    visit: &mut dyn FnMut(&OpenedEvent) -> bool,
) -> Result<Option<Head>, ExportError> {
    let folder = journal_of(data);
    let mut shown = Some(Head::default());
    let (mut ended, mut last) = (None, None);
    let scanned = journal::scan(disk, &folder, &mut |place, frame| {
        last = Some(place.file);
        let has_events = frame.records().any(|record| record.kind == FrameKind::Event);
        let opened = opened(frame, vault).map(|events| events.iter().all(&mut *visit));
        match opened {
            // The chain at an event is the one behind the frame that holds it, whatever traces follow.
            Ok(true) => {
                if has_events {
                    shown = Some(frame.after);
                }
                return Ok(());
            }
            Ok(false) => shown = None,
            Err(LogError::KeyMissing) => {}
            Err(error) => ended = Some(error),
        }
        // Nothing that follows is asked for.
        let path = journal::file_path(&folder, place.file);
        Err(JournalError::damaged(&path, place.offset, frame.before, ENOUGH))
    });
    // What is told of now may be kept beside the journal: it must not be lost after that, as what was written and not synced
    // may be.
    if let Some(last) = last {
        let path = journal::file_path(&folder, last);
        let synced = disk.open(&path, OpenMode::Read).and_then(|file| file.sync_data());
        synced.map_err(|error| JournalError::io(&path, error))?;
    }
    match (ended, scanned) {
        (Some(error), _) => Err(error.into()),
        (None, Err(JournalError::Damaged { what, .. })) if what == ENOUGH => Ok(shown),
        (None, scanned) => scanned.map(|_| shown).map_err(Into::into),
    }
}

/// What ends the reading without being damage.
const ENOUGH: &str = "nothing more is asked for";

fn opened(frame: &Frame<'_>, vault: &Vault) -> Result<Vec<OpenedEvent>, LogError> {
    let events = frame.records().filter(|record| record.kind == FrameKind::Event);
    events.map(|record| vault.open_event(Position(record.number), record.sealed)).collect()
}
