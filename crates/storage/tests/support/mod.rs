//! What storage's tests share.
#![allow(unreachable_pub, reason = "a module of each test binary")]
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

pub mod cached;
pub mod frames;
pub mod mem_disk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::journal::WriterOptions;
use storage::{
    Commit, CommitId, Disk, EventLog, Expected, JournalLog, KeyRef, KeyRing, LogOptions, MasterKey, NewEvent, NewPart,
    NewTrace, OpenError, PartContent, Position, RealDisk, RecordClass, StreamId,
};
use zeroize::Zeroizing;

/// Runs what an engine is asked for to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Nothing has to be in a copy before the log is.
#[allow(clippy::unnecessary_wraps, reason = "what is put there may fail")]
pub const fn nothing() -> Result<(), storage::care::CareError> {
    Ok(())
}

/// The stream of a made-up pupil.
pub fn stream(number: u8) -> StreamId {
    StreamId { kind: 3, id: [number; 16] }
}

/// A commit's name, by number.
pub fn commit_id(number: u64) -> CommitId {
    let mut id = [7; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    CommitId(id)
}

/// An event for a stream, with one open and one sealed part that can be told from others.
pub fn event(stream: StreamId, number: u64) -> NewEvent {
    let mut event_id = [9; 16];
    event_id[8..].copy_from_slice(&number.to_be_bytes());
    let key = KeyRef { subject: stream.id, class: RecordClass(4), period: 2019 };
    NewEvent {
        stream,
        event_id,
        kind: "guardian-contacted".to_owned(),
        form: 1,
        open: format!("open {number}").into_bytes(),
        parts: vec![NewPart { key, plain: Zeroizing::new(format!("sealed {number}").into_bytes()) }],
    }
}

/// A commit of one event, which conflicts with nothing.
pub fn addition(number: u64, to: StreamId) -> Commit {
    commit(number, vec![event(to, number)], vec![])
}

/// A commit.
pub fn commit(number: u64, events: Vec<NewEvent>, expected: Vec<(StreamId, Expected)>) -> Commit {
    let content = Zeroizing::new(format!("content {number}").into_bytes());
    let recorded_micros = i64::try_from(number).unwrap() * 1_000;
    Commit { id: commit_id(number), content, expected, events, recorded_micros }
}

/// A trace about a made-up pupil.
pub fn trace(number: u64) -> NewTrace {
    let key = KeyRef { subject: [0; 16], class: RecordClass(9), period: 2019 };
    NewTrace {
        open: format!("trace {number}").into_bytes(),
        subjects: NewPart { key, plain: Zeroizing::new(b"pupil".to_vec()) },
        recorded_micros: 0,
    }
}

/// Seeded numbers (splitmix64): the same seed plays the same history.
pub struct Chance(pub u64);

impl Chance {
    /// A number below a limit, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// The data folder of a log on a disk in memory.
pub fn data() -> PathBuf {
    PathBuf::from("/data")
}

/// Opens a log on a disk in memory, without sled: what is wrong there must never be hidden by sled.
pub fn open_in_memory(disk: Arc<dyn Disk>, journal: WriterOptions) -> Result<Arc<JournalLog>, OpenError> {
    let keys = keys(&data(), &disk)?;
    let mut options = options(&data(), disk);
    options.journal = journal;
    options.opener = Arc::new(|_| Err(sled::Error::Unsupported("no sled here".to_owned())));
    JournalLog::open(&options, keys)
}

/// What is in a log of a commit by [`addition`] or [`commit`]: how many of its events.
pub fn events_of(log: &dyn EventLog, number: u64) -> usize {
    let events = wait(log.read_all(Position(0), usize::MAX >> 1)).unwrap();
    events.iter().filter(|event| event.commit == commit_id(number)).count()
}

/// Everything a log holds, in a form that two logs can be compared by.
pub fn contents(log: &dyn EventLog) -> (Vec<String>, Vec<String>) {
    let events = wait(log.read_all(Position(0), usize::MAX >> 1)).unwrap();
    let traces = wait(log.read_traces(storage::TraceNumber(0), usize::MAX >> 1)).unwrap();
    let content = |content: &PartContent| match content {
        PartContent::Present(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartContent::Erased => "erased".to_owned(),
    };
    let events = events
        .iter()
        .map(|event| {
            let parts: Vec<String> = event.parts.iter().map(|part| content(&part.content)).collect();
            let open = String::from_utf8_lossy(&event.open).into_owned();
            format!("{} {:?} {} {open} {parts:?}", event.position.0, event.stream.id[0], event.version)
        })
        .collect();
    let traces =
        traces.iter().map(|trace| format!("{} {}", trace.number.0, content(&trace.subjects.content))).collect();
    (events, traces)
}

/// A master key for tests.
pub fn master() -> MasterKey {
    MasterKey::from_hex(&"5a".repeat(32)).unwrap()
}

/// Small files, so that every byte of them can be tried.
pub fn options(folder: &Path, disk: Arc<dyn Disk>) -> LogOptions {
    let mut options = LogOptions::new(folder);
    options.disk = disk;
    options.journal = WriterOptions { file_size: 32 * 1024, reserve: 4 * 1024 };
    options
}

/// The keys of a log in a folder: made at first, opened after.
pub fn keys(folder: &Path, disk: &Arc<dyn Disk>) -> Result<KeyRing, OpenError> {
    let keys = folder.join("keys");
    if KeyRing::exists(&**disk, &keys)? {
        Ok(KeyRing::open(disk, &keys, &master())?)
    } else {
        Ok(KeyRing::create(disk, &keys, &master())?)
    }
}

/// Opens a log in a folder.
pub fn open_on(folder: &Path, disk: Arc<dyn Disk>) -> Result<Arc<JournalLog>, OpenError> {
    let keys = keys(folder, &disk)?;
    JournalLog::open(&options(folder, disk), keys)
}

/// Opens a log in a folder on the machine's own disk.
pub fn open(folder: &Path) -> Result<Arc<JournalLog>, OpenError> {
    open_on(folder, Arc::new(RealDisk))
}
