//! An enrolment that was recorded with a wrong first or last day, and is put right (decision record 12).

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

mod any_order;
mod as_before;
mod taken_back;

use chrono::NaiveDate;
use domain::access::{Subject, may_do, may_see};
use domain::command::{DaysToCorrect, EntryToCorrect, MeantEntry, Moment};
use domain::decide::decide;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind, CoverStarted, LeavingReason};
use domain::event::{EventKind, PupilEvent, SchoolEvent, SchoolMatter};
use domain::id::{EnrolmentId, PupilId, SchoolId, StaffId};
use domain::personal::Personal;
use domain::projection::AsOf;
use domain::projection::absence::Figures;
use domain::projection::workload::Span;
use domain::retention::{Records, Subject as Kept, due};
use domain::spec::cast::*;
use domain::spec::everyday::{days_to_correct, of_school};
use domain::spec::works::worked;
use domain::spec::{CountedIds, Given, date, given, noon};
use domain::words::{Note, ProtectionLevel, Reference, RetentionClass};
use domain::{Code, Command};

/// Somebody asks for something on a day, and it happens, or is refused.
fn asks(past: &Given, staff: StaffId, command: &Command, on: &str) -> Result<Given, Code> {
    let (world, actor, moment) = (&past.story.known.world, as_staff(staff), Moment(noon(on)));
    may_do(world, actor, command, date(on)).map_err(|refusal| refusal.code)?;
    let mut ids = CountedIds::since(past.story.known.position << 8);
    let decision = decide(world, actor, command, moment, &mut ids).map_err(|refusal| refusal.code)?;
    let mut after = past.clone();
    after.story.record_decision(actor, moment, &decision);
    Ok(after)
}

fn refused(past: &Given, staff: StaffId, command: &Command, on: &str) -> Code {
    asks(past, staff, command, on).map(|_| ()).unwrap_err()
}

/// The day on which most of it is asked for.
const TODAY: &str = "2019-11-04";

fn principal(past: &Given, command: &Command) -> Given {
    asks(past, PRINCIPAL, command, TODAY).unwrap()
}

fn enrol(school: SchoolId, from: &str) -> Command {
    enrol_protected(school, from, None)
}

fn enrol_protected(school: SchoolId, from: &str, protection: Option<ProtectionLevel>) -> Command {
    let (pupil, name, placement) = (Some(PUPIL), personal("Kim Exempel"), placed("7A"));
    Command::EnrolPupil { pupil, school, name, placement, from: date(from), protection }
}

fn leave(last_day: &str) -> Command {
    let (reason, last_day) = (LeavingReason::Other, date(last_day));
    Command::PupilLeaves { pupil: PUPIL, reason, last_day, destination: None }
}

fn register(on: &str) -> Command {
    Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date(on), 0, 60)] }
}

/// Other days for the enrolment that began on 20 August.
fn put_right(from: Option<&str>, last_day: Option<&str>) -> Command {
    Command::CorrectEnrolmentDays(days_to_correct(from.map(date), last_day.map(date)))
}

/// Another first day for an enrolment of the pupil's at the other school, which began on a day.
fn put_right_there(enrolled_from: &str, from: &str) -> Command {
    let asked = days_to_correct(Some(date(from)), None);
    Command::CorrectEnrolmentDays(DaysToCorrect { school: OTHER_SCHOOL, enrolled_from: date(enrolled_from), ..asked })
}

/// Whether the pupil went to a school on the days, as is known now.
fn went_to<const N: usize>(past: &Given, school: SchoolId, days: [&str; N]) -> [bool; N] {
    days.map(|on| {
        let at = AsOf::now(date(on));
        past.story.known.at_school(school, at).iter().any(|(pupil, _): &(PupilId, _)| *pupil == PUPIL)
    })
}

fn went<const N: usize>(past: &Given, days: [&str; N]) -> [bool; N] {
    went_to(past, SCHOOL, days)
}

/// On which of the days the mentor had the pupil, as far as was known.
fn had<const N: usize>(past: &Given, known: u64, days: [&str; N]) -> [bool; N] {
    days.map(|on| {
        let at = AsOf { day: date(on), known };
        let held = past.story.known.caseload.of_mentor(MENTOR, at).count() == 1;
        let facts = past.story.known.facts(PUPIL, at);
        let told = facts.is_some_and(|facts| facts.assignments_in(ENROLMENT, date(on)).count() == 1);
        assert_eq!(held, told, "{on}: both tell the same");
        held
    })
}

fn figures(past: &Given) -> Figures {
    figures_at(past, SCHOOL)
}

fn figures_at(past: &Given, school: SchoolId) -> Figures {
    past.story.known.absence.of_school(school, "ht19".parse().unwrap(), None, None)
}

/// The first day from which what stands as long as the pupil went here may no longer be kept, after a month.
fn kept_until(past: &Given) -> Option<NaiveDate> {
    let (class, subject) = (RetentionClass::Enrolment, Kept::Pupil(PUPIL));
    let (plan_item, first_day) = (Reference::try_new("3.2").unwrap(), date("2019-08-12"));
    let plan = SchoolMatter::RetentionAdopted { class, months: 1, plan_item, first_day };
    let past = past.clone().and([of_school(SchoolEvent::Settled(plan))]);
    let kept = [Records { subject, class, period: 0 }];
    due(&past.story.known, &kept, date("2021-01-01")).first().map(|due| due.since)
}

/// The pupil has a mentor from the first day on, and the principal says when the pupil left.
fn left_on(last_day: &str) -> Given {
    principal(&given(a_pupil()).and([from_the_first_day()]), &leave(last_day))
}

fn from_the_first_day() -> domain::spec::Happened {
    assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-08-20")
}

/// The pupil left the first school, and went to the other one from a day on.
fn gone_to_the_other(from: &str) -> Given {
    asks(&left_on("2019-10-11"), OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, from), TODAY).unwrap()
}

#[test]
fn an_enrolment_and_its_end_are_no_entries_that_can_be_corrected() {
    let past = left_on("2019-10-31");
    for kind in [EventKind::PupilEnrolled, EventKind::PupilLeft] {
        let wrong = past.story.log.iter().rfind(|recorded| recorded.body.kind() == kind).unwrap();
        let (event, author) = (wrong.id, wrong.actor);
        let meant = Some(MeantEntry { event, kind, enrolment: ENROLMENT, author, guardian: None });
        let reason = Personal::new(Note::try_new("Fel dag.").unwrap());
        let entry = EntryToCorrect { pupil: PUPIL, position: wrong.position, meant, reason };
        assert_eq!(refused(&past, PRINCIPAL, &Command::CorrectEntry(entry), TODAY), Code::NotCorrectable);
    }
}

/// The pupil came on 27 August, and 20 August was recorded.
#[test]
fn before_the_right_first_day_the_pupil_was_not_there_and_nothing_counts() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let past = principal(&principal(&past, &register("2019-08-20")), &register("2019-08-28"));
    assert_eq!(figures(&past).all.days, 2);
    let right = principal(&past, &put_right(Some("2019-08-27"), None));
    let days = ["2019-08-20", "2019-08-26", "2019-08-27"];
    assert_eq!(went(&past, days), [true; 3]);
    assert_eq!(went(&right, days), [false, false, true]);
    assert_eq!(had(&right, u64::MAX, days), [false, false, true]);
    // What is registered of a day before stands, and counts in no figure; nothing more is registered of one.
    assert_eq!(figures(&right).all.days, 1);
    let facts = right.story.known.world.case(PUPIL).unwrap().facts.clone();
    assert!(right.story.known.absence.day((PUPIL, &facts), SCHOOL, date("2019-08-20")).is_some());
    assert_eq!(refused(&right, PRINCIPAL, &register("2019-08-21"), TODAY), Code::OutsidePeriod);
    // Put right again, it is all there.
    let asked = DaysToCorrect { enrolled_from: date("2019-08-27"), ..days_to_correct(Some(date("2019-08-20")), None) };
    let again = principal(&right, &Command::CorrectEnrolmentDays(asked));
    assert_eq!(went(&again, days), [true; 3]);
    assert_eq!(had(&again, u64::MAX, days), [true; 3]);
    assert_eq!(figures(&again).all.days, 2);
}

/// The pupil came on 26 August, and 2 September was recorded: the class and the mentor of the first day are those of the right one, and
/// so is a protection that was recorded with the enrolment.
#[test]
fn what_began_with_the_first_day_begins_with_the_right_one() {
    let from = "2019-09-02";
    let past = given(two_schools()).and([enrolled(SCHOOL, ENROLMENT, "7A", from)]);
    let past = past.and([assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, from)]);
    let past =
        principal(&past, &Command::MovePupil { pupil: PUPIL, placement: placed("7B"), from: date("2019-09-09") });
    let asked = DaysToCorrect { enrolled_from: date(from), ..days_to_correct(Some(date("2019-08-26")), None) };
    let right = principal(&past, &Command::CorrectEnrolmentDays(asked));
    let days = ["2019-08-25", "2019-08-26", "2019-09-02"];
    assert_eq!(went(&right, days), [false, true, true]);
    assert_eq!(had(&right, u64::MAX, days), [false, true, true]);
    let class = |on: &str| {
        let facts = right.story.known.facts(PUPIL, AsOf::now(date("2019-12-01"))).unwrap();
        facts.placement_on(date(on)).map(|(_, placement)| placement.clone())
    };
    let classes = ["2019-08-26", "2019-09-08", "2019-09-09"].map(class);
    assert_eq!(classes, [Some(placed("7A")), Some(placed("7A")), Some(placed("7B"))]);
    let registered = principal(&right, &register("2019-08-27"));
    assert_eq!((figures(&registered).all.days, figures(&registered).with_mentor.days), (1, 1));

    let level = Some(ProtectionLevel::RegisteredElsewhere);
    let protected =
        asks(&left_on("2019-10-11"), OTHER_PRINCIPAL, &enrol_protected(OTHER_SCHOOL, "2019-10-28", level), TODAY);
    let right =
        asks(&protected.unwrap(), OTHER_PRINCIPAL, &put_right_there("2019-10-28", "2019-10-21"), TODAY).unwrap();
    let facts = right.story.known.facts(PUPIL, AsOf::now(date("2019-10-21"))).unwrap();
    assert_eq!((facts.latest.school, facts.protection), (OTHER_SCHOOL, level), "no day is without it");
    let facts = right.story.known.facts(PUPIL, AsOf::now(date("2019-10-20"))).unwrap();
    assert_eq!((facts.latest.school, facts.protection), (SCHOOL, None));
}

/// An assignment that began later than the pupil came begins then still.
#[test]
fn what_began_on_a_day_of_its_own_begins_on_it_within_the_enrolment() {
    let past = given(a_pupil()).and([assigned(ASSIGNMENT, MENTOR, AssignmentKind::Primary, "2019-08-26")]);
    let days = ["2019-08-20", "2019-08-26", "2019-09-02"];
    assert_eq!(had(&principal(&past, &put_right(Some("2019-08-12"), None)), u64::MAX, days), [false, true, true]);
    assert_eq!(had(&principal(&past, &put_right(Some("2019-09-02"), None)), u64::MAX, days), [false, false, true]);
}

/// The pupil left on 31 October, and 11 October was recorded: who had the pupil to the last day had them to the right one, and what
/// is kept as long as the pupil went here is kept from that day on.
#[test]
fn what_ended_with_the_last_day_ends_with_the_right_one() {
    let early = left_on("2019-10-11");
    assert_eq!(kept_until(&early), Some(date("2019-11-12")));
    assert_eq!(refused(&early, PRINCIPAL, &register("2019-10-14"), TODAY), Code::OutsidePeriod);
    let right = principal(&early, &put_right(None, Some("2019-10-31")));
    let days = ["2019-10-11", "2019-10-12", "2019-10-31", "2019-11-01"];
    assert_eq!(went(&right, days), [true, true, true, false]);
    assert_eq!(had(&right, u64::MAX, days), [true, true, true, false]);
    assert_eq!(kept_until(&right), Some(date("2019-12-01")));
    let registered = principal(&right, &register("2019-10-14"));
    assert_eq!((figures(&registered).all.days, figures(&registered).with_mentor.days), (1, 1));
}

/// The pupil left on 11 October, and 31 October was recorded, with absence on every day until then.
#[test]
fn after_the_right_last_day_the_pupil_was_not_there_and_nothing_counts() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let past = principal(&principal(&past, &register("2019-10-10")), &register("2019-10-30"));
    assert_eq!(
        refused(&past, PRINCIPAL, &leave("2019-10-11"), TODAY),
        Code::OutsidePeriod,
        "days are registered after it"
    );
    let late = principal(&past, &leave("2019-10-31"));
    let right = principal(&late, &put_right(None, Some("2019-10-11")));
    let days = ["2019-10-11", "2019-10-12", "2019-10-31"];
    assert_eq!(went(&right, days), [true, false, false]);
    assert_eq!(had(&right, u64::MAX, days), [true, false, false]);
    assert_eq!((figures(&late).all.days, figures(&right).all.days), (2, 1));
    assert_eq!([&late, &right].map(kept_until), [Some(date("2019-12-01")); 2], "nothing is due earlier");
}

/// An assignment that ended by itself does not begin again, and a cover lasts no longer than was said.
#[test]
fn what_ended_on_a_day_of_its_own_is_not_prolonged() {
    let days = ["2019-10-10", "2019-10-11", "2019-10-14"];
    for (reason, last_day, expected) in [
        (AssignmentEndReason::NeedEnded, "2019-10-11", [true, true, false]),
        (AssignmentEndReason::PupilLeft, "2019-10-10", [true, false, false]),
    ] {
        let past = given(a_pupil()).and([from_the_first_day(), ended(ASSIGNMENT, reason, last_day)]);
        let right = principal(&principal(&past, &leave("2019-10-11")), &put_right(None, Some("2019-10-31")));
        assert_eq!(had(&right, u64::MAX, days), expected, "{reason:?}");
    }
    let (from, until) = (date("2019-10-07"), date("2019-10-18"));
    let started = CoverStarted { enrolment: ENROLMENT, assignment: ASSIGNMENT, deputy: OTHER_MENTOR, from, until };
    let past = given(a_pupil()).and([from_the_first_day(), of_pupil(PupilEvent::CoverStarted(started))]);
    let early = principal(&past, &leave("2019-10-11"));
    let right = principal(&early, &put_right(None, Some("2019-10-31")));
    let stood_in = |past: &Given, on: &str| {
        let case = past.story.known.world.case(PUPIL).unwrap();
        case.covers_on(date(on)).count() == 1
    };
    assert_eq!(
        ["2019-10-11", "2019-10-14", "2019-10-18", "2019-10-21"].map(|on| stood_in(&early, on)),
        [true, false, false, false]
    );
    assert_eq!(
        ["2019-10-11", "2019-10-14", "2019-10-18", "2019-10-21"].map(|on| stood_in(&right, on)),
        [true, true, true, false]
    );
}

/// The caseload that was told before is told of before: what is put right is known from then on.
#[test]
fn as_it_was_known_before_the_days_are_the_wrong_ones() {
    let early = left_on("2019-10-11");
    let before = early.story.known.position;
    let right = principal(&early, &put_right(Some("2019-08-27"), Some("2019-10-31")));
    let days = ["2019-08-20", "2019-08-27", "2019-10-11", "2019-10-14", "2019-11-01"];
    assert_eq!(had(&right, before, days), [true, true, true, false, false]);
    assert_eq!(had(&right, u64::MAX, days), [false, true, true, true, false]);
}

/// Who had the pupil when they left has the case again, while the right last day has not come.
#[test]
fn a_mentor_sees_the_case_to_the_end_of_the_right_last_day() {
    let sees = |past: &Given, on: &str| {
        may_see(&past.story.known.world, as_staff(MENTOR), Subject::Case(PUPIL), date(on)).granted()
    };
    let early = left_on("2019-10-31");
    assert!(!sees(&early, TODAY));
    let right = principal(&early, &put_right(None, Some(TODAY)));
    assert_eq!([TODAY, "2019-11-05"].map(|on| sees(&right, on)), [true, false]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let past = given(a_pupil());
    let left = principal(&past, &leave("2019-10-31"));
    let unknown =
        DaysToCorrect { enrolled_from: date("2019-08-21"), ..days_to_correct(Some(date("2019-08-27")), None) };
    let cases = [
        (&past, put_right(None, None), Code::AlreadySo),
        (&past, put_right(Some("2019-08-20"), None), Code::AlreadySo),
        (&past, Command::CorrectEnrolmentDays(unknown), Code::NotEnrolled),
        (&past, put_right(Some("1019-08-20"), None), Code::InvalidInput),
        // Who has not left leaves first.
        (&past, put_right(None, Some("2019-10-31")), Code::InvalidInput),
        (&left, put_right(None, Some("2019-11-05")), Code::InTheFuture),
        (&left, put_right(None, Some("2019-08-19")), Code::OutsidePeriod),
        (&left, put_right(Some("2019-11-01"), None), Code::OutsidePeriod),
    ];
    for (past, command, code) in cases {
        assert_eq!(refused(past, PRINCIPAL, &command, TODAY), code, "{command:?}");
    }
}

/// The principal who answers for what a school has on record of the pupil, and nobody else: also after the pupil has left.
#[test]
fn it_is_for_the_principal_of_the_school_of_that_enrolment() {
    let past = given(a_pupil()).and([from_the_first_day()]);
    let command = put_right(Some("2019-08-27"), None);
    assert_eq!(refused(&past, MENTOR, &command, TODAY), Code::NotAllowed);
    assert_eq!(refused(&past, OTHER_PRINCIPAL, &command, TODAY), Code::NotFound);
    let next = gone_to_the_other("2019-10-28");
    assert!(asks(&next, PRINCIPAL, &command, TODAY).is_ok());
    assert_eq!(refused(&next, OTHER_PRINCIPAL, &command, TODAY), Code::NotFound);
    assert_eq!(refused(&next, PRINCIPAL, &put_right_there("2019-10-28", "2019-10-29"), TODAY), Code::NotFound);
    assert!(asks(&next, OTHER_PRINCIPAL, &put_right_there("2019-10-28", "2019-10-29"), TODAY).is_ok());
}

/// What the school that was left is answered tells it nothing of where the pupil went, and when: it is the same as if the pupil had
/// gone nowhere. Days that the next school has recorded are that one's.
#[test]
fn the_school_that_was_left_puts_its_days_right_and_learns_nothing_of_the_next() {
    let (nowhere, next) = (left_on("2019-10-11"), gone_to_the_other("2019-10-14"));
    let next = asks(&next, OTHER_PRINCIPAL, &register("2019-10-16"), TODAY).unwrap();
    for last_day in ["2019-10-10", "2019-10-11", "2019-10-14", "2019-10-31", "2019-11-05"] {
        let command = put_right(None, Some(last_day));
        let answers = [&nowhere, &next].map(|past| asks(past, PRINCIPAL, &command, TODAY).map(|_| ()));
        assert_eq!(answers[0], answers[1], "{last_day}");
    }
    let right = asks(&next, PRINCIPAL, &put_right(None, Some("2019-10-31")), TODAY).unwrap();
    // Each school tells of the days as it recorded them; what was registered of one counts where it was registered.
    let days = ["2019-10-11", "2019-10-12", "2019-10-14", "2019-10-31"];
    assert_eq!(went(&right, days), [true; 4]);
    assert_eq!(went_to(&right, OTHER_SCHOOL, days), [false, false, true, true]);
    assert_eq!(figures(&right).all.days, 0, "what the next school registered is the next school's");
    assert_eq!(figures_at(&right, OTHER_SCHOOL).all.days, 1);
    assert_eq!(figures_at(&right, OTHER_SCHOOL).with_mentor.days, 0, "the mentor of the first school has nobody there");
    let loads = |school| right.story.known.loads(school, AsOf::now(date("2019-10-16"))).len();
    assert_eq!((loads(SCHOOL), loads(OTHER_SCHOOL)), (1, 0));
    let uncovered = |school| right.story.known.uncovered(school, AsOf::now(date("2019-10-16"))).len();
    assert_eq!((uncovered(SCHOOL), uncovered(OTHER_SCHOOL)), (0, 1));
    // The case that is there now is as it was.
    let case = right.story.known.world.case(PUPIL).unwrap();
    assert_eq!((case.latest.school, case.latest.from), (OTHER_SCHOOL, date("2019-10-14")));
    assert_eq!(case.assignments_on(date("2019-10-16")).count(), 0);
}

/// Attendance was registered until 31 October of a pupil who went to the other school from 14 October on, and the first school puts
/// its last day right: what it had registered of those days is neither told nor known there, and the days are the other's to register.
#[test]
fn what_the_school_before_registered_of_a_day_is_never_the_next_ones() {
    let past = principal(&given(a_pupil()).and([from_the_first_day(), contacted()]), &register("2019-10-10"));
    let past = principal(&principal(&past, &register("2019-10-15")), &register("2019-10-16"));
    let opened = worked(domain::event::Work::ReferralOpened {
        team: domain::words::Team::Health,
        concern: domain::words::ReferralConcern::Absence,
    });
    let past = principal(&past.and([opened]), &leave("2019-10-31"));
    let right = principal(&past, &put_right(None, Some("2019-10-11")));
    let next = asks(&right, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-10-14"), TODAY).unwrap();
    assert_eq!((figures(&next).all.days, figures_at(&next, OTHER_SCHOOL).all.days), (1, 0));
    let registered = asks(&next, OTHER_PRINCIPAL, &register("2019-10-15"), TODAY).unwrap();
    assert_eq!((figures(&registered).all.days, figures_at(&registered, OTHER_SCHOOL).all.days), (1, 1));
    let correct = |on: &str| Command::CorrectAttendance { pupil: PUPIL, day: day(date(on), 0, 60) };
    assert_eq!(refused(&registered, OTHER_PRINCIPAL, &correct("2019-10-16"), TODAY), Code::AttendanceNotRegistered);
    let again = asks(&registered, OTHER_PRINCIPAL, &register("2019-10-15"), TODAY).map(|_| ());
    assert_eq!(again, Err(Code::AttendanceAlreadyRegistered));
    // Nor is what was opened there open here, whatever the day.
    let open = |school: SchoolId| {
        let case = next.story.known.world.case(PUPIL).unwrap();
        let own = case.spell_of(case.enrolments_at(school).next().unwrap());
        let span = Span { first: date("2018-01-01"), last: date(TODAY), known: u64::MAX };
        next.story.known.workload.open((PUPIL, &own), EventKind::ReferralOpened, span)
    };
    assert_eq!((open(SCHOOL), open(OTHER_SCHOOL)), (1, 0));
    // As it was known before, the days were the first school's.
    let then = AsOf { day: date(TODAY), known: past.story.known.position };
    let known = &registered.story.known;
    let absence = known.absence.as_of(&known.world, &known.ever_at_school(SCHOOL, then), then).into_owned();
    assert_eq!(absence.of_school(SCHOOL, "ht19".parse().unwrap(), None, None).all.days, 3);
}

/// Where the pupil was before, and until when, is no business of the next school: its days are its own, as the other's are, and neither
/// of two that registered the same day counts what the other did, also when both put their days right, back and forth.
#[test]
fn two_schools_may_hold_one_day_and_each_counts_what_it_registered_itself() {
    let past = principal(&given(a_pupil()).and([from_the_first_day()]), &register("2019-10-10"));
    let past = principal(&past, &leave("2019-10-11"));
    let next = asks(&past, OTHER_PRINCIPAL, &enrol(OTHER_SCHOOL, "2019-10-07"), TODAY).unwrap();
    let later = Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date("2019-10-10"), 0, 300)] };
    let next = asks(&next, OTHER_PRINCIPAL, &later, TODAY).unwrap();
    let unnotified = |past: &Given| [SCHOOL, OTHER_SCHOOL].map(|school| figures_at(past, school).all.unnotified);
    assert_eq!(unnotified(&next), [60, 300]);
    let moves =
        |past: &Given, from: &str, to: &str| asks(past, OTHER_PRINCIPAL, &put_right_there(from, to), TODAY).unwrap();
    let away = moves(&next, "2019-10-07", "2019-10-28");
    assert_eq!(unnotified(&away), [60, 0]);
    let over = asks(&away, PRINCIPAL, &put_right(None, Some("2019-10-31")), TODAY).unwrap();
    assert_eq!(unnotified(&over), [60, 0]);
    let back = moves(&over, "2019-10-28", "2019-10-07");
    assert_eq!(unnotified(&back), [60, 300]);
    // As of any day between, and as known before, each has its own.
    for known in [next.story.known.position, u64::MAX] {
        let at = AsOf { day: date("2019-10-20"), known };
        let known = &back.story.known;
        let told = [SCHOOL, OTHER_SCHOOL].map(|school| {
            let absence = known.absence.as_of(&known.world, &known.ever_at_school(school, at), at).into_owned();
            absence.of_school(school, "ht19".parse().unwrap(), None, None).all.unnotified
        });
        assert_eq!(told, [60, 300]);
    }
    assert!(back.story.replayed() == back.story.known);
}

/// Days that were moved forth and back are registered as before.
#[test]
fn what_was_registered_is_registered_still_when_days_have_moved_forth_and_back() {
    let past = principal(&given(a_pupil()), &register("2019-08-22"));
    let away = principal(&past, &put_right(Some("2019-09-02"), None));
    let asked = DaysToCorrect { enrolled_from: date("2019-09-02"), ..days_to_correct(Some(date("2019-08-20")), None) };
    let back = principal(&away, &Command::CorrectEnrolmentDays(asked));
    assert_eq!(refused(&back, PRINCIPAL, &register("2019-08-22"), TODAY), Code::AttendanceAlreadyRegistered);
    assert_eq!(refused(&back, PRINCIPAL, &leave("2019-08-21"), TODAY), Code::OutsidePeriod);
}

/// A protection that was recorded with the enrolment holds whenever the pupil can be seen.
#[test]
fn a_protected_pupil_whose_first_day_is_put_ahead_is_protected_until_then() {
    let level = Some(ProtectionLevel::RegisteredElsewhere);
    let enrolled = enrol_protected(OTHER_SCHOOL, "2019-10-28", level);
    let past = asks(&left_on("2019-10-11"), OTHER_PRINCIPAL, &enrolled, TODAY).unwrap();
    let ahead = asks(&past, OTHER_PRINCIPAL, &put_right_there("2019-10-28", "2019-11-18"), TODAY).unwrap();
    let facts = ahead.story.known.facts(PUPIL, AsOf::now(date(TODAY))).unwrap();
    assert_eq!((facts.latest.school, facts.protection), (OTHER_SCHOOL, level));
}

/// The pupil is to come on a day ahead after all: until then they are as one who is enrolled ahead, and not gone.
#[test]
fn a_first_day_that_is_put_ahead_is_known_from_then_on() {
    let twice = principal(&left_on("2019-10-11"), &enrol(SCHOOL, "2019-10-28"));
    let asked = DaysToCorrect { enrolled_from: date("2019-10-28"), ..days_to_correct(Some(date("2019-11-18")), None) };
    let ahead = principal(&twice, &Command::CorrectEnrolmentDays(asked));
    let latest = |on: &str| ahead.story.known.facts(PUPIL, AsOf::now(date(on))).unwrap().latest.from;
    assert_eq!(["2019-11-03", TODAY].map(latest), ["2019-08-20", "2019-11-18"].map(date));
    assert!(may_see(&ahead.story.known.world, as_staff(PRINCIPAL), Subject::Case(PUPIL), date(TODAY)).granted());
}

/// Two enrolments at one school have no day in common, and both are put right by what that school knows.
#[test]
fn two_enrolments_at_one_school_have_no_day_in_common() {
    let twice = principal(&left_on("2019-10-11"), &enrol(SCHOOL, "2019-10-28"));
    for (last_day, answer) in [("2019-10-28", Err(Code::AlreadyEnrolled)), ("2019-10-27", Ok(()))] {
        let command = put_right(None, Some(last_day));
        assert_eq!(asks(&twice, PRINCIPAL, &command, TODAY).map(|_| ()), answer, "{last_day}");
    }
    // Nor when the first one was put right after the pupil had gone elsewhere.
    let next = asks(&gone_to_the_other("2019-10-14"), OTHER_PRINCIPAL, &leave("2019-10-18"), TODAY).unwrap();
    let right = asks(&next, PRINCIPAL, &put_right(None, Some("2019-10-31")), TODAY).unwrap();
    assert_eq!(refused(&right, PRINCIPAL, &enrol(SCHOOL, "2019-10-31"), TODAY), Code::AlreadyEnrolled);
    assert!(asks(&right, PRINCIPAL, &enrol(SCHOOL, "2019-11-01"), TODAY).is_ok());
}

/// The pupil goes to the same school again, under another enrolment: each is put right by its own first day.
#[test]
fn which_enrolment_is_meant_is_said_by_its_first_day() {
    let twice = principal(&left_on("2019-10-11"), &enrol(SCHOOL, "2019-10-28"));
    let asked = DaysToCorrect { enrolled_from: date("2019-10-28"), ..days_to_correct(Some(date("2019-10-21")), None) };
    let right = principal(&twice, &Command::CorrectEnrolmentDays(asked));
    let firsts = |past: &Given| -> Vec<(EnrolmentId, NaiveDate)> {
        past.story.known.world.case(PUPIL).unwrap().enrolments().map(|one| (one.id, one.from)).collect()
    };
    assert_eq!(
        firsts(&right).into_iter().map(|(_, from)| from).collect::<Vec<_>>(),
        ["2019-10-21", "2019-08-20"].map(date)
    );
    assert_eq!(firsts(&right).last(), firsts(&twice).last());
}
