//! Snapshots from before an erasure: they open with no key that is left after it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::sync::Arc;

use storage::{Disk, JournalLog, KeyError, KeyRing, RealDisk, Snapshots};
use support::cached::{add, files, found, write};
use support::{master, stream};

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

fn of(log: &JournalLog, folder: &Path) -> Snapshots {
    Snapshots::new(disk(), folder, log.vault())
}

#[test]
fn a_snapshot_from_before_keys_were_destroyed_opens_no_more_and_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, keyring) = (folder.path(), folder.path().join("keys/keyring"));
    let log = support::open(folder).unwrap();
    let snapshots = of(&log, folder);
    add(&*log, 1..=4);
    write(&snapshots, &*log, 4, b"of all").unwrap();
    let before = files(&RealDisk, folder);
    let older_keys = std::fs::read(&keyring).unwrap();
    assert!(snapshots.not_of_these_keys().unwrap().is_empty());

    assert_eq!(log.vault().ring().destroy(|key| key.subject == stream(1).id).unwrap(), 1);
    assert_eq!(found(&snapshots, &*log).0, None, "also for who had it open before");
    assert_eq!(snapshots.not_of_these_keys().unwrap(), before);
    add(&*log, 5..=6);
    write(&snapshots, &*log, 6, b"of who is left").unwrap();
    assert_eq!(found(&snapshots, &*log).0, Some((6, b"of who is left".to_vec())));
    // Another erasure: neither of them.
    log.vault().ring().destroy(|key| key.subject == stream(2).id).unwrap();
    assert_eq!(snapshots.not_of_these_keys().unwrap().len(), 2);
    write(&snapshots, &*log, 5, b"of who is left now").unwrap();
    assert!(!log.vault().ring().cannot_tell_old_snapshots());
    log.close();
    drop((log, snapshots));

    let log = support::open(folder).unwrap();
    let snapshots = of(&log, folder);
    std::fs::write(folder.join("snapshots/left-over.snapshot.new"), vec![0; 600]).unwrap();
    let removed = snapshots.remove_not_of_these_keys().unwrap();
    let left = files(&RealDisk, folder).len();
    assert_eq!((removed > 0, left), (true, 2), "the one of these keys, and one that may be in the making");
    assert_eq!(found(&snapshots, &*log).0, Some((5, b"of who is left now".to_vec())));
    log.close();
    drop((log, snapshots));

    // With the keys of before, this one does not open.
    std::fs::write(&keyring, older_keys).unwrap();
    let ring = KeyRing::open_read_only(&disk(), &folder.join("keys"), &master()).unwrap();
    let older = Snapshots::new(disk(), folder, &storage::Vault::new(ring).unwrap());
    assert_eq!(older.not_of_these_keys().unwrap().len(), 1);
}

#[test]
fn the_key_of_snapshots_stays_with_another_master_key_and_the_same_master_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, keys) = (folder.path(), folder.path().join("keys"));
    let log = support::open(folder).unwrap();
    add(&*log, 1..=3);
    assert!(log.vault().ring().change_cache_key().unwrap());
    write(&of(&log, folder), &*log, 3, b"three").unwrap();
    log.close();
    drop(log);
    assert_eq!(KeyRing::rotate(&disk(), &keys, &master(), &master()), Err(KeyError::SameMaster));
    let other = storage::MasterKey::generate().unwrap();
    KeyRing::rotate(&disk(), &keys, &master(), &other).unwrap();
    KeyRing::rotate(&disk(), &keys, &other, &master()).unwrap();
    let log = support::open(folder).unwrap();
    assert_eq!(found(&of(&log, folder), &*log).0, Some((3, b"three".to_vec())));
}
