//! Keys: what the key file holds, what is destroyed stays so, and the master key is changed without losing one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::disk::DiskCall;
use storage::keys::{KeyId, KeyState};
use storage::log::{KeyRef, LogError, Position, RecordClass};
use storage::{Disk, EventLog, FaultDisk, KeyError, KeyRing, MasterKey, PartContent, RealDisk};
use support::{addition, master, stream, wait};

/// Bytes of the key file before its batches, around the entries of a batch, and of one entry.
const HEADER: u64 = 66;
const AROUND: u64 = 40;
const ENTRY: u64 = 65;

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

fn other_master() -> MasterKey {
    MasterKey::from_hex(&"a5".repeat(32)).unwrap()
}

fn purpose(number: u16) -> KeyRef {
    KeyRef { subject: [1; 16], class: RecordClass(4), period: number }
}

fn create(folder: &Path) -> KeyRing {
    KeyRing::create(&disk(), folder, &master()).unwrap()
}

fn open(folder: &Path) -> Result<KeyRing, KeyError> {
    KeyRing::open(&disk(), folder, &master())
}

fn file(folder: &Path) -> PathBuf {
    folder.join("keyring")
}

fn length(folder: &Path) -> u64 {
    fs::metadata(file(folder)).unwrap().len()
}

fn is_live(ring: &KeyRing, id: KeyId) -> bool {
    ring.with_state(id, |state| matches!(state, Some(KeyState::Live(_))))
}

#[test]
fn a_master_key_is_64_hexadecimal_digits() {
    assert!(MasterKey::from_hex(&"0f".repeat(32)).is_some());
    assert!(MasterKey::from_hex(&"0F".repeat(32)).is_some());
    for wrong in [String::new(), "0f".repeat(31), "0f".repeat(33), "0g".repeat(32), "0f".repeat(31) + "0"] {
        assert!(MasterKey::from_hex(&wrong).is_none(), "{wrong}");
    }
    assert_eq!(format!("{:?}", master()), "[master key]", "it cannot be printed");
}

#[test]
fn the_digits_of_a_master_key_all_count() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    for at in [0, 1, 31, 62, 63] {
        let mut digits = "5a".repeat(32);
        digits.replace_range(at..=at, "0");
        let refused = KeyRing::open(&disk(), folder.path(), &MasterKey::from_hex(&digits).unwrap());
        assert_eq!(refused.err(), Some(KeyError::WrongMaster(file(folder.path()))), "digit {at}");
    }
    assert!(open(folder.path()).is_ok());
}

#[test]
fn a_key_file_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(KeyRing::exists(&RealDisk, folder.path()), Ok(false));
    let ring = create(folder.path());
    assert!(ring.is_unused());
    assert_eq!(KeyRing::exists(&RealDisk, folder.path()), Ok(true));
    drop(ring);
    let again = KeyRing::create(&disk(), folder.path(), &master());
    assert_eq!(again.err(), Some(KeyError::Exists(file(folder.path()))));
}

#[test]
fn keys_are_made_in_batches_that_double_and_are_in_the_file_before_they_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    let mut expected = HEADER + AROUND + 2 * ENTRY;
    assert_eq!(length(folder.path()), expected);
    let mut ids = Vec::new();
    for number in 0..=192 {
        if let Some(batch) = [(0, 64), (64, 128), (192, 256)].iter().find(|(at, _)| *at == number) {
            expected += AROUND + batch.1 * ENTRY;
        }
        ids.push(ring.key_for(purpose(number)).unwrap().0);
        assert_eq!(length(folder.path()), expected, "key {number}");
    }
    assert_eq!(ring.key_for(purpose(7)).unwrap().0, ids[7], "one purpose has one key");
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(!ring.is_unused());
    drop(ring);
    let ring = open(folder.path()).unwrap();
    assert!(ids.iter().all(|id| is_live(&ring, *id)), "every key is there again");
    assert!(!ring.is_unused());
    ring.adopt(ids[7], purpose(7)).unwrap();
    assert_eq!(ring.key_for(purpose(7)).unwrap().0, ids[7]);
    assert_eq!(ring.adopt(KeyId([9; 16]), purpose(7)), Err(LogError::KeyMissing), "missing is never erased");
    assert!(ring.with_state(KeyId([9; 16]), |state| state.is_none()));
    assert_eq!(length(folder.path()), expected);
    // A run begins with a small batch again.
    ring.key_for(purpose(500)).unwrap();
    assert_eq!(length(folder.path()), expected + AROUND + 64 * ENTRY);
}

#[test]
fn what_is_destroyed_stays_so_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    let (gone, kept) = (ring.key_for(purpose(1)).unwrap().0, ring.key_for(purpose(2)).unwrap().0);
    let before = fs::read(file(folder.path())).unwrap();
    assert_eq!(ring.destroy(|of| of == purpose(3)).unwrap(), 0);
    assert_eq!(ring.destroy(|of| of == purpose(1)).unwrap(), 1);
    let wrapped = |bytes: &[u8]| {
        let at = bytes.windows(16).position(|window| window == gone.0).unwrap();
        bytes[at + 16..at + 64].to_vec()
    };
    let after = fs::read(file(folder.path())).unwrap();
    assert_ne!(wrapped(&before), [0; 48]);
    assert_eq!(wrapped(&after), [0; 48], "nothing of it is left in the file");
    let check = |ring: &KeyRing| {
        assert!(ring.with_state(gone, |state| matches!(state, Some(KeyState::Destroyed))));
        assert!(is_live(ring, kept));
    };
    check(&ring);
    assert_eq!(ring.key_for(purpose(2)).unwrap().0, kept);
    let new = ring.key_for(purpose(1)).unwrap().0;
    assert_ne!(new, gone, "the purpose gets another key");
    drop(ring);
    let ring = open(folder.path()).unwrap();
    check(&ring);
    assert!(is_live(&ring, new));
    ring.adopt(gone, purpose(1)).unwrap();
    assert_ne!(ring.key_for(purpose(1)).unwrap().0, gone, "a destroyed key is never used again");
}

#[test]
fn keys_are_made_and_kept_after_some_have_been_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    ring.key_for(purpose(0)).unwrap();
    ring.destroy(|of| of == purpose(0)).unwrap();
    let ids: Vec<KeyId> = (1..=100).map(|number| ring.key_for(purpose(number)).unwrap().0).collect();
    drop(ring);
    let ring = open(folder.path()).unwrap();
    assert!(ids.iter().all(|id| is_live(&ring, *id)));
}

#[test]
fn a_log_whose_key_was_destroyed_reads_that_part_as_erased() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    for number in 1..=2 {
        wait(log.append(addition(number, stream(u8::try_from(number).unwrap())))).unwrap();
    }
    assert_eq!(log.vault().ring().destroy(|of| of.subject == stream(1).id).unwrap(), 1);
    let erased = |log: &dyn EventLog| {
        let events = wait(log.read_all(Position(0), 9)).unwrap();
        events.iter().map(|event| matches!(event.parts[0].content, PartContent::Erased)).collect::<Vec<_>>()
    };
    assert_eq!(erased(&*log), [true, false]);
    log.close();
    drop(log);
    assert_eq!(erased(&*support::open(folder.path()).unwrap()), [true, false]);
}

#[test]
fn a_log_that_is_opened_again_knows_what_its_keys_are_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(1)))).unwrap();
    wait(log.record_trace(support::trace(1))).unwrap();
    log.close();
    drop(log);
    let keys = folder.path().join("keys");
    let before = length(&keys);
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(2, stream(1)))).unwrap();
    wait(log.record_trace(support::trace(2))).unwrap();
    assert_eq!(length(&keys), before, "it goes on with the same keys and makes none");
    assert_eq!(log.vault().ring().destroy(|_| true).unwrap(), 2, "one of the pupil's, one of the traces'");
    let events = wait(log.read_all(Position(0), 9)).unwrap();
    assert!(events.iter().all(|event| matches!(event.parts[0].content, PartContent::Erased)));
}

#[test]
fn a_closed_log_lets_its_keys_go_while_somebody_still_holds_on_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(1)))).unwrap();
    log.close();
    KeyRing::rotate(&disk(), &folder.path().join("keys"), &master(), &other_master()).unwrap();
    assert_eq!(
        log.vault().ring().destroy(|_| true),
        Err(KeyError::Stopped),
        "and destroys none in its own memory only"
    );
}

#[test]
fn another_master_key_opens_the_same_keys_after_a_change_and_the_old_one_none() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    let (gone, kept) = (ring.key_for(purpose(1)).unwrap().0, ring.key_for(purpose(2)).unwrap().0);
    ring.destroy(|of| of == purpose(1)).unwrap();
    let log_id = ring.log_id();
    let rotate = |old: &MasterKey, new: &MasterKey| KeyRing::rotate(&disk(), folder.path(), old, new);
    assert!(matches!(rotate(&master(), &other_master()), Err(KeyError::InUse(_))), "not while a service runs");
    drop(ring);
    assert!(matches!(rotate(&other_master(), &master()), Err(KeyError::WrongMaster(_))));
    rotate(&master(), &other_master()).unwrap();
    assert_eq!(open(folder.path()).err(), Some(KeyError::WrongMaster(file(folder.path()))));
    let ring = KeyRing::open(&disk(), folder.path(), &other_master()).unwrap();
    assert_eq!(ring.log_id(), log_id);
    assert!(is_live(&ring, kept));
    assert!(ring.with_state(gone, |state| matches!(state, Some(KeyState::Destroyed))));
}

#[test]
fn what_wraps_a_key_is_the_master_key_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let first = fs::read(file(folder.path())).unwrap();
    KeyRing::rotate(&disk(), folder.path(), &master(), &other_master()).unwrap();
    let second = fs::read(file(folder.path())).unwrap();
    // The header, the beginning of the one batch, and in it two entries: role and id, then what is wrapped.
    for entry in [66 + 8, 66 + 8 + 65] {
        assert_eq!(first[entry..entry + 17], second[entry..entry + 17], "the same key");
        assert_ne!(first[entry + 17..entry + 65], second[entry + 17..entry + 65], "wrapped by another");
    }
    assert_eq!(first[10..26], second[10..26], "the same log");
    assert_ne!(first[26..34], second[26..34], "another master key");
}

#[test]
fn each_log_has_an_id_of_its_own_which_its_key_file_tells() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ids = [&one, &two].map(|folder| {
        let id = create(folder.path()).log_id();
        assert_eq!(fs::read(file(folder.path())).unwrap()[10..26], id);
        id
    });
    assert_ne!(ids[0], ids[1]);
    assert_ne!(KeyRing::in_memory().unwrap().log_id(), KeyRing::in_memory().unwrap().log_id());
}

#[test]
fn a_log_opens_under_its_new_master_key() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(1)))).unwrap();
    let before = support::contents(&*log);
    log.close();
    drop(log);
    let keys = folder.path().join("keys");
    KeyRing::rotate(&disk(), &keys, &master(), &other_master()).unwrap();
    let ring = KeyRing::open(&disk(), &keys, &other_master()).unwrap();
    let log = storage::JournalLog::open(&support::options(folder.path(), disk()), ring).unwrap();
    assert_eq!(support::contents(&*log), before);
}

#[test]
fn a_torn_last_batch_is_passed_over_and_replaced_when_keys_are_next_made() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    let first: Vec<KeyId> = (0..64).map(|number| ring.key_for(purpose(number)).unwrap().0).collect();
    let whole = length(folder.path());
    ring.key_for(purpose(64)).unwrap();
    drop(ring);
    let torn = length(folder.path()) - 1;
    fs::File::options().write(true).open(file(folder.path())).unwrap().set_len(torn).unwrap();
    let ring = open(folder.path()).unwrap();
    assert_eq!(length(folder.path()), torn, "opening changes nothing");
    assert!(first.iter().all(|id| is_live(&ring, *id)));
    let damaged = KeyError::Damaged { path: file(folder.path()), offset: whole };
    assert_eq!(ring.destroy(|of| of == purpose(1)), Err(damaged.clone()), "what is not understood may be keys");
    drop(ring);
    assert_eq!(KeyRing::rotate(&disk(), folder.path(), &master(), &other_master()), Err(damaged));
    let ring = open(folder.path()).unwrap();
    let made = ring.key_for(purpose(900)).unwrap().0;
    // Rewritten whole: every entry in one batch.
    assert_eq!(length(folder.path()), HEADER + AROUND + (2 + 64 + 64) * ENTRY);
    let more: Vec<KeyId> = (1000..1100).map(|number| ring.key_for(purpose(number)).unwrap().0).collect();
    drop(ring);
    let ring = open(folder.path()).unwrap();
    assert!(first.iter().chain([&made]).chain(&more).all(|id| is_live(&ring, *id)));
}

#[test]
fn keys_opened_for_reading_alone_make_none_and_lock_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ring = create(folder.path());
    let id = ring.key_for(purpose(1)).unwrap().0;
    let read_only = KeyRing::open_read_only(&disk(), folder.path(), &master()).unwrap();
    assert!(is_live(&read_only, id));
    assert_eq!(read_only.key_for(purpose(2)).err(), Some(KeyError::Stopped));
    assert!(matches!(open(folder.path()), Err(KeyError::InUse(_))), "the service alone may write");
    let wrong = KeyRing::open_read_only(&disk(), folder.path(), &other_master());
    assert_eq!(wrong.err(), Some(KeyError::WrongMaster(file(folder.path()))));
}

#[test]
fn a_key_that_is_not_in_the_file_is_not_given_and_no_more_are_made() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let failing = FaultDisk::new(disk());
    let shared: Arc<dyn Disk> = Arc::new(failing.clone());
    let ring = KeyRing::open(&shared, folder.path(), &master()).unwrap();
    failing.fail_nth(DiskCall::Sync, 1);
    assert!(matches!(ring.key_for(purpose(1)), Err(KeyError::Io { .. })));
    assert_eq!(ring.key_for(purpose(1)).err(), Some(KeyError::Stopped));
    assert!(ring.is_unused());
}

#[test]
fn keys_whose_destruction_could_not_be_written_are_not_said_to_be_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let failing = FaultDisk::new(disk());
    let shared: Arc<dyn Disk> = Arc::new(failing.clone());
    let ring = KeyRing::create(&shared, folder.path(), &master()).unwrap();
    let id = ring.key_for(purpose(1)).unwrap().0;
    failing.fail_nth(DiskCall::Rename, 1);
    assert!(matches!(ring.destroy(|of| of == purpose(1)), Err(KeyError::Io { .. })));
    assert!(is_live(&ring, id));
    drop(ring);
    assert!(is_live(&open(folder.path()).unwrap(), id));
}

#[test]
fn a_key_file_of_another_kind_is_damaged_though_its_checksum_is_right() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let whole = fs::read(file(folder.path())).unwrap();
    assert_eq!(whole[..10], *b"mlogkeys\x01\x00");
    for at in [0, 8, 9] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let hash = blake3::hash(&changed[..34]);
        changed[34..66].copy_from_slice(hash.as_bytes());
        fs::write(file(folder.path()), changed).unwrap();
        let damaged = KeyError::Damaged { path: file(folder.path()), offset: 0 };
        assert_eq!(open(folder.path()).err(), Some(damaged), "byte {at}");
    }
    // Without its first batch there is no key of the log; the place is told.
    fs::write(file(folder.path()), &whole[..66]).unwrap();
    assert_eq!(open(folder.path()).err(), Some(KeyError::Damaged { path: file(folder.path()), offset: HEADER }));
}

#[test]
fn a_key_that_does_not_unwrap_is_damage_and_its_place_is_told() {
    let folder = tempfile::tempdir().unwrap();
    drop(create(folder.path()));
    let mut bytes = fs::read(file(folder.path())).unwrap();
    // The role of the second entry becomes that of data; the batch's hash is made right.
    let (start, second) = (66, 66 + 8 + 65);
    assert_eq!((&bytes[start..start + 4], bytes[second]), (b"KEYS".as_slice(), 4));
    bytes[second] = 1;
    let end = bytes.len() - 32;
    let hash = *blake3::Hasher::new().update(&bytes[34..66]).update(&bytes[start..end]).finalize().as_bytes();
    bytes[end..].copy_from_slice(&hash);
    fs::write(file(folder.path()), bytes).unwrap();
    let damaged = KeyError::Damaged { path: file(folder.path()), offset: HEADER + ENTRY };
    assert_eq!(open(folder.path()).err(), Some(damaged), "a key in another's place does not open");
}
