//! What stands at a school that the pupil has left is that school's (the case does not follow the pupil): who has the pupil now
//! writes nothing there, and is refused as of a day on which the pupil was nowhere.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::may_do;
use domain::attendance::DayAttendance;
use domain::command::{ContactToLog, EntryToCorrect, GuardianChoice, MeantEntry, WorkToLog};
use domain::event::pupil::{
    AssignmentEndReason, ContactChannel, ContactDirection, ContactOutcome, ContactTopic, Guardianship,
};
use domain::event::{EventKind, Work};
use domain::id::{EnrolmentId, GuardianId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{Given, date, given, noon, story_event};
use domain::words::{Note, ProtectionLevel};
use domain::{Code, Command};

/// A day at the first school with attendance, one there without, and one on which the pupil went nowhere.
const REGISTERED: &str = "2019-09-03";
const THERE: &str = "2019-09-05";
const NOWHERE: &str = "2019-08-01";

/// The pupil went to the first school, which said this and that of a guardian, and goes to this one now.
fn goes_to(school: SchoolId) -> Given {
    let next = EnrolmentId::from_bits([0x52; 16]);
    given(a_pupil_with_a_mentor())
        .and([attended(vec![day(date(REGISTERED), 0, 60)])])
        .and([Work::ContactBanned { guardian: GUARDIAN }, Work::GuardianProtected { guardian: GUARDIAN }].map(worked))
        .and([left("2019-09-20"), enrolled(school, next, "7A", "2019-09-23")])
}

fn asks(past: &Given, who: StaffId, command: Command) -> Result<(), Code> {
    let when = past.clone().when(as_staff(who), command, noon("2019-10-01"));
    when.decide().map(|_| ()).map_err(|refusal| refusal.code)
}

fn personal_note(text: &str) -> Personal<Note> {
    Personal::new(Note::try_new(text).unwrap())
}

fn logs(work: Work, on: Option<&str>) -> Command {
    let occurred = on.map(noon);
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred, work, minutes: None, note: None })
}

fn talk(on: &str) -> Command {
    logs(Work::PupilTalkedWith { topic: ContactTopic::Wellbeing }, Some(on))
}

fn registers(on: &str) -> Command {
    Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date(on), 0, 60)] }
}

fn corrects(day: DayAttendance) -> Command {
    Command::CorrectAttendance { pupil: PUPIL, day }
}

#[test]
fn nobody_who_has_the_pupil_now_records_anything_at_the_school_before_or_learns_of_its_days() {
    let past = goes_to(OTHER_SCHOOL);
    for on in [REGISTERED, THERE, NOWHERE] {
        assert_eq!(asks(&past, OTHER_PRINCIPAL, talk(on)), Err(Code::OutsidePeriod), "{on}");
        assert_eq!(asks(&past, OTHER_PRINCIPAL, registers(on)), Err(Code::OutsidePeriod), "{on}");
        let corrected = corrects(day(date(on), 60, 0));
        assert_eq!(asks(&past, OTHER_PRINCIPAL, corrected), Err(Code::AttendanceNotRegistered), "{on}");
    }
    assert_eq!(asks(&past, OTHER_PRINCIPAL, talk("2019-09-24")), Ok(()));
    assert_eq!(asks(&past, OTHER_PRINCIPAL, registers("2019-09-24")), Ok(()));
}

#[test]
fn a_contact_of_a_day_at_the_school_before_is_of_no_day() {
    let guardian = GuardianChoice::New { name: personal("Alex Exempel"), phone: None, email: None };
    let link = Command::LinkGuardian { pupil: PUPIL, guardian, guardianship: Guardianship::Custodian, household: None };
    let linked = goes_to(OTHER_SCHOOL).when(as_staff(OTHER_PRINCIPAL), link, noon("2019-10-01")).then_it_happens();
    let past = Given { story: linked.story };
    let own = past.story.known.world.case(PUPIL).unwrap().guardians[0].guardian;
    let contact = |on| {
        Command::LogGuardianContact(ContactToLog {
            pupil: PUPIL,
            with: Vec::new(),
            guardian: own,
            channel: ContactChannel::Phone,
            direction: ContactDirection::Outgoing,
            outcome: ContactOutcome::Reached,
            topic: ContactTopic::Absence,
            occurred: Some(noon(on)),
            minutes: None,
            note: None,
        })
    };
    for on in [THERE, NOWHERE] {
        assert_eq!(asks(&past, OTHER_PRINCIPAL, contact(on)), Err(Code::OutsidePeriod), "{on}");
    }
    assert_eq!(asks(&past, OTHER_PRINCIPAL, contact("2019-09-24")), Ok(()));
}

/// Back at the same school everything of its own can still be recorded and put right.
#[test]
fn a_school_to_which_the_pupil_came_back_records_and_corrects_what_is_its_own() {
    let past = goes_to(SCHOOL);
    assert_eq!(asks(&past, PRINCIPAL, talk(THERE)), Ok(()));
    assert_eq!(asks(&past, PRINCIPAL, corrects(day(date(REGISTERED), 60, 0))), Ok(()));
    assert_eq!(asks(&past, PRINCIPAL, registers(REGISTERED)), Err(Code::AttendanceAlreadyRegistered));
}

/// The principal looks for it on the day on which the case was open: it stands on no other.
#[test]
fn emergency_access_happened_on_the_day_on_which_the_case_is_open() {
    let past = goes_to(OTHER_SCHOOL);
    let taken = |on: Option<&str>| {
        let work = Work::EmergencyAccessTaken { staff: OTHER_MENTOR, on: date("2019-10-01") };
        let note = Some(personal_note("Rymde från skolan."));
        let occurred = on.map(noon);
        Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), occurred, work, minutes: None, note })
    };
    for on in [REGISTERED, "2019-09-24"] {
        assert_eq!(asks(&past, OTHER_MENTOR, taken(Some(on))), Err(Code::OutsidePeriod), "{on}");
    }
    assert_eq!(asks(&past, OTHER_MENTOR, taken(None)), Ok(()));
}

/// Where a pupil came back, too, what changes what is so stands where those see it who have the pupil now.
#[test]
fn what_changes_what_is_so_does_so_in_the_present_enrolment() {
    let past = goes_to(SCHOOL);
    let protect = |on| logs(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }, Some(on));
    assert_eq!(asks(&past, PRINCIPAL, protect(THERE)), Err(Code::OutsidePeriod));
    assert_eq!(asks(&past, PRINCIPAL, protect("2019-09-24")), Ok(()));
}

#[test]
fn what_the_school_before_said_of_a_guardian_is_neither_lifted_nor_told_by_who_has_not_linked_them() {
    let past = goes_to(OTHER_SCHOOL);
    for guardian in [GUARDIAN, GuardianId::from_bits([0x55; 16])] {
        for work in [Work::ContactBanLifted { guardian }, Work::GuardianProtectionEnded { guardian }] {
            assert_eq!(asks(&past, OTHER_PRINCIPAL, logs(work.clone(), None)), Err(Code::NotSo), "{work:?}");
        }
    }
    let named = Work::StaffNamed { staff: OTHER_MENTOR, last_day: date("2019-12-20") };
    assert_eq!(asks(&past, OTHER_PRINCIPAL, logs(named.clone(), None)), Err(Code::NotSo));
    assert!(past.story.known.world.guardian_protected(GUARDIAN), "it holds");
    // At the same school it is its own.
    let back = goes_to(SCHOOL);
    assert_eq!(asks(&back, PRINCIPAL, logs(Work::GuardianProtectionEnded { guardian: GUARDIAN }, None)), Ok(()));
    assert_eq!(asks(&back, PRINCIPAL, logs(named, None)), Ok(()));
}

/// What is wrong in the case that was left is put right by the principal who answers for it there, and by nobody else: also when the
/// pupil goes elsewhere, or is back (article 16 of the GDPR).
#[test]
fn an_entry_of_the_case_that_was_left_is_put_right_by_its_own_principal() {
    for school in [OTHER_SCHOOL, SCHOOL] {
        let next = EnrolmentId::from_bits([0x52; 16]);
        let past = given(a_pupil_with_a_mentor()).and([contacted()]);
        let position = past.story.known.position;
        let past = past.and([left("2019-09-20"), enrolled(school, next, "7A", "2019-09-23")]);
        let meant = Some(MeantEntry {
            event: story_event(position),
            kind: EventKind::GuardianContacted,
            enrolment: ENROLMENT,
            author: as_staff(MENTOR),
            guardian: Some(GUARDIAN),
        });
        let reason = personal_note("Fel elev.");
        let correct = Command::CorrectEntry(EntryToCorrect { pupil: PUPIL, position, meant, reason });
        let may = |staff| {
            let world = &past.story.known.world;
            may_do(world, as_staff(staff), &correct, date("2019-10-01")).map_err(|refusal| refusal.code)?;
            asks(&past, staff, correct.clone())
        };
        assert_eq!(may(PRINCIPAL), Ok(()));
        assert_eq!([MENTOR, OTHER_PRINCIPAL].map(may), [Err(Code::NotFound); 2], "{school:?}");
    }
}

/// An assignment at the school before is not there at this one, whoever knows its id: nobody learns that it was, or that it has ended.
#[test]
fn an_assignment_at_the_school_before_is_neither_ended_nor_handed_over_nor_covered() {
    let past = goes_to(OTHER_SCHOOL).and([granted(MENTOR, domain::Role::Mentor, Some(OTHER_SCHOOL))]);
    let (pupil, assignment) = (PUPIL, ASSIGNMENT);
    let (reason, last_day) = (AssignmentEndReason::NeedEnded, date("2019-09-30"));
    let (from, until) = (date("2019-09-25"), date("2019-09-27"));
    let commands = [
        Command::EndAssignment { pupil, assignment, reason, last_day },
        Command::HandOver { pupil, assignment, mentor: MENTOR, from, note: None },
        Command::StartCover { pupil, assignment, deputy: MENTOR, from, until },
    ];
    for command in commands {
        assert_eq!(asks(&past, OTHER_PRINCIPAL, command.clone()), Err(Code::NotFound), "{command:?}");
    }
}
