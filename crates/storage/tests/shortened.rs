//! A log that was made shorter does not start without a word: not with its anchor taken away, made anew, or put back to an older
//! one, as long as anything in the folder knows better.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use storage::care;
use storage::journal::{self, Anchor, SECTOR, WriterOptions};
use storage::{Disk, EventLog, Head, JournalLog, KeyRing, OpenError, RealDisk, Vault};
use support::mem_disk::MemDisk;
use support::{addition, data, keys, master, nothing, options, stream, trace, wait};

const JOURNAL: WriterOptions = WriterOptions { file_size: 8 * 1024, reserve: 1024 };

/// What a test may choose.
struct How {
    checkpoint_every: u64,
    anchor_every: Duration,
}

/// No checkpoint, and anchors only at the beginning and at an orderly end.
const RARELY: How = How { checkpoint_every: u64::MAX, anchor_every: Duration::from_hours(1) };

fn open(disk: &MemDisk, how: &How) -> Result<Arc<JournalLog>, OpenError> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let mut options = options(&data(), Arc::clone(&disk));
    options.journal = JOURNAL;
    options.opener = Arc::new(|_| Err(sled::Error::Unsupported("no sled here".to_owned())));
    (options.checkpoint_every, options.anchor_every) = (how.checkpoint_every, how.anchor_every);
    JournalLog::open(&options, keys(&data(), &disk)?)
}

fn add(log: &JournalLog, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        wait(log.append(addition(number, stream(u8::try_from(number % 7).unwrap())))).unwrap();
        wait(log.record_trace(trace(number))).unwrap();
    }
}

fn folder() -> PathBuf {
    data().join("journal")
}

fn anchor(disk: &dyn Disk) -> Anchor {
    Anchor::read(disk, &folder()).unwrap().unwrap()
}

/// A log of several files that was closed, and the anchor of its beginning.
fn written(how: &How) -> (MemDisk, Anchor) {
    let disk = MemDisk::new();
    let log = open(&disk, how).unwrap();
    let first = anchor(&disk);
    add(&log, 1..=25);
    log.close();
    assert_eq!((first.head, anchor(&disk).head), (Head::default(), log.head()));
    (disk.copy(), first)
}

/// Where the journal may be cut without leaving half a frame: before the first frame and after each, with the head there.
fn ends(disk: &dyn Disk, folder: &Path) -> Vec<(u64, usize, Head)> {
    let mut ends = vec![(1, SECTOR, Head::default())];
    journal::scan(disk, folder, &mut |place, frame| {
        ends.push((place.file, usize::try_from(place.offset).unwrap() + place.length, frame.after));
        Ok(())
    })
    .unwrap();
    assert!(ends.len() > 40 && ends.last().unwrap().0 > 2, "many frames in several files");
    ends
}

/// A copy with nothing behind this end.
fn cut(disk: &MemDisk, (file, end, _): (u64, usize, Head)) -> MemDisk {
    let cut = disk.copy();
    for path in disk.list(&folder()).unwrap() {
        if path.extension().is_some_and(|ending| ending == "journal") && path > journal::file_path(&folder(), file) {
            cut.remove_file(&path).unwrap();
        }
    }
    let path = journal::file_path(&folder(), file);
    let mut bytes = disk.bytes(&path).unwrap();
    bytes[end..].fill(0);
    cut.put(&path, &bytes);
    cut
}

#[track_caller]
fn refused(disk: &MemDisk, how: &How, why: &str, what: &str) {
    let before = disk.bytes(&journal::file_path(&folder(), 1)).unwrap();
    let Err(error) = open(disk, how) else { panic!("{what}: it starts") };
    let error = error.to_string();
    assert!(error.contains(why) && error.contains("mentorlog restore"), "{what}: {error}");
    assert_eq!(disk.bytes(&journal::file_path(&folder(), 1)).unwrap(), before, "{what}: nothing was changed");
}

#[test]
fn a_journal_without_its_anchor_is_refused_wherever_it_was_cut() {
    let (disk, _) = written(&RARELY);
    for end in ends(&disk, &folder()) {
        let cut = cut(&disk, end);
        cut.remove_file(&folder().join("anchor")).unwrap();
        let why = if end.2 == Head::default() { "keys were made" } else { "the anchor is missing" };
        refused(&cut, &RARELY, why, &format!("cut after {:?}", end.2));
    }
}

#[test]
fn an_anchor_that_was_made_without_the_keys_is_refused_wherever_it_was_cut() {
    let (disk, first) = written(&RARELY);
    let other = Vault::in_memory().unwrap();
    for end in ends(&disk, &folder()) {
        let (head, log_id) = (end.2, first.log_id);
        let what = format!("cut after {head:?}");
        let with = |anchor: Anchor| {
            let cut = cut(&disk, end);
            anchor.write(&cut, &folder()).unwrap();
            cut
        };
        let why = if head == Head::default() { "keys were made" } else { "the anchor has no seal" };
        refused(&with(Anchor { log_id, head, seal: None }), &RARELY, why, &what);
        let sealed = "not sealed with this log's keys";
        refused(&with(Anchor::sealed(log_id, head, &other.anchor_key())), &RARELY, sealed, &what);
        if head != first.head {
            refused(&with(Anchor { head, ..first }), &RARELY, sealed, &what);
        }
    }
}

#[test]
fn with_an_older_anchor_a_checkpoint_knows_of_events_and_of_traces_that_are_gone() {
    let often = How { checkpoint_every: 10, ..RARELY };
    let (disk, first) = written(&often);
    let ends = ends(&disk, &folder());
    let whole = ends.last().unwrap().2;
    for end in ends {
        let cut = cut(&disk, end);
        first.write(&cut, &folder()).unwrap();
        if end.2 == whole {
            assert_eq!(open(&cut, &RARELY).unwrap().head(), whole);
        } else {
            refused(&cut, &RARELY, "it knows of 25 events and 25 traces", &format!("cut after {:?}", end.2));
        }
    }
}

#[test]
fn what_was_read_since_the_last_event_is_known_to_the_furthest_of_two_checkpoints() {
    let often = How { checkpoint_every: 10, ..RARELY };
    // Names of checkpoints at one position are in no order: either may be looked at first.
    for _ in 0..8 {
        let (disk, _) = written(&often);
        let earlier = anchor(&disk);
        let log = open(&disk, &often).unwrap();
        for number in 26..=40 {
            wait(log.record_trace(trace(number))).unwrap();
        }
        log.close();
        let disk = disk.copy();
        let end = ends(&disk, &folder()).into_iter().find(|end| end.2 == earlier.head).unwrap();
        let cut = cut(&disk, end);
        earlier.write(&cut, &folder()).unwrap();
        refused(&cut, &RARELY, "25 events and 40 traces", "only readings were cut away");
    }
}

#[test]
fn where_nothing_else_is_left_an_older_anchor_cannot_be_told_from_the_last_one() {
    let (disk, first) = written(&RARELY);
    let end = ends(&disk, &folder())[9];
    let cut = cut(&disk, end);
    first.write(&cut, &folder()).unwrap();
    assert_eq!(open(&cut, &RARELY).unwrap().head(), end.2, "which docs/formats.md says");
}

#[test]
fn with_an_older_anchor_sled_knows_of_events_and_of_traces_that_are_gone() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let open = |checkpoint_every| {
        let mut options = options(data, Arc::clone(&disk));
        (options.journal, options.checkpoint_every) = (JOURNAL, checkpoint_every);
        JournalLog::open(&options, keys(data, &disk).unwrap())
    };
    let log = open(u64::MAX).unwrap();
    let anchor = std::fs::read(data.join("journal/anchor")).unwrap();
    add(&log, 1..=25);
    log.close();
    drop(log);
    let ends = ends(&*disk, &data.join("journal"));
    let last = ends.len() - 1;
    let (file, end, head) = ends[last];
    let path = journal::file_path(&data.join("journal"), file);
    let whole = std::fs::read(&path).unwrap();
    for (file, end, _) in ends.into_iter().filter(|(of, ..)| *of == file).take_while(|(_, to, _)| *to < end) {
        let mut bytes = whole.clone();
        bytes[end..].fill(0);
        std::fs::write(&path, bytes).unwrap();
        std::fs::write(data.join("journal/anchor"), &anchor).unwrap();
        let Err(error) = open(u64::MAX) else { panic!("cut in file {file} at {end}: it starts") };
        let error = error.to_string();
        assert!(error.contains("/sled: it knows of") && error.contains("mentorlog restore"), "{error}");
        let report = care::verify(&disk, data, None, true);
        assert!(report.to_string().contains("sled was filled further than the journal reaches"), "{report}");
    }
    // Put back it starts, and sled is as it was.
    std::fs::write(&path, whole).unwrap();
    let log = open(u64::MAX).unwrap();
    assert_eq!((log.head(), log.fallbacks()), (head, 0));
}

#[test]
fn after_a_checkpoint_what_sled_knows_stops_the_log() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let open = |checkpoint_every| {
        let mut options = options(data, Arc::clone(&disk));
        (options.journal, options.checkpoint_every) = (JOURNAL, checkpoint_every);
        JournalLog::open(&options, keys(data, &disk).unwrap()).unwrap()
    };
    let log = open(10);
    add(&log, 1..=25);
    log.close();
    let earlier = (log.head(), std::fs::read(data.join("journal/anchor")).unwrap());
    drop(log);
    let log = open(u64::MAX);
    assert!(log.wait_for_old_files() && log.stopped().is_none());
    add(&log, 26..=26);
    log.close();
    drop(log);
    let (file, end, _) = ends(&*disk, &data.join("journal")).into_iter().find(|(.., head)| *head == earlier.0).unwrap();
    let path = journal::file_path(&data.join("journal"), file);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[end..].fill(0);
    std::fs::write(&path, bytes).unwrap();
    std::fs::write(data.join("journal/anchor"), earlier.1).unwrap();
    let log = open(u64::MAX);
    assert!(log.resumed_at().0 > 0 && log.wait_for_old_files());
    assert!(log.stopped().unwrap().contains("/sled: it knows of 26 events"), "{:?}", log.stopped());
    assert!(wait(log.append(addition(99, stream(1)))).is_err(), "nothing is written any more");
}

#[test]
fn a_log_that_is_killed_has_an_anchor_of_moments_ago() {
    let disk = MemDisk::new();
    let log = open(&disk, &How { anchor_every: Duration::ZERO, ..RARELY }).unwrap();
    add(&log, 1..=25);
    // It comes by itself, without anything more being recorded.
    let begun = Instant::now();
    while anchor(&disk).head != log.head() {
        assert!(begun.elapsed() < Duration::from_mins(1), "no anchor at the end of what was recorded");
        std::thread::yield_now();
    }
    let (killed, head) = (disk.copy(), log.head());
    for end in ends(&killed, &folder()) {
        let cut = cut(&killed, end);
        let opened = open(&cut, &RARELY).map(|log| log.head());
        if end.2 == head {
            assert_eq!(opened.unwrap(), head);
        } else {
            assert!(opened.unwrap_err().to_string().contains("what the anchor says"), "cut after {:?}", end.2);
        }
    }
}

#[test]
fn anchors_are_no_more_frequent_than_is_asked_for() {
    let disk = MemDisk::new();
    let log = open(&disk, &RARELY).unwrap();
    let first = anchor(&disk);
    add(&log, 1..=25);
    assert_eq!(anchor(&disk), first);
    log.close();
    assert_eq!(anchor(&disk).head, log.head());
}

#[test]
fn a_backup_carries_the_anchor_and_one_without_is_not_made_and_not_restored() {
    let (disk, _) = written(&RARELY);
    let backup = PathBuf::from("/backup");
    care::backup(&disk, &data(), &backup, nothing).unwrap();
    let keys = PathBuf::from("/keys-backup");
    care::backup_keys(&disk, &care::keys_of(&data()), &keys).unwrap();
    let restored = PathBuf::from("/restored");
    care::restore(&disk, (&backup, Some(&keys)), &restored, nothing).unwrap();
    let anchors = [&data(), &backup, &restored].map(|at| Anchor::read(&disk, &at.join("journal")).unwrap().unwrap());
    assert!(anchors[0] == anchors[1] && anchors[1] == anchors[2]);

    for at in [&data(), &backup] {
        disk.remove_file(&at.join("journal/anchor")).unwrap();
    }
    let made = care::backup(&disk, &data(), &PathBuf::from("/second"), nothing).unwrap_err().to_string();
    let restored = care::restore(&disk, (&backup, None), &PathBuf::from("/third"), nothing).unwrap_err().to_string();
    for error in [made, restored] {
        assert!(error.contains("the anchor is missing"), "{error}");
    }
}

#[test]
fn verify_tells_of_an_anchor_that_is_missing_and_with_the_keys_of_a_false_one() {
    let (disk, first) = written(&RARELY);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let vault = Vault::new(KeyRing::open_read_only(&shared, &care::keys_of(&data()), &master()).unwrap()).unwrap();
    let faults = |vault| care::verify(&shared, &data(), vault, false).faults.join(", ");
    assert_eq!((faults(None), faults(Some(&vault))), (String::new(), String::new()));
    let head = anchor(&disk).head;
    Anchor::sealed(first.log_id, head, &Vault::in_memory().unwrap().anchor_key()).write(&disk, &folder()).unwrap();
    assert_eq!(faults(None), "", "without the keys nobody can tell");
    assert!(faults(Some(&vault)).contains("not sealed with this log's keys"));
    Anchor { log_id: first.log_id, head, seal: None }.write(&disk, &folder()).unwrap();
    assert!(faults(None).contains("the anchor has no seal") && faults(Some(&vault)).contains("the anchor has no seal"));
    disk.remove_file(&folder().join("anchor")).unwrap();
    assert!(faults(None).contains("the anchor is missing") && faults(Some(&vault)).contains("the anchor is missing"));
}
