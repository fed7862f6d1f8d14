//! The journal's seeds: small logs that the service itself wrote, and what crashes leave of them.

use std::path::PathBuf;
use std::sync::Arc;

use storage::disk::Disk;
use storage::journal::SECTOR;
use storage::{
    Commit, CommitId, EventLog, Expected, JournalLog, KeyRef, KeyRing, NewEvent, NewPart, NewTrace, RecordClass,
    StreamId, care,
};
use zeroize::Zeroizing;

use super::{ANCHOR, CHAIN, MemoryDisk, SEAL, SERVICE, data, log_options, master};

const FILE_SIZE: usize = 4 * 1024;

/// Writes logs and tells what lies on the disk, as inputs, and the key file. Other bytes each time, since keys and nonces
/// are made by chance: what is committed was made once.
pub fn seeds() -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
    let disk = MemoryDisk::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let mut seeds = Vec::new();
    for (events, traces) in [(0, 0), (1, 0), (2, 1), (9, 4)] {
        write(&shared, events, traces);
        for (name, choices) in [("plain", 0), ("service", SERVICE), ("sealed", SEAL), ("chained", SEAL | CHAIN)] {
            seeds.push((format!("{events}-{traces}-{name}"), input(&disk, choices, None)));
        }
        seeds.push((format!("{events}-{traces}-anchor"), input(&disk, SERVICE | ANCHOR, None)));
    }
    for kept in [1, 2] {
        seeds.push((format!("torn-{kept}"), input(&disk, SERVICE, Some(kept * SECTOR))));
    }
    let keys = disk.files().into_iter().find(|(path, _)| *path == care::keys_of(&data()).join("keyring"));
    (seeds, keys.expect("the key file").1)
}

fn write(disk: &Arc<dyn Disk>, events: u64, traces: u64) {
    let folder = care::keys_of(&data());
    let keys = if KeyRing::exists(&**disk, &folder).unwrap() {
        KeyRing::open(disk, &folder, &master()).unwrap()
    } else {
        KeyRing::create(disk, &folder, &master()).unwrap()
    };
    let log = JournalLog::open(&log_options(disk, FILE_SIZE as u64), keys).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for number in log.head().position.0 + 1..=events {
        runtime.block_on(log.append(commit(number))).unwrap();
    }
    for number in log.head().traces.0 + 1..=traces {
        runtime.block_on(log.record_trace(trace(number))).unwrap();
    }
    log.close();
}

fn bits(number: u64) -> [u8; 16] {
    (7_u128 << 96 | u128::from(number)).to_be_bytes()
}

/// A commit of one event; each third is longer than a sector.
fn commit(number: u64) -> Commit {
    let stream = StreamId { kind: 3, id: bits(number % 2) };
    let key = KeyRef { subject: stream.id, class: RecordClass(4), period: 2019 };
    let text = format!("sealed {number} ").repeat(if number.is_multiple_of(3) { 50 } else { 1 });
    let event = NewEvent {
        stream,
        event_id: bits(number),
        kind: "guardian-contacted".to_owned(),
        form: 1,
        open: b"{}".to_vec(),
        parts: vec![NewPart { key, plain: Zeroizing::new(text.into_bytes()) }],
    };
    Commit {
        id: CommitId(bits(number)),
        content: Zeroizing::new(bits(number).to_vec()),
        expected: Vec::<(StreamId, Expected)>::new(),
        events: vec![event],
        recorded_micros: i64::try_from(number).unwrap(),
    }
}

fn trace(number: u64) -> NewTrace {
    let key = KeyRef { subject: [0; 16], class: RecordClass(9), period: 2019 };
    let subjects = NewPart { key, plain: Zeroizing::new(b"pupil".to_vec()) };
    NewTrace { open: format!("trace {number}").into_bytes(), subjects, recorded_micros: 0 }
}

/// What lies in the journal's folder, as an input. `cut`: so many bytes are missing at the end of the last frame.
fn input(disk: &MemoryDisk, choices: u8, cut: Option<usize>) -> Vec<u8> {
    let mut input = vec![choices];
    let files = disk.files();
    let anchor = files.iter().filter(|(path, _)| choices & ANCHOR != 0 && path.ends_with("anchor"));
    let journal: Vec<&(PathBuf, Vec<u8>)> =
        files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "journal")).collect();
    for (path, bytes) in anchor.chain(journal.iter().copied()) {
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let is_last = journal.last().is_some_and(|(last, _)| last == path);
        let used = used.saturating_sub(cut.filter(|_| is_last).unwrap_or_default());
        input.extend(u16::try_from(used).unwrap().to_le_bytes());
        input.push(u8::try_from(bytes.len() / SECTOR).unwrap());
        input.extend(&bytes[..used]);
    }
    input
}
