//! Snapshots beside a log on disk: after the log was put back, after its master key was changed, and in backups, where there
//! are none.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::sync::Arc;

use storage::care;
use storage::snapshot::Why;
use storage::{Disk, EventLog, JournalLog, KeyRing, MasterKey, RealDisk, Snapshots};
use support::cached::{add, files, found, write};
use support::{keys, master, nothing, options, trace, wait};

#[test]
fn a_log_that_was_put_back_to_an_earlier_state_does_not_use_what_was_taken_later() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let log = support::open(folder.path()).unwrap();
    let snapshots = Snapshots::new(Arc::clone(&disk), folder.path(), log.vault());
    add(&*log, 1..=4);
    write(&snapshots, &*log, 4, b"at four").unwrap();
    let earlier = target.path().join("journal");
    log.close();
    copy(&folder.path().join("journal"), &earlier);
    drop(log);
    let log = support::open(folder.path()).unwrap();
    add(&*log, 5..=6);
    write(&snapshots, &*log, 6, b"at six").unwrap();
    assert_eq!(found(&snapshots, &*log).0, Some((6, b"at six".to_vec())));
    drop(log);

    // The journal is put back, behind the back of what was derived.
    std::fs::remove_dir_all(folder.path().join("journal")).unwrap();
    std::fs::remove_dir_all(folder.path().join("sled")).unwrap();
    copy(&earlier, &folder.path().join("journal"));
    let log = support::open(folder.path()).unwrap();
    let (used, unusable) = found(&snapshots, &*log);
    assert_eq!(used, Some((4, b"at four".to_vec())));
    assert_eq!(unusable[0].why, Why::AfterHead { position: 6, head: 4 });

    // And goes on otherwise, past the snapshot's position.
    add(&*log, 105..=108);
    let (used, unusable) = found(&snapshots, &*log);
    assert_eq!(used, Some((4, b"at four".to_vec())));
    assert_eq!(unusable[0].why, Why::OtherHistory);
    write(&snapshots, &*log, 5, b"at five").unwrap();
    let kept = files(&*disk, folder.path());
    assert!(kept.iter().all(|path| !path.to_string_lossy().contains("00006-")), "the false one is gone: {kept:?}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn snapshots_open_after_the_master_key_was_changed_and_more_keys_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let log = support::open(folder.path()).unwrap();
    add(&*log, 1..=3);
    write(&Snapshots::new(Arc::clone(&disk), folder.path(), log.vault()), &*log, 3, b"three").unwrap();
    log.close();
    drop(log);
    let new = MasterKey::from_hex(&"7c".repeat(32)).unwrap();
    KeyRing::rotate(&disk, &folder.path().join("keys"), &master(), &new).unwrap();
    let ring = KeyRing::open(&disk, &folder.path().join("keys"), &new).unwrap();
    let log = JournalLog::open(&options(folder.path(), Arc::clone(&disk)), ring).unwrap();
    add(&*log, 4..=200);
    let snapshots = Snapshots::new(Arc::clone(&disk), folder.path(), log.vault());
    assert_eq!(found(&snapshots, &*log).0, Some((3, b"three".to_vec())));
}

#[test]
fn a_backup_holds_no_snapshot_and_what_is_restored_starts_without() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let log = support::open(folder.path()).unwrap();
    add(&*log, 1..=5);
    wait(log.record_trace(trace(1))).unwrap();
    let taken = Snapshots::new(Arc::clone(&disk), folder.path(), log.vault());
    write(&taken, &*log, 5, b"about pupils").unwrap();
    let (backup, keys_copy, new) =
        (target.path().join("backup"), target.path().join("keys"), target.path().join("new"));
    care::backup(&RealDisk, folder.path(), &backup, nothing).unwrap();
    care::backup_keys(&RealDisk, &care::keys_of(folder.path()), &keys_copy).unwrap();
    assert_eq!(all_files(&backup), ["journal/00000001.journal", "journal/anchor"]);
    assert_eq!(all_files(&keys_copy), ["keyring"]);
    // Even from a backup in which somebody has put some.
    copy(&folder.path().join("snapshots"), &backup.join("snapshots"));
    care::restore(&RealDisk, (&backup, Some(&keys_copy)), &new, nothing).unwrap();
    assert_eq!(all_files(&new), ["journal/00000001.journal", "journal/anchor", "keys/keyring"]);
    let log = JournalLog::open(&options(&new, Arc::clone(&disk)), keys(&new, &disk).unwrap()).unwrap();
    let restored = Snapshots::new(disk, &new, log.vault());
    assert_eq!(found(&restored, &*log), (None, vec![]));
    write(&restored, &*log, 5, b"again").unwrap();
}

/// Every file under a folder, from there.
fn all_files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
