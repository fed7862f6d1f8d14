//! sled is never trusted: deleted, emptied, damaged, panicking or hanging, it is rebuilt from the journal, and the answers are
//! the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use storage::{Disk, EventLog, Head, JournalLog, LogOptions, RealDisk};
use support::{addition, contents, keys, options, stream, trace, wait};

type Contents = (Vec<String>, Vec<String>);

/// A closed log, with what it held.
fn written(folder: &Path) -> (Contents, Head) {
    let log = support::open(folder).unwrap();
    for number in 1..=200 {
        wait(log.append(addition(number, stream(u8::try_from(number % 3).unwrap())))).unwrap();
    }
    wait(log.record_trace(trace(1))).unwrap();
    log.close();
    let held = contents(&*log);
    (held, log.head())
}

fn reopened(options: &LogOptions) -> Arc<JournalLog> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    JournalLog::open(options, keys(&options.folder, &disk).unwrap()).unwrap()
}

/// After something was done to sled's folder, the log answers the same, and at the start after that from sled again.
fn answers_the_same_after(harm: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let (before, head) = written(folder.path());
    harm(&folder.path().join("sled"));
    let options = options(folder.path(), Arc::new(RealDisk));
    let log = reopened(&options);
    assert_eq!((contents(&*log), log.head()), (before.clone(), head));
    wait(log.append(addition(201, stream(0)))).unwrap();
    drop(log);
    let again = reopened(&options);
    assert_eq!(contents(&*again).0.len(), before.0.len() + 1);
    assert_eq!(again.fallbacks(), 0, "sled has been rebuilt");
}

#[test]
fn deleted() {
    answers_the_same_after(|sled| std::fs::remove_dir_all(sled).unwrap());
}

#[test]
fn emptied() {
    answers_the_same_after(|sled| {
        std::fs::remove_dir_all(sled).unwrap();
        std::fs::create_dir(sled).unwrap();
    });
}

#[test]
fn cut_to_nothing() {
    answers_the_same_after(|sled| std::fs::write(sled.join("db"), []).unwrap());
}

#[test]
fn with_changed_bits() {
    for round in 0..12_usize {
        answers_the_same_after(|sled| {
            let path = sled.join("db");
            let mut bytes = std::fs::read(&path).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
            let at = round * used / 12 + round * 37 % 64;
            bytes[at.min(used - 1)] ^= 1 << (round % 8);
            std::fs::write(&path, bytes).unwrap();
        });
    }
}

#[test]
fn filled_for_another_log() {
    let other = tempfile::tempdir().unwrap();
    written(other.path());
    answers_the_same_after(|sled| {
        std::fs::remove_dir_all(sled).unwrap();
        std::fs::rename(other.path().join("sled"), sled).unwrap();
    });
}

#[test]
fn holding_a_wrong_record() {
    answers_the_same_after(|sled| {
        let db = (LogOptions::new(sled).opener)(sled).unwrap();
        let events = db.open_tree("events").unwrap();
        let (key, block) = events.first().unwrap().unwrap();
        let mut changed = block.to_vec();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        events.insert(key, changed).unwrap();
        db.flush().unwrap();
    });
}

#[test]
fn lacking_a_block() {
    answers_the_same_after(|sled| {
        let db = (LogOptions::new(sled).opener)(sled).unwrap();
        let events = db.open_tree("events").unwrap();
        events.remove(events.last().unwrap().unwrap().0).unwrap();
        db.flush().unwrap();
    });
}

/// The first opening goes wrong, later ones go well.
fn wrong_at_first(wrong: impl Fn() -> sled::Result<sled::Db> + Send + Sync + 'static) {
    let folder = tempfile::tempdir().unwrap();
    let (before, head) = written(folder.path());
    let mut options = options(folder.path(), Arc::new(RealDisk));
    let (usual, opened) = (Arc::clone(&options.opener), AtomicUsize::new(0));
    options.opener =
        Arc::new(move |path| if opened.fetch_add(1, Ordering::SeqCst) == 0 { wrong() } else { usual(path) });
    options.sled_patience = Duration::from_millis(300);
    let log = reopened(&options);
    assert_eq!((contents(&*log), log.head()), (before, head));
    assert_eq!(log.fallbacks(), 0, "sled has been rebuilt");
}

#[test]
fn panicking_when_opened() {
    wrong_at_first(|| panic!("sled panics, as it does on a damaged folder"));
}

#[test]
fn failing_when_opened() {
    wrong_at_first(|| Err(sled::Error::Unsupported("on purpose".to_owned())));
}

#[test]
fn hanging_when_opened() {
    let (never_sent, never_received) = mpsc::channel::<()>();
    let never_received = std::sync::Mutex::new(never_received);
    wrong_at_first(move || {
        let _hangs = never_received.lock().unwrap().recv();
        Err(sled::Error::Unsupported("let go".to_owned()))
    });
    drop(never_sent);
}

#[test]
fn never_to_be_opened_the_log_answers_from_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (before, head) = written(folder.path());
    let mut options = options(folder.path(), Arc::new(RealDisk));
    options.opener = Arc::new(|_| Err(sled::Error::Unsupported("on purpose".to_owned())));
    let log = reopened(&options);
    assert_eq!((contents(&*log), log.head()), (before, head));
    wait(log.append(addition(201, stream(0)))).unwrap();
    assert_eq!(contents(&*log).0.len(), 201);
}
