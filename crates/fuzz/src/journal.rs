//! The journal: files of any bytes are read whole or refused. What is read is the same by every way of reading it, and
//! writing goes on from there without losing any of it.
//!
//! An input is a byte of choices, then files: two bytes for how many bytes of it follow (little-endian), one for its size in
//! sectors (what does not follow is zero), and the bytes. With [`SEAL`] and [`CHAIN`] checksums, or all that ties a frame to
//! the one before, are made right first, so that what lies behind the checksums is reached too.

mod build;
mod repair;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use storage::disk::Disk;
use storage::journal::{
    self, FrameBuilder, FrameKind, JournalError, JournalReader, JournalWriter, SECTOR, Scan, WriterOptions,
};
use storage::{EventLog, Head, JournalLog, KeyRing, LogOptions, MasterKey, Position, TraceNumber, care};

pub use build::seeds;

use crate::MemoryDisk;

/// The choice that checksums are made right.
pub const SEAL: u8 = 1;
/// The choice that the first file is the anchor.
pub const ANCHOR: u8 = 2;
/// The choice that the service opens the log, with its keys.
pub const SERVICE: u8 = 4;
/// The choice that files and frames follow each other.
pub const CHAIN: u8 = 8;

/// Most files of an input.
const MOST_FILES: usize = 6;
/// Largest file, in sectors.
const MOST_SECTORS: usize = 32;

/// One record as it was read: its kind, its number, its sealed bytes.
type Record = (FrameKind, u64, Vec<u8>);

/// Takes an input.
pub fn run(input: &[u8]) {
    let Some((choices, files)) = input.split_first() else { return };
    let disk = disk(*choices, files);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (scanned, records, reader) = scanned(&shared);
    let report = care::verify(&shared, &data(), None, false);
    assert_eq!(report.is_clean(), scanned.is_ok(), "verifying says something else than reading: {report}");
    if let Ok(scan) = &scanned {
        assert_eq!(report.head, scan.head);
        every_way_of_reading_agrees(&reader, scan, &records);
        writing_goes_on(&copy(&disk), scan, &records);
    }
    if choices & SERVICE != 0 {
        the_service_agrees(&disk, scanned.as_ref());
    }
}

/// How far a log reaches that an input describes; `None`: it is refused.
pub fn head(input: &[u8]) -> Option<Head> {
    let (choices, files) = input.split_first()?;
    let shared: Arc<dyn Disk> = Arc::new(disk(*choices, files));
    scanned(&shared).0.ok().map(|scan| scan.head)
}

fn data() -> PathBuf {
    PathBuf::from("/data")
}

fn folder() -> PathBuf {
    data().join("journal")
}

fn copy(disk: &MemoryDisk) -> MemoryDisk {
    let copy = MemoryDisk::default();
    disk.files().into_iter().for_each(|(path, bytes)| copy.put(&path, bytes));
    copy
}

/// The disk that an input describes.
fn disk(choices: u8, mut input: &[u8]) -> MemoryDisk {
    let disk = MemoryDisk::default();
    disk.create_dir_all(&folder()).unwrap();
    if choices & ANCHOR != 0
        && let Some((_, anchor)) = file(&mut input)
    {
        disk.put(&folder().join("anchor"), anchor);
    }
    let mut files = Vec::new();
    while files.len() < MOST_FILES
        && let Some((size, mut bytes)) = file(&mut input)
    {
        bytes.resize(size.max(bytes.len()), 0);
        files.push(bytes);
    }
    repair::repair(&mut files, choices & SEAL != 0, choices & CHAIN != 0);
    for (bytes, number) in files.into_iter().zip(1..) {
        disk.put(&journal::file_path(&folder(), number), bytes);
    }
    disk
}

/// The next file of an input: its size and what stands of it.
fn file(input: &mut &[u8]) -> Option<(usize, Vec<u8>)> {
    let (head, rest) = input.split_first_chunk::<3>()?;
    let length = usize::from(u16::from_le_bytes([head[0], head[1]])).min(rest.len()).min(MOST_SECTORS * SECTOR);
    let (bytes, rest) = rest.split_at(length);
    *input = rest;
    Some((usize::from(head[2]).min(MOST_SECTORS) * SECTOR, bytes.to_vec()))
}

fn scanned(disk: &Arc<dyn Disk>) -> (Result<Scan, JournalError>, Vec<Record>, JournalReader) {
    let reader = JournalReader::new(Arc::clone(disk), folder());
    let mut records = Vec::new();
    let scanned = journal::scan(&**disk, &folder(), &mut |place, frame| {
        reader.note(&frame.before, place.file, place.offset);
        records.extend(frame.records().map(|record| (record.kind, record.number, record.sealed.to_vec())));
        Ok(())
    });
    (scanned, records, reader)
}

fn of_kind(kind: FrameKind, records: &[Record]) -> Vec<&Record> {
    records.iter().filter(|record| record.0 == kind).collect()
}

fn every_way_of_reading_agrees(reader: &JournalReader, scan: &Scan, records: &[Record]) {
    for (kind, last) in [(FrameKind::Event, scan.head.position.0), (FrameKind::Trace, scan.head.traces.0)] {
        let expected = of_kind(kind, records);
        assert!(expected.iter().map(|record| record.1).eq(1..=last), "numbers without gaps, up to the head");
        for from in [1, last / 2 + 1] {
            let mut found = Vec::new();
            // A torn last frame stands behind the last record: who reads to the end meets it, and is told.
            let read = reader.read_from(kind, from, |number, sealed| {
                found.push((kind, number, sealed.to_vec()));
                number < last
            });
            assert!(read.is_ok() || scan.torn.is_some(), "{read:?}");
            let expected = expected.iter().filter(|record| record.1 >= from).copied();
            assert!(found.iter().eq(expected), "read by number, it is something else");
        }
    }
}

/// The log is opened for writing and one record is added: nothing from before is lost.
fn writing_goes_on(disk: &MemoryDisk, scan: &Scan, records: &[Record]) {
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let size = usize::try_from(scan.size).unwrap();
    disk.put(&folder().join("spare"), vec![0; size]);
    let options = WriterOptions { file_size: scan.size, reserve: SECTOR as u64 };
    let mut writer =
        JournalWriter::open(Arc::clone(&shared), &folder(), scan, options).expect("what was read is opened");
    let (cut, kept, _) = scanned(&shared);
    let cut = cut.expect("what was opened can be read");
    assert_eq!((cut.head, cut.torn), (scan.head, None), "a torn frame is cut and nothing else");
    assert!(kept == records);
    let mut frame = FrameBuilder::default();
    let sealed = b"one more".to_vec();
    let seal = |buffer: &mut Vec<u8>| {
        buffer.extend_from_slice(&sealed);
        Ok::<(), ()>(())
    };
    frame.push(FrameKind::Event, seal).unwrap();
    let length = frame.length_with(0);
    if length > writer.max_frame() || scan.head.position.0 == u64::MAX {
        return;
    }
    writer.admit(length, false).expect("there is a next file");
    let (_, head) = writer.write(&mut frame).expect("nothing fails on this disk");
    drop(writer);
    let (scanned, after, _) = scanned(&shared);
    let scanned = scanned.expect("what was written can be read");
    assert_eq!(scanned.head, head);
    assert_eq!(head.position.0, scan.head.position.0 + 1);
    assert!(after.starts_with(records) && after.len() == records.len() + 1, "what was there is lost");
    assert!(after.last().is_some_and(|last| last.2 == sealed));
}

/// The key file that the seeds were written with, and its place.
fn key_files() -> &'static [(PathBuf, Vec<u8>)] {
    static KEYS: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/journal.keyring");
        vec![(care::keys_of(&data()).join("keyring"), std::fs::read(path).unwrap())]
    })
}

/// A master key that guards nothing.
fn master() -> MasterKey {
    MasterKey::from_hex(&"5a".repeat(32)).unwrap()
}

fn log_options(disk: &Arc<dyn Disk>, file_size: u64) -> LogOptions {
    let mut options = LogOptions::new(data());
    options.disk = Arc::clone(disk);
    options.journal = WriterOptions { file_size, reserve: SECTOR as u64 };
    options.opener = Arc::new(|_| Err(sled::Error::Unsupported("no sled here".to_owned())));
    options
}

/// The service starts only on a log that can be read, shows all of it, and leaves a log that can be read.
fn the_service_agrees(disk: &MemoryDisk, scanned_before: Result<&Scan, &JournalError>) {
    for (path, bytes) in key_files() {
        disk.put(path, bytes.clone());
    }
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let keys = KeyRing::open(&shared, &care::keys_of(&data()), &master()).expect("the keys are whole");
    let size = scanned_before.map_or(8 * 1024, |scan| scan.size);
    let Ok(log) = JournalLog::open(&log_options(&shared, size), keys) else { return };
    let scan = scanned_before.expect("a service that starts can read its log");
    assert_eq!(log.head(), scan.head);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let events = runtime.block_on(log.read_all(Position(0), usize::MAX >> 1)).expect("every event opens");
    let traces = runtime.block_on(log.read_traces(TraceNumber(0), usize::MAX >> 1)).expect("every trace opens");
    assert_eq!((events.len() as u64, traces.len() as u64), (scan.head.position.0, scan.head.traces.0));
    log.close();
    let (after, ..) = scanned(&shared);
    assert_eq!(after.expect("a closed log can be read").head, scan.head);
}
