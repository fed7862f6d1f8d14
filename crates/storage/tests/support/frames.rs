//! Journal files and frames made by hand.
#![allow(clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

use std::path::PathBuf;

use storage::Disk;
use storage::journal::{self, FileHeader, FrameBuilder, FrameKind, JournalError, SECTOR, Scan};
use storage::log::Head;

use super::mem_disk::MemDisk;

/// Size of a small journal file, in bytes.
pub const FILE: usize = 8 * SECTOR;
/// The made-up log.
pub const LOG: [u8; 16] = [3; 16];
/// Where a frame's payload begins.
pub const PAYLOAD: usize = 92;

/// The folder of the journal.
pub fn folder() -> PathBuf {
    PathBuf::from("/data/journal")
}

/// What a file of the made-up log says of itself.
pub fn header(number: u64, before: Head) -> FileHeader {
    FileHeader { log_id: LOG, number, size: FILE as u64, before }
}

/// Adds a record that is these bytes.
pub fn put(builder: &mut FrameBuilder, kind: FrameKind, sealed: &[u8]) {
    let seal = |out: &mut Vec<u8>| {
        out.extend_from_slice(sealed);
        Ok::<(), ()>(())
    };
    builder.push(kind, seal).unwrap();
}

/// A frame's bytes for a file, and the head after it.
pub fn frame(file: u64, before: &Head, records: &[(FrameKind, &[u8])]) -> (Vec<u8>, Head) {
    let mut frame = FrameBuilder::default();
    for (kind, sealed) in records {
        put(&mut frame, *kind, sealed);
    }
    let (bytes, after) = frame.finish(file, before);
    (bytes.to_vec(), after)
}

/// A frame's checksums made right again after its bytes were changed.
pub fn resealed(mut frame: Vec<u8>, payload: usize) -> Vec<u8> {
    let checksum = blake3::hash(&frame[..76]);
    frame[76..PAYLOAD].copy_from_slice(&checksum.as_bytes()[..16]);
    let hash = blake3::hash(&frame[..PAYLOAD + payload]);
    frame[PAYLOAD + payload..][..32].copy_from_slice(hash.as_bytes());
    frame
}

/// A disk with one file of these frames.
pub fn disk_of(frames: &[u8]) -> MemDisk {
    let disk = MemDisk::new();
    disk.create_dir_all(&folder()).unwrap();
    let mut bytes = [header(1, Head::default()).encode(), frames.to_vec()].concat();
    bytes.resize(FILE, 0);
    disk.put(&journal::file_path(&folder(), 1), &bytes);
    disk
}

/// Reads the whole journal.
pub fn scan(disk: &MemDisk) -> Result<Scan, JournalError> {
    journal::scan(disk, &folder(), &mut |_, _| Ok(()))
}

/// The journal is refused, for a reason that says this.
pub fn refused(disk: &MemDisk, why: &str) {
    let error = scan(disk).unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
}

/// Some frames in a row, and where each begins.
pub fn frames(count: u64) -> (Vec<u8>, Vec<usize>, Head) {
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
