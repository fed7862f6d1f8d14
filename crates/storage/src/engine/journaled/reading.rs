//! Reading records: from the tail, from sled, and from the journal when sled does not have them rightly.

use std::sync::atomic::Ordering;

use super::Shared;
use super::index::block_records;
use crate::engine::memory::past_head;
use crate::journal::FrameKind;
use crate::log::{Head, LogError, OpenedEvent, OpenedTrace, Position, TraceNumber};

/// Blocks of sled that one reading has taken out, so that neighbours do not take them out again.
#[derive(Default)]
struct Blocks(Option<(u64, sled::IVec)>);

impl Blocks {
    fn record(&mut self, shared: &Shared, kind: FrameKind, number: u64) -> Option<Vec<u8>> {
        if shared.index_failed.load(Ordering::Relaxed) {
            return None;
        }
        let cached = self.0.as_ref().and_then(|(first, block)| nth(*first, block, number));
        if cached.is_some() {
            return cached;
        }
        let (first, block) = shared.index.block_with(kind, number)?;
        let found = nth(first, &block, number);
        self.0 = Some((first, block));
        found
    }
}

fn nth(first: u64, block: &[u8], number: u64) -> Option<Vec<u8>> {
    let skip = usize::try_from(number.checked_sub(first)?).ok()?;
    block_records(block).nth(skip).map(<[u8]>::to_vec)
}

impl Shared {
    /// The events at these positions, opened.
    pub(super) fn events(&self, positions: &[u64]) -> Result<Vec<OpenedEvent>, LogError> {
        self.read(FrameKind::Event, positions, self.head.borrow().position.0, |number, sealed| {
            self.vault.open_event(Position(number), sealed)
        })
    }

    /// The traces with these numbers, opened.
    pub(super) fn traces(&self, numbers: &[u64]) -> Result<Vec<OpenedTrace>, LogError> {
        self.read(FrameKind::Trace, numbers, self.head.borrow().traces.0, |number, sealed| {
            self.vault.open_trace(TraceNumber(number), sealed)
        })
    }

    fn read<T>(
        &self,
        kind: FrameKind,
        numbers: &[u64],
        last: u64,
        open: impl Fn(u64, &[u8]) -> Result<T, LogError>,
    ) -> Result<Vec<T>, LogError> {
        let mut blocks = Blocks::default();
        numbers
            .iter()
            .map(|number| {
                if *number == 0 || *number > last {
                    return Err(past_head(*number));
                }
                if let Some(frame) = self.tail.find(kind, *number)
                    && let Some(sealed) = frame.record(kind, *number)
                {
                    return open(*number, sealed);
                }
                // The record is authenticated by its number: a wrong one from sled does not open.
                match blocks.record(self, kind, *number).map(|sealed| open(*number, &sealed)) {
                    Some(Ok(opened)) => Ok(opened),
                    Some(Err(error @ LogError::KeyMissing)) => Err(error),
                    Some(Err(_)) | None => self.read_journal(kind, *number, &open),
                }
            })
            .collect()
    }

    /// The hash of the chain after the frame that holds an event: the frame itself says it.
    pub(super) fn chain_at(&self, position: Position) -> Result<[u8; 32], LogError> {
        if position == Position(0) {
            return Ok(Head::default().hash);
        }
        if position > self.head.borrow().position {
            return Err(past_head(position.0));
        }
        match self.journal.chain_at(position) {
            Ok(found) => found.ok_or_else(|| past_head(position.0)),
            Err(error) => Err(LogError::Damaged { place: format!("position {}", position.0), what: error.to_string() }),
        }
    }

    fn read_journal<T>(
        &self,
        kind: FrameKind,
        number: u64,
        open: &impl Fn(u64, &[u8]) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
        if self.index.is_open() && !self.index_failed.load(Ordering::Relaxed) {
            self.index.mark_suspect();
        }
        let mut found = None;
        self.journal
            .read_from(kind, number, |at, sealed| {
                if at == number {
                    found = Some(open(number, sealed));
                }
                false
            })
            .map_err(|error| LogError::Damaged {
                place: format!("position or trace {number}"),
                what: error.to_string(),
            })?;
        found.unwrap_or_else(|| Err(past_head(number)))
    }
}
