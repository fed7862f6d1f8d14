//! What a school does about an enrolment that was recorded with a wrong day, which no event puts right (decision record 12).

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::may_do;
use domain::command::{EntryToCorrect, MeantEntry, Moment, WorkToLog};
use domain::decide::decide;
use domain::event::pupil::{AssignmentKind, LeavingReason};
use domain::event::{EventKind, SchoolEvent, SchoolMatter, Work};
use domain::id::{PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::retention::{Records, Subject, due};
use domain::spec::cast::*;
use domain::spec::everyday::of_school;
use domain::spec::{CountedIds, Given, date, given, noon};
use domain::words::{Note, Reference, RetentionClass};
use domain::{Code, Command};

/// Somebody asks for something on a day, and it happens, or is refused.
fn asks(past: &Given, staff: StaffId, command: &Command, on: &str) -> Result<Given, Code> {
    let (world, actor, moment) = (&past.story.known.world, as_staff(staff), Moment(noon(on)));
    may_do(world, actor, command, date(on)).map_err(|refusal| refusal.code)?;
    let mut ids = CountedIds::default();
    let decision = decide(world, actor, command, moment, &mut ids).map_err(|refusal| refusal.code)?;
    let mut after = past.clone();
    after.story.record_decision(actor, moment, &decision);
    Ok(after)
}

fn refused(past: &Given, staff: StaffId, command: &Command, on: &str) -> Code {
    asks(past, staff, command, on).map(|_| ()).unwrap_err()
}

fn enrol(school: SchoolId, from: &str) -> Command {
    let (pupil, name, placement) = (Some(PUPIL), personal("Kim Exempel"), placed("7A"));
    Command::EnrolPupil { pupil, school, name, placement, from: date(from), protection: None }
}

fn leave(last_day: &str) -> Command {
    let (reason, last_day) = (LeavingReason::Other, date(last_day));
    Command::PupilLeaves { pupil: PUPIL, reason, last_day, destination: None }
}

fn register(on: &str) -> Command {
    Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date(on), 0, 60)] }
}

/// The entry at a position of the log, said to be wrong.
fn correct(past: &Given, kind: EventKind) -> Command {
    let wrong = past.story.log.iter().rfind(|recorded| recorded.body.kind() == kind).unwrap();
    let (event, author) = (wrong.id, wrong.actor);
    let meant = Some(MeantEntry { event, kind, enrolment: ENROLMENT, author, guardian: None });
    let reason = Personal::new(Note::try_new("Fel dag.").unwrap());
    Command::CorrectEntry(EntryToCorrect { pupil: PUPIL, position: wrong.position, meant, reason })
}

/// What is said beside it, about a day of the enrolment.
fn note(on: &str) -> Command {
    let work = Work::DiaryNumberRecorded { reference: Reference::try_new("BUN 2019-12").unwrap() };
    let note = Some(Personal::new(Note::try_new("Dagen är fel.").unwrap()));
    let logged = WorkToLog { pupil: PUPIL, with: Vec::new(), occurred: Some(noon(on)), work, minutes: None, note };
    Command::LogWork(logged)
}

/// Whether the pupil went to the school on the days, as is known now.
fn went(past: &Given, days: [&str; 4]) -> [bool; 4] {
    days.map(|on| {
        let at = AsOf::now(date(on));
        past.story.known.at_school(SCHOOL, at).iter().any(|(pupil, _): &(PupilId, _)| *pupil == PUPIL)
    })
}

/// The first day from which what stands as long as the pupil went here may no longer be kept, after a month.
fn kept_until(past: &Given) -> Option<chrono::NaiveDate> {
    let (class, subject) = (RetentionClass::Enrolment, Subject::Pupil(PUPIL));
    let (plan_item, first_day) = (Reference::try_new("3.2").unwrap(), date("2019-08-12"));
    let plan = SchoolMatter::RetentionAdopted { class, months: 1, plan_item, first_day };
    let past = past.clone().and([of_school(SchoolEvent::Settled(plan))]);
    let kept = [Records { subject, class, period: 0 }];
    due(&past.story.known, &kept, date("2021-01-01")).first().map(|due| due.since)
}

#[test]
fn an_enrolment_and_its_end_are_no_entries_that_can_be_corrected() {
    let past = given(a_pupil());
    assert_eq!(
        refused(&past, PRINCIPAL, &correct(&past, EventKind::PupilEnrolled), "2019-10-01"),
        Code::NotCorrectable
    );
    let past = past.and([left("2019-10-31")]);
    assert_eq!(refused(&past, PRINCIPAL, &correct(&past, EventKind::PupilLeft), "2019-11-01"), Code::NotCorrectable);
    assert_eq!(refused(&past, PRINCIPAL, &leave("2019-10-30"), "2019-11-01"), Code::NotEnrolled);
}

/// The pupil came on 27 August, and 20 August was recorded: nothing was registered of the days between. At once the school ends it on
/// its first day and enrols anew; later, when much stands in the case, it lets the day stand and says so.
#[test]
fn a_first_day_that_was_too_early_is_ended_and_enrolled_anew_or_noted() {
    let past = given(a_pupil());
    assert_eq!(refused(&past, PRINCIPAL, &leave("2019-08-19"), "2019-08-28"), Code::OutsidePeriod);
    let ended = asks(&past, PRINCIPAL, &leave("2019-08-20"), "2019-08-28").unwrap();
    let anew = asks(&ended, PRINCIPAL, &enrol(SCHOOL, "2019-08-27"), "2019-08-28").unwrap();
    let days = ["2019-08-20", "2019-08-21", "2019-08-26", "2019-08-27"];
    assert_eq!(went(&anew, days), [true, false, false, true], "the recorded first day alone stays");
    assert_eq!(went(&past, days), [true; 4]);
    assert!(asks(&past, PRINCIPAL, &note("2019-08-27"), "2019-10-01").is_ok());
    // From the day on which attendance was registered the first day is not ended any more.
    let registered = asks(&past, PRINCIPAL, &register("2019-08-27"), "2019-08-28").unwrap();
    assert_eq!(refused(&registered, PRINCIPAL, &leave("2019-08-20"), "2019-08-28"), Code::OutsidePeriod);
}

/// The pupil came on 12 August, and 20 August was recorded: no enrolment reaches back, and what happened before is said in a note.
#[test]
fn a_first_day_that_was_too_late_is_noted_and_nothing_reaches_before_it() {
    let past = given(a_pupil());
    assert_eq!(refused(&past, PRINCIPAL, &enrol(SCHOOL, "2019-08-12"), "2019-08-28"), Code::AlreadyEnrolled);
    assert_eq!(refused(&past, PRINCIPAL, &register("2019-08-19"), "2019-08-28"), Code::OutsidePeriod);
    let ended = asks(&past, PRINCIPAL, &leave("2019-08-20"), "2019-08-28").unwrap();
    assert_eq!(refused(&ended, PRINCIPAL, &enrol(SCHOOL, "2019-08-12"), "2019-08-28"), Code::AlreadyEnrolled);
    assert!(asks(&past, PRINCIPAL, &note("2019-08-20"), "2019-10-01").is_ok());
}

/// The pupil left on 31 October, and 11 October was recorded: enrolled anew from the day after, and ended on the right day. What is
/// kept as long as the pupil went here is kept from that day on.
#[test]
fn a_last_day_that_was_too_early_goes_on_with_a_new_enrolment_and_retention_counts_from_its_end() {
    let past = given(a_pupil_with_a_mentor());
    let early = asks(&past, PRINCIPAL, &leave("2019-10-11"), "2019-11-04").unwrap();
    assert_eq!(kept_until(&early), Some(date("2019-11-12")));
    let anew = asks(&early, PRINCIPAL, &enrol(SCHOOL, "2019-10-12"), "2019-11-04").unwrap();
    assert_eq!(kept_until(&anew), None, "the pupil goes here");
    // Guardians stay; the mentor is assigned again.
    let case = |past: &Given| past.story.known.world.case(PUPIL).unwrap().clone();
    assert_eq!(case(&anew).guardians.len(), 1);
    assert_eq!(case(&anew).assignments_on(date("2019-10-14")).count(), 0);
    let assign = Command::AssignMentor {
        pupil: PUPIL,
        mentor: MENTOR,
        kind: AssignmentKind::Primary,
        principal: PRINCIPAL,
        from: date("2019-10-12"),
    };
    let assigned = asks(&anew, PRINCIPAL, &assign, "2019-11-04").unwrap();
    let right = asks(&assigned, PRINCIPAL, &leave("2019-10-31"), "2019-11-04").unwrap();
    let days = ["2019-10-11", "2019-10-12", "2019-10-31", "2019-11-01"];
    assert_eq!(went(&right, days), [true, true, true, false]);
    assert_eq!(kept_until(&right), Some(date("2019-12-01")));
    assert!(asks(&anew, PRINCIPAL, &register("2019-10-14"), "2019-11-04").is_ok());
}

/// The pupil left on 11 October, and 31 October was recorded: it stands, and a note says so. Everything is kept the longer by so much,
/// and nothing is gone too early.
#[test]
fn a_last_day_that_was_too_late_is_noted_and_nothing_is_erased_too_early() {
    let late = asks(&given(a_pupil_with_a_mentor()), PRINCIPAL, &leave("2019-10-31"), "2019-11-04").unwrap();
    assert_eq!(kept_until(&late), Some(date("2019-12-01")));
    let noted = asks(&late, PRINCIPAL, &note("2019-10-11"), "2019-11-04").unwrap();
    assert_eq!(noted.story.log.last().unwrap().body.kind(), EventKind::DiaryNumberRecorded);
    assert_eq!(refused(&late, PRINCIPAL, &note("2019-11-04"), "2019-11-04"), Code::OutsidePeriod);
}

/// Once another school has enrolled the pupil, the one that was left changes nothing of its case, and is told the same whatever it
/// asks for: a last day that was refused for overlapping with the next school's first would tell when the pupil came there.
#[test]
fn the_school_that_was_left_changes_nothing_after_the_next_has_enrolled_the_pupil() {
    let past = given(a_pupil_with_a_mentor()).and([contacted(), left("2019-10-31")]);
    assert!(asks(&past, PRINCIPAL, &note("2019-10-31"), "2019-11-04").is_ok());
    let next = asks(&past, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-11-01"), "2019-11-04").unwrap();
    let all = [
        leave("2019-10-30"),
        leave("2019-11-04"),
        enrol(SCHOOL, "2019-11-01"),
        note("2019-10-31"),
        correct(&next, EventKind::PupilLeft),
        correct(&next, EventKind::GuardianContacted),
    ];
    for command in all {
        assert_eq!(refused(&next, PRINCIPAL, &command, "2019-11-04"), Code::NotFound, "{command:?}");
    }
}
