//! Fills sled behind the journal, in order, in blocks, and checkpoints it; and says in the anchor how far the journal reaches.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Shared;
use super::index::{BLOCK, SledFailed, SledIndex, put_in_block};
use super::length::Anchoring;
use super::tail::{TailFrame, number_of};
use crate::journal::FrameKind;
use crate::log::Head;

/// Bytes filled between two checkpoints.
const CHECKPOINT: usize = 32 << 20;

/// One kind's block that is being put together.
struct Block {
    kind: FrameKind,
    first: u64,
    next: u64,
    bytes: Vec<u8>,
}

impl Block {
    fn new(kind: FrameKind, filled: &Head) -> Self {
        let next = number_of(kind, filled) + 1;
        Self { kind, first: next, next, bytes: Vec::with_capacity(BLOCK) }
    }

    fn put(&mut self, index: &SledIndex, sealed: &[u8]) -> Result<(), SledFailed> {
        if self.bytes.len() + sealed.len() + 4 > BLOCK {
            self.finish(index)?;
        }
        put_in_block(&mut self.bytes, sealed);
        self.next += 1;
        Ok(())
    }

    fn finish(&mut self, index: &SledIndex) -> Result<(), SledFailed> {
        if !self.bytes.is_empty() {
            index.insert(self.kind, self.first, &self.bytes)?;
            self.bytes.clear();
        }
        self.first = self.next;
        Ok(())
    }
}

/// Puts records into sled in order.
pub(super) struct Filling<'a> {
    index: &'a SledIndex,
    events: Block,
    traces: Block,
}

impl<'a> Filling<'a> {
    pub(super) fn new(index: &'a SledIndex, filled: &Head) -> Self {
        Self { index, events: Block::new(FrameKind::Event, filled), traces: Block::new(FrameKind::Trace, filled) }
    }

    pub(super) fn put(&mut self, kind: FrameKind, sealed: &[u8]) -> Result<(), SledFailed> {
        match kind {
            FrameKind::Event => self.events.put(self.index, sealed),
            FrameKind::Trace => self.traces.put(self.index, sealed),
        }
    }

    pub(super) fn finish(&mut self) -> Result<(), SledFailed> {
        self.events.finish(self.index)?;
        self.traces.finish(self.index)
    }
}

/// The filler's thread: until the tail is closed and empty.
pub(super) fn run(shared: &Arc<Shared>, mut anchoring: Anchoring, mut filled: Head) {
    let mut since_checkpoint = 0;
    while let Some(frames) = shared.tail.wait_after(&filled, anchoring.due(&filled)) {
        anchoring.write_when_due(filled);
        let Some(last) = frames.last().map(|frame| frame.after) else { continue };
        if !shared.index_failed.load(Ordering::Relaxed) {
            match fill(shared, &frames, &filled, &last) {
                Ok(bytes) => since_checkpoint += bytes,
                Err(SledFailed) => give_up(shared),
            }
        }
        filled = last;
        shared.tail.drop_until(&filled);
        if since_checkpoint >= CHECKPOINT {
            since_checkpoint = 0;
            checkpoint(shared, &mut anchoring, filled);
        }
        if shared.checkpoint_due(&filled) {
            let _older_one_stands = shared.keep_checkpoint();
        }
    }
    checkpoint(shared, &mut anchoring, filled);
    if shared.last_checkpoint_due(&filled) {
        let _older_one_stands = shared.keep_checkpoint();
    }
    shared.index.close();
}

/// sled has failed: the service goes on from the journal, and sled is rebuilt at the next start.
fn give_up(shared: &Shared) {
    shared.index_failed.store(true, Ordering::Relaxed);
    shared.index.mark_suspect();
}

fn fill(shared: &Shared, frames: &[Arc<TailFrame>], filled: &Head, last: &Head) -> Result<usize, SledFailed> {
    let mut filling = Filling::new(&shared.index, filled);
    let mut bytes = 0;
    let contiguous = frames.first().is_none_or(|frame| frame.before == *filled);
    if contiguous {
        for frame in frames {
            for kind in [FrameKind::Event, FrameKind::Trace] {
                for sealed in frame.records(kind) {
                    bytes += sealed.len();
                    filling.put(kind, sealed)?;
                }
            }
        }
    } else {
        // The tail was longer than memory allows: what it let go of is read from the journal again.
        for kind in [FrameKind::Event, FrameKind::Trace] {
            let (from, to) = (number_of(kind, filled) + 1, number_of(kind, last));
            let mut outcome = Ok(());
            let read = shared.journal.read_from(kind, from, |number, sealed| {
                if number <= to {
                    bytes += sealed.len();
                    outcome = filling.put(kind, sealed);
                }
                number < to && outcome.is_ok()
            });
            outcome?;
            read.map_err(|_| SledFailed)?;
        }
    }
    filling.finish()?;
    shared.index.set_filled(&shared.vault.log_id(), last)?;
    Ok(bytes)
}

fn checkpoint(shared: &Shared, anchoring: &mut Anchoring, head: Head) {
    let failed = shared.index_failed.load(Ordering::Relaxed);
    if !failed && shared.index.checkpoint().is_err() {
        give_up(shared);
    }
    // The anchor says how far the *journal* certainly reached, which sled's failure does not change.
    anchoring.write(head);
}
