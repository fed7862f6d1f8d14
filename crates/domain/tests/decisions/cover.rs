use domain::access::{Subject, may_see};
use domain::event::PupilEvent;
use domain::event::pupil::{AssignmentEndReason, AssignmentKind};
use domain::id::{AssignmentId, StaffId};
use domain::projection::AsOf;
use domain::spec::cast::*;
use domain::spec::everyday::{cover, cover_ended, handed_over};
use domain::spec::{Given, date, fresh, given, noon};
use domain::{Actor, Code, Command};

fn start(deputy: StaffId, from: &str, until: &str) -> Command {
    let (from, until) = (date(from), date(until));
    Command::StartCover { pupil: PUPIL, assignment: ASSIGNMENT, deputy, from, until }
}

fn covered() -> Given {
    given(a_pupil_with_a_mentor()).and([of_pupil(PupilEvent::CoverStarted(cover()))])
}

fn deputy_sees(past: &Given, day: &str) -> bool {
    may_see(&past.story.known.world, Actor::Staff(OTHER_MENTOR), Subject::Case(PUPIL), date(day)).granted()
}

#[test]
fn a_mentor_of_the_school_stands_in_for_a_while_and_has_the_pupil_meanwhile() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), start(OTHER_MENTOR, "2019-10-07", "2019-10-18"), noon("2019-10-04"))
        .then([of_pupil(PupilEvent::CoverStarted(cover()))]);
    let past = covered();
    assert!(!deputy_sees(&past, "2019-10-06"));
    assert!(deputy_sees(&past, "2019-10-07"));
    assert!(deputy_sees(&past, "2019-10-18"));
    assert!(!deputy_sees(&past, "2019-10-19"));
    let covers = |day: &str| past.story.known.covered_by(OTHER_MENTOR, AsOf::now(date(day))).len();
    assert_eq!((covers("2019-10-06"), covers("2019-10-18")), (0, 1));
}

#[test]
fn nobody_stands_in_twice_nor_for_oneself_nor_outside_the_assignment() {
    covered()
        .when(as_staff(PRINCIPAL), start(OTHER_MENTOR, "2019-10-18", "2019-10-25"), noon("2019-10-10"))
        .then_refused(Code::MentorAlreadyAssigned);
    covered()
        .when(as_staff(PRINCIPAL), start(MENTOR, "2019-10-21", "2019-10-25"), noon("2019-10-10"))
        .then_refused(Code::MentorAlreadyAssigned);
    covered()
        .when(as_staff(PRINCIPAL), start(OTHER_PRINCIPAL, "2019-10-21", "2019-10-25"), noon("2019-10-10"))
        .then_refused(Code::RoleMissing);
    covered()
        .when(as_staff(PRINCIPAL), start(OTHER_MENTOR, "2019-08-01", "2019-08-30"), noon("2019-10-10"))
        .then_refused(Code::OutsidePeriod);
    covered()
        .when(as_staff(PRINCIPAL), start(OTHER_MENTOR, "2019-10-25", "2019-10-21"), noon("2019-10-10"))
        .then_refused(Code::InvalidInput);
}

#[test]
fn a_cover_ends_before_its_time_and_the_right_with_it() {
    let end =
        Command::EndCover { pupil: PUPIL, assignment: ASSIGNMENT, deputy: OTHER_MENTOR, last_day: date("2019-10-11") };
    let past = covered()
        .when(as_staff(PRINCIPAL), end.clone(), noon("2019-10-11"))
        .then([of_pupil(PupilEvent::CoverEnded(cover_ended()))])
        .given();
    assert!(deputy_sees(&past, "2019-10-11"));
    assert!(!deputy_sees(&past, "2019-10-12"));
    past.when(as_staff(PRINCIPAL), end, noon("2019-10-12")).then_refused(Code::CoverNotFound);
}

#[test]
fn when_the_assignment_ends_nobody_stands_in_for_it_any_longer() {
    let past = covered().and([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-10-09")]);
    assert!(deputy_sees(&past, "2019-10-09"));
    assert!(!deputy_sees(&past, "2019-10-10"));
}

fn hand_over(mentor: StaffId, from: &str) -> Command {
    let note = handed_over(ASSIGNMENT).note.and_then(|note| note.present().cloned());
    Command::HandOver { pupil: PUPIL, assignment: ASSIGNMENT, mentor, from: date(from), note }
}

#[test]
fn an_assignment_is_handed_over_without_a_day_between() {
    // The first fresh id is that of the event which ends the one assignment.
    let next = AssignmentId::from_bits(fresh(1));
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), hand_over(OTHER_MENTOR, "2019-10-02"), noon("2019-10-02"))
        .then([
            ended(ASSIGNMENT, AssignmentEndReason::HandedOver, "2019-10-01"),
            assigned(next, OTHER_MENTOR, AssignmentKind::Primary, "2019-10-02"),
            of_pupil(PupilEvent::AssignmentHandedOver(handed_over(next))),
        ]);
}

#[test]
fn it_is_handed_over_to_another_who_is_a_mentor_there_while_it_lasts() {
    let refused = |past: Given, mentor, from, code| {
        past.when(as_staff(PRINCIPAL), hand_over(mentor, from), noon("2019-10-02")).then_refused(code);
    };
    refused(given(a_pupil_with_a_mentor()), MENTOR, "2019-10-02", Code::MentorAlreadyAssigned);
    refused(given(a_pupil_with_a_mentor()), OTHER_PRINCIPAL, "2019-10-02", Code::RoleMissing);
    refused(given(a_pupil_with_a_mentor()), OTHER_MENTOR, "2019-08-26", Code::OutsidePeriod);
    let over = given(a_pupil_with_a_mentor()).and([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-10-01")]);
    refused(over, OTHER_MENTOR, "2019-10-02", Code::AssignmentEnded);
}
