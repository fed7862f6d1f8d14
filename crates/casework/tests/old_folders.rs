//! A data folder that an older version wrote reads the same for ever: every event, every trace, what was erased, and that
//! writing goes on. One folder for each version of what is stored lies in `tests/folders/`; none is ever edited.
//!
//! `MENTORLOG_WRITE_FOLDER=v2 cargo test -p casework --test old_folders` writes the next one, when it is not there yet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

#[path = "old_folders/making.rs"]
mod making;
#[path = "old_folders/packing.rs"]
mod packing;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casework::stored::{decode, form};
use domain::event::EventKind;
use domain::recorded::Body;
use domain::spec::noon;
use serde_json::{Value, json};
use storage::{
    Disk, EventLog, JournalLog, KeyError, KeyRing, LogOptions, MasterKey, OpenError, OpenedEvent, OpenedPart,
    OpenedTrace, PartContent, Position, RealDisk, TraceNumber, Vault, care,
};
use support::SetClock;

/// How far the fixtures reach: far below this.
const ALL: usize = 100_000;

fn folders() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/folders")
}

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

/// A master key of a fixture, by the name of its file.
fn master(fixture: &Path, name: &str) -> MasterKey {
    MasterKey::from_hex(fs::read_to_string(fixture.join(name)).unwrap().trim_end()).unwrap()
}

/// Opens the log of an unpacked data folder.
fn open(data: &Path, master: &MasterKey) -> Arc<JournalLog> {
    try_open(data, master).unwrap()
}

fn try_open(data: &Path, master: &MasterKey) -> Result<Arc<JournalLog>, OpenError> {
    let keys = KeyRing::open(&disk(), &care::keys_of(data), master).unwrap();
    JournalLog::open(&LogOptions::new(data), keys)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// One line of a listing: everything that the log says of an event, its content to the byte, and what the domain makes of it.
fn event_line(event: &OpenedEvent) -> Value {
    let recorded = decode(event).unwrap_or_else(|error| panic!("position {}: {error}", event.position.0));
    json!({
        "position": event.position.0,
        "stream": [event.stream.kind, hex(&event.stream.id)],
        "version": event.version,
        "event": hex(&event.event_id),
        "commit": hex(&event.commit.0),
        "kind": event.kind,
        "form": event.form,
        "recorded": event.recorded_micros,
        "open": text(&event.open),
        "parts": event.parts.iter().map(part).collect::<Vec<_>>(),
        "occurred": recorded.occurred.map(|occurred| occurred.timestamp_micros()),
        "erased": matches!(recorded.body, Body::Erased(_)),
    })
}

fn trace_line(trace: &OpenedTrace) -> Value {
    json!({
        "trace": trace.number.0,
        "recorded": trace.recorded_micros,
        "open": text(&trace.open),
        "subjects": part(&trace.subjects),
    })
}

fn part(part: &OpenedPart) -> Value {
    let content = match &part.content {
        PartContent::Present(bytes) => Value::String(text(bytes)),
        PartContent::Erased => Value::Null,
    };
    json!([hex(&part.key.subject), part.key.class.0, part.key.period, content])
}

/// Everything in a log, a line for each event and then for each trace, and one for the head.
async fn listing(log: &dyn EventLog) -> Vec<Value> {
    let events = log.read_all(Position(0), ALL).await.unwrap();
    let traces = log.read_traces(TraceNumber(0), ALL).await.unwrap();
    let head = log.head();
    let head = json!({ "position": head.position.0, "traces": head.traces.0, "hash": hex(&head.hash) });
    events.iter().map(event_line).chain(traces.iter().map(trace_line)).chain([head]).collect()
}

/// The committed folders, oldest first.
fn fixtures() -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folders()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn committed_listing(fixture: &Path) -> Vec<Value> {
    let text = fs::read_to_string(fixture.join("listing.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_folder_that_was_ever_written_reads_the_same() {
    making::make_if_asked().await;
    assert!(!fixtures().is_empty());
    for fixture in fixtures() {
        let temporary = tempfile::tempdir().unwrap();
        packing::unpack(&fixture.join("data"), temporary.path());
        let log = open(temporary.path(), &master(&fixture, "test-master.key"));
        let (read, committed) = (listing(&*log).await, committed_listing(&fixture));
        for (read, committed) in read.iter().zip(&committed) {
            assert_eq!(read, committed, "{}", fixture.display());
        }
        assert_eq!(read.len(), committed.len(), "{}", fixture.display());
        assert!(committed.len() > 200, "a few hundred events");
    }
}

#[tokio::test]
async fn the_service_starts_on_every_folder_answers_and_goes_on_writing() {
    for fixture in fixtures() {
        let temporary = tempfile::tempdir().unwrap();
        packing::unpack(&fixture.join("data"), temporary.path());
        let master = || master(&fixture, "test-master.key");
        let log = open(temporary.path(), &master());
        let before = log.head().position.0;
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let clock = SetClock::at(noon("2020-06-01"));
        let service = support::open(&as_log, &clock).await;
        assert_eq!(*service.subscribe().borrow(), before);
        let receipt = making::one_more_contact(&service, &clock).await;
        assert_eq!(receipt.position, before + 1);
        drop((service, as_log));
        log.close();
        drop(log);
        let again = open(temporary.path(), &master());
        let read = listing(&*again).await;
        let committed = committed_listing(&fixture);
        let (events, _) = committed.split_at(usize::try_from(before).unwrap());
        assert_eq!(read[..events.len()], *events, "what stood there is untouched");
        assert_eq!(again.head().position.0, before + 1);
    }
}

#[tokio::test]
async fn an_old_folder_needs_no_anchor_with_a_seal_until_something_more_is_recorded() {
    for fixture in fixtures() {
        let temporary = tempfile::tempdir().unwrap();
        packing::unpack(&fixture.join("data"), temporary.path());
        let anchor = temporary.path().join("journal/anchor");
        let old = fs::read(&anchor).unwrap();
        let sealed = !old.starts_with(b"mloganch");
        let begun = try_open(temporary.path(), &master(&fixture, "test-master.key"));
        begun.unwrap().close();
        // From then on there is one.
        assert!(fs::read(&anchor).unwrap().starts_with(b"mloganc2"), "{}", fixture.display());
        for without in [true, false] {
            if without {
                fs::remove_file(&anchor).unwrap();
            } else {
                fs::write(&anchor, &old).unwrap();
            }
            let opened = try_open(temporary.path(), &master(&fixture, "test-master.key"));
            assert_eq!(opened.is_err(), sealed && without, "{}: nothing was recorded", fixture.display());
        }
        let log = open(temporary.path(), &master(&fixture, "test-master.key"));
        let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
        let clock = SetClock::at(noon("2020-06-01"));
        let service = support::open(&as_log, &clock).await;
        making::one_more_contact(&service, &clock).await;
        drop((service, as_log));
        log.close();
        drop(log);
        for without in [true, false] {
            if without {
                fs::remove_file(&anchor).unwrap();
            } else {
                fs::write(&anchor, &old).unwrap();
            }
            let opened = try_open(temporary.path(), &master(&fixture, "test-master.key"));
            assert_eq!(opened.is_err(), without || !sealed, "{}: something was", fixture.display());
        }
    }
}

#[test]
fn every_folder_is_proved_whole_and_its_older_master_key_opens_nothing() {
    for fixture in fixtures() {
        let temporary = tempfile::tempdir().unwrap();
        packing::unpack(&fixture.join("data"), temporary.path());
        let keys = care::keys_of(temporary.path());
        let ring = KeyRing::open_read_only(&disk(), &keys, &master(&fixture, "test-master.key")).unwrap();
        let report = care::verify(&disk(), temporary.path(), Some(&Vault::new(ring).unwrap()), false);
        assert!(report.is_clean(), "{report}");
        let head = committed_listing(&fixture).pop().unwrap();
        assert_eq!(report.head.position.0, head["position"]);
        assert_eq!(hex(&report.head.hash), head["hash"].as_str().unwrap());
        let older = KeyRing::open_read_only(&disk(), &keys, &master(&fixture, "test-older-master.key"));
        assert!(matches!(older, Err(KeyError::WrongMaster(_))));
    }
}

#[test]
fn the_folders_hold_what_they_are_there_for_and_are_small() {
    for fixture in fixtures() {
        let listing = committed_listing(&fixture);
        let some = |of: &dyn Fn(&Value) -> bool| listing.iter().any(of);
        assert!(some(&|line| line["erased"] == true), "an event of which nothing is left");
        let parts = |line: &Value| line["parts"].as_array().cloned().unwrap_or_default();
        let partly = |line: &Value| {
            let erased = parts(line).iter().filter(|part| part[3].is_null()).count();
            erased > 0 && line["erased"] == false
        };
        assert!(some(&partly), "an event of which a part is erased");
        assert!(some(&|line| parts(line).len() > 1), "an event with several parts");
        assert!(some(&|line| line["trace"].is_u64()), "a trace");
        let kinds: std::collections::BTreeSet<_> =
            listing.iter().filter_map(|line| line["kind"].as_str().map(str::to_owned)).collect();
        assert!(kinds.len() > 40, "most kinds: {kinds:?}");
        let files = packing::files(&fixture.join("data"));
        assert!(files.iter().filter(|path| packing::is_journal(path)).count() > 1, "several journal files");
        let size: u64 = packing::files(&fixture).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        assert!(size < 300 * 1024, "{} has {size} bytes", fixture.display());
    }
}

#[test]
fn what_is_written_now_is_of_the_newest_folders_version() {
    let newest = fixtures().pop().unwrap();
    let held: std::collections::BTreeSet<_> = fixtures()
        .iter()
        .flat_map(|fixture| committed_listing(fixture))
        .filter_map(|line| Some((line["kind"].as_str()?.to_owned(), line["form"].as_u64()?)))
        .collect();
    let written = EventKind::ALL.iter().map(|kind| (kind.name().to_owned(), u64::from(form(*kind))));
    let missing: Vec<_> = written.filter(|one| !held.contains(one)).collect();
    assert!(
        missing.is_empty(),
        "kinds, each in the form that is written now, in no folder: see CONTRIBUTING.md: {missing:?}"
    );
    let temporary = tempfile::tempdir().unwrap();
    KeyRing::create(&disk(), &care::keys_of(temporary.path()), &master(&newest, "test-master.key")).unwrap();
    open(temporary.path(), &master(&newest, "test-master.key")).close();
    for file in ["journal/00000001.journal", "keys/keyring"] {
        // What it is, and the version of its format.
        let begins = |data: &Path| fs::read(data.join(file)).unwrap()[..10].to_vec();
        assert_eq!(
            begins(temporary.path()),
            begins(&newest.join("data")),
            "{file}: a new format wants the next folder"
        );
    }
}
