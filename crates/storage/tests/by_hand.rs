//! A record opened by hand, by what `docs/formats.md` says and nothing of the code that sealed it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use storage::journal::{self, FrameKind};
use storage::{Disk, EventLog, RealDisk};
use support::{addition, commit_id, stream, trace, wait};

/// Takes so many bytes off the front.
fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(length);
    *bytes = rest;
    taken
}

/// Takes a length of four bytes and that many.
fn block<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let length = u32::from_le_bytes(take(bytes, 4).try_into().unwrap());
    take(bytes, usize::try_from(length).unwrap())
}

fn opened(key: &[u8], nonce: &[u8], bound_to: &[&[u8]], sealed: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key).unwrap());
    let mut bytes = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce[..12].try_into().unwrap());
    key.open_in_place(nonce, Aad::from(bound_to.concat()), &mut bytes).unwrap().to_vec()
}

/// A key as it was unwrapped: role, id, key.
type Key = (u8, Vec<u8>, Vec<u8>);

/// The log's id and every key of a key file.
fn keys(mut file: &[u8], master: &[u8; 32]) -> (Vec<u8>, Vec<Key>) {
    assert_eq!(take(&mut file, 10), b"mlogkeys\x01\x00");
    let log_id = take(&mut file, 16);
    assert_eq!(take(&mut file, 8), &blake3::derive_key("mentorlog 2026 master key id", master)[..8]);
    let mut chain = take(&mut file, 32).to_vec();
    let wrapping = blake3::derive_key("mentorlog 2026 key wrapping", master);
    let mut found = Vec::new();
    while !file.is_empty() {
        let start = file;
        assert_eq!(take(&mut file, 4), b"KEYS");
        for _ in 0..u32::from_le_bytes(take(&mut file, 4).try_into().unwrap()) {
            let (role, id, wrapped) = (take(&mut file, 1), take(&mut file, 16), take(&mut file, 48));
            let key = opened(&wrapping, id, &[log_id, id, role], wrapped);
            found.push((role[0], id.to_vec(), key));
        }
        let batch = &start[..start.len() - file.len()];
        let hash = blake3::Hasher::new().update(&chain).update(batch).finalize();
        assert_eq!(take(&mut file, 32), hash.as_bytes());
        chain = hash.as_bytes().to_vec();
    }
    (log_id.to_vec(), found)
}

#[test]
fn an_event_and_a_trace_open_by_the_description_alone() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(7)))).unwrap();
    wait(log.record_trace(trace(1))).unwrap();
    log.close();
    let (log_id, keys) = keys(&std::fs::read(folder.path().join("keys/keyring")).unwrap(), &[0x5a; 32]);
    let of_role = |role: u8| keys.iter().find(|key| key.0 == role).unwrap().2.clone();
    let part_key = |id: &[u8]| keys.iter().find(|key| key.1 == id && key.0 == 1).unwrap().2.clone();
    let mut records = Vec::new();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    journal::scan(&*disk, &folder.path().join("journal"), &mut |_, frame| {
        records.extend(frame.records().map(|record| (record.kind, record.sealed.to_vec())));
        Ok(())
    })
    .unwrap();
    assert_eq!((records[0].0, records[1].0), (FrameKind::Event, FrameKind::Trace));
    let record = |sealed: &[u8], class: u8| {
        assert_eq!(sealed[0], 2);
        let bound_to = [log_id.as_slice(), &[class], &1_u64.to_le_bytes(), &[2]];
        opened(&of_role(3), &sealed[1..13], &bound_to, &sealed[13..])
    };
    let fingerprint = blake3::keyed_hash(&of_role(4).try_into().unwrap(), b"content 1");

    let event = record(&records[0].1, 1);
    let rest = &mut event.as_slice();
    let event_id = support::event(stream(7), 1).event_id;
    assert_eq!(
        (take(rest, 1), take(rest, 16), take(rest, 8)),
        ([3].as_slice(), [7; 16].as_slice(), &1_u64.to_le_bytes()[..])
    );
    assert_eq!((take(rest, 16), take(rest, 16)), (&event_id[..], &commit_id(1).0[..]));
    assert_eq!(take(rest, 16), &fingerprint.as_bytes()[..16]);
    assert_eq!((take(rest, 8), take(rest, 2), take(rest, 2)), (&1_000_i64.to_le_bytes()[..], &[0, 0][..], &[1, 0][..]));
    assert_eq!((take(rest, 2), take(rest, 1), take(rest, 18)), (&[1, 0][..], &[18][..], &b"guardian-contacted"[..]));
    assert_eq!((block(rest), take(rest, 1)), (&b"open 1"[..], &[1][..]));
    assert_eq!(take(rest, 19), [[7; 16].as_slice(), &[4], &2019_u16.to_le_bytes()].concat());
    let (key, sealed) = (part_key(take(rest, 16)), block(rest));
    assert_eq!(opened(&key, &event_id, &[&log_id, &event_id, &[0], b"guardian-contacted"], sealed), b"sealed 1");
    assert!(rest.is_empty());

    let trace = record(&records[1].1, 2);
    let rest = &mut trace.as_slice();
    assert_eq!(take(rest, 8), 1_000_i64.to_le_bytes(), "never before what was recorded last");
    let id = take(rest, 16);
    assert_eq!(block(rest), b"trace 1");
    assert_eq!(take(rest, 19), [[0; 16].as_slice(), &[9], &2019_u16.to_le_bytes()].concat());
    let (key, sealed) = (part_key(take(rest, 16)), block(rest));
    assert_eq!(opened(&key, id, &[&log_id, id, &[0], b"trace"], sealed), b"pupil");
    assert!(rest.is_empty());
}

#[test]
fn an_anchor_is_checked_by_the_description_alone() {
    let folder = tempfile::tempdir().unwrap();
    let log = support::open(folder.path()).unwrap();
    wait(log.append(addition(1, stream(7)))).unwrap();
    wait(log.append(addition(2, stream(7)))).unwrap();
    wait(log.record_trace(trace(1))).unwrap();
    log.close();
    let (log_id, keys) = keys(&std::fs::read(folder.path().join("keys/keyring")).unwrap(), &[0x5a; 32]);
    let log_key = &keys.iter().find(|key| key.0 == 3).unwrap().2;
    let anchor = std::fs::read(folder.path().join("journal/anchor")).unwrap();
    let rest = &mut anchor.as_slice();
    assert_eq!((take(rest, 8), take(rest, 16)), (&b"mloganc2"[..], log_id.as_slice()));
    assert_eq!((take(rest, 8), take(rest, 8)), (&2_u64.to_le_bytes()[..], &1_u64.to_le_bytes()[..]));
    assert_eq!(take(rest, 32), log.head().hash);
    let key = blake3::derive_key("mentorlog 2026 anchors", log_key);
    assert_eq!(take(rest, 32), blake3::keyed_hash(&key, &anchor[..72]).as_bytes());
    assert_eq!(take(rest, 32), blake3::hash(&anchor[..104]).as_bytes());
    assert!(rest.is_empty());
}
