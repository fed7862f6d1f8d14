//! The master key's file: made once, read by its owner alone, and never within the data folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Arc;

use storage::{Disk, KeyRing, MasterKey, MasterKeyError, RealDisk};

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

#[test]
fn a_master_key_file_is_made_once_and_read_by_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, keys) = (folder.path().join("master"), folder.path().join("keys"));
    let made = MasterKey::generate_file(&RealDisk, &path).unwrap();
    drop(KeyRing::create(&disk(), &keys, &made).unwrap());
    drop(KeyRing::open(&disk(), &keys, &MasterKey::read_file(&path).unwrap()).unwrap());
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!((text.len(), text.trim_end().len()), (65, 64));
    assert_ne!(text.trim_end(), "00".repeat(32));
    assert!(matches!(MasterKey::generate_file(&RealDisk, &path), Err(MasterKeyError::File { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "one that is there is left alone");
    for mode in [0o640, 0o604, 0o610, 0o601, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(MasterKey::read_file(&path), Err(MasterKeyError::Exposed(_))), "{mode:o}");
    }
    for mode in [0o600, 0o400, 0o700] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(MasterKey::read_file(&path).is_ok(), "{mode:o}");
    }
    fs::write(&path, "not a key").unwrap();
    assert!(matches!(MasterKey::read_file(&path), Err(MasterKeyError::Malformed(_))));
    assert!(matches!(MasterKey::read_file(&folder.path().join("none")), Err(MasterKeyError::File { .. })));
}

#[test]
fn a_master_key_may_not_lie_in_the_data_folder_by_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let (data, apart) = (folder.path().join("data"), folder.path().join("apart"));
    fs::write(&apart, "").unwrap();
    assert!(MasterKey::check_apart(&data, &apart).is_ok(), "there is no data folder yet");
    fs::create_dir(&data).unwrap();
    assert!(MasterKey::check_apart(&data, &apart).is_ok());
    let within = data.join("key");
    fs::write(&within, "").unwrap();
    assert!(matches!(MasterKey::check_apart(&data, &within), Err(MasterKeyError::NotApart(_))));
    let link = folder.path().join("link");
    symlink(&within, &link).unwrap();
    assert!(matches!(MasterKey::check_apart(&data, &link), Err(MasterKeyError::NotApart(_))));
    assert!(matches!(MasterKey::check_apart(&data, &folder.path().join("none")), Err(MasterKeyError::File { .. })));
}
