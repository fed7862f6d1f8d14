//! A data folder as it is committed: only the journal and the keys, and of each journal file not the zeros at its end.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a journal file says how long it is, in bytes: `docs/formats.md`.
const SIZE: std::ops::Range<usize> = 34..42;

/// The files under a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Whether it is a journal file.
pub(crate) fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "journal")
}

/// Brings a packed data folder back to what it was.
pub(crate) fn unpack(packed: &Path, data: &Path) {
    for path in files(packed) {
        let mut bytes = fs::read(&path).unwrap();
        if is_journal(&path) {
            let size = u64::from_le_bytes(bytes[SIZE].try_into().unwrap());
            bytes.resize(usize::try_from(size).unwrap(), 0);
        }
        write(&data.join(path.strip_prefix(packed).unwrap()), &bytes);
    }
}

/// Packs a data folder.
pub(crate) fn pack(data: &Path, packed: &Path) {
    for path in files(data) {
        let name = path.strip_prefix(data).unwrap();
        let kept = is_journal(&path) || name.ends_with("anchor") || name.ends_with("keyring");
        if !kept {
            continue;
        }
        let mut bytes = fs::read(&path).unwrap();
        if is_journal(&path) {
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
            bytes.truncate(used);
        }
        write(&packed.join(name), &bytes);
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
