//! Sealing: limits, and what a seal is bound to.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use storage::log::{AppendError, CommitId, KeyRef, NewEvent, NewPart, NewTrace, Position, RecordClass, TraceNumber};
use storage::seal::{MAX_CONTENT, MAX_KIND, MAX_PARTS, MAX_RECORD, SealPlace};
use storage::{PartContent, Vault};
use support::{event, stream, trace};
use zeroize::Zeroizing;

fn part(length: usize, class: u8) -> NewPart {
    let key = KeyRef { subject: [1; 16], class: RecordClass(class), period: 2019 };
    NewPart { key, plain: Zeroizing::new(vec![b'x'; length]) }
}

fn place(position: u64) -> SealPlace {
    SealPlace {
        position: Position(position),
        version: 3,
        commit: CommitId([5; 16]),
        fingerprint: [6; 16],
        recorded_micros: -7,
        index: 1,
        of: 2,
    }
}

fn sealed(vault: &Vault, event: &NewEvent, position: u64) -> Vec<u8> {
    let prepared = vault.prepare(event).unwrap();
    let mut out = b"before".to_vec();
    vault.seal_event(&prepared, &place(position), &mut out).unwrap();
    let sealed = out.split_off(6);
    assert_eq!((out.as_slice(), sealed.len()), (b"before".as_slice(), prepared.sealed_len()));
    sealed
}

fn too_large(vault: &Vault, event: &NewEvent) -> bool {
    matches!(vault.prepare(event), Err(AppendError::TooLarge { .. }))
}

#[test]
fn the_limits_are_those_that_are_told() {
    assert_eq!((MAX_CONTENT, MAX_RECORD, MAX_PARTS, MAX_KIND), (32_768, 49_152, 8, 64));
}

#[test]
fn each_limit_is_kept_to_the_byte() {
    let vault = Vault::in_memory().unwrap();
    let with = |change: &dyn Fn(&mut NewEvent)| {
        let mut event = event(stream(1), 1);
        change(&mut event);
        too_large(&vault, &event)
    };
    assert!(!with(&|event| event.kind = "k".repeat(MAX_KIND)));
    assert!(with(&|event| event.kind = "k".repeat(MAX_KIND + 1)));
    assert!(with(&|event| event.kind = "k".repeat(256 + 1)));
    assert!(!with(&|event| event.open = vec![1; MAX_CONTENT]));
    assert!(with(&|event| event.open = vec![1; MAX_CONTENT + 1]));
    assert!(!with(&|event| event.parts = vec![part(MAX_CONTENT, 4)]));
    assert!(with(&|event| event.parts = vec![part(MAX_CONTENT + 1, 4)]));
    assert!(!with(&|event| event.parts = (0..8).map(|_| part(1, 4)).collect()));
    assert!(with(&|event| event.parts = (0..9).map(|_| part(1, 4)).collect()));
    assert!(with(&|event| event.parts = (0..256).map(|_| part(1, 4)).collect()));
}

#[test]
fn a_whole_record_is_limited_to_the_byte_too() {
    let vault = Vault::in_memory().unwrap();
    let of =
        |length: usize| NewEvent { open: vec![1; MAX_CONTENT], parts: vec![part(length, 4)], ..event(stream(1), 1) };
    let around = vault.prepare(&of(0)).unwrap().sealed_len();
    assert!(!too_large(&vault, &of(MAX_RECORD - around)));
    assert!(too_large(&vault, &of(MAX_RECORD - around + 1)));
    let mut large = trace(1);
    large.open = vec![1; MAX_CONTENT];
    assert!(vault.prepare_trace(&large).is_ok());
    large.open.push(1);
    assert!(matches!(vault.prepare_trace(&large), Err(AppendError::TooLarge { .. })));
}

#[test]
fn what_is_sealed_opens_the_same_and_says_nothing_outside() {
    let vault = Vault::in_memory().unwrap();
    let event = NewEvent { parts: vec![part(3, 4), part(5, 6)], ..event(stream(2), 1) };
    let sealed = sealed(&vault, &event, 9);
    assert!(!sealed.windows(4).any(|window| window == b"open" || window == b"xxxx" || window == b"guar"));
    let opened = vault.open_event(Position(9), &sealed).unwrap();
    assert_eq!((opened.position, opened.stream, opened.version), (Position(9), stream(2), 3));
    assert_eq!((opened.event_id, opened.commit, opened.recorded_micros), (event.event_id, CommitId([5; 16]), -7));
    assert_eq!((opened.kind.as_str(), opened.form, &opened.open), (event.kind.as_str(), 1, &event.open));
    for (opened, part) in opened.parts.iter().zip(&event.parts) {
        assert_eq!((opened.key, &opened.content), (part.key, &PartContent::Present(part.plain.clone())));
    }
    let header = vault.open_header(Position(9), &sealed).unwrap();
    assert_eq!((header.stream, header.version, header.commit), (stream(2), 3, CommitId([5; 16])));
    assert_eq!((header.fingerprint, header.recorded_micros, header.index, header.of), ([6; 16], -7, 1, 2));
    assert_eq!(
        header.keys.iter().map(|(purpose, _)| *purpose).collect::<Vec<_>>(),
        [event.parts[0].key, event.parts[1].key]
    );
}

#[test]
fn a_record_opens_only_where_it_was_sealed() {
    let (vault, other) = (Vault::in_memory().unwrap(), Vault::in_memory().unwrap());
    let sealed = sealed(&vault, &event(stream(1), 1), 9);
    assert!(vault.open_event(Position(9), &sealed).is_ok());
    for position in [0, 8, 10, 9 << 8] {
        assert!(vault.open_event(Position(position), &sealed).is_err());
        assert!(vault.open_header(Position(position), &sealed).is_err());
    }
    assert!(vault.open_trace(TraceNumber(9), &sealed).is_err(), "an event is no trace");
    assert!(other.open_event(Position(9), &sealed).is_err(), "nor one of another log");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(vault.open_event(Position(9), &changed).is_err(), "byte {at}");
        assert!(vault.open_event(Position(9), &sealed[..at]).is_err(), "cut to {at}");
    }
}

#[test]
fn a_nonce_is_of_its_position_and_of_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let disk: std::sync::Arc<dyn storage::Disk> = std::sync::Arc::new(storage::RealDisk);
    drop(support::keys(folder.path(), &disk).unwrap());
    let run = || {
        Vault::new(storage::KeyRing::open_read_only(&disk, &folder.path().join("keys"), &support::master()).unwrap())
    };
    let (first, second) = (run().unwrap(), run().unwrap());
    let bare = NewEvent { parts: vec![], ..event(stream(1), 1) };
    let nonce = |vault: &Vault, position| sealed(vault, &bare, position)[1..13].to_vec();
    assert_eq!(nonce(&first, 0x0102)[..8], [2, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(nonce(&first, 1)[8..], nonce(&first, 2)[8..], "within a run the position tells them apart");
    assert_ne!(nonce(&first, 1)[8..], nonce(&second, 1)[8..], "a position that is written again has another nonce");
    let sealed = sealed(&first, &bare, 1);
    assert_eq!(sealed[0], 2, "the layout's version");
    assert!(second.open_event(Position(1), &sealed).is_ok(), "and every run opens what another sealed");
}

#[test]
fn equal_parts_of_one_event_are_sealed_apart() {
    let vault = Vault::in_memory().unwrap();
    let event = NewEvent { parts: vec![part(16, 4), part(16, 4)], ..event(stream(1), 1) };
    // Sealed without the log's key they would stand there in the clear: looked at before that is put around them.
    let prepared = vault.prepare(&event).unwrap();
    assert_eq!(prepared.stream(), stream(1));
    let sealed = sealed(&vault, &event, 1);
    let opened = vault.open_event(Position(1), &sealed).unwrap();
    assert_eq!(opened.parts[0].content, opened.parts[1].content);
}

#[test]
fn a_trace_opens_only_where_it_was_sealed() {
    let vault = Vault::in_memory().unwrap();
    let new: NewTrace = trace(4);
    let prepared = vault.prepare_trace(&new).unwrap();
    assert_eq!(prepared.recorded_micros, new.recorded_micros);
    let mut sealed = Vec::new();
    vault.seal_trace(&prepared, TraceNumber(3), 77, &mut sealed).unwrap();
    assert_eq!(sealed.len(), prepared.sealed_len());
    let opened = vault.open_trace(TraceNumber(3), &sealed).unwrap();
    assert_eq!((opened.number, opened.recorded_micros, opened.open), (TraceNumber(3), 77, new.open));
    assert_eq!(opened.subjects.key, new.subjects.key);
    assert_eq!(opened.subjects.content, PartContent::Present(new.subjects.plain));
    assert_eq!(vault.adopt_trace(TraceNumber(3), &sealed).unwrap(), 77);
    assert!(vault.open_trace(TraceNumber(4), &sealed).is_err());
    assert!(vault.open_event(Position(3), &sealed).is_err());
}

#[test]
fn a_fingerprint_is_equal_for_equal_contents_in_one_log_only() {
    let (vault, other) = (Vault::in_memory().unwrap(), Vault::in_memory().unwrap());
    assert_eq!(vault.fingerprint(b"one"), vault.fingerprint(b"one"));
    assert_ne!(vault.fingerprint(b"one"), vault.fingerprint(b"two"));
    assert_ne!(vault.fingerprint(b"one"), other.fingerprint(b"one"));
    assert_ne!(vault.fingerprint(b"one"), [0; 16]);
}
