use domain::calendar::IsoWeek;
use domain::command::Command;
use domain::event::staff::{TimeLogged, WorkingTimeSet};
use domain::event::{SchoolEvent, StaffEvent};
use domain::spec::cast::*;
use domain::spec::everyday::*;
use domain::spec::{date, given, noon};
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
    let later = domain::event::school::MissionAdopted { from: date("2020-01-08"), ..mission() };
    let past = given(two_schools())
        .and([of_school(SchoolEvent::MissionAdopted(later)), of_school(SchoolEvent::MissionAdopted(mission()))]);
    let school = past.story.known.world.school(SCHOOL).unwrap();
    assert_eq!(school.mission_on(date("2019-08-11")), None);
    assert_eq!(school.mission_on(date("2019-12-31")), Some(&mission()));
    assert_eq!(school.mission_on(date("2020-01-08")), Some(&later));
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

/// Two weeks a term are sampled as a whole. The third is refused, the two begun can be added to, and a new term has its own.
#[test]
fn a_third_sampled_week_of_a_term_is_refused_and_the_next_term_has_two_of_its_own() {
    let of = |day: &str, sampled| TimeLogged { on: date(day), sampled, ..time_logged() };
    let log = |day, sampled| Command::LogTime { staff: MENTOR, time: of(day, sampled) };
    let past = || {
        let weeks = ["2019-09-02", "2019-09-09"].map(|day| of_mentor(StaffEvent::TimeLogged(of(day, true))));
        given(two_schools()).and(weeks)
    };
    let now = noon("2020-02-14");
    past().when(as_staff(MENTOR), log("2019-09-16", true), now).then_refused(Code::SampledWeeksFull);
    let more = past()
        .when(as_staff(MENTOR), log("2019-09-06", true), now)
        .then([of_mentor(StaffEvent::TimeLogged(of("2019-09-06", true)))]);
    assert_eq!(more.decision.expected, [(StreamRef::Staff(MENTOR), Expectation::Any)], "a pure addition");
    past()
        .when(as_staff(MENTOR), log("2019-09-16", false), now)
        .then([of_mentor(StaffEvent::TimeLogged(of("2019-09-16", false)))]);
    let spring = past()
        .when(as_staff(MENTOR), log("2020-02-03", true), now)
        .then([of_mentor(StaffEvent::TimeLogged(of("2020-02-03", true)))]);
    assert!(
        !matches!(spring.decision.expected.as_slice(), [(_, Expectation::Any)]),
        "who begins a week rests on what has been sampled: two at once do not both pass"
    );
    let other = Command::LogTime { staff: OTHER_MENTOR, time: of("2019-09-16", true) };
    past()
        .when(as_staff(OTHER_MENTOR), other, now)
        .then([(StreamRef::Staff(OTHER_MENTOR), StaffEvent::TimeLogged(of("2019-09-16", true)).into())]);
}

#[test]
fn a_week_counts_to_the_term_of_its_thursday() {
    for (day, term) in [("2019-12-30", "vt20"), ("2020-07-05", "ht20"), ("2020-06-28", "vt20"), ("2019-12-29", "ht19")]
    {
        assert_eq!(IsoWeek::of(date(day)).term(), term.parse().unwrap(), "{day}");
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
