//! What a start from a checkpoint has not read is read beside the work, slowly: all of every file, up to the checkpoint. What
//! is found wrong stops writing as a failed sync does, with its place and the way out.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::Shared;
use crate::disk::Disk;
use crate::journal::{JournalError, Resume, check_file, file_path};
use crate::log::Head;

/// How long the pass rests after so many bytes: it may take a part of one core, never all of it.
const REST: (Duration, u32) = (Duration::from_millis(100), 32 << 20);

/// How far the pass has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Reading,
    Done,
    Closing,
}

/// The passes beside the work: over the older files, and over sled.
pub(super) struct OldFiles {
    stage: Mutex<(Stage, usize)>,
    changed: Condvar,
}

impl OldFiles {
    /// So many passes are to be made; 0: there is nothing left to read.
    pub(super) fn new(passes: usize) -> Self {
        let stage = if passes == 0 { Stage::Done } else { Stage::Reading };
        Self { stage: Mutex::new((stage, passes)), changed: Condvar::new() }
    }

    /// Ends the pass before its time.
    pub(super) fn close(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if stage.0 == Stage::Reading {
            stage.0 = Stage::Closing;
        }
        drop(stage);
        self.changed.notify_all();
    }

    /// One of the passes has been made.
    pub(super) fn done(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        stage.1 = stage.1.saturating_sub(1);
        if stage.1 == 0 {
            stage.0 = Stage::Done;
        }
        drop(stage);
        self.changed.notify_all();
    }

    /// Waits until every pass has been made; `false`: the log was closed before.
    pub(super) fn wait(&self) -> bool {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = self.changed.wait_while(stage, |stage| stage.0 == Stage::Reading);
        ended.unwrap_or_else(PoisonError::into_inner).0 == Stage::Done
    }

    /// Rests after so many bytes; `false`: it is to end.
    fn rest(&self, bytes: u64) -> bool {
        let (rest, after) = REST;
        let rest = rest.saturating_mul(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / (after / 1024);
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let rested = self.changed.wait_timeout_while(stage, rest, |stage| stage.0 == Stage::Reading);
        rested.unwrap_or_else(PoisonError::into_inner).0.0 == Stage::Reading
    }
}

/// The pass, on a thread of its own.
pub(super) fn read(shared: &Shared, disk: &dyn Disk, folder: &Path, until: &Resume) {
    let mut head = Head::default();
    for file in 1..=until.file {
        let end = (file == until.file).then_some(until.offset);
        let checked = check_file(disk, folder, (file, head), end).and_then(|after| {
            // Frames that are gone leave only zeros, which look like an end.
            let early = end.is_some() && after != until.head;
            let path = file_path(folder, file);
            let what = "the file's frames end too early";
            if early { Err(JournalError::damaged(&path, 0, after, what)) } else { Ok(after) }
        });
        match checked {
            Ok(after) => head = after,
            Err(error) => {
                shared.stop(&error.to_string());
                break;
            }
        }
        let size = disk.open(&file_path(folder, file), crate::disk::OpenMode::Read).and_then(|file| file.len());
        if !shared.old_files.rest(size.unwrap_or(0)) {
            return;
        }
    }
    shared.old_files.done();
}
