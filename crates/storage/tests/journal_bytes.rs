//! The journal's bytes, made by hand with checksums that are right: what `docs/formats.md` describes is what is written, and
//! what lies behind the checksums is checked too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use storage::Disk;
use storage::journal::{
    self, Anchor, FileHeader, FrameBuilder, FrameKind, JournalError, JournalReader, JournalWriter, SECTOR, Scan,
    WriteError, WriterOptions,
};
use storage::log::{Head, Position, TraceNumber};
use support::mem_disk::MemDisk;

const FILE: usize = 8 * SECTOR;
const LOG: [u8; 16] = [3; 16];
/// Where a frame's payload begins.
const PAYLOAD: usize = 92;

fn folder() -> PathBuf {
    PathBuf::from("/data/journal")
}

fn header(number: u64, before: Head) -> FileHeader {
    FileHeader { log_id: LOG, number, size: FILE as u64, before }
}

/// Adds a record that is these bytes.
fn put(builder: &mut FrameBuilder, kind: FrameKind, sealed: &[u8]) {
    let seal = |out: &mut Vec<u8>| {
        out.extend_from_slice(sealed);
        Ok::<(), ()>(())
    };
    builder.push(kind, seal).unwrap();
}

/// A frame's bytes for a file, and the head after it.
fn frame(file: u64, before: &Head, records: &[(FrameKind, &[u8])]) -> (Vec<u8>, Head) {
    let mut frame = FrameBuilder::default();
    for (kind, sealed) in records {
        put(&mut frame, *kind, sealed);
    }
    let (bytes, after) = frame.finish(file, before);
    (bytes.to_vec(), after)
}

/// A frame's checksums made right again after its bytes were changed.
fn resealed(mut frame: Vec<u8>, payload: usize) -> Vec<u8> {
    let checksum = blake3::hash(&frame[..76]);
    frame[76..PAYLOAD].copy_from_slice(&checksum.as_bytes()[..16]);
    let hash = blake3::hash(&frame[..PAYLOAD + payload]);
    frame[PAYLOAD + payload..][..32].copy_from_slice(hash.as_bytes());
    frame
}

/// A disk with one file of these frames.
fn disk_of(frames: &[u8]) -> MemDisk {
    let disk = MemDisk::new();
    disk.create_dir_all(&folder()).unwrap();
    let mut bytes = [header(1, Head::default()).encode(), frames.to_vec()].concat();
    bytes.resize(FILE, 0);
    disk.put(&journal::file_path(&folder(), 1), &bytes);
    disk
}

fn scan(disk: &MemDisk) -> Result<Scan, JournalError> {
    journal::scan(disk, &folder(), &mut |_, _| Ok(()))
}

fn refused(disk: &MemDisk, why: &str) {
    let error = scan(disk).unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
}

#[test]
fn a_files_first_sector_is_laid_out_as_it_is_described() {
    let before = Head { position: Position(5), traces: TraceNumber(6), hash: [7; 32] };
    let bytes = header(2, before).encode();
    let mut described = b"mlogjrnl\x01\x00".to_vec();
    described.extend(LOG);
    for number in [2, FILE as u64, 5, 6] {
        described.extend(number.to_le_bytes());
    }
    described.extend([7; 32]);
    described.extend(blake3::hash(&described).as_bytes());
    described.resize(SECTOR, 0);
    assert_eq!(bytes, described);
    assert_eq!(FileHeader::decode(&bytes), Some(header(2, before)));
}

#[test]
fn a_first_sector_of_another_kind_or_format_or_with_something_behind_is_none() {
    let whole = header(1, Head::default()).encode();
    for (at, change) in [(0, 1), (8, 1), (9, 1)] {
        let mut other = whole.clone();
        other[at] ^= change;
        let checksum = blake3::hash(&other[..90]);
        other[90..122].copy_from_slice(checksum.as_bytes());
        assert_eq!(FileHeader::decode(&other), None, "byte {at}");
    }
    for at in [10, 90, 121, 122, SECTOR - 1] {
        let mut other = whole.clone();
        other[at] ^= 1;
        assert_eq!(FileHeader::decode(&other), None, "byte {at}");
    }
}

#[test]
fn a_frame_is_laid_out_as_it_is_described() {
    let before = Head { position: Position(5), traces: TraceNumber(6), hash: [7; 32] };
    let records: [(FrameKind, &[u8]); 3] =
        [(FrameKind::Event, b"one"), (FrameKind::Trace, b"three"), (FrameKind::Event, b"")];
    let (bytes, after) = frame(9, &before, &records);
    let payload = b"\x01\x03\x00\x00\x00one\x02\x05\x00\x00\x00three\x01\x00\x00\x00\x00";
    let mut described = b"FRAM".to_vec();
    described.extend(512_u32.to_le_bytes());
    described.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
    described.extend(9_u64.to_le_bytes());
    described.extend(5_u64.to_le_bytes());
    described.extend(2_u32.to_le_bytes());
    described.extend(6_u64.to_le_bytes());
    described.extend(1_u32.to_le_bytes());
    described.extend([7; 32]);
    described.extend(&blake3::hash(&described).as_bytes()[..16]);
    assert_eq!(described.len(), PAYLOAD);
    described.extend(payload);
    let hash = *blake3::hash(&described).as_bytes();
    described.extend(hash);
    described.resize(SECTOR - 4, 0);
    described.extend(b"ENDF");
    assert_eq!(bytes, described);
    assert_eq!(after, Head { position: Position(7), traces: TraceNumber(7), hash });
}

#[test]
fn a_frame_fills_whole_sectors_and_no_more_than_it_needs() {
    // What a frame has besides its records: header, hash, end mark.
    let extra = PAYLOAD + 32 + 4;
    for (sealed, length) in [(0, 1), (SECTOR - extra - 5, 1), (SECTOR - extra - 4, 2), (2 * SECTOR - extra - 5, 2)] {
        let mut builder = FrameBuilder::default();
        let planned = builder.length_with(sealed + FrameBuilder::cost(0));
        assert_eq!(planned, length * SECTOR, "{sealed} bytes");
        put(&mut builder, FrameKind::Event, &vec![1; sealed]);
        assert_eq!(builder.length_with(0), planned);
        assert_eq!(builder.finish(1, &Head::default()).0.len(), planned, "{sealed} bytes");
    }
    assert_eq!((FrameBuilder::capacity(SECTOR), FrameBuilder::capacity(1)), (SECTOR - extra, 0));
}

#[test]
fn what_is_taken_back_or_cleared_leaves_no_trace_in_a_frame() {
    let mut builder = FrameBuilder::default();
    put(&mut builder, FrameKind::Event, b"one");
    let mark = builder.mark();
    put(&mut builder, FrameKind::Trace, b"two");
    put(&mut builder, FrameKind::Event, b"three");
    builder.back_to(mark);
    assert!(
        builder
            .push(FrameKind::Event, |out| {
                out.push(1);
                Err("no cipher")
            })
            .is_err()
    );
    let expected = frame(1, &Head::default(), &[(FrameKind::Event, b"one")]);
    let (bytes, after) = builder.finish(1, &Head::default());
    assert_eq!((bytes.to_vec(), after), expected);
    builder.clear();
    assert!(builder.is_empty());
    put(&mut builder, FrameKind::Trace, b"two");
    assert!(!builder.is_empty());
    let expected = frame(1, &Head::default(), &[(FrameKind::Trace, b"two")]);
    let (bytes, after) = builder.finish(1, &Head::default());
    assert_eq!((bytes.to_vec(), after), expected);
}

#[test]
fn a_frame_that_lies_behind_a_right_checksum_is_refused() {
    let (whole, _) = frame(1, &Head::default(), &[(FrameKind::Event, b"one"), (FrameKind::Trace, b"two")]);
    let payload = 16;
    assert_eq!(scan(&disk_of(&resealed(whole.clone(), payload))).unwrap().head.position, Position(1));
    let lies = |at: usize, byte: u8| {
        let mut frame = whole.clone();
        frame[at] = byte;
        disk_of(&resealed(frame, payload))
    };
    // Its counts, the kind and the length of a record, and what is left over.
    for (at, byte) in [(28, 0), (28, 2), (40, 0), (40, 2), (92, 2), (92, 0), (92, 3), (93, 2), (93, 4), (93, 255)] {
        refused(&lies(at, byte), "checksum");
    }
    // Its length, its end and the zeros before that.
    for (at, byte) in [(4, 1), (5, 4), (SECTOR - 1, b'E'), (PAYLOAD + payload + 32, 1), (SECTOR - 5, 1)] {
        assert!(scan(&lies(at, byte)).is_err(), "byte {at}");
    }
    // Its file, and where it stands.
    for at in [12, 20, 32, 44] {
        refused(&lies(at, 9), "does not follow");
    }
}

#[test]
fn a_frame_that_says_it_is_longer_than_the_file_is_refused() {
    let (mut bytes, _) = frame(1, &Head::default(), &[(FrameKind::Event, &[1; FILE])]);
    bytes.truncate(FILE - SECTOR);
    refused(&disk_of(&bytes), "does not follow");
}

#[test]
fn counts_that_pass_every_number_are_refused() {
    let disk = disk_of(&[]);
    let reader = JournalReader::new(Arc::new(disk.clone()), folder());
    reader.note(&Head::default(), 1, SECTOR as u64);
    let (whole, _) = frame(1, &Head::default(), &[(FrameKind::Event, b"one"), (FrameKind::Trace, b"two")]);
    // Positions, or traces, that cannot be counted on from; and the same when the frame says that it holds none.
    for (at, count, said) in [(20, 28, 1), (20, 28, 0), (32, 40, 1), (32, 40, 0)] {
        let mut lying = whole.clone();
        lying[at..at + 8].fill(0xff);
        lying[count] = said;
        let bytes = [header(1, Head::default()).encode(), resealed(lying, 16), vec![0; FILE - 2 * SECTOR]].concat();
        disk.put(&journal::file_path(&folder(), 1), &bytes);
        let read = reader.read_from(FrameKind::Event, 1, |_, _| true);
        assert!(matches!(read, Err(JournalError::Damaged { .. })), "byte {at}");
        assert!(scan(&disk).is_err());
    }
}

/// Some frames in a row, and where each begins.
fn frames(count: u64) -> (Vec<u8>, Vec<usize>, Head) {
    let (mut bytes, mut places, mut head) = (Vec::new(), Vec::new(), Head::default());
    for number in 0..count {
        places.push(SECTOR + bytes.len());
        let long = [1_u8; 600];
        let sealed: &[u8] = if number % 2 == 1 { &long } else { b"short" };
        let (frame, after) = frame(1, &head, &[(FrameKind::Event, sealed), (FrameKind::Trace, b"trace")]);
        bytes.extend(frame);
        head = after;
    }
    (bytes, places, head)
}

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
        let anchor = Anchor { log_id: LOG, head: met };
        assert_eq!(scan(&with(anchor)).unwrap().anchor, Some(anchor));
    }
    refused(&with(Anchor { log_id: LOG, head: frames(3).2 }), "ends before, or differs");
    refused(&with(Anchor { log_id: LOG, head: Head { hash: [9; 32], ..head } }), "ends before, or differs");
    refused(&with(Anchor { log_id: [4; 16], head }), "another log");
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
    let failing = storage::FaultDisk::new(Arc::new(disk.clone()));
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
