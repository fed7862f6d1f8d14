//! What a log is: one trait, and the types that cross it. One contract suite runs on every engine.
//!
//! Designed so that several replicas over a database fit as well as one machine: an append returns its position, a
//! reader can wait for a position, and a lost answer is resolved by sending the same commit again.

use std::fmt;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// A place in the log: events are numbered from 1 without gaps. `Position(0)` is before the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position(pub u64);

/// A trace's place among the traces, from 1 without gaps. Traces do not use positions: they are not events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TraceNumber(pub u64);

/// The end of the log: how many events there are, and the hash over everything sealed up to there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Head {
    /// Position of the last event.
    pub position: Position,
    /// Number of the last trace.
    pub traces: TraceNumber,
    /// Hash of the chain, over events and traces.
    pub hash: [u8; 32],
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({}, {}, ", self.position.0, self.traces.0)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// A stream: what kind of thing it is about, as a small number, and the thing's id. The log knows no more of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StreamId {
    /// The kind of stream; the caller's numbering, stable for ever.
    pub kind: u8,
    /// The thing's id.
    pub id: [u8; 16],
}

/// What a writer knew of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Expected {
    /// A pure addition: it does not conflict with anything.
    Any,
    /// The stream has exactly this many events; 0: it does not exist.
    Version(u64),
}

/// The name of a commit: the command's id (UUID version 7), so that the same command twice is found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommitId(pub [u8; 16]);

/// For which purpose, and so for how long, something is kept. The caller's numbering, stable for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordClass(pub u8);

/// Which key seals a part: one for each subject, record class and retention period (invariant 7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyRef {
    /// The subject: a pupil, a guardian, a staff member. All zero: nobody in particular.
    pub subject: [u8; 16],
    /// The record class.
    pub class: RecordClass,
    /// The retention period; the caller's numbering (the school year's first calendar year, or 0: as long as the relation).
    pub period: u16,
}

/// One part of an event, to be sealed under a key of its own.
pub struct NewPart {
    /// The key. Made, and synced, before the record if it is new.
    pub key: KeyRef,
    /// What to seal.
    pub plain: Zeroizing<Vec<u8>>,
}

/// One event to append.
pub struct NewEvent {
    /// To which stream.
    pub stream: StreamId,
    /// The event's random id.
    pub event_id: [u8; 16],
    /// The kind's stable name, at most 64 bytes of ASCII.
    pub kind: String,
    /// The version of the stored form.
    pub form: u16,
    /// Sealed under the log's key only: who did it, and whatever else is about no pupil.
    pub open: Vec<u8>,
    /// Sealed under keys of their own, inside that. At most 8.
    pub parts: Vec<NewPart>,
}

/// Several events that are recorded together or not at all.
pub struct Commit {
    /// The command's id.
    pub id: CommitId,
    /// The command's content and the person who sent it, in bytes that are equal exactly when those are. Kept only as
    /// a keyed fingerprint, which tells nothing after erasure.
    pub content: Zeroizing<Vec<u8>>,
    /// What the writer knew of each stream it touches; streams not named here are taken as [`Expected::Any`].
    pub expected: Vec<(StreamId, Expected)>,
    /// The events, in order. At least one.
    pub events: Vec<NewEvent>,
    /// When, in microseconds since 1970 UTC, by the caller's clock. The log never lets it go backwards.
    pub recorded_micros: i64,
}

/// Where a commit stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Appended {
    /// Position of its first event.
    pub first: Position,
    /// Position of its last event.
    pub last: Position,
    /// Whether it stood there already: the same command was sent before.
    pub already: bool,
}

/// One reading to put on record (invariant 11).
pub struct NewTrace {
    /// Sealed under the log's key only: who, when, which operation, answered or refused.
    pub open: Vec<u8>,
    /// Sealed under a key of its own: whom it was about.
    pub subjects: NewPart,
    /// When, in microseconds since 1970 UTC.
    pub recorded_micros: i64,
}

/// What a part holds now.
#[derive(Clone, PartialEq, Eq)]
pub enum PartContent {
    /// It can be read.
    Present(Zeroizing<Vec<u8>>),
    /// Its key has been destroyed.
    Erased,
}

impl fmt::Debug for PartContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Present(_) => "[sealed]",
            Self::Erased => "[erased]",
        })
    }
}

/// One part of an event, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedPart {
    /// The key that sealed it.
    pub key: KeyRef,
    /// The content.
    pub content: PartContent,
}

/// One event, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedEvent {
    /// Place in the log.
    pub position: Position,
    /// The stream.
    pub stream: StreamId,
    /// Place in the stream, from 1.
    pub version: u64,
    /// The event's id.
    pub event_id: [u8; 16],
    /// The commit that it came with.
    pub commit: CommitId,
    /// The kind's stable name.
    pub kind: String,
    /// The version of the stored form.
    pub form: u16,
    /// When the log got it, in microseconds since 1970 UTC; never less than the event before.
    pub recorded_micros: i64,
    /// The open content.
    pub open: Vec<u8>,
    /// The parts.
    pub parts: Vec<OpenedPart>,
}

/// One trace, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedTrace {
    /// Place among the traces.
    pub number: TraceNumber,
    /// When the log got it, in microseconds since 1970 UTC.
    pub recorded_micros: i64,
    /// Who, when, which operation, answered or refused.
    pub open: Vec<u8>,
    /// Whom it was about.
    pub subjects: OpenedPart,
}

/// Why an append was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A stream is not at the version that the writer expected. Nothing was written.
    #[error("a stream is at version {actual}, not {expected}")]
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// What the writer expected.
        expected: u64,
        /// What it is.
        actual: u64,
        /// Wait for this position before deciding again.
        head: Position,
    },
    /// The commit id has been used for another content. Nothing was written.
    #[error("the command id has been used for another content or by another person")]
    CommitIdReused,
    /// More or longer than a commit may be. Nothing was written.
    #[error("the commit is too large: {what}")]
    TooLarge {
        /// Which limit.
        what: &'static str,
    },
    /// The disk is full. Nothing was written; reads go on.
    #[error("the disk is full: free space, then try again")]
    DiskFull,
    /// Writing has stopped after a failure. Whether the commit was kept is unknown until a restart; send it again then.
    #[error("the log has stopped writing: {reason}")]
    Stopped {
        /// Why.
        reason: String,
    },
}

/// Why a reading of the log failed. Missing is never read as empty (invariant 3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// What is stored is not what was written.
    #[error("damaged at {place}: {what}")]
    Damaged {
        /// Where: a file and an offset, or a position.
        place: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// The file system refused.
    #[error("{what}: {why}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        why: String,
    },
    /// A key that must be there is not, and has not been destroyed by an erasure either.
    #[error("a key is missing from the key file: restore the key backup that belongs to this log")]
    KeyMissing,
    /// The log is closed.
    #[error("the log is closed")]
    Closed,
}

/// The log.
pub trait EventLog: Send + Sync + 'static {
    /// Appends a commit. The answer comes when it is on disk. The same commit again gives the first answer.
    fn append(&self, commit: Commit) -> BoxFuture<'_, Result<Appended, AppendError>>;

    /// Whether this commit stands in the log already: the same id with the same content. The same id with another content
    /// is an error, as it is for [`EventLog::append`].
    fn committed(&self, id: CommitId, content: &[u8]) -> Result<Option<Appended>, AppendError>;

    /// Puts a reading on record. The answer comes when it is on disk.
    fn record_trace(&self, trace: NewTrace) -> BoxFuture<'_, Result<TraceNumber, AppendError>>;

    /// The end of the log, as acknowledged.
    fn head(&self) -> Head;

    /// The events of a stream after a version, in order, at most `limit`. An unknown stream has none.
    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>>;

    /// The events after a position, in order, at most `limit`.
    fn read_all(&self, after: Position, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>>;

    /// The same as [`EventLog::read_all`], for who reads a long part of the log once: past what is kept at hand for questions,
    /// and shown one by one, so that none is kept longer than it is looked at.
    fn replay<'a>(
        &'a self,
        after: Position,
        limit: usize,
        visit: &'a mut (dyn FnMut(&OpenedEvent) + Send),
    ) -> BoxFuture<'a, Result<(), LogError>> {
        async move {
            self.read_all(after, limit).await?.iter().for_each(visit);
            Ok(())
        }
        .boxed()
    }

    /// The events at these positions, in the order asked for. A position past the head is damage, not emptiness.
    fn read_at(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>>;

    /// The traces after a number, in order, at most `limit`.
    fn read_traces(&self, after: TraceNumber, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedTrace>, LogError>>;

    /// The hash of the chain at a position: over everything up to the commit group that holds that event, traces included.
    /// It never changes, so it tells whether what was derived up to there was derived from this log. `Position(0)` has the
    /// hash that the chain begins with. A position past the head is damage, as it is for [`EventLog::read_at`].
    fn chain_at(&self, position: Position) -> BoxFuture<'_, Result<[u8; 32], LogError>>;

    /// Waits until the log has reached a position.
    fn wait_for(&self, position: Position) -> BoxFuture<'_, Result<(), LogError>>;

    /// The head as it moves. Subscribers read with [`EventLog::read_all`] after what they have: nothing is missed.
    fn subscribe(&self) -> watch::Receiver<Head>;
}
