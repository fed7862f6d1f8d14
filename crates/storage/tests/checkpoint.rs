//! Starting from a checkpoint of the ledger: it answers as a start that reads everything does, it is passed over whenever it
//! does not fit, and what was damaged in an older file is found beside the work.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use storage::journal::WriterOptions;
use storage::{AppendError, Disk, EventLog, Expected, JournalLog, OpenError, PartContent, Position};
use support::mem_disk::MemDisk;
use support::{Chance, addition, commit, commit_id, contents, data, event, keys, options, stream, trace, wait};

const FILE: u64 = 8 * 1024;

/// Opens the log on a disk without sled, with a checkpoint after so many records.
fn open(disk: &MemDisk, checkpoint_every: u64) -> Result<Arc<JournalLog>, OpenError> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    let mut options = options(&data(), Arc::clone(&disk));
    options.journal = WriterOptions { file_size: FILE, reserve: 1024 };
    options.opener = Arc::new(|_| Err(sled::Error::Unsupported("no sled here".to_owned())));
    options.checkpoint_every = checkpoint_every;
    JournalLog::open(&options, keys(&data(), &disk)?)
}

fn add(log: &JournalLog, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        wait(log.append(addition(number, stream(u8::try_from(number % 7).unwrap())))).unwrap();
        wait(log.record_trace(trace(number))).unwrap();
    }
}

/// A closed log of several files that has a checkpoint at its end.
fn written(until: u64) -> MemDisk {
    let disk = MemDisk::new();
    let log = open(&disk, 10).unwrap();
    add(&log, 1..=until);
    log.close();
    assert!(journal(&disk).len() >= 3, "several files");
    disk.copy()
}

fn journal(disk: &MemDisk) -> Vec<PathBuf> {
    let mut files = disk.list(&data().join("journal")).unwrap();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "journal"));
    files
}

/// The finished ones: one that is being written has another name until it is whole.
fn checkpoints(disk: &MemDisk) -> Vec<PathBuf> {
    let folder = data().join("checkpoints");
    let mut files = if disk.exists(&folder).unwrap() { disk.list(&folder).unwrap() } else { Vec::new() };
    files.retain(|path| path.extension().is_none_or(|ending| ending != "new"));
    files
}

fn without_checkpoints(disk: &MemDisk) -> MemDisk {
    let without = disk.copy();
    for path in checkpoints(&without) {
        without.remove_file(&path).unwrap();
    }
    without
}

/// Never refused, whatever became of the checkpoint; and the same as if there were none.
fn the_same_as_read_whole(disk: &MemDisk, what: &str) -> Position {
    let whole = open(&without_checkpoints(disk), u64::MAX).unwrap();
    let log = open(&disk.copy(), u64::MAX).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(whole.resumed_at(), Position(0));
    assert_eq!((log.head(), contents(&*log)), (whole.head(), contents(&*whole)), "{what}");
    for number in 1..=log.head().position.0 {
        let content = format!("content {number}");
        let name = |log: &JournalLog| log.committed(commit_id(number), content.as_bytes());
        assert_eq!(name(&log), name(&whole), "{what}: the name of commit {number}");
    }
    for number in 0..7 {
        let read = |log: &JournalLog| wait(log.read_stream(stream(number), 2, 5)).unwrap();
        assert_eq!(read(&log), read(&whole), "{what}: stream {number}");
    }
    let sorted = |log: &JournalLog| {
        let mut keys = log.vault().ring().in_use();
        keys.sort_unstable();
        keys
    };
    assert_eq!(sorted(&log), sorted(&whole), "{what}: keys");
    assert!(log.wait_for_old_files() && log.stopped().is_none(), "{what}");
    log.resumed_at()
}

#[test]
fn a_log_that_was_closed_is_opened_from_its_checkpoint_and_is_the_same() {
    let disk = written(60);
    assert_eq!(the_same_as_read_whole(&disk, "closed"), Position(60));
    let log = open(&disk, 10).unwrap();
    let wrong = commit(61, vec![event(stream(1), 61)], vec![(stream(1), Expected::Version(3))]);
    assert!(matches!(wait(log.append(wrong)), Err(AppendError::Conflict { expected: 3, actual: 9, .. })));
    assert!(wait(log.append(addition(7, stream(0)))).unwrap().already, "a command is known by its name");
    add(&log, 61..=75);
    log.close();
    assert_eq!(the_same_as_read_whole(&disk, "closed again"), Position(75));
    assert!(checkpoints(&disk).len() <= 2);
}

#[test]
fn what_came_after_the_checkpoint_is_read() {
    let disk = written(60);
    let log = open(&disk, u64::MAX).unwrap();
    add(&log, 61..=100);
    log.close();
    assert_eq!(the_same_as_read_whole(&disk, "longer than its checkpoint"), Position(60));
}

#[test]
fn a_key_that_was_destroyed_after_the_checkpoint_seals_nothing_more() {
    let disk = written(60);
    let log = open(&disk, u64::MAX).unwrap();
    assert_eq!(log.vault().ring().destroy(|of| of.subject == stream(1).id).unwrap(), 1);
    log.close();
    drop(log);
    let log = open(&disk, u64::MAX).unwrap();
    assert_eq!(log.resumed_at(), Position(60), "the checkpoint says what sealed when it was taken");
    wait(log.append(addition(61, stream(1)))).unwrap();
    let events = wait(log.read_stream(stream(1), 0, 100)).unwrap();
    let open: Vec<bool> =
        events.iter().map(|event| matches!(event.parts[0].content, PartContent::Present(_))).collect();
    let (last, before) = open.split_last().unwrap();
    assert!(*last && before.iter().all(|open| !open), "{open:?}");
}

#[test]
fn a_short_log_has_no_checkpoint() {
    let disk = MemDisk::new();
    let log = open(&disk, 50_000).unwrap();
    add(&log, 1..=60);
    log.close();
    assert!(checkpoints(&disk).is_empty());
}

#[test]
fn a_checkpoint_is_taken_while_the_log_is_written() {
    let disk = MemDisk::new();
    let log = open(&disk, 10).unwrap();
    let enough = (1..10_000).find(|number| {
        add(&log, *number..=*number);
        !checkpoints(&disk).is_empty()
    });
    let written = enough.unwrap();
    // The log is not closed: the program just ends.
    let resumed = the_same_as_read_whole(&disk.copy(), "from while it was written").0;
    assert!((5..=written).contains(&resumed), "{resumed} of {written}");
}

#[test]
fn a_checkpoint_with_any_byte_changed_is_passed_over() {
    let disk = written(60);
    for path in checkpoints(&disk) {
        let whole = disk.bytes(&path).unwrap();
        for at in (0..whole.len()).step_by(if whole.len() > 2_000 { 17 } else { 1 }) {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            disk.put(&path, &changed);
            let log = open(&disk.copy(), u64::MAX).unwrap_or_else(|error| panic!("byte {at}: {error}"));
            assert_eq!(log.head().position, Position(60));
        }
        disk.put(&path, &[]);
        the_same_as_read_whole(&disk, "emptied");
        disk.put(&path, &whole);
    }
    assert_eq!(the_same_as_read_whole(&disk, "put back"), Position(60));
}

#[test]
fn a_checkpoint_of_another_log_or_of_another_history_is_passed_over() {
    let (disk, other) = (written(60), written(60));
    let mine = without_checkpoints(&disk);
    mine.create_dir_all(&data().join("checkpoints")).unwrap();
    for path in checkpoints(&other) {
        mine.put(&path, &other.bytes(&path).unwrap());
    }
    assert_eq!(the_same_as_read_whole(&mine, "another log's"), Position(0));

    // The same log goes on in two ways, with the same number of records.
    let (one, two) = (disk.copy(), disk.copy());
    let log = open(&one, 10).unwrap();
    add(&log, 61..=90);
    log.close();
    let log = open(&two, u64::MAX).unwrap();
    for number in 91..=120 {
        wait(log.append(addition(number, stream(3)))).unwrap();
        wait(log.record_trace(trace(number))).unwrap();
    }
    log.close();
    let two = without_checkpoints(&two);
    for path in checkpoints(&one).iter().filter(|path| !checkpoints(&disk).contains(path)) {
        two.put(path, &one.bytes(path).unwrap());
    }
    assert_eq!(the_same_as_read_whole(&two, "another history's"), Position(0));
}

#[test]
fn a_checkpoint_that_is_newer_than_the_log_is_refused_at_the_start() {
    let before = written(40);
    let after = before.copy();
    let log = open(&after, 10).unwrap();
    add(&log, 41..=90);
    log.close();
    // The journal and the keys are put back, the checkpoints are not.
    let mixed = without_checkpoints(&before);
    let newest = checkpoints(&after).pop().unwrap();
    mixed.put(&newest, &after.bytes(&newest).unwrap());
    let Err(error) = open(&mixed, 10) else { panic!("it starts") };
    // Whether the newest was made before or after the last of the traces is the committer's.
    assert!(error.to_string().contains("it knows of 90 events and "), "{error}");
    assert!(error.to_string().contains("after 40 events and 40 traces"), "{error}");
}

#[test]
fn an_older_file_that_is_missing_cut_or_another_is_refused_at_the_start() {
    let disk = written(60);
    let files = journal(&disk);
    let (first, second) = (disk.bytes(&files[0]).unwrap(), disk.bytes(&files[1]).unwrap());
    let refused = |what: &str, harm: &dyn Fn(&MemDisk)| {
        let harmed = disk.copy();
        harm(&harmed);
        let Err(error) = open(&harmed, 10) else { panic!("{what}: it starts") };
        assert!(error.to_string().contains("restore the log from a backup"), "{what}: {error}");
    };
    refused("missing", &|disk| disk.remove_file(&files[0]).unwrap());
    refused("cut", &|disk| disk.put(&files[0], &first[..first.len() - 512]));
    refused("longer", &|disk| disk.put(&files[0], &[first.clone(), vec![0; 512]].concat()));
    refused("emptied", &|disk| disk.put(&files[0], &vec![0; first.len()]));
    refused("swapped", &|disk| {
        disk.put(&files[0], &second);
        disk.put(&files[1], &first);
    });
    refused("its last frame changed", &|disk| {
        let mut changed = first.clone();
        let end = first.iter().rposition(|byte| *byte != 0).unwrap();
        changed[end - 100] ^= 1;
        disk.put(&files[0], &changed);
    });
    refused("no anchor's head in it", &|disk| {
        let other = written(60);
        let path = data().join("journal/anchor");
        disk.put(&path, &other.bytes(&path).unwrap());
    });
}

#[test]
fn a_byte_changed_in_an_older_file_is_found_beside_the_work_and_stops_the_log() {
    let disk = written(60);
    let files = journal(&disk);
    let (mut at_start, mut beside) = (0, 0);
    for path in &files[..files.len() - 1] {
        let whole = disk.bytes(path).unwrap();
        let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
        for at in (0..used).step_by(389) {
            let harmed = disk.copy();
            let mut changed = whole.clone();
            changed[at] ^= 4;
            harmed.put(path, &changed);
            let Ok(log) = open(&harmed, 10) else {
                at_start += 1;
                continue;
            };
            assert!(log.wait_for_old_files());
            let stopped = log.stopped().unwrap_or_else(|| panic!("{} byte {at} is not found", path.display()));
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(stopped.contains(&name) && stopped.contains("after position"), "{stopped}");
            assert!(stopped.contains("restore the log from a backup"), "{stopped}");
            let refused = wait(log.append(addition(99, stream(1))));
            assert!(matches!(refused, Err(AppendError::Stopped { .. })), "nothing is written any more");
            beside += 1;
        }
    }
    assert!(at_start > 0 && beside > 20, "{at_start} at the start, {beside} beside");
}

#[test]
fn frames_that_became_zeros_are_found_too() {
    let disk = written(60);
    let file = journal(&disk)[0].clone();
    let mut bytes = disk.bytes(&file).unwrap();
    bytes[512..1024].fill(0);
    disk.put(&file, &bytes);
    let log = open(&disk, 10).unwrap();
    assert!(log.wait_for_old_files() && log.stopped().is_some());
}

#[test]
fn whenever_the_power_goes_while_a_checkpoint_is_written_the_log_is_as_it_was() {
    let before = written(40);
    let mut resumed = Vec::new();
    for nth in 1.. {
        let disk = before.copy();
        let log = open(&disk, u64::MAX).unwrap();
        add(&log, 41..=44);
        drop(log);
        let log = open(&disk, 10).unwrap();
        // Too few for one while it is written: what is written now is the last checkpoint.
        add(&log, 45..=46);
        disk.cut_at(nth);
        log.close();
        for seed in 0..12 {
            let after = disk.after_cut(&mut Chance(nth * 100 + seed));
            let at = the_same_as_read_whole(&after, &format!("cut {nth}, seed {seed}"));
            resumed.push(at.0);
        }
        if !disk.is_off() {
            break;
        }
    }
    assert!(resumed.contains(&40) && resumed.contains(&46), "{resumed:?}");
}
