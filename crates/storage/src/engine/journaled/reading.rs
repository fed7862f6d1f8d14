//! Reading records: from the tail, from sled, and from the journal when sled does not have them rightly.

use std::sync::atomic::Ordering;

use super::Shared;
use super::index::block_records;
use crate::engine::memory::past_head;
use crate::journal::FrameKind;
use crate::log::{Head, LogError, OpenedEvent, OpenedTrace, Position, TraceNumber};
use crate::seal::{Room, Vault};

/// Events for which room is made at once.
const MOST_AT_ONCE: usize = 4_096;

/// Events that are opened together.
const AT_ONCE: usize = 32;

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

/// Events in a row that are opened together: their records first, then what is under other keys, looked up for all of them.
struct Together<'a> {
    vault: &'a Vault,
    rooms: [Room; AT_ONCE],
    /// How many records are open.
    open: usize,
    /// The first that is not shown.
    next: u64,
}

impl<'a> Together<'a> {
    fn new(vault: &'a Vault, next: u64) -> Self {
        Self { vault, rooms: std::array::from_fn(|_| Room::default()), open: 0, next }
    }

    /// Opens the next record. Each is authenticated by its number. `false`: this is not the next, or does not open.
    fn take(&mut self, number: u64, sealed: &[u8]) -> bool {
        let Some(room) = self.rooms.get_mut(self.open) else { return false };
        let follows = number == self.next + self.open as u64;
        let taken = follows && self.vault.unwrap_in(room, Position(number), sealed).is_ok();
        self.open += usize::from(taken);
        taken
    }

    fn is_full(&self) -> bool {
        self.open == AT_ONCE
    }

    /// Shows the events whose records are open, up to one that does not open; `false`: there is such a one.
    fn show(&mut self, visit: &mut (dyn FnMut(&OpenedEvent) + Send)) -> bool {
        let rooms = self.rooms.get_mut(..std::mem::take(&mut self.open)).unwrap_or_default();
        self.vault.bring_near(rooms);
        for room in rooms {
            let Ok(event) = self.vault.open_parts(room) else { return false };
            visit(event);
            self.next += 1;
        }
        true
    }
}

impl Shared {
    /// The events at these positions, opened.
    pub(super) fn events(&self, positions: &[u64]) -> Result<Vec<OpenedEvent>, LogError> {
        self.read(FrameKind::Event, positions, self.head.borrow().position.0, |number, sealed| {
            self.vault.open_event(Position(number), sealed)
        })
    }

    /// Shows the events from one position to another, opened as they stand in the journal. Returns the first that was not
    /// shown: not all of them opened.
    pub(super) fn replay(&self, first: u64, last: u64, visit: &mut (dyn FnMut(&OpenedEvent) + Send)) -> u64 {
        if first > last {
            return first;
        }
        let mut together = Together::new(&self.vault, first);
        // A reading that fails has shown what it could: the rest is looked for one by one.
        drop(self.journal.read_on(FrameKind::Event, first, |number, sealed| {
            together.take(number, sealed) && (!together.is_full() || together.show(visit)) && number < last
        }));
        together.show(visit);
        together.next
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
        let mut found = Vec::with_capacity(numbers.len().min(MOST_AT_ONCE));
        while let Some(number) = numbers.get(found.len()) {
            if *number == 0 || *number > last {
                return Err(past_head(*number));
            }
            if let Some(frame) = self.tail.find(kind, *number)
                && let Some(sealed) = frame.record(kind, *number)
            {
                found.push(open(*number, sealed)?);
                continue;
            }
            // The record is authenticated by its number: a wrong one from sled does not open.
            match blocks.record(self, kind, *number).map(|sealed| open(*number, &sealed)) {
                Some(Ok(opened)) => found.push(opened),
                Some(Err(error @ LogError::KeyMissing)) => return Err(error),
                Some(Err(_)) | None => {
                    let rest = numbers.get(found.len()..).unwrap_or_default();
                    self.read_journal(kind, rest, &open, &mut found)?;
                }
            }
        }
        Ok(found)
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

    /// The first of these records, and as many after it as follow one another, from the journal.
    fn read_journal<T>(
        &self,
        kind: FrameKind,
        numbers: &[u64],
        open: &impl Fn(u64, &[u8]) -> Result<T, LogError>,
        found: &mut Vec<T>,
    ) -> Result<(), LogError> {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
        if self.index.is_open() && !self.index_failed.load(Ordering::Relaxed) {
            self.index.mark_suspect();
        }
        let Some(first) = numbers.first().copied() else { return Ok(()) };
        let mut wanted = numbers.iter().copied();
        let mut next = wanted.next();
        let mut opened = Ok(());
        let read = self.journal.read_from(kind, first, |at, sealed| {
            if next != Some(at) {
                return false;
            }
            opened = open(at, sealed).map(|one| found.push(one));
            next = wanted.next();
            opened.is_ok()
        });
        let damaged = |error: crate::journal::JournalError| LogError::Damaged {
            place: format!("position or trace {first}"),
            what: error.to_string(),
        };
        match (opened, read) {
            (Err(error), _) => Err(error),
            // What was found before the damage is given; the next asks again, and is told.
            (Ok(()), Err(error)) if next == Some(first) => Err(damaged(error)),
            (Ok(()), Ok(())) if next == Some(first) => Err(past_head(first)),
            (Ok(()), _) => Ok(()),
        }
    }
}
