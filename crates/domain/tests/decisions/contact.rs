use chrono::Duration;
use domain::command::ContactToLog;
use domain::spec::cast::*;
use domain::spec::{given, noon};
use domain::{Code, Command, Expectation, StreamRef};

fn at(when: &str) -> Command {
    Command::LogGuardianContact(ContactToLog { occurred: Some(noon(when)), ..contact_to_log() })
}

#[test]
fn a_contact_is_logged_without_standing_in_anybodys_way() {
    let told =
        given(a_pupil_with_a_mentor()).when(as_staff(MENTOR), log_contact(), noon("2019-10-27")).then([contacted()]);
    assert_eq!(told.occurred(), Some(noon("2019-10-27")));
    assert_eq!(told.decision.expected, [(StreamRef::Pupil(PUPIL), Expectation::Any)]);
}

#[test]
fn a_contact_may_be_logged_afterwards_as_of_when_it_happened() {
    let told =
        given(a_pupil_with_a_mentor()).when(as_staff(MENTOR), at("2019-09-02"), noon("2019-09-05")).then([contacted()]);
    assert_eq!(told.occurred(), Some(noon("2019-09-02")));
}

#[test]
fn a_contact_has_happened_before_it_is_logged() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(MENTOR), at("2019-09-02"), noon("2019-09-02") - Duration::seconds(1))
        .then_refused(Code::InTheFuture);
}

#[test]
fn a_contact_lies_within_the_enrolment() {
    given(a_pupil_with_a_mentor())
        .when(as_staff(MENTOR), at("2019-08-19"), noon("2019-09-05"))
        .then_refused(Code::OutsidePeriod);
    given(a_pupil_with_a_mentor())
        .and([left("2019-10-31")])
        .when(as_staff(MENTOR), at("2019-11-01"), noon("2019-11-05"))
        .then_refused(Code::OutsidePeriod);
}

#[test]
fn only_a_guardian_of_the_pupil_is_contacted() {
    given(a_pupil())
        .and([guardian_registered(GUARDIAN)])
        .when(as_staff(MENTOR), log_contact(), noon("2019-09-05"))
        .then_refused(Code::GuardianNotLinked);
}

#[test]
fn the_pupil_must_be_there() {
    given(two_schools()).when(as_staff(MENTOR), log_contact(), noon("2019-09-05")).then_refused(Code::NotFound);
}
