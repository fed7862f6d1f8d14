//! Whether the journal is as long as the folder shows that it was. Whatever is written beside it is written only after it was
//! synced, so that nothing of it can know of more than a journal of which a torn end was cut: who does has seen it longer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::index::SledIndex;
use super::tail::number_of;
use crate::disk::Disk;
use crate::journal::{Anchor, FrameKind, JournalError, Scan};
use crate::log::Head;
use crate::seal::Vault;

/// Whether a head is further than another in events or in traces.
pub(super) const fn is_further(known: &Head, head: &Head) -> bool {
    known.position.0 > head.position.0 || known.traces.0 > head.traces.0
}

/// Refuses a journal without an anchor under the log's seal. A log that no program has written since there are seals has an
/// anchor without one, or none.
pub(crate) fn check_anchor(folder: &Path, scan: &Scan, vault: &Vault) -> Result<(), JournalError> {
    scan.must_have_its_anchor(folder)?;
    let what = match scan.anchor {
        Some(anchor) if anchor.is_sealed_by(&vault.anchor_key()) => return Ok(()),
        Some(Anchor { seal: Some(_), .. }) => "the anchor was not sealed with this log's keys",
        Some(_) | None if scan.head == Head::default() && !vault.ring().is_unused() => {
            "nothing is recorded, there is no anchor with a seal, and keys were made for what was recorded"
        }
        Some(_) | None => return Ok(()),
    };
    Err(JournalError::Shortened { path: Anchor::path(folder), what: what.to_owned() })
}

/// Refuses a journal that is shorter than sled, which holds a record that this log's key opens and the journal does not have.
pub(super) fn check_sled(index: &SledIndex, data: &Path, vault: &Vault, head: &Head) -> Result<(), JournalError> {
    for kind in [FrameKind::Event, FrameKind::Trace] {
        let Some((number, sealed)) = index.last_record(kind).filter(|last| last.0 > number_of(kind, head)) else {
            continue;
        };
        if vault.opens(kind, number, &sealed) {
            let mut known = *head;
            match kind {
                FrameKind::Event => known.position.0 = number,
                FrameKind::Trace => known.traces.0 = number,
            }
            return Err(JournalError::shortened(&data.join("sled"), &known, head));
        }
    }
    Ok(())
}

/// Writes anchors: how far the journal certainly reaches, however far sled is.
pub(super) struct Anchoring {
    disk: Arc<dyn Disk>,
    folder: std::path::PathBuf,
    vault: Arc<Vault>,
    every: Duration,
    written: Instant,
    head: Head,
}

impl Anchoring {
    /// `head`: where the anchor is now.
    pub(super) fn new(disk: &Arc<dyn Disk>, folder: &Path, vault: &Arc<Vault>, every: Duration, head: Head) -> Self {
        let (disk, folder, vault) = (Arc::clone(disk), folder.to_owned(), Arc::clone(vault));
        // house-rule: allow(clock) because how long an anchor waits is no fact of the log: nothing on record goes by it.
        Self { disk, folder, vault, every, written: Instant::now(), head }
    }

    /// Makes sure that there is an anchor under the log's seal before anything is written that is to have one.
    pub(super) fn begin(&self, found: Option<Anchor>) -> std::io::Result<()> {
        let anchor = self.anchor(self.head);
        if found == Some(anchor) {
            return Ok(());
        }
        let written = anchor.write(self.disk.as_ref(), &self.folder);
        if found.is_some_and(|found| found.seal.is_some()) { Ok(()) } else { written }
    }

    fn anchor(&self, head: Head) -> Anchor {
        Anchor::sealed(self.vault.log_id(), head, &self.vault.anchor_key())
    }

    /// When the next is to be written, for a journal that reaches as far as `head`; `None`: the last one says so.
    pub(super) fn due(&self, head: &Head) -> Option<Instant> {
        if self.head == *head { None } else { Some(self.written.checked_add(self.every).unwrap_or(self.written)) }
    }

    /// Writes one when it is due.
    pub(super) fn write_when_due(&mut self, head: Head) {
        // house-rule: allow(clock) because how long an anchor waits is no fact of the log: nothing on record goes by it.
        if self.due(&head).is_some_and(|due| due <= Instant::now()) {
            self.write(head);
        }
    }

    /// Writes one. One that cannot be written leaves the one before it, which is true too.
    pub(super) fn write(&mut self, head: Head) {
        let _older_one_stands = self.anchor(head).write(self.disk.as_ref(), &self.folder);
        // house-rule: allow(clock) because how long an anchor waits is no fact of the log: nothing on record goes by it.
        (self.written, self.head) = (Instant::now(), head);
    }
}
