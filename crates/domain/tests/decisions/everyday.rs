use domain::command::Command;
use domain::event::staff::{TimeLogged, WorkingTimeSet};
use domain::event::{SchoolEvent, StaffEvent};
use domain::spec::cast::*;
use domain::spec::everyday::*;
use domain::spec::{given, noon};
use domain::words::Minutes;
use domain::{Code, Expectation, StreamRef};

#[test]
fn a_mission_a_model_and_a_term_are_set_for_the_school() {
    let school = SCHOOL;
    given(two_schools())
        .when(as_staff(PRINCIPAL), Command::AdoptMission { school, mission: mission() }, noon("2019-08-12"))
        .then([of_school(SchoolEvent::MissionAdopted(mission()))]);
    given(two_schools())
        .when(as_staff(PRINCIPAL), Command::ChooseMentoringModel { school, chosen: model() }, noon("2019-08-12"))
        .then([of_school(SchoolEvent::MentoringModelChosen(model()))]);
    given(two_schools())
        .when(
            as_staff(PRINCIPAL),
            Command::MarkTermNotComparable { school, marked: incomparable() },
            noon("2020-06-12"),
        )
        .then([of_school(SchoolEvent::TermMarkedNotComparable(incomparable()))]);
}

#[test]
fn only_a_term_that_the_school_has_is_marked() {
    given([registered(SCHOOL, "EXE")])
        .when(
            as_staff(PRINCIPAL),
            Command::MarkTermNotComparable { school: SCHOOL, marked: incomparable() },
            noon("2020-06-12"),
        )
        .then_refused(Code::OutsidePeriod);
}

#[test]
fn of_two_missions_the_one_that_began_last_holds() {
    let later = domain::event::school::MissionAdopted { from: domain::spec::date("2020-01-08"), ..mission() };
    let past = given(two_schools())
        .and([of_school(SchoolEvent::MissionAdopted(later)), of_school(SchoolEvent::MissionAdopted(mission()))]);
    let school = past.story.known.world.school(SCHOOL).unwrap();
    assert_eq!(school.mission_on(domain::spec::date("2019-08-11")), None);
    assert_eq!(school.mission_on(domain::spec::date("2019-12-31")), Some(&mission()));
    assert_eq!(school.mission_on(domain::spec::date("2020-01-08")), Some(&later));
}

#[test]
fn working_time_is_set_within_a_week() {
    let set = |set| Command::SetWorkingTime { staff: MENTOR, set };
    given(two_schools())
        .when(as_staff(PRINCIPAL), set(working_time()), noon("2019-08-12"))
        .then([of_mentor(StaffEvent::WorkingTimeSet(working_time()))]);
    let too_much = WorkingTimeSet { weekly: Minutes(7 * 24 * 60 + 1), ..working_time() };
    given(two_schools()).when(as_staff(PRINCIPAL), set(too_much), noon("2019-08-12")).then_refused(Code::InvalidInput);
}

#[test]
fn time_is_logged_as_a_pure_addition_and_never_ahead() {
    let log = |time| Command::LogTime { staff: MENTOR, time };
    let told = given(two_schools())
        .when(as_staff(MENTOR), log(time_logged()), noon("2019-09-02"))
        .then([of_mentor(StaffEvent::TimeLogged(time_logged()))]);
    assert_eq!(told.decision.expected, [(StreamRef::Staff(MENTOR), Expectation::Any)]);
    given(two_schools()).when(as_staff(MENTOR), log(time_logged()), noon("2019-09-01")).then_refused(Code::InTheFuture);
    for minutes in [0, 24 * 60 + 1] {
        let time = TimeLogged { minutes: Minutes(minutes), ..time_logged() };
        given(two_schools()).when(as_staff(MENTOR), log(time), noon("2019-09-02")).then_refused(Code::InvalidInput);
    }
}

#[test]
fn a_task_is_taken_over_once_it_was_done() {
    let take = Command::TakeTaskOver { staff: MENTOR, taken: task_taken_over() };
    given(two_schools())
        .when(as_staff(MENTOR), take.clone(), noon("2019-09-03"))
        .then([of_mentor(StaffEvent::TaskTakenOver(task_taken_over()))]);
    given(two_schools()).when(as_staff(MENTOR), take, noon("2019-09-02")).then_refused(Code::InTheFuture);
}
