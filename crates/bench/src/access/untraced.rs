//! A log that keeps no traces, to know what they cost. It is not in the product: there is no way to switch them off.

use std::sync::Arc;

use futures::future::BoxFuture;
use storage::{
    AppendError, Appended, Commit, CommitId, EventLog, Head, LogError, NewTrace, OpenedEvent, OpenedTrace, Position,
    StreamId, TraceNumber,
};
use tokio::sync::watch;

/// Another log, without its traces.
pub(super) struct Untraced(pub(super) Arc<dyn EventLog>);

impl EventLog for Untraced {
    fn append(&self, commit: Commit) -> BoxFuture<'_, Result<Appended, AppendError>> {
        self.0.append(commit)
    }

    fn committed(&self, id: CommitId, content: &[u8]) -> Result<Option<Appended>, AppendError> {
        self.0.committed(id, content)
    }

    fn record_trace(&self, _: NewTrace) -> BoxFuture<'_, Result<TraceNumber, AppendError>> {
        Box::pin(std::future::ready(Ok(TraceNumber(0))))
    }

    fn head(&self) -> Head {
        self.0.head()
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        self.0.read_stream(stream, after, limit)
    }

    fn read_all(&self, after: Position, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        self.0.read_all(after, limit)
    }

    fn read_at(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        self.0.read_at(positions)
    }

    fn read_traces(&self, after: TraceNumber, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedTrace>, LogError>> {
        self.0.read_traces(after, limit)
    }

    fn chain_at(&self, position: Position) -> BoxFuture<'_, Result<[u8; 32], LogError>> {
        self.0.chain_at(position)
    }

    fn wait_for(&self, position: Position) -> BoxFuture<'_, Result<(), LogError>> {
        self.0.wait_for(position)
    }

    fn subscribe(&self) -> watch::Receiver<Head> {
        self.0.subscribe()
    }
}
