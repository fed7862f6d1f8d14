//! The embedded default: the journal in front, sled behind it. See `docs/decisions/0001-journal-before-sled.md`.

mod check;
mod checkpoint;
mod committer;
mod filler;
mod index;
mod length;
mod old_files;
mod open;
mod reading;
mod tail;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use self::committer::Request;
use self::index::SledIndex;
use self::old_files::OldFiles;
use self::tail::Tail;
use super::ledger::Ledger;
use crate::disk::{Disk, RealDisk};
use crate::journal::{JournalError, JournalReader, WriterOptions};
use crate::keys::{KeyError, KeyRing};
use crate::log::{
    AppendError, Appended, Commit, CommitId, EventLog, Head, LogError, NewTrace, OpenedEvent, OpenedTrace, Position,
    StreamId, TraceNumber,
};
use crate::seal::Vault;
use crate::snapshot::Snapshots;

pub(crate) use check::{SledSays, sled_says};
pub(crate) use length::check_anchor;

/// Opens sled's database in a folder; replaced in tests by one that panics or hangs.
pub type SledOpener = Arc<dyn Fn(&std::path::Path) -> sled::Result<sled::Db> + Send + Sync>;

/// How a log is opened.
#[derive(Clone)]
pub struct LogOptions {
    /// The data folder.
    pub folder: PathBuf,
    /// The file system.
    pub disk: Arc<dyn Disk>,
    /// How the journal is laid out.
    pub journal: WriterOptions,
    /// Most commits and traces in one group.
    pub group: usize,
    /// How sled is opened.
    pub opener: SledOpener,
    /// How long opening sled may take before it is given up and rebuilt.
    pub sled_patience: Duration,
    /// How many records, at least, lie between two checkpoints of the ledger. A tenth of it is worth one when
    /// the log is closed; a log with fewer has none, and is read whole at each start.
    pub checkpoint_every: u64,
    /// How long the log is written before the anchor says how far it reaches: what a program that was killed had recorded since
    /// the last anchor, nothing but that anchor's successor would miss.
    pub anchor_every: Duration,
}

impl LogOptions {
    /// The defaults, for a data folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            disk: Arc::new(RealDisk),
            journal: WriterOptions::default(),
            group: 1024,
            opener: Arc::new(index::open_sled),
            sled_patience: Duration::from_mins(2),
            checkpoint_every: 50_000,
            anchor_every: Duration::from_secs(2),
        }
    }
}

/// Why a log was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{0} is in use by another process: stop that one first")]
    InUse(PathBuf),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A record cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There are keys that have sealed something, or sled, and no journal.
    #[error(
        "{0} has keys or sled, but no journal: a missing journal is never taken for an empty one. Restore the newest \
         backup into an empty folder (mentorlog restore)"
    )]
    JournalMissing(PathBuf),
    /// The keys belong to another log.
    #[error("the key file belongs to another log than the journal: restore the key backup that belongs to this log")]
    OtherKeys,
    /// The file system refused.
    #[error("{what}: {why}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        why: String,
    },
}

/// The log on disk.
pub struct JournalLog {
    shared: Arc<Shared>,
    requests: Mutex<Option<std::sync::mpsc::Sender<Request>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Held while anything may be written.
    lock: Mutex<Option<Box<dyn Send + Sync>>>,
}

/// What the committer, the filler and readers share.
struct Shared {
    vault: Arc<Vault>,
    ledger: RwLock<Ledger>,
    tail: Tail,
    journal: JournalReader,
    index: SledIndex,
    head: watch::Sender<Head>,
    stopped: Mutex<Option<String>>,
    index_failed: AtomicBool,
    fallbacks: AtomicU64,
    checkpoints: Snapshots,
    /// How many records the newest checkpoint has.
    checkpointed: AtomicU64,
    checkpoint_every: u64,
    old_files: OldFiles,
    resumed_at: Position,
}

impl JournalLog {
    /// Opens the log in a data folder, or begins one there when the folder has no journal. `keys` are the log's keys.
    pub fn open(options: &LogOptions, keys: KeyRing) -> Result<Arc<Self>, OpenError> {
        open::open(options, keys)
    }

    /// Stops writing in an orderly way: what waits is written, sled is checkpointed, the anchor is set.
    pub fn close(&self) {
        self.shared.old_files.close();
        drop(self.requests.lock().unwrap_or_else(PoisonError::into_inner).take());
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ended = thread.join();
        }
        // Who still holds on to the log for a moment keeps nobody from the keys, whose master key can be changed at once, nor from the
        // folder.
        self.shared.vault.ring().let_go();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Why writing has stopped, if it has.
    pub fn stopped(&self) -> Option<String> {
        self.shared.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The log's keys.
    pub fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    /// How many readings had to go to the journal since sled did not have the record, or not rightly.
    pub fn fallbacks(&self) -> u64 {
        self.shared.fallbacks.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// How far the ledger came from a checkpoint when the log was opened; 0: the journal was read whole.
    pub fn resumed_at(&self) -> Position {
        self.shared.resumed_at
    }

    /// Waits until the older files, which a start from a checkpoint does not read, have been read beside the work. What was
    /// found wrong has stopped the log, see [`Self::stopped`]. `false`: the log was closed before. Blocks its thread.
    pub fn wait_for_old_files(&self) -> bool {
        self.shared.old_files.wait()
    }

    fn send(&self, request: Request) -> Result<(), AppendError> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = requests.as_ref().is_some_and(|requests| requests.send(request).is_ok());
        if sent { Ok(()) } else { Err(self.shared.stopped_error()) }
    }
}

impl Drop for JournalLog {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn stopped_error(&self) -> AppendError {
        let reason = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone();
        AppendError::Stopped { reason: reason.unwrap_or_else(|| "the log is closed".to_owned()) }
    }
}

impl EventLog for JournalLog {
    fn append(&self, commit: Commit) -> BoxFuture<'_, Result<Appended, AppendError>> {
        async move {
            let (reply, answer) = oneshot::channel();
            self.send(Request::append(&self.shared.vault, &commit, reply)?)?;
            answer.await.unwrap_or_else(|_| Err(self.shared.stopped_error()))
        }
        .boxed()
    }

    fn committed(&self, id: CommitId, content: &[u8]) -> Result<Option<Appended>, AppendError> {
        let fingerprint = self.shared.vault.fingerprint(content);
        self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner).find(id, fingerprint)
    }

    fn record_trace(&self, trace: NewTrace) -> BoxFuture<'_, Result<TraceNumber, AppendError>> {
        async move {
            let (reply, answer) = oneshot::channel();
            self.send(Request::Trace { prepared: self.shared.vault.prepare_trace(&trace)?, reply })?;
            answer.await.unwrap_or_else(|_| Err(self.shared.stopped_error()))
        }
        .boxed()
    }

    fn head(&self) -> Head {
        *self.shared.head.borrow()
    }

    fn read_stream(
        &self,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        let positions = {
            let ledger = self.shared.ledger.read().unwrap_or_else(PoisonError::into_inner);
            ledger.positions(stream, after, limit)
        };
        std::future::ready(self.shared.events(&positions)).boxed()
    }

    fn read_all(&self, after: Position, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        let last = self.head().position.0.min(after.0.saturating_add(limit as u64));
        let positions: Vec<u64> = (after.0.saturating_add(1)..=last).collect();
        std::future::ready(self.shared.events(&positions)).boxed()
    }

    fn replay<'a>(
        &'a self,
        after: Position,
        limit: usize,
        visit: &'a mut (dyn FnMut(&OpenedEvent) + Send),
    ) -> BoxFuture<'a, Result<(), LogError>> {
        let last = self.head().position.0.min(after.0.saturating_add(limit as u64));
        let first = after.0.saturating_add(1);
        // What does not open as it stands in the journal is looked for one by one.
        let next = self.shared.replay(first, last, visit);
        let rest: Vec<u64> = (next..=last).collect();
        let events = self.shared.events(&rest);
        std::future::ready(events.map(|events| events.iter().for_each(visit))).boxed()
    }

    fn read_at(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<Vec<OpenedEvent>, LogError>> {
        let positions: Vec<u64> = positions.into_iter().map(|position| position.0).collect();
        std::future::ready(self.shared.events(&positions)).boxed()
    }

    fn read_traces(&self, after: TraceNumber, limit: usize) -> BoxFuture<'_, Result<Vec<OpenedTrace>, LogError>> {
        let last = self.head().traces.0.min(after.0.saturating_add(limit as u64));
        let numbers: Vec<u64> = (after.0.saturating_add(1)..=last).collect();
        std::future::ready(self.shared.traces(&numbers)).boxed()
    }

    fn chain_at(&self, position: Position) -> BoxFuture<'_, Result<[u8; 32], LogError>> {
        std::future::ready(self.shared.chain_at(position)).boxed()
    }

    fn wait_for(&self, position: Position) -> BoxFuture<'_, Result<(), LogError>> {
        let mut head = self.head_watch();
        async move { head.wait_for(|head| head.position >= position).await.map(drop).map_err(|_| LogError::Closed) }
            .boxed()
    }

    fn subscribe(&self) -> watch::Receiver<Head> {
        self.head_watch()
    }
}

impl JournalLog {
    fn head_watch(&self) -> watch::Receiver<Head> {
        self.shared.head.subscribe()
    }
}
