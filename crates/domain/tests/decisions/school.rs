use domain::calendar::start_of_day;
use domain::event::SchoolEvent;
use domain::event::school::{PrincipalMadeResponsible, Responsibility, SchoolYearSet};
use domain::id::{SchoolId, StaffId};
use domain::spec::cast::*;
use domain::spec::{date, fresh, given, noon};
use domain::{Actor, Code, Command, StreamRef};

fn make_responsible(principal: StaffId, from: &str, until: Option<&str>) -> Command {
    Command::MakePrincipalResponsible {
        school: SCHOOL,
        principal,
        responsibility: Responsibility::Unit,
        from: date(from),
        until: until.map(date),
    }
}

#[test]
fn a_school_is_registered_under_a_fresh_id() {
    given([])
        .when(Actor::Setup, Command::RegisterSchool(school_details("EXE")), noon("2018-08-01"))
        .then([registered(SchoolId::from_bits(fresh(0)), "EXE")]);
}

#[test]
fn a_code_belongs_to_one_school() {
    given([registered(SCHOOL, "EXE")])
        .when(Actor::Setup, Command::RegisterSchool(school_details("EXE")), noon("2018-08-01"))
        .then_refused(Code::SchoolCodeTaken);
}

#[test]
fn the_lowest_grade_is_not_above_the_highest() {
    let mut details = school_details("EXE");
    details.grades = (details.grades.1, details.grades.0);
    given([]).when(Actor::Setup, Command::RegisterSchool(details), noon("2018-08-01")).then_refused(Code::InvalidInput);
}

#[test]
fn a_school_year_may_be_set_ahead_and_again() {
    let set = Command::SetSchoolYear { school: SCHOOL, year: year_2019() };
    let told =
        given([registered(SCHOOL, "EXE")]).when(Actor::Setup, set.clone(), noon("2019-01-01")).then([year_set(SCHOOL)]);
    assert_eq!(told.occurred(), Some(noon("2019-01-01")));
    let again = told.given().when(Actor::Setup, set, noon("2019-10-21")).then([year_set(SCHOOL)]);
    assert_eq!(
        again.occurred(),
        Some(start_of_day(year_2019().autumn.first())),
        "what is said late of its days was so on them"
    );
}

#[test]
fn a_school_year_that_cannot_be_true_is_refused() {
    let year = SchoolYearSet { breaks: vec![span("2019-07-01", "2019-07-02")], ..year_2019() };
    let refusal = given([registered(SCHOOL, "EXE")])
        .when(Actor::Setup, Command::SetSchoolYear { school: SCHOOL, year }, noon("2019-01-01"))
        .then_refused(Code::SchoolYearInvalid);
    assert_eq!(refusal.field, Some("breaks"));
}

#[test]
fn a_school_that_is_not_there_gets_no_year() {
    given([])
        .when(Actor::Setup, Command::SetSchoolYear { school: SCHOOL, year: year_2019() }, noon("2019-01-01"))
        .then_refused(Code::NotFound);
}

#[test]
fn a_principal_is_made_responsible_from_a_day_ahead() {
    let made = PrincipalMadeResponsible {
        principal: PRINCIPAL,
        responsibility: Responsibility::Unit,
        from: date("2020-08-01"),
        until: None,
    };
    let told = given(two_schools())
        .when(Actor::Setup, make_responsible(PRINCIPAL, "2020-08-01", None), noon("2020-06-01"))
        .then([(StreamRef::School(SCHOOL), SchoolEvent::PrincipalMadeResponsible(made).into())]);
    assert_eq!(told.occurred(), Some(noon("2020-06-01")));
}

#[test]
fn the_same_responsibility_again_sets_its_last_day() {
    let told = given(two_schools())
        .when(Actor::Setup, make_responsible(PRINCIPAL, "2018-08-01", Some("2019-12-31")), noon("2019-10-01"))
        .then_it_happens();
    let school = told.story.known.world.school(SCHOOL).unwrap();
    assert!(school.answers_for(PRINCIPAL, &placed("7A"), date("2019-12-31")));
    assert!(!school.answers_for(PRINCIPAL, &placed("7A"), date("2020-01-01")));
}

#[test]
fn only_who_holds_the_role_is_made_responsible() {
    given(two_schools())
        .when(Actor::Setup, make_responsible(MENTOR, "2019-08-01", None), noon("2019-08-01"))
        .then_refused(Code::RoleMissing);
    given(two_schools())
        .when(Actor::Setup, make_responsible(OTHER_PRINCIPAL, "2019-08-01", None), noon("2019-08-01"))
        .then_refused(Code::RoleMissing);
    given([registered(SCHOOL, "EXE")])
        .when(Actor::Setup, make_responsible(PRINCIPAL, "2019-08-01", None), noon("2019-08-01"))
        .then_refused(Code::NotFound);
}

#[test]
fn nobody_makes_themselves_responsible() {
    given(two_schools())
        .when(as_staff(PRINCIPAL), make_responsible(PRINCIPAL, "2019-08-01", None), noon("2019-08-01"))
        .then_refused(Code::NotAllowed);
}

#[test]
fn a_responsibility_does_not_end_before_it_begins() {
    given(two_schools())
        .when(Actor::Setup, make_responsible(PRINCIPAL, "2019-08-01", Some("2019-07-31")), noon("2019-08-01"))
        .then_refused(Code::InvalidInput);
}

#[test]
fn a_date_in_another_age_is_a_slip_of_the_finger() {
    given(two_schools())
        .when(Actor::Setup, make_responsible(PRINCIPAL, "0219-08-01", None), noon("2019-08-01"))
        .then_refused(Code::InvalidInput);
}
