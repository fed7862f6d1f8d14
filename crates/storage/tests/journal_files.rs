//! Journal files made by hand: how they follow each other, where reading begins, and what may be cut.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::sync::Arc;

use storage::journal::{
    self, Anchor, FileHeader, FrameBuilder, FrameKind, JournalReader, JournalWriter, SECTOR, WriteError, WriterOptions,
};
use storage::log::{Head, Position};
use storage::{Disk, FaultDisk};
use support::frames::{FILE, LOG, PAYLOAD, disk_of, folder, frame, frames, header, put, refused, scan};
use support::mem_disk::MemDisk;

#[test]
fn a_last_frame_is_torn_only_when_a_sector_of_it_was_never_written_and_nothing_follows() {
    let (bytes, places, head) = frames(2);
    let last = places[1] - SECTOR;
    let (kept, ..) = frames(1);
    let torn = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        scan(&disk_of(&bytes))
    };
    assert_eq!(torn(&|_| ()).unwrap().head, head);
    // The second sector of the frame, or the first, was never written.
    for (from, length) in [(last + SECTOR, SECTOR), (last, 2 * SECTOR)] {
        let scan = torn(&|bytes| bytes[from..from + SECTOR].fill(0)).unwrap();
        assert_eq!((scan.head.position, scan.offset), (Position(1), (SECTOR + kept.len()) as u64));
        let torn = scan.torn.unwrap();
        assert_eq!((torn.offset, torn.length), (scan.offset, length as u64));
    }
    // A byte is wrong and no sector is missing; a sector is missing and something follows; another frame begins behind.
    assert!(torn(&|bytes| bytes[last + PAYLOAD] ^= 1).is_err());
    assert!(
        torn(&|bytes| {
            bytes[last + SECTOR..].fill(0);
            bytes.extend([0, 0, 1]);
        })
        .is_err()
    );
    assert!(torn(&|bytes| { bytes[..SECTOR].fill(0) }).is_err(), "the first frame's sector, and a frame behind it");
    assert!(torn(&|bytes| bytes[last..last + SECTOR].fill(1)).is_err(), "what stands there is no frame");
}

#[test]
fn a_frame_that_was_not_there_yet_when_its_place_was_read_is_read_when_the_next_one_was_there() {
    let (bytes, places, head) = frames(3);
    let (from, to) = (places[1] - SECTOR, places[2] - SECTOR);
    // Its place was read first, then it was written and one more behind it, then their places were read; or all of it was
    // read but a part.
    for missing in [from..to, from..from + SECTOR, to - SECTOR..to] {
        let mut early = bytes.clone();
        early[missing].fill(0);
        let disk = disk_of(&early);
        let whole = disk_of(&bytes).bytes(&journal::file_path(&folder(), 1)).unwrap();
        let mut shown = Vec::new();
        let scan = journal::scan(&disk, &folder(), &mut |place, _| {
            disk.put(&journal::file_path(&folder(), 1), &whole);
            shown.push(place.offset);
            Ok(())
        });
        assert_eq!((scan.as_ref().unwrap().head, scan.unwrap().torn), (head, None));
        assert_eq!(shown, places.iter().map(|place| *place as u64).collect::<Vec<_>>(), "each once, in order");
        // It never comes: somebody took it away.
        refused(&disk_of(&early), "");
    }
}

#[test]
fn damage_in_a_file_before_the_last_is_never_torn() {
    let (bytes, places, _) = frames(2);
    let mut bytes = bytes;
    bytes[places[1] - SECTOR..].fill(0);
    bytes[places[1]] = 1;
    let disk = disk_of(&bytes);
    let mut next = header(2, frames(1).2).encode();
    next.resize(FILE, 0);
    disk.put(&journal::file_path(&folder(), 2), &next);
    refused(&disk, "later ones follow it");
}

#[test]
fn files_follow_each_other_and_belong_to_one_log() {
    let (bytes, _, head) = frames(2);
    let second = |header: FileHeader| {
        let disk = disk_of(&bytes);
        let mut next = header.encode();
        next.resize(FILE, 0);
        disk.put(&journal::file_path(&folder(), 2), &next);
        disk
    };
    let scanned = scan(&second(header(2, head))).unwrap();
    assert_eq!((scanned.head, scanned.file, scanned.offset, scanned.log_id), (head, 2, SECTOR as u64, LOG));
    refused(&second(header(2, Head::default())), "does not follow");
    refused(&second(header(3, head)), "does not follow");
    refused(&second(FileHeader { size: FILE as u64 + 1, ..header(2, head) }), "shorter or longer");
    refused(&second(FileHeader { log_id: [4; 16], ..header(2, head) }), "another log");
}

#[test]
fn an_anchor_must_be_met_and_belong_to_the_log() {
    let (bytes, _, head) = frames(2);
    let with = |anchor: Anchor| {
        let disk = disk_of(&bytes);
        anchor.write(&disk, &folder()).unwrap();
        assert_eq!(Anchor::read(&disk, &folder()).unwrap(), Some(anchor));
        disk
    };
    for met in [Head::default(), frames(1).2, head] {
        let anchor = Anchor { log_id: LOG, head: met, seal: None };
        assert_eq!(scan(&with(anchor)).unwrap().anchor, Some(anchor));
    }
    refused(&with(Anchor { log_id: LOG, head: frames(3).2, seal: None }), "ends before, or differs");
    refused(&with(Anchor { log_id: LOG, head: Head { hash: [9; 32], ..head }, seal: None }), "ends before, or differs");
    refused(&with(Anchor { log_id: [4; 16], head, seal: None }), "another log");
    assert_eq!(Anchor::read(&disk_of(&[]), &folder()).unwrap(), None);
}

#[test]
fn a_frame_is_found_by_any_number_however_far_apart_the_places_are() {
    let (bytes, places, head) = frames(4);
    let disk = disk_of(&bytes);
    for known in 1..=places.len() {
        let reader = JournalReader::new(Arc::new(disk.clone()), folder());
        for (place, before) in places.iter().zip(0..).take(known) {
            reader.note(&frames(before).2, 1, *place as u64);
        }
        for kind in [FrameKind::Event, FrameKind::Trace] {
            for from in 0..=head.position.0 + 1 {
                let mut found = Vec::new();
                reader
                    .read_from(kind, from, |number, _| {
                        found.push(number);
                        true
                    })
                    .unwrap();
                assert!(found.iter().copied().eq(from.max(1)..=4), "from {from}: {found:?}");
            }
        }
    }
    let nowhere = JournalReader::new(Arc::new(disk), folder());
    nowhere.read_from(FrameKind::Event, 1, |_, _| unreachable!("no place is known")).unwrap();
}

/// A file of six frames of some 40 KiB, one event and one trace in each, numbered on from `before`.
fn long_file(number: u64, before: Head) -> (Vec<u8>, Vec<(Head, u64)>, Head) {
    let size = 512 * SECTOR;
    let header = FileHeader { log_id: LOG, number, size: size as u64, before };
    let (mut bytes, mut places, mut head) = (header.encode(), Vec::new(), before);
    for _ in 0..6 {
        places.push((head, bytes.len() as u64));
        let (frame, after) =
            frame(number, &head, &[(FrameKind::Event, &vec![1; 40_000]), (FrameKind::Trace, b"trace")]);
        bytes.extend(frame);
        head = after;
    }
    bytes.resize(size, 0);
    (bytes, places, head)
}

#[test]
fn reading_begins_near_what_is_asked_for_and_never_behind_it() {
    let (mut first, mut places, middle) = long_file(1, Head::default());
    let (second, more, last) = long_file(2, middle);
    let disk = MemDisk::new();
    disk.create_dir_all(&folder()).unwrap();
    let reader = JournalReader::new(Arc::new(disk.clone()), folder());
    let firsts = places.len();
    places.extend(more);
    for (at, (before, offset)) in places.iter().enumerate() {
        reader.note(before, if at < firsts { 1 } else { 2 }, *offset);
    }
    // Who begins too early meets the damage; who begins too late does not find the first.
    let damaged_up_to = |frames: usize, first: &mut Vec<u8>| {
        for (_, offset) in &places[..frames] {
            first[usize::try_from(*offset).unwrap() + PAYLOAD] ^= 1;
        }
        disk.put(&journal::file_path(&folder(), 1), first);
        disk.put(&journal::file_path(&folder(), 2), &second);
        [FrameKind::Event, FrameKind::Trace].map(|kind| {
            let found = |number| {
                let mut found = Vec::new();
                let visit = |number: u64, _: &[u8]| {
                    found.push(number);
                    true
                };
                reader.read_from(kind, number, visit).is_ok() && found.iter().copied().eq(number..=last.position.0)
            };
            (1..=last.position.0).find(|number| found(*number))
        })
    };
    assert_eq!(damaged_up_to(0, &mut first), [Some(1); 2]);
    // Places are kept 64 KiB apart or more: of frames of 40 KiB every second, and the first of each file.
    assert_eq!(damaged_up_to(1, &mut first), [Some(3); 2]);
    assert_eq!(damaged_up_to(1, &mut first), [Some(1); 2], "and whole again");
    assert_eq!(damaged_up_to(4, &mut first), [Some(5); 2]);
    assert_eq!(damaged_up_to(4, &mut first), [Some(1); 2]);
    assert_eq!(damaged_up_to(6, &mut first), [Some(7); 2]);
}

#[test]
fn a_writer_keeps_events_out_of_the_reserve_and_takes_no_frame_that_fits_no_file() {
    let disk = disk_of(&[]);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let options = WriterOptions { file_size: FILE as u64, reserve: 2 * SECTOR as u64 };
    let mut writer = JournalWriter::open(shared, &folder(), &scan(&disk).unwrap(), options).unwrap();
    assert_eq!(writer.max_frame(), FILE - SECTOR);
    assert_eq!(writer.admit(SECTOR, false), Ok(()));
    let mut builder = FrameBuilder::default();
    put(&mut builder, FrameKind::Event, b"one");
    let (place, head) = writer.write(&mut builder).unwrap();
    assert_eq!((place.file, place.offset, place.length), (1, SECTOR as u64, SECTOR));
    drop(writer);
    assert_eq!(scan(&disk).unwrap().head, head);
}

#[test]
fn without_a_next_file_events_stop_before_the_reserve_and_traces_at_the_end() {
    let disk = disk_of(&[]);
    let failing = FaultDisk::new(Arc::new(disk.clone()));
    failing.set_full(true);
    let reserve = 2 * SECTOR as u64;
    let options = WriterOptions { file_size: FILE as u64, reserve };
    let mut writer = JournalWriter::open(Arc::new(failing), &folder(), &scan(&disk).unwrap(), options).unwrap();
    let room = FILE - SECTOR;
    assert_eq!(writer.admit(room - 2 * SECTOR, false), Ok(()), "up to the reserve");
    assert_eq!(writer.admit(room - SECTOR, false), Err(WriteError::Full), "into the reserve");
    assert_eq!(writer.admit(room, true), Ok(()), "traces may use it");
    assert_eq!(writer.admit(room + SECTOR, true), Err(WriteError::Full), "nobody goes past the end");
}
