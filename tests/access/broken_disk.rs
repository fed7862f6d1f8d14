//! A disk that fails under a reading: nothing is told, and nothing is lost.

use std::path::Path;
use std::sync::Arc;

use domain::id::StaffId;
use domain::spec::cast::PUPIL;
use storage::disk::DiskCall;
use storage::{Disk, EventLog, FaultDisk, JournalLog, KeyRing, LogOptions, MasterKey, RealDisk};
use tempfile::TempDir;

use crate::doors::{Shows, left_by};
use crate::everybody::{EVERYBODY, tell};
use crate::holds_something;
use crate::house::House;
use crate::schema::Schema;
use crate::traces::{opening, questions};

fn open(folder: &Path, disk: Arc<dyn Disk>) -> Arc<JournalLog> {
    let options = LogOptions { disk, ..LogOptions::new(folder.join("data")) };
    let (keys, master) = (folder.join("keys"), MasterKey::from_hex(&"5a".repeat(32)).unwrap());
    let ring = if KeyRing::exists(&*options.disk, &keys).unwrap() {
        KeyRing::open(&options.disk, &keys, &master).unwrap()
    } else {
        KeyRing::create(&options.disk, &keys, &master).unwrap()
    };
    JournalLog::open(&options, ring).unwrap()
}

fn copied(from: &Path) -> TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let folder = TempDir::new().unwrap();
    copy(from, folder.path());
    folder
}

/// Who asks what: each door that shows something of a case, as the first who is shown it.
async fn readings(house: &House) -> Vec<(StaffId, String)> {
    let schema = Schema::read();
    let mut asked = questions(&schema);
    asked.push(("Mutation.openNote".to_owned(), opening(house).await));
    let mut found = Vec::new();
    for (door, query) in asked {
        let (expected, notes) = left_by(&schema, &query);
        // What is plainly of the pupil goes the way of the pupil's name.
        let repeats = (door.starts_with("Pupil.") || door.starts_with("Guardian."))
            && !query.contains("(first")
            && ![
                "Pupil.name",
                "Pupil.readings",
                "Pupil.extract",
                "Pupil.timeline",
                "Pupil.absence",
                "Guardian.preview",
            ]
            .contains(&door.as_str());
        if expected == Shows::Nothing || repeats {
            continue;
        }
        for (_, staff, _) in EVERYBODY {
            let came = house.asks(staff, &query).await;
            if came.trace() == (expected, notes) && !came.is_refused() {
                found.push((staff, query));
                break;
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_under_a_reading_of_whatever_kind_tells_nothing_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let log = open(folder.path(), Arc::new(RealDisk));
    tell(&*log).await;
    let house = House::open(Arc::<JournalLog>::clone(&log)).await;
    house.let_everybody_in().await;
    let readings = readings(&house).await;
    house.close().await;
    log.close();
    drop(log);
    assert!(readings.len() > 20, "{}", readings.len());
    for (number, (staff, query)) in readings.into_iter().enumerate() {
        let kind = if number % 2 == 0 { DiskCall::Sync } else { DiskCall::Write };
        let copy = copied(folder.path());
        let disk = FaultDisk::new(Arc::new(RealDisk));
        let log = open(copy.path(), Arc::new(disk.clone()));
        let house = House::open(Arc::<JournalLog>::clone(&log)).await;
        house.asks(staff, "{__typename}").await;
        let (events, before) = (log.head().position, house.count());

        disk.fail_every(Some(kind));
        let came = house.asks(staff, &query).await;
        assert!(disk.has_failed(), "{query}");
        assert!(!holds_something(&came.answer["data"]), "{kind:?} {query}: {}", came.answer);
        assert!(!came.answer.to_string().contains("Exempel"), "{}", came.answer);
        assert_eq!(came.code(), "trace_not_recorded", "{query}: {}", came.answer);
        house.close().await;
        log.close();
        drop(log);

        let log = open(copy.path(), Arc::new(RealDisk));
        let house = House::open(Arc::<JournalLog>::clone(&log)).await;
        assert_eq!(log.head().position, events, "every event is there");
        assert!(house.count() >= before, "and every trace");
        let again = house.asks(staff, &query).await;
        assert!(holds_something(&again.answer["data"]), "{query}: {}", again.answer);
        assert!(again.trace().0 > Shows::Nothing, "{query}");
        house.close().await;
        log.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_has_left_has_its_trace_on_disk_and_in_the_chain() {
    let folder = TempDir::new().unwrap();
    let log = open(folder.path(), Arc::new(RealDisk));
    tell(&*log).await;
    let house = House::open(Arc::<JournalLog>::clone(&log)).await;
    house.let_everybody_in().await;
    let (chained, before) = (log.head().hash, house.count());
    let (_, staff, _) = EVERYBODY[0];
    let query = format!("{{pupil(id:\"{PUPIL}\"){{name}}}}");
    assert!(holds_something(&house.asks(staff, &query).await.answer["data"]));
    // What lies on disk at that moment, as a fall of the machine would leave it: nothing is closed first.
    let fallen = copied(folder.path());
    assert_ne!(log.head().hash, chained, "the chain has gone on over it");
    house.close().await;
    log.close();
    drop(log);
    let log = open(fallen.path(), Arc::new(RealDisk));
    let house = House::open(Arc::<JournalLog>::clone(&log)).await;
    assert_eq!(house.count(), before + 1);
    house.close().await;
    log.close();
}
