//! Attacks by what somebody kept from before an erasure and lays back into the folder: snapshots, accounts; and what is left to do when
//! an erasure was stopped.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use casework::erasure::Approval;
use casework::{Casework, Clock};
use chrono::Utc;
use domain::retention::Subject;
use domain::words::Reference;
use storage::{EventLog, JournalLog};

use crate::archive::{Archive, HELD, Hands, SECRET, lines};
use crate::others::{Others, others};
use crate::support::mentorlog;

const MORE: [(&str, &str); 2] = [("--list", "approved"), ("--new-master-key-file", "new-master")];

/// Erases those of these subjects, all that is proposed.
fn erase(archive: &Archive, subjects: &[String]) {
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let theirs = |line: &&String| subjects.iter().any(|subject| line.starts_with(subject.as_str()));
    let approved: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
    std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let done = archive.run(&carry_out, "data", "master", &MORE);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && !said.contains("older than an erasure"), "{said}");
}

fn leavers(archive: &Archive) -> Vec<String> {
    archive.pupils[..HELD].iter().map(ToString::to_string).collect()
}

fn snapshots(archive: &Archive, folder: &str) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        std::fs::read_dir(archive.at(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// Removes the snapshots that there are, and lays those of before in their place.
fn lay_back(archive: &Archive) {
    std::fs::remove_dir_all(archive.at("data/snapshots")).unwrap();
    std::fs::create_dir(archive.at("data/snapshots")).unwrap();
    for name in snapshots(archive, "kept") {
        std::fs::copy(archive.at("kept").join(&name), archive.at("data/snapshots").join(&name)).unwrap();
    }
}

fn keep(archive: &Archive) {
    std::fs::create_dir(archive.at("kept")).unwrap();
    for name in snapshots(archive, "data/snapshots") {
        std::fs::copy(archive.at("data/snapshots").join(&name), archive.at("kept").join(&name)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_from_before_an_erasure_that_are_laid_back_are_not_believed_and_are_named_until_they_are_gone() {
    let archive = Archive::new().await;
    archive.says(&["erase", "propose"], "data", "master", &[]);
    keep(&archive);
    let kept = snapshots(&archive, "kept");
    assert!(!kept.is_empty());
    std::fs::copy(archive.at("data/keys/keyring"), archive.at("older-keyring")).unwrap();
    erase(&archive, &leavers(&archive));
    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    archive.says(&proof, "data", "new-master", &[]);
    lay_back(&archive);

    let named = archive.run(&proof, "data", "new-master", &[]);
    let said = String::from_utf8_lossy(&named.stdout).into_owned();
    assert_eq!(named.status.code(), Some(1), "{said}");
    assert!(kept.iter().all(|name| said.contains(&*name.to_string_lossy())), "{said}");

    let start = archive.run(&["erase", "done"], "data", "new-master", &[]);
    let said = String::from_utf8_lossy(&start.stderr).into_owned();
    assert!(start.status.success() && said.contains("resumed=0") && said.contains("from before an erasure"), "{said}");
    assert!(snapshots(&archive, "data/snapshots").iter().all(|name| !kept.contains(name)), "they are gone");
    archive.says(&proof, "data", "new-master", &[]);

    // Together with the keys that they open with.
    lay_back(&archive);
    std::fs::copy(archive.at("older-keyring"), archive.at("data/keys/keyring")).unwrap();
    archive.says(&["erase", "done"], "data", "master", &[]);
    assert!(snapshots(&archive, "data/snapshots").iter().all(|name| !kept.contains(name)), "they are gone");
    archive.says(&proof, "data", "master", &[]);
}

/// The key file without the key of snapshots, as a program leaves it that does not change it at an erasure.
fn without_the_key_of_snapshots(keyring: &[u8]) -> Vec<u8> {
    let (head, mut rest) = keyring.split_at(66);
    let mut hash: [u8; 32] = head[34..].try_into().unwrap();
    let mut written = head.to_vec();
    while !rest.is_empty() {
        let count = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        let entries = rest[8..8 + count * 65].chunks(65).filter(|entry| !entry[1..17].ends_with(b"snapshot"));
        let entries: Vec<&[u8]> = entries.collect();
        let batch =
            [b"KEYS", u32::try_from(entries.len()).unwrap().to_le_bytes().as_slice(), &entries.concat()].concat();
        hash = *blake3::Hasher::new().update(&hash).update(&batch).finalize().as_bytes();
        written.extend([batch.as_slice(), &hash].concat());
        rest = &rest[8 + count * 65 + 32..];
    }
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_of_a_snapshot_tells_where_a_program_erased_that_did_not_change_its_key() {
    let archive = Archive::new().await;
    archive.says(&["erase", "propose"], "data", "master", &[]);
    keep(&archive);
    let kept = snapshots(&archive, "kept");
    erase(&archive, &leavers(&archive));
    let keyring = archive.at("data/keys/keyring");
    let bytes = std::fs::read(&keyring).unwrap();
    let older = without_the_key_of_snapshots(&bytes);
    assert!(older.len() < bytes.len());
    std::fs::write(&keyring, older).unwrap();
    lay_back(&archive);
    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    assert_eq!(archive.run(&proof, "data", "new-master", &[]).status.code(), Some(1));

    let start = archive.run(&["erase", "done"], "data", "new-master", &[]);
    let said = String::from_utf8_lossy(&start.stderr).into_owned();
    assert!(start.status.success() && said.contains("was older than an erasure"), "{said}");
    assert!(snapshots(&archive, "data/snapshots").iter().all(|name| !kept.contains(name)), "they are gone");
    archive.says(&proof, "data", "new-master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_before_that_are_laid_back_let_nobody_in_who_is_erased() {
    let archive = Archive::new().await;
    let Others { staff, .. } = others(&archive).await;
    let (writer, log) = archive.written_at("2020-07-31T10:00:00Z").await;
    let held = Subject::Pupil(archive.pupils[HELD]);
    writer.settles(archive.school, domain::event::SchoolMatter::LegalHoldLifted { subject: held }).await;
    log.close();
    drop((writer, log));
    let account = ["user", "link", "--name", SECRET, "--issuer", "https://id.example.org", "--subject", SECRET];
    let mut link = mentorlog();
    link.args(account).arg("--staff").arg(staff.to_string()).arg("--data").arg(archive.at("data"));
    assert!(link.output().unwrap().status.success());
    std::fs::copy(archive.at("data/sign-in/accounts.json"), archive.at("accounts")).unwrap();
    erase(&archive, &[staff.to_string()]);
    let proof = ["verify-erased", "--subject", &staff.to_string()].map(str::to_owned);
    let proof = proof.each_ref().map(String::as_str);
    archive.says(&proof, "data", "new-master", &[]);

    std::fs::copy(archive.at("accounts"), archive.at("data/sign-in/accounts.json")).unwrap();
    let named = archive.run(&proof, "data", "new-master", &[]);
    let said = String::from_utf8_lossy(&named.stdout).into_owned();
    assert!(named.status.code() == Some(1) && said.contains("an account or a session"), "{said}");
    archive.says(&["erase", "done"], "data", "new-master", &[]);
    assert!(!std::fs::read_to_string(archive.at("data/sign-in/accounts.json")).unwrap().contains(SECRET));
    archive.says(&proof, "data", "new-master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn that_the_keys_are_still_under_the_old_master_key_is_said_at_each_start_until_they_are_not() {
    let archive = Archive::new().await;
    let log = archive.open("data");
    let hands = Arc::new(Hands(AtomicI64::new(Utc::now().timestamp_millis())));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
    let keys = log.vault().ring().in_use();
    let mut due = casework.due(&keys);
    due.retain(|due| due.records.subject == Subject::Pupil(archive.pupils[0]));
    let mut number = 0_u64;
    let mut ids = || {
        number += 1;
        format!("{:012x}70009000{number:012x}", hands.now().timestamp_millis()).parse().ok()
    };
    let approval = Approval { decision: Reference::try_new("BUN 2026-17").unwrap(), by: Some(archive.staff[0]) };
    casework.begin_erasure((&due, &keys), (&approval, false), &mut ids).await.unwrap();
    log.close();
    drop((casework, log));

    let says = |master: &str| {
        let start = archive.run(&["erase", "done"], "data", master, &[]);
        assert!(start.status.success());
        String::from_utf8_lossy(&start.stderr).contains("still under the master key from before")
    };
    // The keys are destroyed at this start, and nobody put the others under another master key.
    assert!(says("master") && says("master"), "at each start");
    let same = archive.run(&["keys", "rotate"], "data", "master", &[("--new-master-key-file", "master")]);
    let why = String::from_utf8_lossy(&same.stderr).into_owned();
    assert!(same.status.code() == Some(4) && why.contains("make another one"), "{why}");
    archive.says(&["keys", "rotate"], "data", "master", &[("--new-master-key-file", "new-master")]);
    assert!(!says("new-master") && !archive.at("data/master-key-to-be-replaced").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_erased_where_the_new_master_key_is_the_old_one() {
    let archive = Archive::new().await;
    let proposed = archive.says(&["erase", "propose"], "data", "master", &[]);
    std::fs::write(archive.at("approved"), proposed).unwrap();
    std::fs::copy(archive.at("master"), archive.at("same")).unwrap();
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    for new in ["master", "same"] {
        let refused =
            archive.run(&carry_out, "data", "master", &[("--list", "approved"), ("--new-master-key-file", new)]);
        assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));
    }
    assert_eq!(archive.done("data", "master"), [""; 0]);
}
