use domain::actor::Grant;
use domain::event::StaffEvent;
use domain::event::staff::StaffJoined;
use domain::id::StaffId;
use domain::spec::cast::*;
use domain::spec::{fresh, given, noon};
use domain::{Actor, Code, Command, Role, StreamRef};

fn grant(staff: StaffId, role: Role) -> Command {
    Command::GrantRole { staff, grant: Grant::at(role, SCHOOL) }
}

#[test]
fn somebody_joins_under_a_fresh_id() {
    let stream = StreamRef::Staff(StaffId::from_bits(fresh(0)));
    given([])
        .when(Actor::Setup, Command::JoinStaff { name: personal("Sam Exempel") }, noon("2018-08-01"))
        .then([(stream, StaffEvent::Joined(StaffJoined { name: personal("Sam Exempel") }).into())]);
}

#[test]
fn one_person_may_hold_several_roles() {
    given(two_schools())
        .when(as_staff(ADMINISTRATOR), grant(MENTOR, Role::Principal), noon("2019-08-01"))
        .then([granted(MENTOR, Role::Principal, Some(SCHOOL))]);
}

#[test]
fn a_role_is_granted_once() {
    given(two_schools())
        .when(Actor::Setup, grant(MENTOR, Role::Mentor), noon("2019-08-01"))
        .then_refused(Code::RoleAlreadyGranted);
}

#[test]
fn nobody_grants_themselves_a_role() {
    given(two_schools())
        .when(as_staff(ADMINISTRATOR), grant(ADMINISTRATOR, Role::Principal), noon("2019-08-01"))
        .then_refused(Code::NotAllowed);
}

#[test]
fn person_and_school_must_be_there() {
    given([registered(SCHOOL, "EXE")])
        .when(Actor::Setup, grant(MENTOR, Role::Mentor), noon("2019-08-01"))
        .then_refused(Code::NotFound);
    given([joined(MENTOR)])
        .when(Actor::Setup, grant(MENTOR, Role::Mentor), noon("2019-08-01"))
        .then_refused(Code::NotFound);
}
