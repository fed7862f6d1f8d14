//! The journal's bytes, made by hand with checksums that are right: what `docs/formats.md` describes is what is written, and
//! what lies behind the checksums is checked too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::sync::Arc;

use storage::journal::{self, FileHeader, FrameBuilder, FrameKind, JournalError, JournalReader, SECTOR};
use storage::log::{Head, Position, TraceNumber};
use support::frames::{FILE, LOG, PAYLOAD, disk_of, folder, frame, header, put, refused, resealed, scan};

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
