//! Damage: every byte of a small log changed, every length tried. Either the log is refused, with the place, or the answer is
//! the same. Never fewer events, never others, never a panic.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::care::{self, Report};
use storage::{Disk, EventLog, Head, JournalLog, KeyRing, RealDisk, Vault};
use support::{addition, contents, keys, master, options, stream, trace, wait};

const FILE: u64 = 8 * 1024;

/// A closed log of two small files, and its head.
fn small_log(folder: &Path) -> Head {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let log = JournalLog::open(&small(folder), keys(folder, &disk).unwrap()).unwrap();
    for number in 1..=12 {
        wait(log.append(addition(number, stream(u8::try_from(number % 2).unwrap())))).unwrap();
        wait(log.record_trace(trace(number))).unwrap();
    }
    log.close();
    log.head()
}

fn small(folder: &Path) -> storage::LogOptions {
    let mut options = options(folder, Arc::new(RealDisk));
    options.journal.file_size = FILE;
    options
}

/// What can be read without sled, with every record opened.
fn read(folder: &Path) -> Result<Report, storage::KeyError> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let vault = Vault::new(KeyRing::open_read_only(&disk, &care::keys_of(folder), &master())?)?;
    Ok(care::verify(&disk, folder, Some(&vault), false))
}

/// Refused, or the same answer.
fn refused_or_same(folder: &Path, head: Head, what: &str) {
    match read(folder) {
        Err(_) => {}
        Ok(report) if !report.is_clean() => {}
        Ok(report) => assert_eq!(report.head, head, "{what}: another answer"),
    }
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["journal", "keys"]
        .iter()
        .flat_map(|part| std::fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)))
        .collect();
    found.sort();
    found
}

#[test]
fn a_changed_bit_in_any_byte_is_refused_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let head = small_log(folder.path());
    let files = files(folder.path(), &[".journal", "anchor", "keyring"]);
    assert!(files.len() >= 4, "two journal files, the anchor and the keys: {files:?}");
    for path in files {
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        for (at, byte) in whole.iter().enumerate() {
            changed[at] = byte ^ (1 << (at % 8));
            std::fs::write(&path, &changed).unwrap();
            refused_or_same(folder.path(), head, &format!("{} byte {at}", path.display()));
            changed[at] = *byte;
        }
        std::fs::write(&path, &whole).unwrap();
    }
    assert_eq!(read(folder.path()).unwrap().head, head, "and put back it is whole again");
}

#[test]
fn a_file_of_any_other_length_is_refused_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let head = small_log(folder.path());
    for path in files(folder.path(), &[".journal", "anchor", "keyring"]) {
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            refused_or_same(folder.path(), head, &format!("{} cut to {length}", path.display()));
        }
        for more in [1, 511, 512, 8192] {
            std::fs::write(&path, [whole.clone(), vec![0; more]].concat()).unwrap();
            refused_or_same(folder.path(), head, &format!("{} and {more} more", path.display()));
        }
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn an_acknowledged_frame_whose_bit_was_changed_is_never_cut_as_if_it_were_torn() {
    let folder = tempfile::tempdir().unwrap();
    drop(JournalLog::open(&small(folder.path()), keys(folder.path(), &(Arc::new(RealDisk) as Arc<dyn Disk>)).unwrap()));
    let first_anchor = std::fs::read(folder.path().join("journal/anchor")).unwrap();
    let head = small_log(folder.path());
    // With the anchor of the beginning there is nothing but the frames themselves to tell.
    std::fs::write(folder.path().join("journal/anchor"), first_anchor).unwrap();
    assert_eq!(read(folder.path()).unwrap().head, head);
    let last = files(folder.path(), &[".journal"]).pop().unwrap();
    let whole = std::fs::read(&last).unwrap();
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    for at in 512..=end {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        std::fs::write(&last, changed).unwrap();
        refused_or_same(folder.path(), head, &format!("byte {at}"));
    }
}

#[test]
fn the_service_itself_refuses_or_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    small_log(folder.path());
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let open = || JournalLog::open(&small(folder.path()), keys(folder.path(), &disk)?);
    let before = contents(&*open().unwrap());
    let path = files(folder.path(), &[".journal"]).remove(0);
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(211) {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        std::fs::write(&path, changed).unwrap();
        if let Ok(log) = open() {
            assert_eq!(contents(&*log), before, "byte {at}");
        }
    }
}

#[test]
fn files_that_are_missing_are_never_taken_for_empty() {
    let folder = tempfile::tempdir().unwrap();
    let head = small_log(folder.path());
    for path in files(folder.path(), &[".journal"]) {
        let whole = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        refused_or_same(folder.path(), head, &format!("{} missing", path.display()));
        std::fs::write(&path, whole).unwrap();
    }
}
