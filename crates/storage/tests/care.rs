//! Verify, backup, restore and export, on a log on disk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::path::Path;
use std::sync::Arc;

use storage::care::{self, CareError, Report};
use storage::{Disk, EventLog, KeyRing, RealDisk, Vault};
use support::{addition, contents, master, nothing, stream, trace, wait};

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

/// A log of so many events and one trace, closed.
fn written(folder: &Path, events: u64) {
    let log = support::open(folder).unwrap();
    for number in 1..=events {
        wait(log.append(addition(number, stream(u8::try_from(number % 3).unwrap())))).unwrap();
    }
    wait(log.record_trace(trace(1))).unwrap();
    log.close();
}

fn vault(folder: &Path) -> Vault {
    Vault::new(KeyRing::open_read_only(&disk(), &care::keys_of(folder), &master()).unwrap()).unwrap()
}

fn verify_with_keys(folder: &Path) -> Report {
    let vault = vault(folder);
    // What the keys are for is learnt at a start; opening records needs only that they are there.
    care::verify(&disk(), folder, Some(&vault), true)
}

#[test]
fn verify_counts_events_and_finds_nothing_wrong_with_a_whole_log() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 120);
    let report = verify_with_keys(folder.path());
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.head.position.0, 120);
    assert!(report.to_string().starts_with("count 120 head "), "{report}");
    assert_eq!(care::verify(&disk(), folder.path(), None, false).head, report.head, "no key is needed for that");
}

#[test]
fn verify_finds_a_changed_byte_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 10);
    let path = folder.path().join("journal/00000001.journal");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[700] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let report = care::verify(&disk(), folder.path(), None, false);
    assert!(!report.is_clean());
    assert!(report.faults[0].contains("00000001.journal"), "{report}");
}

#[test]
fn verify_finds_that_sled_was_damaged_without_touching_it() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 10);
    let path = folder.path().join("sled/db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.fill(0);
    std::fs::write(&path, &bytes).unwrap();
    assert!(!verify_with_keys(folder.path()).is_clean());
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "what was found damaged is left as it was");
}

#[test]
fn a_backup_taken_while_the_service_writes_is_a_whole_log() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = support::open(folder.path()).unwrap();
    for number in 1..=50 {
        wait(log.append(addition(number, stream(1)))).unwrap();
    }
    let backup = target.path().join("backup");
    let head = care::backup(&RealDisk, folder.path(), &backup, nothing).unwrap();
    wait(log.append(addition(51, stream(1)))).unwrap();
    assert_eq!(head.position.0, 50);
    assert!(care::verify(&disk(), &backup, None, false).is_clean());
    assert!(!backup.join("keys").exists() && !backup.join("sled").exists(), "no keys and no sled in a log backup");
}

#[test]
fn a_restored_backup_answers_as_the_log_did() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    written(folder.path(), 90);
    let (backup, keys, data) =
        (target.path().join("backup"), target.path().join("keys-backup"), target.path().join("data"));
    care::backup(&RealDisk, folder.path(), &backup, nothing).unwrap();
    care::backup_keys(&RealDisk, &care::keys_of(folder.path()), &keys).unwrap();
    care::restore(&RealDisk, (&backup, Some(&keys)), &data, nothing).unwrap();
    let (old, new) = (support::open(folder.path()).unwrap(), support::open(&data).unwrap());
    assert_eq!((contents(&*old), old.head()), (contents(&*new), new.head()));
    assert!(wait(new.append(addition(91, stream(1)))).is_ok());
}

#[test]
fn restore_refuses_a_folder_that_holds_something() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    written(folder.path(), 3);
    std::fs::write(target.path().join("something"), "").unwrap();
    let refused = care::restore(&RealDisk, (folder.path(), None), target.path(), nothing);
    assert!(matches!(refused, Err(CareError::NotEmpty(_))));
}

/// What has to be there whenever any of the log is comes first, and when it cannot be, nothing is copied: nor when there are no keys,
/// so that the same folder can be restored into again.
#[test]
fn nothing_is_restored_before_what_has_to_be_there_first() {
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    written(folder.path(), 3);
    let (data, keys) = (target.path().join("data"), care::keys_of(folder.path()));
    let restore = |keys: &Path, first: &dyn Fn() -> Result<(), CareError>| {
        care::restore(&RealDisk, (folder.path(), Some(keys)), &data, first)
    };
    assert!(matches!(restore(&target.path().join("none"), &nothing), Err(CareError::NoKeys(_))));
    let refuses = || Err(CareError::NotEmpty(data.clone()));
    assert!(restore(&keys, &refuses).is_err());
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0);
    let looks = || {
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "before any of the log");
        Ok(())
    };
    assert!(restore(&keys, &looks).is_ok());
}

#[test]
fn an_export_has_a_line_for_each_event_and_trace() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 5);
    let mut out = Vec::new();
    care::export(&RealDisk, folder.path(), &vault(folder.path()), &mut |_| true, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 6);
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((first["position"].as_u64(), first["kind"].as_str()), (Some(1), Some("guardian-contacted")));
}
