//! Snapshots: what is written is read back the same; whatever is wrong with one, it is passed over with its reason and never
//! answered from.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

mod support;

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use storage::disk::{DiskCall, DiskFile, OpenMode};
use storage::snapshot::{CHUNK, Why};
use storage::{Disk, EventLog, FaultDisk, MemoryLog, SnapshotError, SnapshotPlace, Snapshots};
use support::cached::{VERSION, bytes, files, found, log_of, newest, place, snapshots, write};
use support::mem_disk::MemDisk;
use support::{data, wait};

fn one_reason(snapshots: &Snapshots, log: &dyn EventLog) -> Why {
    let (none, mut unusable) = found(snapshots, log);
    assert!(none.is_none() && unusable.len() == 1, "{none:?} {unusable:?}");
    unusable.remove(0).why
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read_back_the_same(
        chunks in 0_usize..3,
        around in -2_isize..=2,
        write_at_once in 1_usize..2_000_000,
        seed in any::<u64>(),
    ) {
        let length = (chunks * CHUNK).saturating_add_signed(around);
        let body = bytes(length, seed);
        let (log, disk) = (log_of(2), MemDisk::new());
        let snapshots = snapshots(&log, &disk);
        snapshots.write(snapshots.begin(), &place(&log, 2), |out| {
            body.chunks(write_at_once).try_for_each(|piece| out.write_all(piece))
        }).unwrap();
        let newest = newest(&snapshots, &log);
        let (read_place, read_body) = newest.found.unwrap();
        prop_assert_eq!(read_place, place(&log, 2));
        prop_assert!(read_body == body, "{} bytes", length);
        prop_assert!(newest.unusable.is_empty());
    }
}

#[test]
fn nothing_of_the_body_stands_in_the_file_in_the_open() {
    let (log, disk) = (log_of(1), MemDisk::new());
    write(&snapshots(&log, &disk), &log, 1, b"Elev Elevsson, 8A, 120 minutes").unwrap();
    let file = disk.bytes(&files(&disk, &data())[0]).unwrap();
    assert!(!file.windows(8).any(|window| b"Elev Elevsson".starts_with(window)));
}

/// Each snapshot has a salt of its own, and so a key of its own: one key for two bodies would let them be compared.
#[test]
fn the_same_body_written_twice_has_no_bytes_in_common() {
    let (log, disk) = (log_of(2), MemDisk::new());
    let (snapshots, body) = (snapshots(&log, &disk), bytes(4_096, 1));
    write(&snapshots, &log, 1, &body).unwrap();
    write(&snapshots, &log, 2, &body).unwrap();
    let kept: Vec<Vec<u8>> = files(&disk, &data()).iter().map(|path| disk.bytes(path).unwrap()).collect();
    let sealed = |file: &Vec<u8>| file[file.len() - 4_096..].to_vec();
    let (one, other) = (sealed(&kept[0]), sealed(&kept[1]));
    let same = one.windows(8).zip(other.windows(8)).filter(|(one, other)| one == other).count();
    assert_eq!(same, 0);
}

#[test]
fn without_snapshots_there_is_nothing_to_find_and_nothing_to_complain_of() {
    let (log, disk) = (log_of(1), MemDisk::new());
    assert_eq!(found(&snapshots(&log, &disk), &log), (None, vec![]));
}

#[test]
fn an_empty_log_has_a_snapshot_too() {
    let (log, disk) = (log_of(0), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    write(&snapshots, &log, 0, b"").unwrap();
    assert_eq!(found(&snapshots, &log), (Some((0, vec![])), vec![]));
}

#[test]
fn the_two_newest_are_kept() {
    let (log, disk) = (log_of(9), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    for position in [1, 4, 4, 8, 9] {
        write(&snapshots, &log, position, &position.to_le_bytes()).unwrap();
        assert_eq!(found(&snapshots, &log).0, Some((position, position.to_le_bytes().to_vec())));
    }
    let kept = files(&disk, &data());
    let names: Vec<_> = kept.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 2);
    assert!(
        names[0].starts_with("00000000000000000008-") && names[1].starts_with("00000000000000000009-"),
        "{names:?}"
    );
}

#[test]
fn when_the_newest_is_damaged_the_one_before_it_is_used() {
    let (log, disk) = (log_of(9), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    write(&snapshots, &log, 3, b"three").unwrap();
    write(&snapshots, &log, 6, &bytes(CHUNK + 9, 1)).unwrap();
    let newest = files(&disk, &data()).pop().unwrap();
    let mut changed = disk.bytes(&newest).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    disk.put(&newest, &changed);
    let (used, unusable) = found(&snapshots, &log);
    assert_eq!(used, Some((3, b"three".to_vec())));
    assert_eq!((unusable.len(), &unusable[0].path), (1, &newest));
    assert!(unusable[0].to_string().ends_with("it is damaged: a chunk of it does not open"), "{}", unusable[0]);
}

/// Passed over, or read as it was written.
fn passed_over_or_same(disk: &MemDisk, log: &MemoryLog, path: &Path, changed: &[u8], body: &[u8], what: &str) {
    disk.put(path, changed);
    if let Some((_, read)) = newest(&snapshots(log, disk), log).found {
        assert!(read == body, "{what}: another answer");
    }
}

#[test]
fn a_changed_bit_in_any_byte_is_passed_over() {
    let (log, disk) = (log_of(2), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    let body = bytes(700, 4);
    write(&snapshots, &log, 2, &body).unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let whole = disk.bytes(&path).unwrap();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            disk.put(&path, &changed);
            assert!(newest(&snapshots, &log).found.is_none(), "byte {at}, bit {bit}");
        }
    }
    disk.put(&path, &whole);
    assert_eq!(found(&snapshots, &log).0, Some((2, body)), "and put back it is whole again");
}

#[test]
fn a_file_of_any_other_length_is_passed_over() {
    let (log, disk) = (log_of(2), MemDisk::new());
    let body = bytes(900, 5);
    write(&snapshots(&log, &disk), &log, 2, &body).unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let whole = disk.bytes(&path).unwrap();
    for length in 0..whole.len() {
        disk.put(&path, &whole[..length]);
        one_reason(&snapshots(&log, &disk), &log);
    }
    for more in [1, 16, 512, CHUNK] {
        disk.put(&path, &[whole.clone(), vec![0; more]].concat());
        one_reason(&snapshots(&log, &disk), &log);
    }
}

#[test]
fn chunks_that_were_changed_cut_off_swapped_or_doubled_are_passed_over() {
    const SEALED: usize = CHUNK + 16;
    const HEADER: usize = 512;
    let (log, disk) = (log_of(2), MemDisk::new());
    let body = bytes(2 * CHUNK + 100, 6);
    write(&snapshots(&log, &disk), &log, 2, &body).unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let whole = disk.bytes(&path).unwrap();
    for edge in [HEADER, HEADER + SEALED, HEADER + 2 * SEALED] {
        for at in (edge.saturating_sub(18)..edge + 18).step_by(5) {
            let mut changed = whole.clone();
            changed[at] ^= 0x20;
            passed_over_or_same(&disk, &log, &path, &changed, &body, &format!("byte {at}"));
            assert!(newest(&snapshots(&log, &disk), &log).found.is_none() || at < HEADER, "byte {at}");
        }
    }
    let (header, chunks) = whole.split_at(HEADER);
    let chunks: Vec<&[u8]> = chunks.chunks(SEALED).collect();
    // The header says another length, with a checksum that is right: whoever could write files could do that.
    let file = |length: usize, chunks: &[&[u8]]| {
        let mut header = header.to_vec();
        header[102..110].copy_from_slice(&(length as u64).to_le_bytes());
        let checksum = blake3_of(&header[..110]);
        header[110..142].copy_from_slice(&checksum);
        [header, chunks.concat()].concat()
    };
    assert!(file(body.len(), &chunks) == whole, "the header is laid out as documented");
    for (what, changed) in [
        ("swapped", file(body.len(), &[chunks[1], chunks[0], chunks[2]])),
        ("doubled", file(body.len() + CHUNK, &[chunks[0], chunks[0], chunks[1], chunks[2]])),
        ("last cut off", file(2 * CHUNK, &[chunks[0], chunks[1]])),
        ("all but the first cut off", file(CHUNK, &[chunks[0]])),
        ("first left out", file(CHUNK + 100, &[chunks[1], chunks[2]])),
        ("emptied", file(0, &[&chunks[2][100..]])),
    ] {
        disk.put(&path, &changed);
        let why = one_reason(&snapshots(&log, &disk), &log);
        assert_eq!(why, Why::Damaged("a chunk of it does not open"), "{what}");
    }
}

/// BLAKE3 of some bytes, as the checksum of a header is.
fn blake3_of(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

#[test]
fn a_header_that_says_something_else_opens_nothing() {
    let (log, disk) = (log_of(9), MemDisk::new());
    write(&snapshots(&log, &disk), &log, 4, b"four").unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let mut changed = disk.bytes(&path).unwrap();
    // Another position of the same log, with its chain hash and a checksum that is right.
    let other = place(&log, 5);
    changed[30..38].copy_from_slice(&5_u64.to_le_bytes());
    changed[38..70].copy_from_slice(&other.chain);
    let checksum = blake3_of(&changed[..110]);
    changed[110..142].copy_from_slice(&checksum);
    disk.put(&path, &changed);
    assert_eq!(one_reason(&snapshots(&log, &disk), &log), Why::Damaged("a chunk of it does not open"));
}

#[test]
fn a_newer_format_is_named() {
    let (log, disk) = (log_of(1), MemDisk::new());
    write(&snapshots(&log, &disk), &log, 1, b"one").unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let mut changed = disk.bytes(&path).unwrap();
    changed[8] = 2;
    disk.put(&path, &changed);
    assert_eq!(one_reason(&snapshots(&log, &disk), &log), Why::NewerFormat(2));
}

#[test]
fn another_version_of_what_is_derived_is_passed_over() {
    let (log, disk) = (log_of(1), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    let older = SnapshotPlace { version: VERSION - 1, ..place(&log, 1) };
    snapshots.write(snapshots.begin(), &older, |out| out.write_all(b"older")).unwrap();
    assert_eq!(one_reason(&snapshots, &log), Why::OtherVersion { found: VERSION - 1, wanted: VERSION });
}

#[test]
fn two_logs_whose_snapshots_were_swapped_use_neither() {
    let (one, other) = (log_of(3), log_of(3));
    let (disk, elsewhere) = (MemDisk::new(), MemDisk::new());
    write(&snapshots(&one, &disk), &one, 3, b"of one").unwrap();
    write(&snapshots(&other, &elsewhere), &other, 3, b"of the other").unwrap();
    let (path, there) = (files(&disk, &data()).remove(0), files(&elsewhere, &data()).remove(0));
    let (of_one, of_other) = (disk.bytes(&path).unwrap(), elsewhere.bytes(&there).unwrap());
    disk.put(&path, &of_other);
    elsewhere.put(&there, &of_one);
    assert_eq!(one_reason(&snapshots(&one, &disk), &one), Why::OtherLog);
    assert_eq!(one_reason(&snapshots(&other, &elsewhere), &other), Why::OtherLog);
}

#[test]
fn what_the_reader_cannot_understand_is_passed_over() {
    let (log, disk) = (log_of(2), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    write(&snapshots, &log, 1, b"one").unwrap();
    write(&snapshots, &log, 2, &bytes(CHUNK + 1, 1)).unwrap();
    let picky = wait(snapshots.newest(&log, VERSION, |place, body| {
        if place.position.0 == 1 { Ok(body.to_vec()) } else { Err("not what I write") }
    }));
    assert_eq!(picky.found.unwrap().1, b"one");
    assert_eq!(picky.unusable[0].why, Why::NotUnderstood("not what I write".to_owned()));
}

#[test]
fn a_reader_is_given_nothing_of_what_is_damaged_anywhere() {
    let (log, disk) = (log_of(2), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    write(&snapshots, &log, 2, &bytes(3 * CHUNK, 1)).unwrap();
    let path = files(&disk, &data()).pop().unwrap();
    let whole = disk.bytes(&path).unwrap();
    for at in [512, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        disk.put(&path, &changed);
        let read =
            wait(snapshots.newest(&log, VERSION, |_, _| -> Result<(), String> { panic!("something was given") }));
        assert!(read.found.is_none());
        assert_eq!(read.unusable[0].why, Why::Damaged("a chunk of it does not open"));
    }
}

#[test]
fn all_can_be_removed_and_what_was_begun_before_is_refused() {
    let (log, disk) = (log_of(9), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    assert_eq!(snapshots.remove_all(), Ok(0), "there is no folder yet");
    for position in 1..=3 {
        write(&snapshots, &log, position, b"body").unwrap();
    }
    disk.put(&data().join("snapshots/left-over.snapshot.new"), &[7; 600]);
    let begun = snapshots.begin();
    assert_eq!(snapshots.remove_all(), Ok(3));
    assert!(files(&disk, &data()).is_empty());
    let late =
        snapshots.write(begun, &place(&log, 9), |_| panic!("what may hold what was erased is not even asked for"));
    assert_eq!(late, Err(SnapshotError::Removed));
    assert!(files(&disk, &data()).is_empty());
    // Also when the removal comes while it is being written; here from the one thread that there is.
    let snapshots = Arc::new(snapshots);
    let removing = std::sync::Mutex::new(None);
    let late = snapshots.write(snapshots.begin(), &place(&log, 9), |out| {
        out.write_all(&bytes(CHUNK, 1))?;
        let other = Arc::clone(&snapshots);
        let before = snapshots.begin();
        *removing.lock().unwrap() = Some(std::thread::spawn(move || other.remove_all()));
        while format!("{:?}", snapshots.begin()) == format!("{before:?}") {
            std::thread::yield_now();
        }
        out.write_all(b"more")
    });
    assert_eq!(late, Err(SnapshotError::Removed));
    assert_eq!(removing.into_inner().unwrap().unwrap().join().unwrap(), Ok(0), "what was begun had been removed");
    assert!(files(&disk, &data()).is_empty());
}

#[test]
fn what_is_removed_loses_its_salt_first_so_that_what_is_left_on_the_device_opens_no_more() {
    let (log, disk) = (log_of(3), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    let opened_last = |disk: &MemDisk| disk.open(files(disk, &data()).last().unwrap(), OpenMode::Read).unwrap();
    let header = |file: &dyn DiskFile| {
        let mut header = [0; 512];
        file.read_exact_at(&mut header, 0).unwrap();
        header
    };
    write(&snapshots, &log, 1, b"one").unwrap();
    let one = opened_last(&disk);
    write(&snapshots, &log, 2, b"two").unwrap();
    let two = opened_last(&disk);
    assert_ne!(header(&*one), [0; 512]);
    write(&snapshots, &log, 3, b"three").unwrap();
    assert_eq!(header(&*one), [0; 512], "the oldest was removed when the third came");
    assert_ne!(header(&*two), [0; 512]);
    snapshots.remove_all().unwrap();
    assert_eq!(header(&*two), [0; 512]);
}

#[test]
fn what_cannot_be_overwritten_is_removed_all_the_same() {
    let (log, disk) = (log_of(3), MemDisk::new());
    write(&snapshots(&log, &disk), &log, 3, b"three").unwrap();
    for kind in [DiskCall::Open, DiskCall::Write, DiskCall::Sync] {
        let disk = disk.copy();
        let failing = FaultDisk::new(Arc::new(disk.clone()));
        failing.fail_nth(kind, 1);
        assert_eq!(Snapshots::new(Arc::new(failing.clone()), &data(), log.vault()).remove_all(), Ok(1));
        assert!(failing.has_failed() && files(&disk, &data()).is_empty(), "{kind:?}");
    }
}

#[test]
fn finding_the_newest_can_be_left_to_another_thread() {
    fn can_be_sent<T: Send>(future: T) -> T {
        future
    }
    let (log, disk) = (log_of(1), MemDisk::new());
    let snapshots = snapshots(&log, &disk);
    assert!(wait(can_be_sent(snapshots.newest(&log, VERSION, |_, body| Ok::<_, String>(body)))).found.is_none());
}
