//! The log in memory: for tests, and as the plain statement of what the trait means.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::ledger::{Accepted, Ledger, Pending};
use crate::keys::KeyError;
use crate::log::{
    AppendError, Appended, Commit, CommitId, EventLog, Head, LogError, NewTrace, OpenedEvent, OpenedTrace, Position,
    StreamId, TraceNumber,
};
use crate::seal::{SealPlace, Vault};

#[derive(Default)]
struct State {
    ledger: Ledger,
    events: Vec<Vec<u8>>,
    traces: Vec<Vec<u8>>,
    hash: [u8; 32],
    /// For each event the hash after its commit.
    chain: Vec<[u8; 32]>,
    refuse_traces: bool,
}

/// A log that lives as long as it is held.
pub struct MemoryLog {
    vault: Arc<Vault>,
    state: Mutex<State>,
    head: watch::Sender<Head>,
}

impl MemoryLog {
    /// An empty log with keys of its own.
    pub fn new() -> Result<Self, KeyError> {
        Ok(Self {
            vault: Arc::new(Vault::in_memory()?),
            state: Mutex::default(),
            head: watch::channel(Head::default()).0,
        })
    }

    /// The log's keys: tests destroy some, to see what is left.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// From now on traces cannot be recorded, or they can again: tests see that readings are refused then.
    pub fn refuse_traces(&self, refuse: bool) {
        self.state().refuse_traces = refuse;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, commit: &Commit) -> Result<Appended, AppendError> {
        let fingerprint = self.vault.fingerprint(&commit.content);
        let mut state = self.state();
        if let Some(appended) = state.ledger.find(commit.id, fingerprint)? {
            return Ok(appended);
        }
        let before = state.events.len() as u64;
        let mut pending = Pending::default();
        state.ledger.check(&commit.expected, &pending, Position(before))?;
        let of = event_count(commit)?;
        let recorded_micros = state.ledger.clamp(commit.recorded_micros);
        let mut sealed = Vec::with_capacity(commit.events.len());
        for (index, event) in (0..of).zip(&commit.events) {
            let prepared = self.vault.prepare(event)?;
            let version = state.ledger.version(event.stream, &pending) + 1;
            pending.set_version(event.stream, version);
            let position = Position(before + u64::from(index) + 1);
            let place = SealPlace { position, version, commit: commit.id, fingerprint, recorded_micros, index, of };
            let mut bytes = Vec::new();
            self.vault.seal_event(&prepared, &place, &mut bytes)?;
            sealed.push((event.stream, position, bytes));
        }
        for (stream, position, bytes) in sealed {
            state.hash = *blake3::Hasher::new().update(&state.hash).update(&bytes).finalize().as_bytes();
            state.ledger.enter_place(stream, position);
            state.events.push(bytes);
        }
        let (hash, count) = (state.hash, state.events.len());
        state.chain.resize(count, hash);
        let last = Position(state.events.len() as u64);
        let appended = Appended { first: Position(before + 1), last, already: false };
        state.ledger.enter_name(&Accepted { id: commit.id, fingerprint, appended, recorded_micros });
        self.publish(&state);
        Ok(appended)
    }

    fn trace_now(&self, trace: &NewTrace) -> Result<TraceNumber, AppendError> {
        let prepared = self.vault.prepare_trace(trace)?;
        let mut state = self.state();
        if state.refuse_traces {
            return Err(AppendError::DiskFull);
        }
        let number = TraceNumber(state.traces.len() as u64 + 1);
        let recorded_micros = state.ledger.clamp(trace.recorded_micros);
        let mut bytes = Vec::new();
        self.vault.seal_trace(&prepared, number, recorded_micros, &mut bytes)?;
        state.hash = *blake3::Hasher::new().update(&state.hash).update(&bytes).finalize().as_bytes();
        state.ledger.enter_time(recorded_micros);
        state.traces.push(bytes);
        self.publish(&state);
        Ok(number)
    }

    fn publish(&self, state: &State) {
        let position = Position(state.events.len() as u64);
        let traces = TraceNumber(state.traces.len() as u64);
        self.head.send_replace(Head { position, traces, hash: state.hash });
    }

    fn open_at(&self, positions: impl Iterator<Item = u64>) -> Result<Vec<OpenedEvent>, LogError> {
        let state = self.state();
        positions
            .map(|number| {
                let index = usize::try_from(number.wrapping_sub(1)).unwrap_or(usize::MAX);
                let sealed = state.events.get(index).ok_or_else(|| past_head(number))?;
                self.vault.open_event(Position(number), sealed)
            })
            .collect()
    }
}

/// How many events a commit has, as the log counts them.
pub(super) fn event_count(commit: &Commit) -> Result<u16, AppendError> {
    match u16::try_from(commit.events.len()) {
        Ok(0) | Err(_) => Err(AppendError::TooLarge { what: "the number of events" }),
        Ok(count) => Ok(count),
    }
}

/// A position that the log has not reached was asked for.
pub(super) fn past_head(number: u64) -> LogError {
    LogError::Damaged { place: format!("position {number}"), what: "the log does not reach so far".to_owned() }
}

impl EventLog for MemoryLog {
    fn append(&self, commit: Commit) -> BoxFuture<'_, Result<Appended, AppendError>> {
        std::future::ready(self.append_now(&commit)).boxed()
    }

    fn committed(&self, id: CommitId, content: &[u8]) -> Result<Option<Appended>, AppendError> {
        self.state().ledger.find(id, self.vault.fingerprint(content))
    }

    fn record_trace(&self, trace: NewTrace) -> BoxFuture<'_, Result<TraceNumber, AppendError>> {
        std::future::ready(self.trace_now(&trace)).boxed()
    }

    fn head(&self) -> Head {
        *self.head.borrow()
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        let positions = self.state().ledger.positions(stream, after, limit);
        std::future::ready(self.open_at(positions.into_iter())).boxed()
    }

    fn read_all(&self, after: Position, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        let last = self.head().position.0.min(after.0.saturating_add(limit as u64));
        std::future::ready(self.open_at(after.0.saturating_add(1)..=last)).boxed()
    }

    fn read_at(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        std::future::ready(self.open_at(positions.into_iter().map(|position| position.0))).boxed()
    }

    fn read_traces(&self, after: TraceNumber, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedTrace>, LogError>> {
        let state = self.state();
        let skip = usize::try_from(after.0).unwrap_or(usize::MAX);
        let read = (1..)
            .zip(&state.traces)
            .skip(skip)
            .take(limit)
            .map(|(number, sealed)| self.vault.open_trace(TraceNumber(number), sealed))
            .collect();
        std::future::ready(read).boxed()
    }

    fn chain_at(&self, position: Position) -> BoxFuture<'_, Result<[u8; 32], LogError>> {
        let found = match usize::try_from(position.0) {
            Ok(0) => Ok(Head::default().hash),
            Ok(number) => self.state().chain.get(number - 1).copied().ok_or_else(|| past_head(position.0)),
            Err(_) => Err(past_head(position.0)),
        };
        std::future::ready(found).boxed()
    }

    fn wait_for(&self, position: Position) -> BoxFuture<'_, Result<(), LogError>> {
        let mut head = self.head.subscribe();
        async move { head.wait_for(|head| head.position >= position).await.map(drop).map_err(|_| LogError::Closed) }
            .boxed()
    }

    fn subscribe(&self) -> watch::Receiver<Head> {
        self.head.subscribe()
    }
}
