//! That the schools' ways hold everything that can be done: every kind of event is brought about somewhere in these tests,
//! over HTTP, or it stands here with the reason why not.

use std::fs;
use std::path::Path;

use domain::event::EventKind;

/// How an event is brought about, where its kind's name is not what is written in a mutation.
const OTHERWISE: [(EventKind, &str); 15] = [
    (EventKind::PrincipalMadeResponsible, "MakePrincipalResponsible"),
    (EventKind::StaffJoined, "JoinStaff"),
    (EventKind::RoleGranted, "grantRole"),
    (EventKind::RoleWithdrawn, "withdrawRole"),
    (EventKind::PupilLeft, "recordPupilLeft"),
    (EventKind::GuardianLinked, "linkGuardian"),
    (EventKind::MentorAssigned, "assignMentor"),
    (EventKind::AssignmentEnded, "endAssignment"),
    (EventKind::AssignmentHandedOver, "handOver"),
    (EventKind::GuardianContacted, "logGuardianContact"),
    (EventKind::CoverStarted, "startCover"),
    (EventKind::CoverEnded, "endCover"),
    (EventKind::TaskTakenOver, "takeTaskOver"),
    (EventKind::TermMarkedNotComparable, "markTermNotComparable"),
    (EventKind::YearRolledOver, "rollYearOver"),
];

/// What is set up before the curtain rises, by the same commands, and what is logged by a mutation of another form.
const SET_UP: [(EventKind, &str); 15] = [
    (EventKind::SchoolRegistered, "RegisterSchool"),
    (EventKind::SchoolYearSet, "SetSchoolYear"),
    (EventKind::PupilEnrolled, "EnrolPupil"),
    (EventKind::GuardianRegistered, "newGuardian"),
    (EventKind::MentoringModelChosen, "ChooseMentoringModel"),
    (EventKind::MissionAdopted, "AdoptMission"),
    (EventKind::WorkingTimeSet, "setWorkingTime"),
    (EventKind::TimeLogged, "logTime"),
    (EventKind::AttendanceRegistered, "registerAttendance"),
    (EventKind::AttendanceCorrected, "correctAttendance"),
    (EventKind::EntryCorrected, "correctEntry"),
    (EventKind::PupilNameCorrected, "correctPupilName"),
    (EventKind::EnrolmentDaysCorrected, "correctEnrolmentDays"),
    (EventKind::GuardianCorrected, "correctGuardian"),
    (EventKind::PupilMovedClass, "rollYearOver"),
];

/// What no school does over HTTP in these tests, and where it is shown instead.
fn shown_elsewhere(kind: EventKind) -> Option<&'static str> {
    let name = kind.name();
    if name.starts_with("digest") || name.starts_with("guardian-address") || name == "plain-content-decided" {
        return Some("messages to guardians: tests/digest and tests/schools/letters.rs");
    }
    let elsewhere = [
        (EventKind::ErasureBegun, "the program's own: tests/erasure"),
        (EventKind::RemainderKept, "the program's own: tests/erasure"),
        (EventKind::ErasureCarriedOut, "the program's own: tests/erasure"),
        (EventKind::RetentionAdopted, "the plan for erasure: tests/erasure"),
        (EventKind::LegalHoldPlaced, "the plan for erasure: tests/erasure"),
        (EventKind::LegalHoldLifted, "the plan for erasure: tests/erasure"),
        (EventKind::PublicationDayAdopted, "what the authority is told: crates/casework/tests, tests/erasure"),
        (EventKind::FigureTold, "what the authority is told: tests/erasure"),
        (EventKind::ChangeTold, "what the authority is told: tests/erasure"),
        (EventKind::LoadTold, "what the authority is told: tests/erasure"),
        (EventKind::ExtractGiven, "a principal's own record: tests/access"),
        (EventKind::GuardianProtected, "an identity that is protected: crates/casework/tests/rights.rs"),
        (EventKind::GuardianProtectionEnded, "an identity that is protected: crates/casework/tests/rights.rs"),
        (EventKind::FiguresPublished, "what the authority is told: crates/casework/tests"),
        (EventKind::AttendanceSenderChosen, "who tells guardians on the day: tests/digest"),
        (EventKind::ClassGiven, "a teacher's classes: tests/access"),
        (EventKind::PlacedUnderCommittee, "the municipality's own order: crates/domain/tests/committees.rs, the demo"),
        (EventKind::SchoolDigestsPassedOver, "messages to guardians: tests/digest"),
    ];
    elsewhere.iter().find(|(other, _)| *other == kind).map(|(_, why)| *why)
}

fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        text.push_str(&first.to_uppercase());
        text.push_str(rest);
    }
    text
}

#[test]
fn every_kind_of_event_is_brought_about_by_some_school_or_stands_with_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/schools");
    let mut told = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != "everything.rs") {
            told.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    let missing: Vec<&str> = EventKind::ALL
        .iter()
        .filter(|kind| {
            let written = OTHERWISE.iter().chain(&SET_UP).find(|(other, _)| other == *kind);
            let word = written.map_or_else(|| format!("{}:{{", camel(kind.name())), |(_, word)| (*word).to_owned());
            // Written in a format string its braces are doubled.
            !told.contains(&word) && shown_elsewhere(**kind).is_none()
        })
        .map(|kind| kind.name())
        .collect();
    assert!(missing.is_empty(), "in no school: {missing:?}");
}
