use domain::access::hidden_at;
use domain::calendar::start_of_day;
use domain::event::pupil::{AssignmentEndReason, LeavingReason, PupilEnrolled};
use domain::event::{PupilEvent, Work};
use domain::id::{EnrolmentId, PupilId, SchoolId};
use domain::spec::cast::*;
use domain::spec::works::worked;
use domain::spec::{date, fresh, given, noon};
use domain::words::{ProtectionLevel, Reference};
use domain::{Actor, Code, Command, Erasable, StreamRef};

fn enrol(pupil: Option<PupilId>, school: SchoolId, class: &str, from: &str) -> Command {
    let name = personal("Kim Exempel");
    Command::EnrolPupil { pupil, school, name, placement: placed(class), from: date(from), protection: None }
}

#[test]
fn who_is_enrolled_with_a_mark_or_before_anybody_has_looked_is_protected_from_the_first_moment() {
    for level in [ProtectionLevel::NotYetKnown, ProtectionLevel::MarkedSecret] {
        let marked = Command::EnrolPupil {
            pupil: None,
            school: SCHOOL,
            name: personal("Kim Exempel"),
            placement: placed("7A"),
            from: date("2019-10-01"),
            protection: Some(level),
        };
        let told = given(two_schools()).when(as_staff(PRINCIPAL), marked, noon("2019-10-01")).then_it_happens();
        let world = &told.story.known.world;
        let (enrolled, case) = world.cases().next().unwrap();
        assert_eq!(case.protection, Some(level));
        assert!(hidden_at(world, MENTOR, (enrolled, SCHOOL), date("2019-10-01")));
        assert!(!hidden_at(world, PRINCIPAL, (enrolled, SCHOOL), date("2019-10-01")));
    }
}

#[test]
fn a_protection_that_holds_goes_on_at_the_next_school() {
    let protected = worked(Work::IdentityProtected { level: ProtectionLevel::OtherName });
    let past = given(a_pupil()).and([
        protected,
        left("2019-09-20"),
        worked(Work::StaffNamed { staff: OTHER_PRINCIPAL, last_day: date("2019-12-31") }),
    ]);
    let told = past
        .when(as_staff(OTHER_PRINCIPAL), enrol(Some(PUPIL), OTHER_SCHOOL, "7A", "2019-10-01"), noon("2019-10-01"))
        .then_it_happens();
    let case = told.story.known.world.case(PUPIL).unwrap();
    assert_eq!(case.protection, Some(ProtectionLevel::OtherName), "what is said of no mark does not lift it");
}

fn move_to(class: &str, from: &str) -> Command {
    Command::MovePupil { pupil: PUPIL, placement: placed(class), from: date(from) }
}

fn leave(last_day: &str) -> Command {
    Command::PupilLeaves {
        pupil: PUPIL,
        reason: LeavingReason::ChangedSchool,
        last_day: date(last_day),
        destination: Some(Reference::try_new("Folkungaskolan").unwrap()),
    }
}

#[test]
fn a_new_pupil_is_enrolled_and_may_start_ahead() {
    let stream = StreamRef::Pupil(PupilId::from_bits(fresh(0)));
    let enrolled = PupilEnrolled {
        enrolment: EnrolmentId::from_bits(fresh(1)),
        school: SCHOOL,
        name: Erasable::Present(personal("Kim Exempel")),
        placement: placed("7A"),
        from: date("2019-08-20"),
    };
    let told = given(two_schools())
        .when(Actor::Setup, enrol(None, SCHOOL, "7A", "2019-08-20"), noon("2019-06-01"))
        .then([(stream, PupilEvent::Enrolled(enrolled).into())]);
    assert_eq!(told.occurred(), Some(noon("2019-06-01")));
}

#[test]
fn an_enrolment_recorded_afterwards_happened_when_its_day_began() {
    let told = given(two_schools())
        .when(Actor::Setup, enrol(None, SCHOOL, "7A", "2019-08-20"), noon("2019-09-01"))
        .then_it_happens();
    assert_eq!(told.occurred(), Some(start_of_day(date("2019-08-20"))));
}

#[test]
fn a_pupil_who_left_may_come_to_another_school() {
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(Actor::Setup, enrol(Some(PUPIL), OTHER_SCHOOL, "7B", "2019-11-01"), noon("2019-11-01"))
        .then([enrolled(OTHER_SCHOOL, EnrolmentId::from_bits(fresh(0)), "7B", "2019-11-01")]);
}

#[test]
fn a_pupil_is_enrolled_once_at_a_time() {
    given(a_pupil())
        .when(Actor::Setup, enrol(Some(PUPIL), OTHER_SCHOOL, "7B", "2019-11-01"), noon("2019-11-01"))
        .then_refused(Code::AlreadyEnrolled);
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(Actor::Setup, enrol(Some(PUPIL), SCHOOL, "7B", "2019-10-31"), noon("2019-11-01"))
        .then_refused(Code::AlreadyEnrolled);
    // Until when the pupil went to another school is told to nobody: each school's days are its own.
    let from = "2019-10-28";
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(Actor::Setup, enrol(Some(PUPIL), OTHER_SCHOOL, "7B", from), noon("2019-11-01"))
        .then([enrolled(OTHER_SCHOOL, EnrolmentId::from_bits(fresh(0)), "7B", from)]);
}

#[test]
fn pupil_and_school_must_be_there() {
    given([])
        .when(Actor::Setup, enrol(None, SCHOOL, "7A", "2019-08-20"), noon("2019-08-20"))
        .then_refused(Code::NotFound);
    given(two_schools())
        .when(Actor::Setup, enrol(Some(PUPIL), SCHOOL, "7A", "2019-08-20"), noon("2019-08-20"))
        .then_refused(Code::NotFound);
}

#[test]
fn a_grade_must_be_taught_at_the_school() {
    given(two_schools())
        .when(Actor::Setup, enrol(None, SCHOOL, "6A", "2019-08-20"), noon("2019-08-20"))
        .then_refused(Code::GradeNotTaught);
    given(a_pupil())
        .when(Actor::Setup, move_to("1A", "2019-10-01"), noon("2019-10-01"))
        .then_refused(Code::GradeNotTaught);
}

#[test]
fn a_pupil_moves_and_a_move_recorded_late_stands_in_its_place() {
    let told = given(a_pupil())
        .and([moved("7C", "2019-11-04")])
        .when(Actor::Setup, move_to("7B", "2019-10-01"), noon("2019-12-01"))
        .then([moved("7B", "2019-10-01")]);
    let case = told.story.known.world.case(PUPIL).unwrap();
    let class = |day: &str| case.placement_on(date(day)).unwrap().1.class.as_str().to_owned();
    assert_eq!(class("2019-09-30"), "7A");
    assert_eq!(class("2019-10-01"), "7B");
    assert_eq!(class("2019-11-04"), "7C");
}

#[test]
fn a_pupil_does_not_move_before_having_come_or_after_having_left() {
    given(a_pupil())
        .when(Actor::Setup, move_to("7B", "2019-08-20"), noon("2019-09-01"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(Actor::Setup, move_to("7B", "2019-10-01"), noon("2019-11-01"))
        .then_refused(Code::NotEnrolled);
}

#[test]
fn leaving_ends_the_assignments_that_are_open_in_the_same_decision() {
    let reason = AssignmentEndReason::PupilLeft;
    given(a_pupil_with_a_mentor())
        .when(Actor::Setup, leave("2019-10-31"), noon("2019-10-31"))
        .then([ended(ASSIGNMENT, reason, "2019-10-31"), left("2019-10-31")]);
}

#[test]
fn leaving_shortens_an_assignment_that_ended_later() {
    let reason = AssignmentEndReason::PupilLeft;
    given(a_pupil_with_a_mentor())
        .and([ended(ASSIGNMENT, AssignmentEndReason::NeedEnded, "2019-11-15")])
        .when(Actor::Setup, leave("2019-10-31"), noon("2019-11-20"))
        .then([ended(ASSIGNMENT, reason, "2019-10-31"), left("2019-10-31")]);
}

#[test]
fn leaving_is_recorded_when_it_has_happened() {
    given(a_pupil()).when(Actor::Setup, leave("2019-11-01"), noon("2019-10-31")).then_refused(Code::InTheFuture);
}

#[test]
fn the_day_that_counts_is_the_day_in_sweden() {
    let shortly_after_midnight = start_of_day(date("2019-11-01"));
    given(a_pupil()).when(Actor::Setup, leave("2019-11-01"), shortly_after_midnight).then([left("2019-11-01")]);
}

#[test]
fn a_pupil_does_not_leave_before_having_come_or_before_attendance_that_is_registered() {
    given(a_pupil()).when(Actor::Setup, leave("2019-08-19"), noon("2019-10-31")).then_refused(Code::OutsidePeriod);
    given(a_pupil())
        .and([attended(vec![day(date("2019-10-30"), 0, 0)])])
        .when(Actor::Setup, leave("2019-10-29"), noon("2019-10-31"))
        .then_refused(Code::OutsidePeriod);
}

#[test]
fn nobody_leaves_twice() {
    given(a_pupil())
        .and([left("2019-10-31")])
        .when(Actor::Setup, leave("2019-10-31"), noon("2019-11-01"))
        .then_refused(Code::NotEnrolled);
}
