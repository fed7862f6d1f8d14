//! Checkpoints of the ledger: what the log's records have told up to a place in the journal, so that a start need not open
//! every record again. See `docs/decisions/0010-checkpoints-of-the-ledger.md`.
//!
//! A checkpoint is only a cache. It counts only if the journal's files end as it says, each chained to the one before, up to
//! the hash of the chain that it was taken at. Whatever else is found, the journal is read whole, as it is without one.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::Shared;
use super::length::is_further;
use crate::bytes::{Put, Take};
use crate::disk::Disk;
use crate::engine::ledger::Ledger;
use crate::engine::ledger::laid::{lay_count, take_count};
use crate::journal::{JournalReader, Mark, Resume, resume_after};
use crate::keys::KeyId;
use crate::log::{Head, KeyRef, RecordClass};
use crate::seal::Vault;
use crate::snapshot::{SnapshotError, SnapshotPlace, Snapshots};

/// The version of the layout: to be raised whenever it becomes another. Of version 1, laid out alike, were those of a log that
/// had no sealed anchor yet: whoever resumes from one of version 2 knows that it has had one.
const VERSION: u32 = 2;

/// What a checkpoint tells.
pub(super) struct Checkpoint {
    pub(super) ledger: Ledger,
    marks: Vec<Mark>,
    keys: Vec<(KeyId, KeyRef, bool)>,
}

impl Checkpoint {
    fn pick(place: &SnapshotPlace, bytes: &[u8]) -> Option<Self> {
        let mut take = Take(bytes);
        let ledger = Ledger::pick(&mut take)?;
        let head = ledger.ends().0.head;
        if (head.position, head.hash) != (place.position, place.chain) {
            return None;
        }
        let marks = (0..take_count(&mut take, 32)?)
            .map(|_| Some(Mark { position: take.u64()?, traces: take.u64()?, file: take.u64()?, offset: take.u64()? }));
        let marks = marks.collect::<Option<Vec<_>>>()?;
        let keys = (0..take_count(&mut take, 36)?).map(|_| {
            let id = KeyId(take.array()?);
            let purpose = KeyRef { subject: take.array()?, class: RecordClass(take.u8()?), period: take.u16()? };
            Some((id, purpose, take.u8()? == 1))
        });
        let keys = keys.collect::<Option<Vec<_>>>()?;
        take.end()?;
        Some(Self { ledger, marks, keys })
    }
}

/// What the checkpoints of a log tell.
pub(super) struct Found {
    /// The newest that the journal agrees with, and where reading goes on after it.
    pub(super) known: Option<(Ledger, Resume)>,
    /// How far the furthest of them reaches, whether the journal does or not.
    pub(super) furthest: Head,
}

/// The newest checkpoint that the journal agrees with. What it tells of keys has been learned, and its places are known to
/// `reader`.
pub(super) fn newest(
    checkpoints: &Snapshots,
    disk: &dyn Disk,
    folder: &std::path::Path,
    vault: &Vault,
    reader: &JournalReader,
) -> Found {
    let mut furthest = Head::default();
    let mut known: Option<(Ledger, Resume)> = None;
    // Nothing older is asked for; of two at one position, which differ in traces, both are.
    let _none_is_taken = checkpoints.newest_taken(VERSION, |place, open| {
        if known.as_ref().is_some_and(|(_, resume)| place.position < resume.head.position) {
            return Some(());
        }
        let found = Checkpoint::pick(place, &open()?)?;
        let head = found.ledger.ends().0.head;
        if is_further(&head, &furthest) {
            furthest = head;
        }
        if known.is_none() {
            known = found.resume(disk, folder, vault, reader);
        }
        None
    });
    Found { known, furthest }
}

impl Checkpoint {
    /// Where reading goes on after it, if the journal agrees with it.
    fn resume(
        self,
        disk: &dyn Disk,
        folder: &std::path::Path,
        vault: &Vault,
        reader: &JournalReader,
    ) -> Option<(Ledger, Resume)> {
        let Self { ledger, marks, keys } = self;
        reader.remember(marks);
        let resume = resume_after(disk, folder, &vault.log_id(), ledger.ends().0, reader)
            .filter(|resume| resume.offset == ledger.ends().1 && vault.ring().adopt_all(&keys).is_ok());
        if resume.is_none() {
            reader.forget();
        }
        Some((ledger, resume?))
    }
}

impl Shared {
    /// How many records there are that the last checkpoint does not have.
    fn since_checkpoint(&self, head: &Head) -> u64 {
        (head.position.0 + head.traces.0).saturating_sub(self.checkpointed.load(Ordering::Relaxed))
    }

    /// Whether it is time for another checkpoint: so that a long log does not spend its time writing them, the rarer the
    /// longer it is.
    pub(super) fn checkpoint_due(&self, head: &Head) -> bool {
        let all = head.position.0 + head.traces.0;
        self.since_checkpoint(head) >= self.checkpoint_every.max(all / 20)
    }

    /// Whether one is worth its while before the log is closed.
    pub(super) fn last_checkpoint_due(&self, head: &Head) -> bool {
        self.since_checkpoint(head) >= (self.checkpoint_every / 10).max(1)
    }

    /// Keeps what is known now in a checkpoint. A failure is no harm: the next start reads more of the journal.
    pub(super) fn keep_checkpoint(&self) -> Result<(), SnapshotError> {
        let begun = self.checkpoints.begin();
        let mut bytes = Vec::new();
        let head = {
            let ledger = self.ledger.read().unwrap_or_else(PoisonError::into_inner);
            ledger.lay(&mut bytes);
            ledger.ends().0.head
        };
        let marks = self.journal.marks_before(&head);
        lay_count(marks.len(), &mut bytes);
        for mark in &marks {
            for field in [mark.position, mark.traces, mark.file, mark.offset] {
                bytes.put_u64(field);
            }
        }
        // Keys that were given a purpose since then are told of too: they lie in the key file, and nothing else uses them.
        let keys = self.vault.ring().learned();
        lay_count(keys.len(), &mut bytes);
        for (id, purpose, current) in keys {
            bytes.put(&id.0);
            bytes.put(&purpose.subject);
            bytes.put_u8(purpose.class.0);
            bytes.put_u16(purpose.period);
            bytes.put_u8(u8::from(current));
        }
        let place = SnapshotPlace { position: head.position, chain: head.hash, version: VERSION };
        self.checkpoints.write(begun, &place, |out| out.write_all(&bytes))?;
        self.checkpointed.store(head.position.0 + head.traces.0, Ordering::Relaxed);
        Ok(())
    }
}
