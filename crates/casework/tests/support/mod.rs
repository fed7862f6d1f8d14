//! A running service on a log in which something has happened already, on every engine.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, and not every test file uses everything"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::stored::{decode, encode, stream_id};
use casework::traces::{SubjectsV1, TraceV1};
use casework::{Casework, Clock};
use chrono::{DateTime, Duration, Utc};
use domain::decide::Decided;
use domain::id::CommandId;
use domain::recorded::{Body, Recorded};
use domain::spec::{Happened, Story, given};
use storage::{
    Commit, CommitId, EventLog, Expected, JournalLog, KeyRing, LogOptions, MasterKey, MemoryLog, PartContent, Position,
    TraceNumber,
};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// A clock that a test sets.
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Shows this moment.
    pub fn at(moment: DateTime<Utc>) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(moment.timestamp_micros())))
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(time.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Where the log is kept.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    /// In memory.
    Memory,
    /// On disk: journal and sled.
    Journal,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 2] = [Self::Memory, Self::Journal];

    /// An empty log.
    pub fn log(self) -> (Arc<dyn EventLog>, Option<TempDir>) {
        match self {
            Self::Memory => (Arc::new(MemoryLog::new().unwrap()), None),
            Self::Journal => {
                let folder = TempDir::new().unwrap();
                (journal(&folder), Some(folder))
            }
        }
    }
}

/// Opens the log in a folder, or begins one.
pub fn journal(folder: &TempDir) -> Arc<JournalLog> {
    let options = LogOptions::new(folder.path().join("data"));
    let (keys, master) = (folder.path().join("keys"), MasterKey::from_hex(&"5a".repeat(32)).unwrap());
    let ring = if KeyRing::exists(&*options.disk, &keys).unwrap() {
        // What ran beside the log that was there before lets go of the keys when it has ended.
        let mut opened = KeyRing::open(&options.disk, &keys, &master);
        for _ in 0..1_000_000 {
            if !matches!(opened, Err(storage::KeyError::InUse(_))) {
                break;
            }
            std::thread::yield_now();
            opened = KeyRing::open(&options.disk, &keys, &master);
        }
        opened.unwrap()
    } else {
        KeyRing::create(&options.disk, &keys, &master).unwrap()
    };
    JournalLog::open(&options, ring).unwrap()
}

/// Puts a story on record, event by event, exactly as it is told.
pub async fn record(log: &dyn EventLog, story: &[Recorded]) {
    for recorded in story {
        let Body::Known(event) = recorded.body.clone() else { panic!("a story is not erased") };
        let occurred = recorded.occurred.expect("a story is not erased");
        let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event };
        let commit = Commit {
            id: CommitId(recorded.command.bits()),
            content: Zeroizing::new(recorded.command.bits().to_vec()),
            expected: vec![(stream_id(recorded.stream), Expected::Version(recorded.version - 1))],
            events: vec![encode(&decided, recorded.actor, recorded.role).unwrap()],
            recorded_micros: recorded.recorded.timestamp_micros(),
        };
        log.append(commit).await.expect("the story is recorded");
    }
}

/// What stands in the log.
pub async fn events(log: &dyn EventLog) -> Vec<Recorded> {
    let events = log.read_all(Position(0), 10_000).await.unwrap();
    events.iter().map(|event| decode(event).unwrap()).collect()
}

/// A service on a log.
pub struct House {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// The service.
    pub casework: Arc<Casework>,
    /// The time.
    pub clock: Arc<SetClock>,
    /// Where the log is, when it is on disk.
    pub folder: Option<TempDir>,
}

/// Opens the service on a log.
pub async fn open(log: &Arc<dyn EventLog>, clock: &Arc<SetClock>) -> Arc<Casework> {
    let clock: Arc<dyn Clock> = Arc::<SetClock>::clone(clock);
    Casework::open(Arc::clone(log), [7; 32], clock).await.unwrap()
}

impl House {
    /// A service on a log in which this has happened, at a time.
    pub async fn new(engine: Engine, past: Vec<Happened>, at: DateTime<Utc>) -> Self {
        Self::telling(engine, &given(past).story, at).await
    }

    /// A service on a log with this story, at a time.
    pub async fn telling(engine: Engine, story: &Story, at: DateTime<Utc>) -> Self {
        let (log, folder) = engine.log();
        record(&*log, &story.log).await;
        let clock = SetClock::at(at);
        Self { casework: open(&log, &clock).await, log, clock, folder }
    }

    /// A command id, made now.
    pub fn command_id(&self, n: u64) -> CommandId {
        command_id(self.clock.now(), n)
    }

    /// The traces: what is open, and whom they are about.
    pub async fn traces(&self) -> Vec<(TraceV1, SubjectsV1)> {
        let traces = self.log.read_traces(TraceNumber(0), 1000).await.unwrap();
        let opened = traces.iter().map(|trace| {
            let PartContent::Present(subjects) = &trace.subjects.content else { panic!("the trace is not erased") };
            (serde_json::from_slice(&trace.open).unwrap(), serde_json::from_slice(subjects).unwrap())
        });
        opened.collect()
    }
}

/// A command id that a client makes at a time.
pub fn command_id(made: DateTime<Utc>, n: u64) -> CommandId {
    let millis = u128::try_from(made.timestamp_millis()).unwrap();
    let bits = millis << 80 | 0x7 << 76 | 0b10 << 62 | u128::from(n);
    CommandId::new(uuid::Uuid::from_u128(bits)).unwrap()
}

/// What a principal is told of a pupil and a mentor.
pub async fn told(casework: &Arc<Casework>) -> String {
    let reader = casework.reader(domain::spec::cast::as_staff(domain::spec::cast::PRINCIPAL), "test");
    let page = casework::answer::PageRequest { first: 100, after: None };
    let timeline = reader.timeline(domain::spec::cast::PUPIL, &page, reader.now()).await.unwrap().unwrap().into_inner();
    let load = reader.mentor_caseload(domain::spec::cast::MENTOR, &page, reader.now()).unwrap().unwrap().into_inner();
    let entries: Vec<_> = timeline.items.iter().map(|(_, entry)| (entry.position, entry.id)).collect();
    let rows: Vec<_> = load.items.iter().map(|(_, row)| (row.pupil.id, row.contacts, row.last_reached)).collect();
    reader.finish().await.unwrap();
    format!("{entries:?} {rows:?} {:?}", (timeline.total, load.total))
}
