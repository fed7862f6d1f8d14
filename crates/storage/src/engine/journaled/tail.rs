//! What is on disk in the journal and not yet in sled: kept in memory, bounded.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::journal::FrameKind;
use crate::log::Head;

/// Most bytes that are kept for readers before the oldest are let go: they stand in the journal too.
const MOST_BYTES: usize = 256 << 20;

/// Bytes that make a good block for sled.
const ENOUGH: usize = 48 * 1024;
/// How long the filler waits for them.
const PATIENCE: Duration = Duration::from_millis(100);

/// A frame on disk, with where its records lie in its bytes.
pub(super) struct TailFrame {
    pub(super) before: Head,
    pub(super) after: Head,
    bytes: Vec<u8>,
    events: Vec<(u32, u32)>,
    traces: Vec<(u32, u32)>,
}

impl TailFrame {
    pub(super) fn new(
        (before, after): (Head, Head),
        bytes: Vec<u8>,
        events: Vec<(u32, u32)>,
        traces: Vec<(u32, u32)>,
    ) -> Self {
        Self { before, after, bytes, events, traces }
    }

    /// The sealed records of a kind, in order.
    pub(super) fn records(&self, kind: FrameKind) -> impl Iterator<Item = &[u8]> {
        self.places(kind).iter().filter_map(|place| self.slice(*place))
    }

    fn places(&self, kind: FrameKind) -> &[(u32, u32)] {
        match kind {
            FrameKind::Event => &self.events,
            FrameKind::Trace => &self.traces,
        }
    }

    fn slice(&self, (start, end): (u32, u32)) -> Option<&[u8]> {
        self.bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// The record with this number.
    pub(super) fn record(&self, kind: FrameKind, number: u64) -> Option<&[u8]> {
        let index = number.checked_sub(number_of(kind, &self.before))?.checked_sub(1)?;
        self.slice(*self.places(kind).get(usize::try_from(index).ok()?)?)
    }
}

/// The number of a kind of record in a head.
pub(super) fn number_of(kind: FrameKind, head: &Head) -> u64 {
    match kind {
        FrameKind::Event => head.position.0,
        FrameKind::Trace => head.traces.0,
    }
}

#[derive(Default)]
struct State {
    frames: VecDeque<Arc<TailFrame>>,
    bytes: usize,
    closed: bool,
}

/// The frames that sled does not have yet.
#[derive(Default)]
pub(super) struct Tail {
    state: Mutex<State>,
    grown: Condvar,
}

impl Tail {
    /// Adds a frame that is on disk.
    pub(super) fn push(&self, frame: TailFrame) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes += frame.bytes.len();
        state.frames.push_back(Arc::new(frame));
        while state.bytes > MOST_BYTES {
            let Some(oldest) = state.frames.pop_front() else { break };
            state.bytes -= oldest.bytes.len();
        }
        drop(state);
        self.grown.notify_one();
    }

    /// No more frames will come.
    pub(super) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.grown.notify_one();
    }

    /// The frame with this record, if it is here.
    pub(super) fn find(&self, kind: FrameKind, number: u64) -> Option<Arc<TailFrame>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let index = state.frames.partition_point(|frame| number_of(kind, &frame.after) < number);
        state.frames.get(index).filter(|frame| number_of(kind, &frame.before) < number).cloned()
    }

    /// Waits for frames after a head, at most until a moment; then there may be none. `None`: closed, and there are none.
    pub(super) fn wait_after(&self, filled: &Head, until: Option<Instant>) -> Option<Vec<Arc<TailFrame>>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let reached = |frame: &Arc<TailFrame>| {
            (frame.after.position, frame.after.traces) <= (filled.position, filled.traces)
                && frame.after.position <= filled.position
        };
        let mut waited = false;
        loop {
            let frames: Vec<_> = state.frames.iter().skip_while(|frame| reached(frame)).cloned().collect();
            let waiting: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
            if waiting >= ENOUGH || (!frames.is_empty() && (state.closed || waited)) {
                return Some(frames);
            }
            if !frames.is_empty() {
                // A little patience makes full blocks out of small commits. Readers are served from here meanwhile.
                waited = true;
                state = self.grown.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            if state.closed {
                return None;
            }
            let Some(until) = until else {
                state = self.grown.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            // house-rule: allow(clock) because how long an anchor waits is no fact of the log: nothing on record goes by it.
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Some(frames);
            }
            state = self.grown.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets go of what sled has.
    pub(super) fn drop_until(&self, filled: &Head) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(frame) = state.frames.front() {
            if frame.after.position > filled.position || frame.after.traces > filled.traces {
                break;
            }
            let length = frame.bytes.len();
            state.frames.pop_front();
            state.bytes -= length;
        }
    }
}
