//! What is known is kept in snapshots, comes back the same, and can be built anew beside what serves.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casework::{Casework, Clock, OpenError, Place};
use domain::command::Command;
use domain::spec::cast::{MENTOR, PUPIL, a_pupil_with_a_mentor, as_staff, contact_to_log};
use domain::spec::noon;
use storage::{EventLog, JournalLog, RealDisk, Snapshots};
use support::{Engine, House, SetClock, journal};
use tempfile::TempDir;

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

/// The service on the log of a folder, with snapshots.
async fn open(folder: &TempDir, clock: &Arc<SetClock>) -> (Arc<JournalLog>, Arc<Casework>) {
    let (log, casework) = try_open(folder, clock).await;
    (log, casework.unwrap())
}

async fn try_open(folder: &TempDir, clock: &Arc<SetClock>) -> (Arc<JournalLog>, Result<Arc<Casework>, OpenError>) {
    let log = journal(folder);
    let snapshots = Arc::new(Snapshots::new(Arc::new(RealDisk), &data(folder), log.vault()));
    let clock: Arc<dyn Clock> = Arc::<SetClock>::clone(clock);
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open_with(as_log, [7; 32], clock, snapshots).await;
    (log, casework)
}

fn contact() -> Command {
    Command::LogGuardianContact(contact_to_log())
}

/// A folder in which a story was recorded, the service left in an orderly way, and where its snapshots lie.
async fn left() -> (TempDir, Arc<SetClock>, String) {
    let house = House::new(Engine::Journal, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let House { log, casework, clock, folder } = house;
    let folder = folder.unwrap();
    drop((log, casework));
    let (log, casework) = open(&folder, &clock).await;
    casework.execute(as_staff(MENTOR), contact(), support::command_id(clock.now(), 1)).await.unwrap();
    assert!(casework.keep_snapshot().await.unwrap().is_some());
    assert_eq!(casework.keep_snapshot().await.unwrap(), None, "nothing is new");
    // After the snapshot: what a start must read from the log itself.
    casework.execute(as_staff(MENTOR), contact(), support::command_id(clock.now(), 2)).await.unwrap();
    let told = support::told(&casework).await;
    drop(casework);
    log.close();
    (folder, clock, told)
}

fn snapshots(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join("snapshots")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_start_from_a_snapshot_and_the_rest_of_the_log_knows_what_was_known() {
    let (folder, clock, before) = left().await;
    assert_eq!(snapshots(&data(&folder)).len(), 1);
    let (log, casework) = open(&folder, &clock).await;
    assert_eq!(support::told(&casework).await, before);
    let again = casework.execute(as_staff(MENTOR), contact(), support::command_id(clock.now(), 2)).await.unwrap();
    assert!(again.already, "names of commands are the log's, not the snapshot's");
    drop(casework);
    log.close();
}

#[tokio::test]
async fn a_damaged_snapshot_is_passed_over_and_the_log_read_instead() {
    let (folder, clock, before) = left().await;
    let file = snapshots(&data(&folder)).pop().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 1);
    std::fs::write(&file, bytes).unwrap();
    let (log, casework) = open(&folder, &clock).await;
    assert_eq!(support::told(&casework).await, before);
    drop(casework);
    log.close();
}

#[tokio::test]
async fn a_log_that_is_shorter_than_a_snapshot_of_it_is_not_served() {
    let house = House::new(Engine::Journal, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let House { log, casework, clock, folder } = house;
    let folder = folder.unwrap();
    drop((log, casework));
    // An anchor and a journal from before are kept, and put back when a contact has been recorded and a snapshot taken.
    let kept = TempDir::new().unwrap();
    copy(&data(&folder).join("journal"), kept.path());
    let (log, casework) = open(&folder, &clock).await;
    casework.execute(as_staff(MENTOR), contact(), support::command_id(clock.now(), 1)).await.unwrap();
    assert!(casework.keep_snapshot().await.unwrap().is_some());
    drop(casework);
    log.close();
    let (position, snapshot) = (log.head().position.0, snapshots(&data(&folder)).pop().unwrap());
    drop(log);
    let after = TempDir::new().unwrap();
    copy(&data(&folder).join("journal"), after.path());
    copy(kept.path(), &data(&folder).join("journal"));
    std::fs::remove_dir_all(data(&folder).join("sled")).unwrap();
    let refused = try_open(&folder, &clock).await.1;
    let Err(OpenError::Shortened { snapshot: of, position: at, head }) = refused else { panic!("it is served") };
    assert_eq!((of, at), (snapshot.clone(), position));
    assert!(head < position);

    // One that somebody made up shows nothing.
    let whole = std::fs::read(&snapshot).unwrap();
    let mut changed = whole.clone();
    changed.iter_mut().rev().take(1).for_each(|byte| *byte ^= 1);
    std::fs::write(&snapshot, changed).unwrap();
    assert!(try_open(&folder, &clock).await.1.is_ok());

    // And put back as it was, it is served.
    std::fs::write(&snapshot, whole).unwrap();
    copy(after.path(), &data(&folder).join("journal"));
    let (log, casework) = open(&folder, &clock).await;
    assert_eq!(log.head().position.0, position);
    drop(casework);
    log.close();
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test]
async fn projections_are_built_anew_beside_those_that_serve_while_work_goes_on() {
    let house = House::new(Engine::Memory, a_pupil_with_a_mentor(), noon("2019-10-01")).await;
    let casework = &house.casework;
    let write = async {
        for number in 0..200 {
            let receipt = casework.execute(as_staff(MENTOR), contact(), house.command_id(number)).await.unwrap();
            // Who wrote, reads it at once, from whichever projections serve.
            let reader = casework.reader(as_staff(MENTOR), "test");
            let seen =
                reader.timeline_after(PUPIL, Place::after(receipt.position - 1)).await.unwrap().unwrap().into_inner();
            assert_eq!(seen.map(|(_, entry)| entry.position), Some(receipt.position));
            reader.finish().await.unwrap();
        }
    };
    let rebuild = async {
        for _ in 0..20 {
            casework.rebuild().await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, rebuild);
    let before = support::told(casework).await;
    casework.rebuild().await.unwrap();
    assert_eq!(support::told(casework).await, before);
    assert!(casework.follows());
}
