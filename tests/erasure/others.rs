//! Those who are no pupils: guardians, what they were sent, members of staff and their time. Proposed, erased by a decision from
//! every byte, and erased again after a restore; no figure changes.

use domain::actor::{Grant, Role};
use domain::command::{Command, DigestAct, GuardianChoice, WorkToLog};
use domain::event::pupil::Guardianship;
use domain::event::staff::TimeLogged;
use domain::event::{SchoolMatter, Work};
use domain::id::{GuardianId, StaffId};
use domain::personal::Personal;
use domain::retention::Subject;
use domain::words::{ContactDetail, MessageClass, Minutes, Note, TimeCategory};

use crate::archive::{Archive, HELD, SECRET, created, day, lines, name, stands_in};
use crate::support::mentorlog;

/// Of each kind one: a guardian who was sent something and whose pupils left, one who was unlinked, and somebody who worked there.
pub(crate) struct Others {
    pub(crate) sent: GuardianId,
    pub(crate) unlinked: GuardianId,
    pub(crate) staff: StaffId,
}

pub(crate) async fn others(archive: &Archive) -> Others {
    let (writer, log) = archive.written_at("2020-07-30T10:00:00Z").await;
    let sent = archive.guardians[0];
    for guardian in [sent, archive.guardians[1]] {
        let email = Personal::new(ContactDetail::try_new("kim.markor@example.org").unwrap());
        writer.does(Command::Digest { guardian, act: DigestAct::SetAddress { email } }).await;
        let prepare = DigestAct::Prepare { message: MessageClass::Digest, period: day("2020-06-29"), since: 0 };
        writer.does(Command::Digest { guardian, act: prepare }).await;
    }
    let pupil = archive.pupils[13];
    let guardian = GuardianChoice::New { name: name(SECRET), phone: None, email: None };
    let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
    let unlinked = created!(writer.does(link).await, Guardian);
    let work = Work::GuardianUnlinked { guardian: unlinked };
    let note = Some(Personal::new(Note::try_new(SECRET).unwrap()));
    let unlink = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note };
    writer.does(Command::LogWork(unlink)).await;
    let staff = created!(writer.does(Command::JoinStaff { name: name(SECRET) }).await, Staff);
    let grant = Grant { role: Role::Mentor, school: Some(archive.school), committee: None };
    writer.does(Command::GrantRole { staff, grant }).await;
    let time = TimeLogged {
        on: day("2020-06-01"),
        category: TimeCategory::Pupils,
        minutes: Minutes(45),
        within_mission: true,
        preventive: false,
        sampled: false,
    };
    writer.does(Command::LogTime { staff, time }).await;
    writer.does(Command::WithdrawRole { staff, grant }).await;
    log.close();
    Others { sent, unlinked, staff }
}

fn sorted(list: &str) -> Vec<String> {
    let mut lines = lines(list);
    lines.sort();
    lines
}

fn theirs(proposed: &[String], subject: &str) -> Vec<String> {
    let of = proposed.iter().filter(|line| line.starts_with(subject));
    of.map(|line| line.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn guardians_staff_and_their_records_are_erased_from_every_byte_and_again_after_a_restore() {
    let archive = Archive::new().await;
    let Others { sent, unlinked, staff } = others(&archive).await;
    let account = ["user", "link", "--name", SECRET, "--issuer", "https://id.example.org", "--subject", SECRET];
    let mut link = mentorlog();
    link.args(account).arg("--staff").arg(staff.to_string()).arg("--data").arg(archive.at("data"));
    assert!(link.output().unwrap().status.success());
    let subjects = [sent.to_string(), unlinked.to_string(), staff.to_string()];
    // What a session left, and what a stop left of a replacement of the accounts' file.
    let sign_in = archive.at("data").join("sign-in");
    let session = serde_json::json!({ "hash": "0".repeat(64), "person": staff.to_string(), "account": SECRET,
        "means": "0".repeat(64), "beganMillis": 0, "seenMillis": 0 });
    let sessions = serde_json::json!({ "form": 2, "sessions": [session] });
    std::fs::write(sign_in.join("sessions.json"), sessions.to_string()).unwrap();
    std::fs::write(sign_in.join("accounts.json.new"), SECRET).unwrap();

    // A hold of a pupil keeps the guardian's, and who worked at the school; other guardians are not kept by it.
    let held = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let kept = archive.guardians[1].to_string();
    assert_eq!(theirs(&held, &kept), [""; 0], "{held:#?}");
    assert_eq!(theirs(&held, &subjects[2]), [""; 0], "{held:#?}");
    let (writer, log) = archive.written_at("2020-07-31T10:00:00Z").await;
    writer
        .settles(archive.school, SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(archive.pupils[HELD]) })
        .await;
    log.close();
    drop((writer, log));
    archive.copy("data", "backup", false);
    archive.copy("data", "key-backup", true);
    let before = archive.figures("data", "master").await;

    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let all = subjects.each_ref().map(|subject| theirs(&proposed, subject));
    assert_eq!(all[0], ["message 2020", "guardian 0"], "{proposed:#?}");
    assert_eq!(all[1], ["guardian 0"], "{proposed:#?}");
    assert_eq!(all[2], ["staff 0", "working-time 2019"], "{proposed:#?}");
    assert_eq!(theirs(&proposed, &kept), ["message 2020"], "one of the pupils is still there: {proposed:#?}");
    assert!(proposed.iter().all(|line| line.ends_with("3.2 Elevakt")), "each with its plan item");

    let chosen = |line: &&String| subjects.iter().any(|subject| line.starts_with(subject));
    let approved: Vec<String> = proposed.iter().filter(chosen).cloned().collect();
    std::fs::write(archive.at("approved"), approved.join("\n")).unwrap();
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-21", "--by", &by];
    assert_eq!(lines(&archive.says(&carry_out, "data", "master", &more)).len(), 5);

    assert_eq!(archive.figures("data", "new-master").await, before);
    for subject in &subjects {
        let proof = ["verify-erased", "--subject", subject];
        let named = archive.run(&proof, "data", "new-master", &[]);
        assert!(!named.status.success(), "{subject}: the copy of the keys still opens it");
    }
    std::fs::rename(archive.at("key-backup"), archive.at("moved")).unwrap();
    for subject in &subjects {
        let proof = ["verify-erased", "--subject", subject];
        let said = archive.says(&proof, "data", "new-master", &[]);
        let told = lines(&said);
        let erased = |line: &String| line.starts_with("erased ") || line.starts_with("no keys are in ");
        assert!(told.iter().all(erased) && told.len() > 1, "{said}");
        archive.says(&proof, "data", "new-master", &[("--backup", "backup")]);
        let named = archive.run(&proof, "data", "new-master", &[("--key-backup", "moved")]);
        assert!(!named.status.success(), "{subject}");
    }
    let kept = archive.run(&["verify-erased", "--subject", &kept], "data", "new-master", &[]);
    assert!(!kept.status.success(), "what was not approved is there");
    assert!(!stands_in(&archive.at("data"), SECRET), "nor how they signed in");
    assert!(!archive.says(&["export"], "data", "new-master", &[]).contains(&format!("{staff}\",\"name")));
    let output = mentorlog().arg("verify").arg("--data").arg(archive.at("data")).output().unwrap();
    assert!(output.status.success(), "the chain over sealed bytes is whole");

    // Restored with its keys, it is erased again before anything else.
    let done = archive.says(&["erase", "done"], "data", "new-master", &[]);
    let by_them = |line: &str| line.starts_with('#') || line.ends_with(&format!("{} {by} BUN 2026-21", archive.school));
    assert!(done.lines().all(by_them), "{done}");
    std::fs::write(archive.at("erased"), &done).unwrap();
    let told = archive.done("data", "new-master").join("\n");
    let mut restore = mentorlog();
    restore.arg("restore").arg("--from").arg(archive.at("backup")).arg("--keys-from").arg(archive.at("moved"));
    restore.arg("--data").arg(archive.at("restored")).arg("--erased").arg(archive.at("erased"));
    assert!(restore.output().unwrap().status.success());
    assert_eq!(sorted(&archive.done("restored", "master").join("\n")), sorted(&told));
    for subject in &subjects {
        archive.says(&["verify-erased", "--subject", subject], "restored", "master", &[]);
    }
    assert_eq!(archive.figures("restored", "master").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_whose_class_is_not_of_its_subject_is_refused() {
    let archive = Archive::new().await;
    let more = [("--list", "approved"), ("--new-master-key-file", "new-master")];
    let line = format!("{} working-time 2019", archive.guardians[0]);
    std::fs::write(archive.at("approved"), line).unwrap();
    let refused = archive.run(
        &["erase", "carry-out", "--decision", "BUN 1", "--by", &archive.staff[0].to_string()],
        "data",
        "master",
        &more,
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 1"), "{refused:?}");
}
