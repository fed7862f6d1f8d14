//! A list of which a line was taken out: what explains the rest does not go without it, and where it has gone before, the rest is
//! proposed all the same. And who may not approve.

use casework::Clock;
use casework::erasure::Approval;
use domain::actor::{Grant, Role};
use domain::command::Command;
use domain::event::SchoolMatter;
use domain::event::school::SchoolRegistered;
use domain::retention::Subject;
use domain::words::{Grade, Name, Reference, RetentionClass, SchoolCode, SchoolForm, SchoolUnitCode};

use crate::archive::{Archive, HELD, created, lines, name};

const MORE: [(&str, &str); 2] = [("--list", "approved"), ("--new-master-key-file", "new-master")];

/// The operations on record of carrying an erasure out: who, and whether it was refused.
fn attempts(archive: &Archive, master: &str) -> Vec<(String, bool)> {
    let exported = archive.says(&["export"], "data", master, &[]);
    let traces = exported.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let attempts = traces.filter(|line| line["open"]["operation"] == "erase carry-out");
    let told = |line: serde_json::Value| {
        let open = &line["open"];
        (open["actor"].as_str().unwrap().to_owned(), open["refused"].as_bool().unwrap())
    };
    attempts.map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_would_leave_records_of_nobody_is_refused_and_says_what_to_do() {
    let archive = Archive::new().await;
    let by = archive.staff[0].to_string();
    let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let theirs = |pupils: &[domain::id::PupilId]| -> Vec<String> {
        let of = |line: &&String| pupils.iter().any(|pupil| line.starts_with(&pupil.to_string()));
        proposed.iter().filter(of).cloned().collect()
    };
    let write = |list: &[String]| std::fs::write(archive.at("approved"), list.join("\n")).unwrap();
    let first = archive.pupils[0];
    let (days, who) = (format!("{first} attendance 2019"), format!("{first} identity 0"));
    let leavers = theirs(&archive.pupils[..HELD]);
    let without_days: Vec<String> = leavers.iter().filter(|line| !line.starts_with(&days)).cloned().collect();
    let who_alone: Vec<String> = leavers.iter().filter(|line| line.starts_with(&who)).cloned().collect();
    assert_eq!((leavers.len() - without_days.len(), who_alone.len()), (1, 1), "{leavers:#?}");
    for (list, left) in [(&without_days, &days), (&who_alone, &days)] {
        write(list);
        let refused = archive.run(&carry_out, "data", "master", &MORE);
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{why}");
        assert!(why.contains(left.as_str()) && why.contains("let every line of theirs in"), "{why}");
    }
    assert_eq!(archive.done("data", "master"), [""; 0], "nothing was erased");
    assert_eq!(attempts(&archive, "master"), vec![(by.clone(), true); 2], "that it was tried is on record");

    // What does not go last may be left, and go, by itself.
    let lasts = [" identity ", " enrolment ", " caseload "];
    let of_first = |line: &String| line.starts_with(&first.to_string());
    let goes =
        |line: &&String| !of_first(line) || !(line.starts_with(&days) || lasts.iter().any(|last| line.contains(last)));
    let list: Vec<String> = leavers.iter().filter(goes).cloned().collect();
    write(&list);
    assert_eq!(lines(&archive.says(&carry_out, "data", "master", &MORE)).len(), list.len());
    let again = lines(&archive.says(&["erase", "propose"], "data", "new-master", &[]));
    assert_eq!(again.iter().filter(|line| of_first(line)).count(), leavers.len() - list.len(), "{again:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_of_a_pupil_who_was_erased_in_part_before_is_proposed_and_erased() {
    let archive = Archive::new().await;
    // As it was carried out before a list was asked for what it leaves.
    let (writer, log) = archive.written_at("2022-07-30T10:00:00Z").await;
    let leavers: Vec<Subject> = archive.pupils[..HELD].iter().map(|pupil| Subject::Pupil(*pupil)).collect();
    let mut due = writer.casework.due(&log.vault().ring().in_use());
    due.retain(|due| leavers.contains(&due.records.subject) && due.records.class != RetentionClass::Attendance);
    let mut number = 0_u64;
    let mut ids = || {
        number += 1;
        format!("{:012x}70009000{number:012x}", writer.hands.now().timestamp_millis()).parse().ok()
    };
    let approval = Approval { decision: Reference::try_new("BUN 2022-17").unwrap(), by: Some(archive.staff[0]) };
    writer.casework.begin_erasure((&due, &[]), (&approval, false), &mut ids).await.unwrap();
    log.close();
    drop((writer, log));
    archive.says(&["erase", "done"], "data", "master", &[]);
    let first = archive.pupils[0].to_string();
    let proof = ["verify-erased", "--subject", &first];
    assert!(!archive.run(&proof, "data", "master", &[]).status.success(), "its days are there");

    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let theirs = |line: &&String| leavers.iter().any(|pupil| line.starts_with(&pupil.to_string()));
    let list: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
    assert_eq!(list.len(), HELD, "{proposed:#?}");
    assert!(list.iter().all(|line| line.contains(" attendance 2019 ")), "{list:#?}");
    std::fs::write(archive.at("approved"), list.join("\n")).unwrap();
    let by = archive.staff[0].to_string();
    archive.says(&["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by], "data", "master", &MORE);
    archive.says(&proof, "data", "new-master", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_decide_at_the_school_approves_nothing_and_the_attempt_is_on_record() {
    let archive = Archive::new().await;
    let (writer, log) = archive.written_at("2020-07-30T10:00:00Z").await;
    let grades = (Grade::try_new(7).unwrap(), Grade::try_new(9).unwrap());
    let registered = SchoolRegistered {
        code: SchoolCode::try_new("EXE").unwrap(),
        unit_code: SchoolUnitCode::try_new("12345679").unwrap(),
        name: Name::try_new("Den andra skolan").unwrap(),
        form: SchoolForm::Compulsory,
        grades,
    };
    let school = created!(writer.does(Command::RegisterSchool(registered)).await, School);
    let elsewhere = created!(writer.does(Command::JoinStaff { name: name("Robin Testsson") }).await, Staff);
    let grant = Grant { role: Role::Principal, school: Some(school), committee: None };
    writer.does(Command::GrantRole { staff: elsewhere, grant }).await;
    writer
        .settles(archive.school, SchoolMatter::LegalHoldLifted { subject: Subject::Pupil(archive.pupils[HELD]) })
        .await;
    log.close();
    drop((writer, log));
    let proposed = lines(&archive.says(&["erase", "propose"], "data", "master", &[]));
    let theirs = |line: &&String| archive.pupils[..HELD].iter().any(|pupil| line.starts_with(&pupil.to_string()));
    let list: Vec<String> = proposed.iter().filter(theirs).cloned().collect();
    std::fs::write(archive.at("approved"), list.join("\n")).unwrap();
    let stranger = domain::id::StaffId::from_bits([0xee; 16]);
    let mut tried = Vec::new();
    for (by, why) in [(elsewhere, "role_missing"), (archive.staff[1], "role_missing"), (stranger, "not_found")] {
        let by = by.to_string();
        let carry_out = ["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by];
        let refused = archive.run(&carry_out, "data", "master", &MORE);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}");
        tried.push((by, true));
    }
    assert_eq!(archive.done("data", "master"), [""; 0], "nothing was erased");
    assert_eq!(attempts(&archive, "master"), tried);
    // The authority's officer may, as the principal may.
    let by = archive.staff[2].to_string();
    archive.says(&["erase", "carry-out", "--decision", "BUN 2026-17", "--by", &by], "data", "master", &MORE);
}
