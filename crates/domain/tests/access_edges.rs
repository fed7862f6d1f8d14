//! The edges of the one access decision: the first day and the last, the enrolment before, both roles at once, oneself.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Access, Subject, View, may_do, may_see, relation};
use domain::actor::Grant;
use domain::calendar::IsoWeek;
use domain::command::Command;
use domain::event::StaffEvent;
use domain::event::pupil::{AssignmentKind, PupilEvent};
use domain::event::school::Responsibility;
use domain::event::staff::RoleWithdrawn;
use domain::id::{EnrolmentId, PupilId, SchoolId, StaffId};
use domain::recorded::StreamRef;
use domain::spec::cast::*;
use domain::spec::everyday::{cover, mission, working_time};
use domain::spec::{Given, date, given, noon};
use domain::{Actor, Code, Event, Refusal, Role};

const STRANGER: StaffId = StaffId::from_bits([9; 16]);
const NOBODY: PupilId = PupilId::from_bits([9; 16]);
const NOWHERE: SchoolId = SchoolId::from_bits([9; 16]);
const NEXT_ENROLMENT: EnrolmentId = EnrolmentId::from_bits([4; 16]);

fn world() -> Given {
    given(a_pupil_with_a_mentor())
}

fn sees(given: &Given, staff: StaffId, subject: Subject<'_>) -> Access {
    may_see(&given.story.known.world, as_staff(staff), subject, date("2019-10-01"))
}

fn sees_case_on(given: &Given, staff: StaffId, day: &str) -> bool {
    may_see(&given.story.known.world, as_staff(staff), Subject::Case(PUPIL), date(day)).granted()
}

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn does(given: &Given, staff: StaffId, command: &Command) -> Result<Option<Role>, Refusal> {
    may_do(&given.story.known.world, as_staff(staff), command, date("2019-10-01"))
}

const AS_MENTOR: Access = Access::Granted(Some(Role::Mentor), View::ALL);
const AS_PRINCIPAL: Access = Access::Granted(Some(Role::Principal), View::ALL);
const AS_AUTHORITY: Access = Access::Granted(Some(Role::Authority), View::ALL);

#[test]
fn it_is_said_in_which_role_somebody_sees() {
    let world = world();
    let class = [placed("7A")];
    for (staff, subject, expected) in [
        (MENTOR, Subject::Case(PUPIL), AS_MENTOR),
        (PRINCIPAL, Subject::Case(PUPIL), AS_PRINCIPAL),
        (MENTOR, Subject::SchoolFigures(SCHOOL), AS_MENTOR),
        (PRINCIPAL, Subject::SchoolFigures(SCHOOL), AS_PRINCIPAL),
        (OFFICER, Subject::SchoolFigures(SCHOOL), AS_AUTHORITY),
        (PRINCIPAL, Subject::ClassFigures(SCHOOL, &class), AS_PRINCIPAL),
        (OFFICER, Subject::Loads(SCHOOL), AS_AUTHORITY),
        (OFFICER, Subject::School(SCHOOL), AS_AUTHORITY),
        (MENTOR, Subject::Colleague(PRINCIPAL), Access::Granted(None, View::ALL)),
        (STRANGER, Subject::Colleague(STRANGER), Access::Refused),
    ] {
        assert_eq!(sees(&world, staff, subject), expected, "{staff} {subject:?}");
    }
}

#[test]
fn a_case_that_somebody_has_in_both_roles_is_seen_as_its_mentor() {
    let as_mentor = granted(PRINCIPAL, Role::Mentor, Some(SCHOOL));
    let both = world().and([as_mentor, assigned(ASSIGNMENT, PRINCIPAL, AssignmentKind::Additional, "2019-09-02")]);
    assert_eq!(sees(&both, PRINCIPAL, Subject::Case(PUPIL)), AS_MENTOR);
}

#[test]
fn who_is_not_known_has_no_relation_even_when_assigned() {
    let past = world().and([assigned(ASSIGNMENT, STRANGER, AssignmentKind::Additional, "2019-09-02")]);
    let known = &past.story.known.world;
    assert_eq!(relation(known, STRANGER, PUPIL, date("2019-10-01")), None);
    assert_eq!(relation(known, MENTOR, NOBODY, date("2019-10-01")), None);
    assert_eq!(sees(&past, STRANGER, Subject::Case(PUPIL)), Access::Refused);
    assert_eq!(sees(&past, STRANGER, Subject::Workload(STRANGER, week("2019-W40"))), Access::Refused);
}

#[test]
fn who_stands_in_sees_the_case_from_the_first_day_to_the_last_and_at_this_enrolment_only() {
    let past = world().and([of_pupil(PupilEvent::CoverStarted(cover()))]);
    let days = ["2019-10-06", "2019-10-07", "2019-10-18", "2019-10-19"];
    assert_eq!(days.map(|day| sees_case_on(&past, OTHER_MENTOR, day)), [false, true, true, false]);
    let elsewhere = past.and([left("2019-10-08"), enrolled(OTHER_SCHOOL, NEXT_ENROLMENT, "7A", "2019-10-09")]);
    assert!(!sees_case_on(&elsewhere, OTHER_MENTOR, "2019-10-10"));
}

#[test]
fn a_mentor_of_the_enrolment_before_does_not_see_the_next() {
    let past = world().and([left("2019-10-08"), enrolled(OTHER_SCHOOL, NEXT_ENROLMENT, "7A", "2019-10-09")]);
    assert!(!sees_case_on(&past, MENTOR, "2019-10-10"));
    assert!(!sees_case_on(&past, PRINCIPAL, "2019-10-10"));
    assert!(sees_case_on(&past, OTHER_PRINCIPAL, "2019-10-10"));
}

#[test]
fn a_pupil_who_begins_later_is_answered_for_already() {
    let past = given(a_pupil());
    assert!(sees_case_on(&past, PRINCIPAL, "2019-08-01"));
    assert!(!sees_case_on(&past, OTHER_PRINCIPAL, "2019-08-01"));
    assert!(!sees_case_on(&past, PRINCIPAL, "2018-07-31"), "but not before anybody answered for the school");
}

#[test]
fn figures_of_a_class_are_for_who_answers_for_every_placement_in_it() {
    let class = Responsibility::Class(placed("7B").class);
    let past =
        world().and([granted(OTHER_MENTOR, Role::Principal, Some(SCHOOL)), responsible(SCHOOL, OTHER_MENTOR, class)]);
    let (own, both) = ([placed("7B")], [placed("7B"), placed("7A")]);
    assert_eq!(sees(&past, OTHER_MENTOR, Subject::ClassFigures(SCHOOL, &own)), AS_PRINCIPAL);
    assert_eq!(sees(&past, OTHER_MENTOR, Subject::ClassFigures(SCHOOL, &both)), Access::Refused);
    assert_eq!(sees(&past, OTHER_MENTOR, Subject::ClassFigures(SCHOOL, &[])), Access::Refused);
    assert_eq!(sees(&past, OTHER_MENTOR, Subject::ClassFigures(OTHER_SCHOOL, &own)), Access::Refused);
    assert_eq!(sees(&past, OTHER_MENTOR, Subject::ClassFigures(NOWHERE, &own)), Access::Refused);
}

#[test]
fn working_time_is_for_oneself_and_for_a_principal_where_one_is_a_mentor() {
    let world = world();
    let week = week("2019-W40");
    assert_eq!(sees(&world, MENTOR, Subject::Workload(MENTOR, week)), Access::Granted(None, View::ALL));
    assert_eq!(sees(&world, PRINCIPAL, Subject::Workload(MENTOR, week)), AS_PRINCIPAL);
    assert_eq!(sees(&world, PRINCIPAL, Subject::Workload(PRINCIPAL, week)), Access::Granted(None, View::ALL));
    for (staff, other) in [
        (OTHER_MENTOR, MENTOR),
        (OTHER_PRINCIPAL, MENTOR),
        (OFFICER, MENTOR),
        (ADMINISTRATOR, MENTOR),
        (MENTOR, PRINCIPAL),
        (PRINCIPAL, STRANGER),
    ] {
        assert_eq!(sees(&world, staff, Subject::Workload(other, week)), Access::Refused, "{staff} {other}");
    }
    // A colleague who is no mentor there, and a mentor for the whole authority, of no school.
    let more = world.and([
        joined(STRANGER),
        granted(STRANGER, Role::Administrator, Some(SCHOOL)),
        granted(STRANGER, Role::Mentor, None),
    ]);
    assert_eq!(sees(&more, PRINCIPAL, Subject::Workload(STRANGER, week)), Access::Refused);
    let mentor_too = more.and([granted(STRANGER, Role::Mentor, Some(SCHOOL))]);
    assert_eq!(sees(&mentor_too, PRINCIPAL, Subject::Workload(STRANGER, week)), AS_PRINCIPAL);
}

/// A week is asked about when the mentor has left; not a week in which they worked there no longer, or not yet, and by nobody who
/// is no principal there today.
#[test]
fn the_working_time_of_who_has_left_is_for_the_principal_of_the_weeks_in_which_they_were_there() {
    let grant = Grant::at(Role::Mentor, SCHOOL);
    let withdrawn = Event::from(StaffEvent::RoleWithdrawn(RoleWithdrawn { grant }));
    let mut past = world();
    past.story.happened_at(StreamRef::Staff(MENTOR), withdrawn, noon("2019-09-18"));
    let asks = |principal, asked: &str| sees(&past, principal, Subject::Workload(MENTOR, week(asked)));
    for asked in ["2018-W31", "2019-W37", "2019-W38"] {
        assert_eq!(asks(PRINCIPAL, asked), AS_PRINCIPAL, "{asked}");
        assert_eq!(asks(OTHER_PRINCIPAL, asked), Access::Refused, "{asked}");
        assert_eq!(asks(OTHER_MENTOR, asked), Access::Refused, "{asked}");
    }
    assert_eq!(asks(PRINCIPAL, "2018-W30"), Access::Refused, "the role was granted later");
    assert_eq!(asks(PRINCIPAL, "2019-W39"), Access::Refused, "the role had been withdrawn");
    // Their name stays known to the principal, and to no colleague; what they had as a mentor they follow no longer.
    assert!(sees(&past, PRINCIPAL, Subject::Colleague(MENTOR)).granted());
    assert!(!sees(&past, OTHER_MENTOR, Subject::Colleague(MENTOR)).granted());
    assert!(!sees(&past, OTHER_PRINCIPAL, Subject::Colleague(MENTOR)).granted());
    assert!(!sees(&past, MENTOR, Subject::FollowedCaseload(MENTOR)).granted());
    assert!(sees(&world(), MENTOR, Subject::FollowedCaseload(MENTOR)).granted());
    assert!(sees(&past, MENTOR, Subject::Workload(MENTOR, week("2019-W37"))).granted(), "what was their own stays so");
    // Back again: the weeks between are not told by that, but by being led today.
    let back = past.clone().and([granted(MENTOR, Role::Mentor, Some(SCHOOL))]);
    assert_eq!(sees(&back, PRINCIPAL, Subject::Workload(MENTOR, week("2019-W39"))), AS_PRINCIPAL);
}

#[test]
fn nobody_leads_themselves() {
    let past = world().and([granted(PRINCIPAL, Role::Mentor, Some(SCHOOL))]);
    let set = |staff| Command::SetWorkingTime { staff, set: working_time() };
    assert_eq!(does(&past, PRINCIPAL, &set(MENTOR)), Ok(Some(Role::Principal)));
    assert_eq!(does(&past, PRINCIPAL, &set(PRINCIPAL)), Err(Refusal::at(Code::NotFound, "staff")));
    assert_eq!(does(&past, PRINCIPAL, &set(STRANGER)), Err(Refusal::at(Code::NotFound, "staff")));
}

#[test]
fn colleagues_meet_at_a_school_or_work_for_all() {
    let world = world().and([joined(STRANGER)]);
    for (one, other, expected) in [
        (MENTOR, OTHER_MENTOR, true),
        (MENTOR, OTHER_PRINCIPAL, false),
        (OTHER_PRINCIPAL, MENTOR, false),
        (MENTOR, OFFICER, true),
        (OFFICER, OTHER_PRINCIPAL, true),
        (STRANGER, STRANGER, true),
        (STRANGER, MENTOR, false),
        (MENTOR, STRANGER, false),
    ] {
        assert_eq!(sees(&world, one, Subject::Colleague(other)).granted(), expected, "{one} {other}");
    }
}

#[test]
fn the_set_up_sees_what_is_there_and_nothing_else() {
    let known = world().story.known.world;
    let sees = |subject| may_see(&known, Actor::Setup, subject, date("2019-10-01"));
    let (class, week) = ([placed("7A")], week("2019-W40"));
    for (there, not_there) in [
        (Subject::Case(PUPIL), Subject::Case(NOBODY)),
        (Subject::School(SCHOOL), Subject::School(NOWHERE)),
        (Subject::SchoolFigures(SCHOOL), Subject::SchoolFigures(NOWHERE)),
        (Subject::ClassFigures(SCHOOL, &class), Subject::ClassFigures(NOWHERE, &class)),
        (Subject::Loads(SCHOOL), Subject::Loads(NOWHERE)),
        (Subject::Colleague(MENTOR), Subject::Colleague(STRANGER)),
        (Subject::Workload(MENTOR, week), Subject::Workload(STRANGER, week)),
        (Subject::FollowedCaseload(MENTOR), Subject::FollowedCaseload(STRANGER)),
    ] {
        assert_eq!(sees(there), Access::Granted(None, View::ALL), "{there:?}");
        assert_eq!(sees(not_there), Access::Refused, "{not_there:?}");
    }
}

fn enrol(pupil: Option<PupilId>, school: SchoolId) -> Command {
    let (name, placement) = (personal("Kim Exempel"), placed("7A"));
    Command::EnrolPupil { pupil, school, name, placement, from: date("2019-10-01"), protection: None }
}

#[test]
fn a_principal_enrols_a_new_pupil_one_who_has_left_and_one_of_their_own() {
    let there = world();
    let not_found = |field| Err(Refusal::at(Code::NotFound, field));
    assert_eq!(does(&there, OTHER_PRINCIPAL, &enrol(None, OTHER_SCHOOL)), Ok(Some(Role::Principal)));
    assert_eq!(does(&there, OTHER_PRINCIPAL, &enrol(None, SCHOOL)), not_found("school"));
    assert_eq!(does(&there, OTHER_PRINCIPAL, &enrol(Some(PUPIL), OTHER_SCHOOL)), not_found("pupil"));
    assert_eq!(does(&there, OTHER_PRINCIPAL, &enrol(Some(NOBODY), OTHER_SCHOOL)), not_found("pupil"));
    assert_eq!(does(&there, PRINCIPAL, &enrol(Some(PUPIL), SCHOOL)), Ok(Some(Role::Principal)));
    let gone = there.and([left("2019-09-15")]);
    assert_eq!(does(&gone, OTHER_PRINCIPAL, &enrol(Some(PUPIL), OTHER_SCHOOL)), Ok(Some(Role::Principal)));
    assert_eq!(does(&gone, OTHER_PRINCIPAL, &enrol(Some(PUPIL), SCHOOL)), not_found("pupil"));
}

#[test]
fn it_is_said_which_field_names_what_was_not_found() {
    let world = world().and([granted(OFFICER, Role::Administrator, Some(OTHER_SCHOOL))]);
    let not_found = |field| Err(Refusal::at(Code::NotFound, field));
    let adopt = |school| Command::AdoptMission { school, mission: mission() };
    assert_eq!(does(&world, OTHER_PRINCIPAL, &adopt(SCHOOL)), not_found("school"));
    assert_eq!(does(&world, PRINCIPAL, &adopt(NOWHERE)), not_found("school"));
    assert_eq!(does(&world, PRINCIPAL, &adopt(SCHOOL)), Ok(Some(Role::Principal)));
    let grant =
        |school| Command::GrantRole { staff: MENTOR, grant: Grant { role: Role::Mentor, school, committee: None } };
    assert_eq!(does(&world, OFFICER, &grant(Some(SCHOOL))), not_found("school"));
    assert_eq!(does(&world, OFFICER, &grant(Some(OTHER_SCHOOL))), Ok(Some(Role::Administrator)));
    assert_eq!(does(&world, OFFICER, &grant(None)), Err(Refusal::new(Code::NotAllowed)));
    assert_eq!(does(&world, ADMINISTRATOR, &grant(Some(NOWHERE))), not_found("school"));
    assert_eq!(does(&world, OTHER_MENTOR, &log_contact()), not_found("pupil"));
}
