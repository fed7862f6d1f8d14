//! Failures played: the Nth call of a kind fails, for every N until none does. Nothing that was acknowledged is lost then,
//! nothing is there by half, and nothing false is answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::sync::Arc;

use storage::disk::DiskCall;
use storage::{AppendError, Disk, EventLog, Expected, FaultDisk, JournalLog, OpenError, Position, RealDisk};
use support::{addition, commit, contents, event, keys, options, stream, trace, wait};

const COMMITS: u64 = 14;

fn open(folder: &Path, disk: Arc<dyn Disk>) -> Result<Arc<JournalLog>, OpenError> {
    let keys = keys(folder, &disk)?;
    let mut options = options(folder, disk);
    options.journal.file_size = 8 * 1024;
    options.journal.reserve = 1024;
    JournalLog::open(&options, keys)
}

/// Opens and writes; returns the numbers that were acknowledged.
fn write(folder: &Path, disk: Arc<dyn Disk>) -> Vec<u64> {
    let mut acknowledged = Vec::new();
    let Ok(log) = open(folder, disk) else { return acknowledged };
    let mut stopped = false;
    for number in 1..=COMMITS {
        let pair = vec![event(stream(1), number), event(stream(2), 1000 + number)];
        match wait(log.append(commit(number, pair, vec![(stream(9), Expected::Any)]))) {
            Ok(_) => {
                assert!(!stopped, "after a failed write nothing more is acknowledged");
                acknowledged.push(number);
            }
            Err(AppendError::Stopped { .. }) => {
                stopped = log.stopped().is_some();
                let _still_readable = contents(&*log);
            }
            Err(_) => {}
        }
        let _not_counted = wait(log.record_trace(trace(number)));
    }
    log.close();
    acknowledged
}

/// On a good disk everything acknowledged is there, once and whole, and what was not is there whole or not at all.
fn check(folder: &Path, acknowledged: &[u64], what: &str) {
    let log = open(folder, Arc::new(RealDisk)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let events = wait(log.read_all(Position(0), 1000)).unwrap();
    for number in 1..=COMMITS {
        let of_commit = events.iter().filter(|event| event.commit == support::commit_id(number)).count();
        assert!(of_commit == 0 || of_commit == 2, "{what}: commit {number} is there by half");
        assert!(of_commit == 2 || !acknowledged.contains(&number), "{what}: commit {number} was acknowledged and lost");
    }
    assert!(wait(log.append(addition(5000, stream(3)))).is_ok(), "{what}: and writing goes on");
}

fn every_nth(kind: DiskCall) {
    for nth in 1.. {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultDisk::new(Arc::new(RealDisk));
        disk.fail_nth(kind, nth);
        let acknowledged = write(folder.path(), Arc::new(disk.clone()));
        check(folder.path(), &acknowledged, &format!("{kind:?} number {nth}"));
        if !disk.has_failed() {
            assert_eq!(acknowledged.len() as u64, COMMITS, "without a failure everything is acknowledged");
            return;
        }
    }
}

#[test]
fn no_failing_write_loses_or_invents_anything() {
    every_nth(DiskCall::Write);
}

#[test]
fn no_failing_sync_loses_or_invents_anything() {
    every_nth(DiskCall::Sync);
}

#[test]
fn no_failing_open_loses_or_invents_anything() {
    every_nth(DiskCall::Open);
}

#[test]
fn no_failing_rename_loses_or_invents_anything() {
    every_nth(DiskCall::Rename);
}

#[test]
fn no_failing_folder_sync_loses_or_invents_anything() {
    every_nth(DiskCall::SyncDir);
}

#[test]
fn a_full_disk_stops_events_with_a_word_and_traces_and_reading_go_on_until_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let disk = FaultDisk::new(Arc::new(RealDisk));
    let log = {
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        let keys = keys(folder.path(), &shared).unwrap();
        let mut options = options(folder.path(), shared);
        options.journal.file_size = 32 * 1024;
        options.journal.reserve = 8 * 1024;
        JournalLog::open(&options, keys).unwrap()
    };
    wait(log.append(addition(1, stream(1)))).unwrap();
    wait(log.record_trace(trace(1))).unwrap();
    disk.set_full(true);
    let refused =
        (2..500).find_map(|number| wait(log.append(addition(number, stream(1)))).err().map(|error| (number, error)));
    let (number, error) = refused.unwrap();
    assert_eq!(error, AppendError::DiskFull);
    assert_eq!(
        wait(log.append(addition(1, stream(1)))).map(|appended| appended.already),
        Ok(true),
        "what stands is known"
    );
    for read in 2..=6 {
        wait(log.record_trace(trace(read))).unwrap();
    }
    assert_eq!(contents(&*log).0.len() as u64, number - 1, "reading goes on");
    disk.set_full(false);
    wait(log.append(addition(number, stream(1)))).unwrap();
    log.close();
    drop(log);
    let again = support::open(folder.path()).unwrap();
    assert_eq!(again.head().position, Position(number));
    assert_eq!(again.head().traces.0, 6);
}
