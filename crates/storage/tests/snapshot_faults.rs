//! Failures and power cuts while a snapshot is written: the old one or the new one is found, never anything else, and what
//! was acknowledged is there.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

mod support;

use std::sync::Arc;

use storage::disk::DiskCall;
use storage::snapshot::CHUNK;
use storage::{Disk, FaultDisk, MemoryLog, SnapshotError, Snapshots};
use support::cached::{bytes, files, found, log_of, place, snapshots, write};
use support::mem_disk::MemDisk;
use support::{Chance, data};

/// A disk on which a snapshot at 3 lies, written in full, and one before it.
fn with_an_old_one(log: &MemoryLog) -> MemDisk {
    let disk = MemDisk::new();
    disk.create_dir_all(&data()).unwrap();
    write(&snapshots(log, &disk), log, 1, b"older").unwrap();
    write(&snapshots(log, &disk), log, 3, b"old").unwrap();
    disk.copy()
}

#[test]
fn whenever_the_power_goes_the_old_one_or_the_new_one_is_found() {
    let log = log_of(5);
    let (old, new) = ((3, b"old".to_vec()), (5, bytes(CHUNK + 700, 2)));
    let whole = with_an_old_one(&log);
    let (mut seen_old, mut seen_new) = (0, 0);
    for nth in 1.. {
        let disk = whole.copy();
        disk.cut_at(nth);
        let written = write(&snapshots(&log, &disk), &log, new.0, &new.1);
        for seed in 0..40 {
            let after = disk.after_cut(&mut Chance(nth * 1_000 + seed));
            let (used, unusable) = found(&snapshots(&log, &after), &log);
            let used = used.unwrap_or_else(|| panic!("cut {nth}, seed {seed}: nothing is found: {unusable:?}"));
            assert!(used == old || used == new, "cut {nth}, seed {seed}: something else is found");
            assert!(written.is_err() || used == new, "cut {nth}, seed {seed}: it was acknowledged and is lost");
            seen_old += usize::from(used == old);
            seen_new += usize::from(used == new);
            // And the next is written over whatever lies there.
            write(&snapshots(&log, &after), &log, 4, b"next").unwrap();
            let kept = files(&after, &data());
            assert!(kept.len() <= 2 && kept.iter().all(|path| path.extension().unwrap() == "snapshot"), "{kept:?}");
            assert_eq!(found(&snapshots(&log, &after), &log).0, Some((4, b"next".to_vec())));
        }
        if !disk.is_off() {
            assert!(nth > 8 && seen_old > 0 && seen_new > 0, "{nth} calls, {seen_old} old, {seen_new} new");
            return;
        }
    }
}

#[test]
fn whenever_the_power_goes_while_all_are_removed_what_is_left_is_whole_and_goes_next_time() {
    let log = log_of(5);
    let whole = with_an_old_one(&log);
    write(&snapshots(&log, &whole), &log, 5, b"new").unwrap();
    for nth in 1.. {
        let disk = whole.copy();
        disk.cut_at(nth);
        let removed = snapshots(&log, &disk).remove_all();
        for seed in 0..20 {
            let after = disk.after_cut(&mut Chance(nth * 1_000 + seed));
            assert!(removed.is_err() || files(&after, &data()).is_empty(), "cut {nth}: said to be removed, and there");
            let left = found(&snapshots(&log, &after), &log).0;
            let whole = [None, Some((3, b"old".to_vec())), Some((5, b"new".to_vec()))];
            assert!(whole.contains(&left), "cut {nth}, seed {seed}");
            snapshots(&log, &after).remove_all().unwrap();
            assert!(files(&after, &data()).is_empty());
        }
        if !disk.is_off() {
            return;
        }
    }
}

#[test]
fn no_failing_call_leaves_anything_but_the_old_one_or_the_new_one() {
    let log = log_of(5);
    let whole = with_an_old_one(&log);
    for kind in DiskCall::ALL {
        for nth in 1.. {
            let disk = whole.copy();
            let failing = FaultDisk::new(Arc::new(disk.clone()));
            failing.fail_nth(kind, nth);
            let on_it = Snapshots::new(Arc::new(failing.clone()), &data(), log.vault());
            let written = write(&on_it, &log, 5, b"new");
            let (used, unusable) = found(&snapshots(&log, &disk), &log);
            let (position, _) = used.unwrap_or_else(|| panic!("{kind:?} {nth}: nothing is found"));
            assert!(written.is_err() || position == 5, "{kind:?} {nth}: acknowledged and not there");
            assert!(unusable.is_empty(), "{kind:?} {nth}: {unusable:?}");
            let unfinished = files(&disk, &data()).iter().any(|path| path.extension().unwrap() == "new");
            assert!(!unfinished, "{kind:?} {nth}: what was begun takes space");
            if !failing.has_failed() {
                break;
            }
            write(&on_it, &log, 5, b"newer").unwrap();
            assert_eq!(found(&on_it, &log).0.map(|(position, _)| position), Some(5));
            assert_eq!(files(&disk, &data()).len(), 2);
        }
    }
}

#[test]
fn no_failing_call_while_reading_fails_or_answers_falsely() {
    let log = log_of(5);
    let whole = with_an_old_one(&log);
    write(&snapshots(&log, &whole), &log, 5, b"new").unwrap();
    for nth in 1..=3 {
        let failing = FaultDisk::new(Arc::new(whole.clone()));
        failing.fail_nth(DiskCall::Open, nth);
        let on_it = Snapshots::new(Arc::new(failing.clone()), &data(), log.vault());
        let (used, unusable) = found(&on_it, &log);
        assert_eq!(used.unwrap().0, if nth == 1 { 3 } else { 5 });
        assert_eq!(unusable.len(), usize::from(nth == 1));
    }
}

#[test]
fn on_a_full_disk_nothing_is_written_and_the_old_one_stays() {
    let log = log_of(5);
    let disk = with_an_old_one(&log);
    let full = FaultDisk::new(Arc::new(disk.clone()));
    let on_it = Snapshots::new(Arc::new(full.clone()), &data(), log.vault());
    // Full from the beginning, and full in the middle of the body.
    full.set_full(true);
    assert_eq!(write(&on_it, &log, 5, b"new"), Err(SnapshotError::DiskFull));
    full.set_full(false);
    let in_the_middle = on_it.write(on_it.begin(), &place(&log, 5), |out| {
        out.write_all(&bytes(CHUNK + 1, 1))?;
        full.set_full(true);
        out.write_all(&bytes(CHUNK, 2))
    });
    assert_eq!(in_the_middle, Err(SnapshotError::DiskFull));
    assert_eq!(files(&disk, &data()).len(), 2, "what was begun gives its space back");
    assert_eq!(found(&on_it, &log), (Some((3, b"old".to_vec())), vec![]));
    full.set_full(false);
    write(&on_it, &log, 5, b"new").unwrap();
    assert_eq!(found(&on_it, &log).0, Some((5, b"new".to_vec())));
}

#[test]
fn who_cannot_give_the_body_is_told_so_and_the_old_one_stays() {
    let log = log_of(5);
    let disk = with_an_old_one(&log);
    let on_it = snapshots(&log, &disk);
    let failed = on_it.write(on_it.begin(), &place(&log, 5), |out| {
        out.write_all(b"half")?;
        Err(std::io::Error::other("no more"))
    });
    assert_eq!(failed, Err(SnapshotError::Body("no more".to_owned())));
    assert_eq!(found(&on_it, &log), (Some((3, b"old".to_vec())), vec![]));
    assert_eq!(files(&disk, &data()).len(), 2);
}
