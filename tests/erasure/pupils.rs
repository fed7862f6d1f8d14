//! Pupils' records: proposed by the plan, erased by a decision, and erased again after a restore.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use casework::erasure::Approval;
use casework::{Casework, Clock};
use chrono::Utc;
use domain::id::PupilId;
use domain::words::Reference;
use storage::{EventLog, JournalLog};

use crate::archive::{Archive, HELD, Hands, SECRET, lines, stands_in};
use crate::support::mentorlog;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_says_is_erased_by_a_decision_from_every_byte_and_again_after_a_restore() {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "key-backup", true);
    let before = archive.figures("data", "master").await;
    assert_eq!(before["autumn"]["all"]["pupils"], 24, "{before:#}");
    assert_eq!(before["absenceEvidence"]["mentorBefore"]["pupils"], 12, "{before:#}");
    assert_eq!(before["mentorLoads"], serde_json::json!([{ "forOtherPrincipals": 6 }]), "{before:#}");

    // The plan proposes; a pupil under a legal hold is not in it, nor who and where those still at the school are.
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let of = |pupil: usize| proposed.iter().filter(|line| line.starts_with(&archive.pupils[pupil].to_string())).count();
    assert_eq!((of(0), of(1), of(HELD), of(12)), (6, 5, 0, 3), "{proposed:#?}");

    // A person approves what belongs to the leavers, by a decision. What belongs to two of them alone waits: the difference to
    // what was published would tell of the two.
    let approve = |pupils: &[PupilId]| {
        let theirs = |line: &&String| pupils.iter().any(|pupil| line.contains(&pupil.to_string()));
        let approved: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
        std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
        approved
    };
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    approve(&archive.pupils[..2]);
    let waits = archive.run(&carry_out, "data", "master", &more);
    let why = String::from_utf8_lossy(&waits.stderr).into_owned();
    assert!(!waits.status.success() && why.contains("LJU ht19, grade 7"), "{why}");
    assert_eq!(archive.done("data", "master"), [""; 0], "nothing was erased");
    let approved = approve(&archive.pupils[..HELD]);
    // Approved by nobody, or by somebody who is nobody here, nothing is erased.
    assert_eq!(archive.run(&carry_out[..4], "data", "master", &more).status.code(), Some(2));
    let stranger = domain::id::StaffId::from_bits([0xee; 16]).to_string();
    let by_a_stranger = [&carry_out[..5], &[stranger.as_str()]].concat();
    assert_eq!(archive.run(&by_a_stranger, "data", "master", &more).status.code(), Some(1));
    assert_eq!(archive.done("data", "master"), [""; 0], "nothing was erased");
    let done = archive.says(&carry_out, "data", "master", &more);
    assert_eq!(lines(&done).len(), approved.len());
    let exported = archive.says(&["export"], "data", "new-master", &[]);
    let approvals: Vec<serde_json::Value> = lines(&exported)
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["open"]["operation"] == "erase carry-out" && line["open"]["refused"] == false)
        .collect();
    assert_eq!(approvals.len(), 1, "who approved is on record, once");
    assert_eq!(approvals[0]["open"]["actor"], by.as_str());
    assert_eq!(approvals[0]["subjects"]["content"]["listed"].as_array().unwrap().len(), HELD);

    let begun = |exported: &str| -> Vec<serde_json::Value> {
        let events = lines(exported).into_iter().map(|line| serde_json::from_str::<serde_json::Value>(&line).unwrap());
        let begun = events.filter(|line| line["kind"] == "erasure-begun");
        begun.map(|line| line["open"]["body"]["approvedBy"].clone()).collect()
    };
    let by_them = vec![serde_json::json!(by); approved.len()];
    assert_eq!(begun(&exported), by_them, "what was erased says itself who approved it");

    assert_eq!(archive.figures("data", "new-master").await, before);

    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    for copies in [&[][..], &[("--key-backup", "key-backup")]] {
        let named = archive.run(&proof, "data", "new-master", copies);
        assert!(!named.status.success(), "{}", String::from_utf8_lossy(&named.stdout));
        assert!(String::from_utf8_lossy(&named.stdout).contains("6 of 6 keys are in the copy"));
    }
    // Moved, to a place that the program does not know of.
    std::fs::rename(archive.at("key-backup"), archive.at("moved")).unwrap();
    let said = archive.says(&proof, "data", "new-master", &[]);
    let about_keys = |line: &&String| line.starts_with("erased ");
    assert_eq!(lines(&said).iter().filter(about_keys).count() + 1, lines(&said).len(), "{said}");
    assert!(said.contains(&format!("no keys are in {} any more", archive.at("key-backup").display())), "{said}");
    assert!(!archive.run(&proof, "data", "new-master", &[("--key-backup", "moved")]).status.success());
    let held = archive.pupils[HELD].to_string();
    assert!(!archive.run(&["verify-erased", "--subject", &held], "data", "new-master", &[]).status.success());
    let output = mentorlog().arg("verify").arg("--data").arg(archive.at("data")).output().unwrap();
    assert!(output.status.success(), "the chain over sealed bytes is whole");

    let proof_of =
        |guardian: usize| ["verify-erased", "--subject", &archive.guardians[guardian].to_string()].map(str::to_owned);
    let run = |proof: [String; 3], data| {
        archive.run(
            &proof.each_ref().map(String::as_str),
            data,
            if data == "data" { "new-master" } else { "master" },
            &[],
        )
    };
    let proved = run(proof_of(0), "data");
    assert!(proved.status.success(), "{proved:?} {approved:#?}");
    assert!(!run(proof_of(1), "data").status.success());

    // A backup from before is restored, with its keys: the list is carried out before anything else.
    std::fs::write(archive.at("erased"), archive.says(&["erase", "done"], "data", "new-master", &[])).unwrap();
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("moved"));
    let restored = restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased")).output();
    assert!(restored.unwrap().status.success());
    let again = archive.done("restored", "master");
    assert_eq!(again.len(), approved.len());
    let whole = |line: &String| line.ends_with(&format!("{} {by} BUN 2026-17", archive.school));
    assert!(again.iter().all(whole), "{again:#?}");
    assert_eq!(begun(&archive.says(&["export"], "restored", "master", &[])), by_them, "also after a restore");
    archive.says(&proof, "restored", "master", &[]);
    assert!(run(proof_of(0), "restored").status.success());
    assert_eq!(archive.figures("restored", "master").await, before);
    assert!(!archive.at("restored").join("erased-since-the-backup").exists());

    for folder in ["data", "restored", "backup"] {
        assert!(!stands_in(&archive.at(folder), SECRET), "{folder}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_due_or_not_there_is_refused_and_nothing_is_erased() {
    let archive = Archive::new().await;
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    for (pupil, rest) in [(HELD, "note 2019"), (12, "enrolment 0"), (0, "note 1999"), (0, "note")] {
        std::fs::write(archive.at("approved"), format!("{} {rest}\n", archive.pupils[pupil])).unwrap();
        let refused = archive.run(&carry_out, "data", "master", &more);
        assert_eq!(refused.status.code(), Some(1), "{pupil} {rest}");
    }
    assert_eq!(archive.done("data", "master"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_off_is_finished_at_the_next_start() {
    let archive = Archive::new().await;
    let log = archive.open("data");
    let hands = Arc::new(Hands(AtomicI64::new(Utc::now().timestamp_millis())));
    let as_log: Arc<dyn EventLog> = Arc::<JournalLog>::clone(&log);
    let casework = Casework::open(as_log, [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
    let due: Vec<_> = casework.due(&log.vault().ring().in_use());
    let of_first: Vec<_> = due
        .into_iter()
        .filter(|due| due.records.subject == domain::retention::Subject::Pupil(archive.pupils[0]))
        .collect();
    let mut number = 0_u64;
    let mut ids = || {
        number += 1;
        format!("{:012x}70009000{number:012x}", hands.now().timestamp_millis()).parse().ok()
    };
    let approval = Approval { decision: Reference::try_new("BUN 2026-17").unwrap(), by: Some(archive.staff[0]) };
    let keys = log.vault().ring().in_use();
    casework.begin_erasure((&of_first, &keys), (&approval, false), &mut ids).await.unwrap();
    log.close();
    drop((casework, log));

    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    assert!(!archive.run(&proof, "data", "master", &[]).status.success(), "its keys are still there");
    assert_eq!(archive.done("data", "master").len(), of_first.len());
    archive.says(&proof, "data", "master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_after_a_hold_was_lifted_is_erased_again_where_the_backup_knows_of_the_hold() {
    let archive = Archive::new().await;
    archive.copy("data", "backup", false);
    archive.copy("data", "key-backup", true);
    let held = archive.pupils[HELD].to_string();
    archive.seal("erased", &[format!("{held} note 2019 BUN 2026-18")]);
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("key-backup"));
    restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased"));
    assert!(restore.output().unwrap().status.success());
    // The list is of a time when it did not say where it was decided: it is put on record at the pupil's school.
    let expected = format!("{held} note 2019 {} BUN 2026-18", archive.school);
    assert_eq!(archive.done("restored", "master"), [expected]);
    let proof = archive.run(&["verify-erased", "--subject", &held], "restored", "master", &[]);
    assert!(String::from_utf8_lossy(&proof.stdout).contains("erased class 5 period 2019"), "{proof:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_copy_of_keys_that_could_still_open_is_named_also_when_nobody_says_where_it_lies() {
    let archive = Archive::new().await;
    archive.copy("data", "key-backup", true);
    archive.copy("data", "key-backup-of-may", true);
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let leavers: Vec<String> = archive.pupils[..HELD].iter().map(ToString::to_string).collect();
    let theirs = |line: &&String| leavers.iter().any(|pupil| line.starts_with(pupil));
    std::fs::write(archive.at("approved"), proposed.iter().filter(theirs).cloned().collect::<Vec<_>>().join("\n"))
        .unwrap();
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    let by = archive.staff[0].to_string();
    archive.says(&["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by], "data", "master", &more);
    archive.copy("data", "key-backup-after", true);
    let copies = ["key-backup", "key-backup-of-may", "key-backup-after"].map(|copy| ("--key-backup", copy));
    for told in [&copies[..], &copies[..1], &[]] {
        let named = archive.run(&["verify-erased", "--subject", &leavers[0]], "data", "new-master", told);
        let said = String::from_utf8_lossy(&named.stdout).into_owned();
        assert_eq!(named.status.code(), Some(1), "{said}");
        for (copy, count) in [("key-backup", 6), ("key-backup-of-may", 6), ("key-backup-after", 0)] {
            let line = format!("{count} of 6 keys are in the copy {}", archive.at(copy).display());
            assert_eq!(said.lines().filter(|said| *said == line).count(), 1, "{line}: {said}");
        }
    }
}
