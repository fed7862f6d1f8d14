use domain::event::pupil::{AssignmentEndReason, AssignmentKind};
use domain::event::school::Responsibility;
use domain::id::{AssignmentId, StaffId};
use domain::spec::cast::*;
use domain::spec::{date, fresh, given, noon};
use domain::words::ClassName;
use domain::{Actor, Code, Command, Expectation, Role, StreamRef};

fn assign(mentor: StaffId, kind: AssignmentKind, principal: StaffId, from: &str) -> Command {
    Command::AssignMentor { pupil: PUPIL, mentor, kind, principal, from: date(from) }
}

fn end(last_day: &str) -> Command {
    let reason = AssignmentEndReason::NeedEnded;
    Command::EndAssignment { pupil: PUPIL, assignment: ASSIGNMENT, reason, last_day: date(last_day) }
}

const PRIMARY: AssignmentKind = AssignmentKind::Primary;
const TARGETED: AssignmentKind = AssignmentKind::Targeted;

#[test]
fn a_mentor_is_assigned_and_what_the_decision_rests_on_is_held() {
    let told = given(a_pupil())
        .when(as_staff(PRINCIPAL), assign(MENTOR, PRIMARY, PRINCIPAL, "2019-09-01"), noon("2019-08-26"))
        .then([assigned(AssignmentId::from_bits(fresh(0)), MENTOR, PRIMARY, "2019-09-01")]);
    for stream in [StreamRef::School(SCHOOL), StreamRef::Staff(MENTOR), StreamRef::Staff(PRINCIPAL)] {
        let version = told.when.story.known.world.version(stream);
        assert!(told.decision.expected.contains(&(stream, Expectation::Version(version))));
    }
}

#[test]
fn a_pupil_has_one_main_mentor_at_a_time() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), assign(OTHER_MENTOR, PRIMARY, PRINCIPAL, "2019-10-01"), noon("2019-10-01"))
        .then_refused(Code::PrimaryMentorExists);
    given(a_pupil_with_a_mentor())
        .and([ended(ASSIGNMENT, AssignmentEndReason::HandedOver, "2019-10-01")])
        .when(as_staff(PRINCIPAL), assign(OTHER_MENTOR, PRIMARY, PRINCIPAL, "2019-10-01"), noon("2019-10-02"))
        .then_refused(Code::PrimaryMentorExists);
}

#[test]
fn the_next_main_mentor_takes_over_the_day_after() {
    given(a_pupil_with_a_mentor())
        .and([ended(ASSIGNMENT, AssignmentEndReason::HandedOver, "2019-10-01")])
        .when(as_staff(PRINCIPAL), assign(OTHER_MENTOR, PRIMARY, PRINCIPAL, "2019-10-02"), noon("2019-10-02"))
        .then([assigned(AssignmentId::from_bits(fresh(0)), OTHER_MENTOR, PRIMARY, "2019-10-02")]);
}

#[test]
fn another_mentor_may_be_assigned_in_addition() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), assign(OTHER_MENTOR, TARGETED, PRINCIPAL, "2019-10-01"), noon("2019-10-01"))
        .then([assigned(AssignmentId::from_bits(fresh(0)), OTHER_MENTOR, TARGETED, "2019-10-01")]);
}

#[test]
fn a_mentor_has_a_pupil_once() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), assign(MENTOR, TARGETED, PRINCIPAL, "2019-10-01"), noon("2019-10-01"))
        .then_refused(Code::MentorAlreadyAssigned);
}

#[test]
fn mentor_and_principal_hold_their_roles_at_the_school() {
    for (mentor, principal, code) in [
        (PRINCIPAL, PRINCIPAL, Code::RoleMissing),
        (MENTOR, OTHER_MENTOR, Code::RoleMissing),
        (MENTOR, OTHER_PRINCIPAL, Code::RoleMissing),
        (StaffId::from_bits([9; 16]), PRINCIPAL, Code::RoleMissing),
    ] {
        given(a_pupil())
            .when(as_staff(PRINCIPAL), assign(mentor, PRIMARY, principal, "2019-09-01"), noon("2019-09-01"))
            .then_refused(code);
    }
}

#[test]
fn the_principal_answers_for_the_pupils_class_on_the_first_day() {
    let class = Responsibility::Class(ClassName::try_new("7B").unwrap());
    let past = || {
        given(a_pupil()).and([
            granted(OTHER_PRINCIPAL, Role::Principal, Some(SCHOOL)),
            responsible(SCHOOL, OTHER_PRINCIPAL, class.clone()),
            moved("7B", "2019-10-01"),
        ])
    };
    past()
        .when(Actor::Setup, assign(MENTOR, PRIMARY, OTHER_PRINCIPAL, "2019-09-30"), noon("2019-10-01"))
        .then_refused(Code::PrincipalNotResponsible);
    past()
        .when(Actor::Setup, assign(MENTOR, PRIMARY, OTHER_PRINCIPAL, "2019-10-01"), noon("2019-10-01"))
        .then_it_happens();
}

#[test]
fn an_assignment_lies_within_the_enrolment() {
    given(a_pupil())
        .when(as_staff(PRINCIPAL), assign(MENTOR, PRIMARY, PRINCIPAL, "2019-08-19"), noon("2019-09-01"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(as_staff(PRINCIPAL), assign(MENTOR, PRIMARY, PRINCIPAL, "2019-10-01"), noon("2019-11-01"))
        .then_refused(Code::NotEnrolled);
}

#[test]
fn an_assignment_ends_once() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), end("2019-10-01"), noon("2019-10-01"))
        .then([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-10-01")])
        .given()
        .when(as_staff(PRINCIPAL), end("2019-10-02"), noon("2019-10-02"))
        .then_refused(Code::AssignmentEnded);
}

#[test]
fn an_assignment_ends_neither_before_it_begins_nor_in_the_future() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), end("2019-08-25"), noon("2019-10-01"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil_with_a_mentor())
        .when(as_staff(PRINCIPAL), end("2019-10-02"), noon("2019-10-01"))
        .then_refused(Code::InTheFuture);
}

#[test]
fn the_assignment_must_be_there() {
    given(a_pupil()).when(as_staff(PRINCIPAL), end("2019-10-01"), noon("2019-10-01")).then_refused(Code::NotFound);
}
