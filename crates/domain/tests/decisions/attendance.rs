use domain::attendance::DayAttendance;
use domain::spec::cast::*;
use domain::spec::{date, given, noon};
use domain::{Actor, Code, Command, Expectation, StreamRef};

fn register(days: &[&str]) -> Command {
    Command::RegisterAttendance { pupil: PUPIL, days: days.iter().map(|on| present(on)).collect() }
}

fn present(on: &str) -> DayAttendance {
    day(date(on), 0, 0)
}

fn correct(on: &str) -> Command {
    Command::CorrectAttendance { pupil: PUPIL, day: day(date(on), 60, 0) }
}

#[test]
fn attendance_is_registered_for_several_days_at_once() {
    let told = given(a_pupil())
        .when(Actor::Setup, register(&["2019-09-02", "2019-09-03"]), noon("2019-09-03"))
        .then([attended(vec![present("2019-09-02"), present("2019-09-03")])]);
    assert!(matches!(told.decision.expected.first(), Some((StreamRef::Pupil(PUPIL), Expectation::Version(1)))));
}

#[test]
fn a_day_is_registered_once_and_corrected_after_that() {
    let registered = given(a_pupil()).and([attended(vec![present("2019-09-02")])]);
    registered
        .clone()
        .when(Actor::Setup, register(&["2019-09-02", "2019-09-03"]), noon("2019-09-03"))
        .then_refused(Code::AttendanceAlreadyRegistered);
    registered.when(as_staff(MENTOR), correct("2019-09-02"), noon("2019-09-10")).then([corrected(day(
        date("2019-09-02"),
        60,
        0,
    ))]);
}

#[test]
fn only_what_is_registered_is_corrected() {
    given(a_pupil())
        .when(as_staff(MENTOR), correct("2019-09-02"), noon("2019-09-10"))
        .then_refused(Code::AttendanceNotRegistered);
}

#[test]
fn the_days_stand_in_order_each_once() {
    for days in [&[][..], &["2019-09-03", "2019-09-02"], &["2019-09-02", "2019-09-02"]] {
        given(a_pupil())
            .when(Actor::Setup, register(days), noon("2019-09-10"))
            .then_refused(Code::AttendanceDaysInvalid);
    }
}

#[test]
fn nobody_has_attended_tomorrow() {
    given(a_pupil())
        .when(Actor::Setup, register(&["2019-09-02", "2019-09-03"]), noon("2019-09-02"))
        .then_refused(Code::InTheFuture);
    given(a_pupil()).when(Actor::Setup, correct("2019-09-03"), noon("2019-09-02")).then_refused(Code::InTheFuture);
}

#[test]
fn attendance_lies_within_the_enrolment() {
    given(a_pupil())
        .when(Actor::Setup, register(&["2019-08-19"]), noon("2019-09-10"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil())
        .and([left("2019-09-05")])
        .when(Actor::Setup, register(&["2019-09-05", "2019-09-06"]), noon("2019-09-10"))
        .then_refused(Code::OutsidePeriod);
}

#[test]
fn attendance_lies_within_a_term_where_the_school_year_is_set() {
    given(a_pupil())
        .when(Actor::Setup, register(&["2019-12-19", "2019-12-20"]), noon("2020-01-10"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil())
        .when(Actor::Setup, register(&["2020-12-21"]), noon("2021-01-10"))
        .then([attended(vec![present("2020-12-21")])]);
}

#[test]
fn a_pupil_who_has_left_may_still_be_registered_for_the_days_before() {
    given(a_pupil())
        .and([left("2019-09-05")])
        .when(Actor::Setup, register(&["2019-09-05"]), noon("2019-09-10"))
        .then([attended(vec![present("2019-09-05")])]);
}

#[test]
fn the_pupil_must_be_there() {
    given(two_schools()).when(Actor::Setup, register(&["2019-09-02"]), noon("2019-09-10")).then_refused(Code::NotFound);
    given(two_schools()).when(Actor::Setup, correct("2019-09-02"), noon("2019-09-10")).then_refused(Code::NotFound);
}
