//! A leaving, or an enrolment, that was none.

use domain::command::{RightDays, WorkToLog};
use domain::event::Work;
use domain::event::pupil::AssignmentKind::Primary;
use domain::id::{AssignmentId, EventId};
use domain::words::{ReferralConcern, Team};
use domain::{Body, Event};

use super::*;

fn mistaken(enrolled_from: &str, right: RightDays) -> Command {
    let asked = days_to_correct(None, None);
    Command::CorrectEnrolmentDays(DaysToCorrect { enrolled_from: date(enrolled_from), right, ..asked })
}

fn not_left() -> Command {
    mistaken("2019-08-20", RightDays::NotLeft)
}

fn never_came() -> Command {
    mistaken("2019-08-20", RightDays::NeverCame)
}

/// The kinds of what counts in the case's timeline, as known at a position, newest first.
fn told(past: &Given, known: u64) -> Vec<EventKind> {
    let at = AsOf { day: date("2020-01-01"), known };
    let entries = past.story.known.timeline.newest_first((PUPIL, ENROLMENT), None, at);
    let counts = |position| past.story.known.timeline.corrected(PUPIL, position, known).is_none();
    entries.filter(|entry| counts(entry.key.position)).map(|entry| entry.kind).collect()
}

/// The principal took the wrong pupil: it is as if nobody had left.
#[test]
fn who_has_not_left_goes_to_the_school_as_before() {
    let gone = left_on("2019-10-11");
    let before = gone.story.known.position;
    let back = principal(&gone, &not_left());
    let days = ["2019-10-11", "2019-10-14", "2019-11-04"];
    assert_eq!((went(&gone, days), went(&back, days)), ([true, false, false], [true; 3]));
    assert_eq!((had(&back, before, days), had(&back, u64::MAX, days)), ([true, false, false], [true; 3]));
    assert_eq!((kept_until(&gone), kept_until(&back)), (Some(date("2019-11-12")), None));
    let registered = principal(&back, &register("2019-10-14"));
    assert_eq!((figures(&registered).all.days, figures(&registered).with_mentor.days), (1, 1));
    let sees = may_see(&back.story.known.world, as_staff(MENTOR), Subject::Case(PUPIL), date(TODAY)).granted();
    assert!(sees, "who had the pupil has them");
    // Neither the leaving nor what ended with it is told any longer; as it was known before, it is.
    let left = [EventKind::PupilLeft, EventKind::AssignmentEnded];
    assert!(left.iter().all(|kind| told(&back, before).contains(kind)));
    assert!(left.iter().all(|kind| !told(&back, u64::MAX).contains(kind)));
}

#[test]
fn who_has_not_left_may_leave_and_that_day_may_be_put_right() {
    let again = principal(&principal(&left_on("2019-10-11"), &not_left()), &leave("2019-10-25"));
    let right = principal(&again, &put_right(None, Some("2019-10-31")));
    let days = ["2019-10-11", "2019-10-14", "2019-10-25", "2019-10-28", "2019-10-31", "2019-11-01"];
    assert_eq!(went(&again, days), [true, true, true, false, false, false]);
    assert_eq!(went(&right, days), [true, true, true, true, true, false]);
    assert_eq!(had(&right, u64::MAX, days), [true, true, true, true, true, false]);
    for on in days {
        let facts = right.story.known.facts(PUPIL, AsOf::now(date(on))).unwrap();
        let covered = facts.assignments_in(ENROLMENT, date(on)).count() == 1;
        assert_eq!(covered, on != "2019-11-01", "as of {on}");
    }
}

/// What ended by itself has ended still.
#[test]
fn what_ended_before_the_leaving_does_not_begin_again_when_that_is_taken_back() {
    let past =
        given(a_pupil()).and([from_the_first_day(), ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-10-10")]);
    let back = principal(&principal(&past, &leave("2019-10-11")), &not_left());
    assert_eq!(had(&back, u64::MAX, ["2019-10-10", "2019-10-11", "2019-10-14"]), [true, false, false]);
    assert!(told(&back, u64::MAX).contains(&EventKind::AssignmentEnded));
}

/// With a mentor, and registered as absent on days on which they were elsewhere.
#[test]
fn who_never_came_counts_for_no_day() {
    let past = principal(&given(a_pupil()).and([from_the_first_day()]), &register("2019-08-22"));
    let before = past.story.known.position;
    for recorded in [past.clone(), principal(&past, &leave("2019-10-31"))] {
        let never = principal(&recorded, &never_came());
        let days = ["2019-08-19", "2019-08-20", "2019-08-22", TODAY];
        assert_eq!((went(&never, days), had(&never, u64::MAX, days)), ([false; 4], [false; 4]));
        assert_eq!(had(&never, before, days), [false, true, true, true], "as it was known before");
        assert_eq!((figures(&recorded).all.days, figures(&never).all.days), (1, 0));
        assert_eq!(told(&never, u64::MAX), [EventKind::EnrolmentDaysCorrected, EventKind::AttendanceRegistered]);
        let sees = |who: StaffId| may_see(&never.story.known.world, as_staff(who), Subject::Case(PUPIL), date(TODAY));
        assert_eq!([PRINCIPAL, MENTOR].map(|who| sees(who).granted()), [true, false]);
        assert_eq!(refused(&never, PRINCIPAL, &register("2019-08-23"), TODAY), Code::OutsidePeriod);
        // It is over: it is not put right again, and who comes after all is enrolled, on whichever day.
        for command in [not_left(), never_came(), put_right(Some("2019-08-21"), None)] {
            assert_eq!(refused(&never, PRINCIPAL, &command, TODAY), Code::NotEnrolled);
        }
        let anew = principal(&never, &enrol(SCHOOL, "2019-08-20"));
        assert_eq!(went(&anew, days), [false, true, true, true]);
        assert_eq!(
            figures(&anew).all.days,
            1,
            "what is registered of a day is the school's, whichever enrolment holds it"
        );
    }
}

/// Enrolled for a day ahead, and gone to another school before it.
#[test]
fn who_was_to_come_and_does_not_is_nobody_from_then_on() {
    let past = given(two_schools()).and([enrolled(SCHOOL, ENROLMENT, "7A", "2019-11-18")]);
    let past = past.and([assigned(ASSIGNMENT, MENTOR, Primary, "2019-11-18")]);
    let never = principal(&past, &mistaken("2019-11-18", RightDays::NeverCame));
    assert_eq!(went(&never, [TODAY, "2019-11-18", "2019-12-02"]), [false; 3]);
    assert_eq!(had(&never, u64::MAX, [TODAY, "2019-11-18", "2019-12-02"]), [false; 3]);
    assert!(asks(&never, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-11-18"), TODAY).is_ok());
    assert!(asks(&never, PRINCIPAL, &enrol(SCHOOL, "2019-11-11"), TODAY).is_ok());
}

#[test]
fn a_leaving_is_taken_back_while_nobody_has_enrolled_the_pupil_since() {
    let code = |past: &Given| refused(past, PRINCIPAL, &not_left(), TODAY);
    assert_eq!(code(&given(a_pupil())), Code::AlreadySo);
    assert_eq!(code(&gone_to_the_other("2019-10-28")), Code::AlreadyEnrolled);
    assert_eq!(refused(&left_on("2019-10-11"), MENTOR, &not_left(), TODAY), Code::NotAllowed);
    // The enrolment that was left was none, also when the pupil goes elsewhere since.
    let next = gone_to_the_other("2019-10-28");
    let never = principal(&next, &never_came());
    assert_eq!(went(&never, ["2019-08-20", "2019-10-11"]), [false; 2]);
    assert_eq!(went_to(&never, OTHER_SCHOOL, ["2019-10-27", "2019-10-28"]), [false, true]);
}

/// Each school knows the pupil by the name that it has.
#[test]
fn a_name_is_put_right_where_it_stands_also_after_the_pupil_has_left() {
    let next = gone_to_the_other("2019-10-28");
    let rename = |school| Command::CorrectPupilName { pupil: PUPIL, school, name: personal("Kim Exempelsson") };
    let names = |past: &Given| -> Vec<String> {
        let case = past.story.known.world.case(PUPIL).unwrap();
        case.enrolments().map(|one| one.name.present().unwrap().reveal().as_str().to_owned()).collect()
    };
    let right = principal(&next, &rename(Some(SCHOOL)));
    assert_eq!(names(&right), ["Kim Exempel", "Kim Exempelsson"], "the latest first");
    assert_eq!(refused(&next, PRINCIPAL, &rename(None), TODAY), Code::NotFound);
    assert_eq!(refused(&next, PRINCIPAL, &rename(Some(OTHER_SCHOOL)), TODAY), Code::NotFound);
    assert_eq!(refused(&next, OTHER_PRINCIPAL, &rename(Some(SCHOOL)), TODAY), Code::NotFound);
    let here = asks(&next, OTHER_PRINCIPAL, &rename(None), TODAY).unwrap();
    assert_eq!(names(&here), ["Kim Exempelsson", "Kim Exempel"]);
}

fn log(work: Work) -> Command {
    Command::LogWork(WorkToLog { pupil: PUPIL, with: Vec::new(), work, occurred: None, minutes: None, note: None })
}

/// In which enrolment the last event stands.
fn stands_in(past: &Given) -> Option<EnrolmentId> {
    match &past.story.log.last()?.body {
        Body::Known(Event::Pupil(event)) => Some(event.enrolment()),
        _ => None,
    }
}

#[test]
fn that_an_extract_was_given_out_is_recorded_by_who_answers_for_the_records() {
    let reference = Reference::try_new("2019:7").unwrap();
    let given_out = log(Work::ExtractGiven { reference, let_in: Vec::new(), held_back: Vec::new() });
    let gone = left_on("2019-10-11");
    assert_eq!(stands_in(&principal(&gone, &given_out)), Some(ENROLMENT), "nobody has the pupil");
    let next = gone_to_the_other("2019-10-28");
    assert_eq!(stands_in(&principal(&next, &given_out)), Some(ENROLMENT));
    let there = asks(&next, OTHER_PRINCIPAL, &given_out, TODAY).unwrap();
    assert_ne!(stands_in(&there), Some(ENROLMENT));
    assert_eq!(refused(&gone, MENTOR, &given_out, TODAY), Code::NotAllowed);
}

#[test]
fn what_is_open_is_closed_after_the_pupil_has_left() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let open = log(Work::ReferralOpened { team: Team::Health, concern: ReferralConcern::Absence });
    // On a day that the leaving, dated back, does not hold.
    let opened = principal(&past, &open);
    let of: EventId = opened.story.log.last().unwrap().id;
    let close = log(Work::ReferralClosed { of });
    let gone = principal(&opened, &leave("2019-10-11"));
    let closed = principal(&gone, &close);
    assert_eq!(stands_in(&closed), Some(ENROLMENT));
    assert_eq!(closed.story.known.world.case(PUPIL).unwrap().opened.open_referrals(ENROLMENT, Team::Health).count(), 0);
    // Nothing new is begun, and what the next school has is its own.
    assert_eq!(refused(&gone, PRINCIPAL, &open, TODAY), Code::OutsidePeriod);
}

/// What lies ahead passes back from its first day, or ends before it has begun.
#[test]
fn what_was_decided_ahead_is_taken_back_before_it_has_begun() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let hand = |assignment, mentor| {
        let from = date("2019-11-11");
        Command::HandOver { pupil: PUPIL, assignment, mentor, from, note: None }
    };
    let mentor_of = |past: &Given, on: &str| -> Vec<StaffId> {
        let case = past.story.known.world.case(PUPIL).unwrap();
        case.assignments_on(date(on)).map(|one| one.mentor).collect()
    };
    let passed = principal(&past, &hand(ASSIGNMENT, OTHER_MENTOR));
    let to =
        |past: &Given| -> AssignmentId { past.story.known.world.case(PUPIL).unwrap().assignments.last().unwrap().id };
    assert_eq!(mentor_of(&passed, "2019-11-11"), [OTHER_MENTOR]);
    let back = principal(&passed, &hand(to(&passed), MENTOR));
    assert_eq!(["2019-11-08", "2019-11-11"].map(|on| mentor_of(&back, on)), [[MENTOR], [MENTOR]]);
    // From its first day on it is as any other.
    assert_eq!(refused(&passed, PRINCIPAL, &hand(to(&passed), MENTOR), "2019-11-11"), Code::OutsidePeriod);

    let end = |past: &Given, last_day: &str| {
        let (assignment, reason) = (to(past), AssignmentEndReason::NeedEnded);
        Command::EndAssignment { pupil: PUPIL, assignment, reason, last_day: date(last_day) }
    };
    let ended = principal(&passed, &end(&passed, "2019-11-10"));
    assert!(mentor_of(&ended, "2019-11-11").is_empty());
    assert_eq!(refused(&passed, PRINCIPAL, &end(&passed, "2019-11-09"), TODAY), Code::InTheFuture);
    assert_eq!(refused(&passed, PRINCIPAL, &end(&passed, "2019-11-11"), TODAY), Code::InTheFuture);
}
