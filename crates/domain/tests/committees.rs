//! Committees (nämnder) of one municipality are authorities of their own, with secrecy towards each other: what is placed under
//! one, who is appointed by which, and that nothing passes between them.

#![allow(missing_docs, clippy::unwrap_used, reason = "the names of the tests are the specification")]

use domain::access::{Subject, guardian_hidden_from, hidden_at, may_do, may_see};
use domain::actor::Grant;
use domain::command::GuardianChoice;
use domain::event::pupil::Guardianship;
use domain::event::{CaseWork, PupilEvent};
use domain::event::{Event, SchoolMatter, StaffEvent, Work};
use domain::id::{EnrolmentId, PupilId, SchoolId, StaffId};
use domain::spec::cast::*;
use domain::spec::everyday::every_school_matter;
use domain::spec::works::worked;
use domain::spec::{Given, Happened, date, given, noon};
use domain::words::ProtectionLevel;
use domain::{Actor, Code, Command, Refusal, Role, StreamRef};

/// An officer of the other school's committee.
const OTHER_OFFICER: StaffId = StaffId::from_bits([0x71; 16]);
/// Who is to be appointed.
const NEWCOMER: StaffId = StaffId::from_bits([0x72; 16]);
/// A school that nobody has placed under a committee.
const THIRD_SCHOOL: SchoolId = SchoolId::from_bits([0x73; 16]);

/// Two schools under two committees, each with an officer; a third school under none.
fn two_committees() -> Given {
    let mut past = a_pupil_with_a_mentor();
    past.extend([registered(THIRD_SCHOOL, "TRE"), placed_under(SCHOOL, "BUN"), placed_under(OTHER_SCHOOL, "BIN")]);
    past.extend([joined(OTHER_OFFICER), joined(NEWCOMER), appointed(OTHER_OFFICER, Role::Authority, committee("BIN"))]);
    given(past).and([withdrawn(OFFICER, Role::Authority, None), appointed(OFFICER, Role::Authority, committee("BUN"))])
}

fn withdrawn(staff: StaffId, role: Role, school: Option<SchoolId>) -> Happened {
    let grant = Grant { role, school, committee: None };
    let withdrawn = domain::event::staff::RoleWithdrawn { grant };
    (StreamRef::Staff(staff), StaffEvent::RoleWithdrawn(withdrawn).into())
}

fn place(school: SchoolId, code: &str) -> Command {
    let matter = SchoolMatter::PlacedUnderCommittee { committee: committee(code), name: name("Exempelnämnden") };
    Command::SettleSchool { school, matter }
}

fn appoint(role: Role, school: Option<SchoolId>, by: Option<&str>) -> Command {
    Command::GrantRole { staff: NEWCOMER, grant: Grant { role, school, committee: by.map(committee) } }
}

fn sees(given: &Given, staff: StaffId, subject: Subject<'_>) -> bool {
    may_see(&given.story.known.world, as_staff(staff), subject, date("2019-10-01")).granted()
}

fn does(given: &Given, staff: StaffId, command: &Command) -> Result<Option<Role>, Refusal> {
    may_do(&given.story.known.world, as_staff(staff), command, date("2019-10-01"))
}

/// Everything that an officer sees of a school.
fn figures(given: &Given, staff: StaffId, school: SchoolId) -> [bool; 4] {
    [Subject::School(school), Subject::SchoolFigures(school), Subject::Loads(school), Subject::Duties(school)]
        .map(|subject| sees(given, staff, subject))
}

const ALL: [bool; 4] = [true; 4];
const NOTHING: [bool; 4] = [false; 4];

#[test]
fn an_administrator_of_the_whole_authority_places_a_school_under_a_committee() {
    given(two_schools())
        .when(as_staff(ADMINISTRATOR), place(SCHOOL, "BUN"), noon("2019-08-01"))
        .then([placed_under(SCHOOL, "BUN")]);
    let there = given(two_schools()).and([joined(NEWCOMER), granted(NEWCOMER, Role::Administrator, Some(SCHOOL))]);
    for staff in [NEWCOMER, PRINCIPAL, OFFICER] {
        assert_eq!(does(&there, staff, &place(SCHOOL, "BUN")), Err(Refusal::new(Code::NotAllowed)), "{staff}");
    }
}

#[test]
fn a_school_is_placed_anew_but_not_twice_the_same() {
    given(two_schools())
        .and([placed_under(SCHOOL, "BUN")])
        .when(as_staff(ADMINISTRATOR), place(SCHOOL, "BUN"), noon("2019-08-01"))
        .then_refused(Code::AlreadySo);
    given(two_schools())
        .and([placed_under(SCHOOL, "BUN")])
        .when(as_staff(ADMINISTRATOR), place(SCHOOL, "BIN"), noon("2019-08-01"))
        .then([placed_under(SCHOOL, "BIN")]);
}

#[test]
fn an_appointment_names_a_committee_that_has_schools() {
    let granted = |role, school, by: &str| {
        let grant = Grant { role, school, committee: Some(committee(by)) };
        let granted = domain::event::staff::RoleGranted { grant };
        (StreamRef::Staff(NEWCOMER), Event::from(StaffEvent::RoleGranted(granted)))
    };
    for (school, by) in [(None, "BUN"), (None, "BIN"), (Some(SCHOOL), "BUN")] {
        two_committees()
            .when(as_staff(ADMINISTRATOR), appoint(Role::Authority, school, Some(by)), noon("2019-10-01"))
            .then([granted(Role::Authority, school, by)]);
    }
    two_committees()
        .when(as_staff(ADMINISTRATOR), appoint(Role::Integration, None, Some("BIN")), noon("2019-10-01"))
        .then([granted(Role::Integration, None, "BIN")]);
    for (role, school, by, code) in [
        (Role::Authority, None, Some("BUM"), Code::NotFound),
        (Role::Authority, Some(SCHOOL), None, Code::NotSo),
        (Role::Authority, Some(SCHOOL), Some("BIN"), Code::NotSo),
        (Role::Authority, Some(THIRD_SCHOOL), Some("BUN"), Code::NotSo),
        (Role::Mentor, Some(SCHOOL), Some("BUN"), Code::InvalidInput),
        (Role::Administrator, None, Some("BUN"), Code::InvalidInput),
    ] {
        let asked = appoint(role, school, by);
        two_committees().when(as_staff(ADMINISTRATOR), asked, noon("2019-10-01")).then_refused(code);
    }
}

#[test]
fn an_appointment_that_names_no_committee_is_only_for_where_schools_are_under_none() {
    two_committees()
        .when(as_staff(ADMINISTRATOR), appoint(Role::Authority, None, None), noon("2019-10-01"))
        .then([granted(NEWCOMER, Role::Authority, None)]);
    two_committees()
        .and([placed_under(THIRD_SCHOOL, "BUN")])
        .when(as_staff(ADMINISTRATOR), appoint(Role::Authority, None, None), noon("2019-10-01"))
        .then_refused(Code::InvalidInput);
}

#[test]
fn an_officer_sees_the_schools_of_their_own_committee_and_no_others() {
    let world = two_committees();
    assert_eq!([SCHOOL, OTHER_SCHOOL, THIRD_SCHOOL].map(|at| figures(&world, OFFICER, at)), [ALL, NOTHING, NOTHING]);
    assert_eq!(
        [SCHOOL, OTHER_SCHOOL, THIRD_SCHOOL].map(|at| figures(&world, OTHER_OFFICER, at)),
        [NOTHING, ALL, NOTHING]
    );
    for officer in [OFFICER, OTHER_OFFICER] {
        assert!(!sees(&world, officer, Subject::Case(PUPIL)), "and never a case");
    }
}

#[test]
fn one_person_may_be_appointed_by_several_committees() {
    let both = two_committees().and([appointed(OFFICER, Role::Authority, committee("BIN"))]);
    assert_eq!([SCHOOL, OTHER_SCHOOL].map(|at| figures(&both, OFFICER, at)), [ALL, ALL]);
}

#[test]
fn an_officer_decides_for_the_schools_of_their_own_committee() {
    let world = two_committees();
    let plain = every_school_matter().into_iter().find(|one| matches!(one, SchoolMatter::PlainContentDecided { .. }));
    let decide = |school| Command::SettleSchool { school, matter: plain.clone().unwrap() };
    let not_found = Err(Refusal::at(Code::NotFound, "school"));
    assert_eq!(does(&world, OFFICER, &decide(SCHOOL)), Ok(Some(Role::Authority)));
    assert_eq!(does(&world, OTHER_OFFICER, &decide(SCHOOL)), not_found, "as if it were not there");
    assert_eq!(does(&world, OTHER_OFFICER, &decide(SchoolId::from_bits([9; 16]))), not_found);
}

#[test]
fn before_schools_are_placed_an_appointment_is_for_all_of_them_and_then_for_those_that_are_left() {
    let before = given(two_schools());
    assert_eq!([SCHOOL, OTHER_SCHOOL].map(|at| figures(&before, OFFICER, at)), [ALL, ALL]);
    let after = before.and([placed_under(SCHOOL, "BUN")]);
    assert_eq!([SCHOOL, OTHER_SCHOOL].map(|at| figures(&after, OFFICER, at)), [NOTHING, ALL]);
}

#[test]
fn a_school_that_changes_committee_is_the_next_ones_at_once() {
    let changed = two_committees().and([placed_under(SCHOOL, "BIN")]);
    assert_eq!(figures(&changed, OFFICER, SCHOOL), NOTHING);
    assert_eq!(figures(&changed, OTHER_OFFICER, SCHOOL), ALL);
}

#[test]
fn an_officer_for_one_school_loses_it_when_it_changes_committee() {
    let grant = Grant { role: Role::Authority, school: Some(SCHOOL), committee: Some(committee("BUN")) };
    let granted = domain::event::staff::RoleGranted { grant };
    let world = two_committees().and([(StreamRef::Staff(NEWCOMER), StaffEvent::RoleGranted(granted).into())]);
    assert_eq!([SCHOOL, OTHER_SCHOOL].map(|at| figures(&world, NEWCOMER, at)), [ALL, NOTHING]);
    let changed = world.and([placed_under(SCHOOL, "BIN")]);
    assert_eq!(figures(&changed, NEWCOMER, SCHOOL), NOTHING);
}

#[test]
fn any_role_that_is_for_no_school_stays_within_its_committee() {
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Administrator);
    for role in roles {
        let world = two_committees().and([appointed(NEWCOMER, role, committee("BIN"))]);
        assert!(sees(&world, NEWCOMER, Subject::School(OTHER_SCHOOL)), "{role:?}");
        assert!(!sees(&world, NEWCOMER, Subject::School(SCHOOL)), "{role:?}");
        assert!(!sees(&world, NEWCOMER, Subject::Case(PUPIL)), "{role:?}");
        let for_all = two_committees().and([granted(NEWCOMER, role, None)]);
        assert!(!sees(&for_all, NEWCOMER, Subject::School(SCHOOL)), "{role:?} for the whole authority");
    }
    assert!(sees(&two_committees(), ADMINISTRATOR, Subject::School(SCHOOL)));
    assert!(sees(&two_committees(), ADMINISTRATOR, Subject::School(OTHER_SCHOOL)));
}

#[test]
fn a_system_hands_attendance_in_at_schools_of_its_committee() {
    let hand_in = Command::RegisterAttendance { pupil: PUPIL, days: vec![day(date("2019-09-02"), 0, 0)] };
    let of = |code| two_committees().and([appointed(NEWCOMER, Role::Integration, committee(code))]);
    assert_eq!(does(&of("BUN"), NEWCOMER, &hand_in), Ok(Some(Role::Integration)));
    assert_eq!(does(&of("BIN"), NEWCOMER, &hand_in), Err(Refusal::at(Code::NotFound, "pupil")));
}

#[test]
fn colleagues_are_of_one_committee_but_for_the_administrator() {
    let world = two_committees();
    for (one, other, expected) in [
        (OFFICER, MENTOR, true),
        (OFFICER, OTHER_PRINCIPAL, false),
        (OTHER_OFFICER, MENTOR, false),
        (MENTOR, OTHER_OFFICER, false),
        (OFFICER, OTHER_OFFICER, false),
        (OTHER_OFFICER, OTHER_PRINCIPAL, true),
        (ADMINISTRATOR, OTHER_OFFICER, true),
        (ADMINISTRATOR, MENTOR, true),
        (MENTOR, ADMINISTRATOR, true),
    ] {
        assert_eq!(sees(&world, one, Subject::Colleague(other)), expected, "{one} {other}");
    }
}

/// The mentor has a sibling of the pupil's at the other school too.
const SIBLING: PupilId = PupilId::from_bits([0x74; 16]);

#[test]
fn a_guardian_is_registered_by_each_committees_schools_for_themselves() {
    let enrolment = EnrolmentId::from_bits([0x75; 16]);
    let siblings = |past: Given| {
        let (_, enrolled) = enrolled(OTHER_SCHOOL, enrolment, "7A", "2019-08-20");
        past.and([
            (StreamRef::Pupil(SIBLING), enrolled),
            granted(PRINCIPAL, Role::Principal, Some(OTHER_SCHOOL)),
            responsible(OTHER_SCHOOL, PRINCIPAL, domain::event::school::Responsibility::Unit),
        ])
    };
    let (guardian, guardianship) = (GuardianChoice::Known(GUARDIAN), Guardianship::Custodian);
    let link = Command::LinkGuardian { pupil: SIBLING, guardian, guardianship, household: None };
    assert_eq!(does(&siblings(given(a_pupil_with_a_mentor())), PRINCIPAL, &link), Ok(Some(Role::Principal)));
    assert_eq!(does(&siblings(two_committees()), PRINCIPAL, &link), Err(Refusal::at(Code::NotFound, "guardian")));
    let together = siblings(two_committees()).and([placed_under(OTHER_SCHOOL, "BUN")]);
    assert_eq!(does(&together, PRINCIPAL, &link), Ok(Some(Role::Principal)));
}

#[test]
fn the_set_up_is_bound_by_no_committee() {
    let world = two_committees().story.known.world;
    for school in [SCHOOL, OTHER_SCHOOL] {
        assert!(may_see(&world, Actor::Setup, Subject::SchoolFigures(school), date("2019-10-01")).granted());
    }
}

/// The mentor works at both schools. The first school's principal named them for a pupil whose identity is protected, and who goes
/// to the other school now: there its own principal names.
#[test]
fn who_was_named_for_a_protected_pupil_is_named_by_each_school_for_itself() {
    let protected = || {
        let named = Work::StaffNamed { staff: MENTOR, last_day: date("2019-12-20") };
        let level = ProtectionLevel::MarkedSecret;
        two_committees()
            .and([granted(MENTOR, Role::Mentor, Some(OTHER_SCHOOL))])
            .and([worked(Work::IdentityProtected { level }), worked(named)])
    };
    let today = date("2019-10-01");
    assert!(!hidden_at(&protected().story.known.world, MENTOR, (PUPIL, SCHOOL), today));
    let next = EnrolmentId::from_bits([0x76; 16]);
    let moved = protected().and([left("2019-09-20"), enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23")]);
    let world = &moved.story.known.world;
    assert_eq!(world.case(PUPIL).unwrap().protection, Some(ProtectionLevel::MarkedSecret), "it follows the pupil");
    let hidden = |staff, school| hidden_at(world, staff, (PUPIL, school), today);
    assert!(hidden(MENTOR, OTHER_SCHOOL));
    assert!(hidden(PRINCIPAL, OTHER_SCHOOL), "nor does the principal of before know of the pupil");
    assert!(!hidden(OTHER_PRINCIPAL, OTHER_SCHOOL));
    // At the school that was left it is as it was then, whatever comes after.
    assert!(hidden(MENTOR, SCHOOL) && !hidden(PRINCIPAL, SCHOOL));
}

/// A figure of the school that was left, from which the pupil went with a protection at the next, would tell of it to who adds up.
#[test]
fn a_protection_at_the_next_school_hides_nobody_at_the_one_that_was_left() {
    let today = date("2019-10-01");
    let next = EnrolmentId::from_bits([0x76; 16]);
    let moved = two_committees().and([left("2019-09-20"), enrolled(OTHER_SCHOOL, next, "7A", "2019-09-23")]);
    let protect = CaseWork {
        enrolment: next,
        work: Work::IdentityProtected { level: ProtectionLevel::MarkedSecret },
        minutes: None,
        note: None,
    };
    let protected = moved.clone().and([of_pupil(PupilEvent::Worked(protect))]);
    for past in [&moved, &protected] {
        let hidden = |staff, school| hidden_at(&past.story.known.world, staff, (PUPIL, school), today);
        assert!(!hidden(MENTOR, SCHOOL) && !hidden(PRINCIPAL, SCHOOL));
    }
    assert!(hidden_at(&protected.story.known.world, MENTOR, (PUPIL, OTHER_SCHOOL), today));
}

/// Of a guardian whose identity is protected nobody of the other committee learns: no principal, no officer, nor whoever holds a
/// role for all its schools; nor does a principal of one's own committee who does not answer for the pupil.
#[test]
fn a_protected_guardian_is_there_for_nobody_of_another_committee() {
    let mut world = two_committees().and([worked(Work::GuardianProtected { guardian: GUARDIAN })]);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        world = world.and([appointed(NEWCOMER, role, committee("BIN"))]);
    }
    let hidden = |who| guardian_hidden_from(&world.story.known.world, who, (GUARDIAN, PUPIL), date("2019-10-01"));
    for who in [OTHER_PRINCIPAL, OFFICER, OTHER_OFFICER, NEWCOMER, MENTOR, ADMINISTRATOR] {
        assert!(hidden(who), "{who}");
    }
    assert!(!hidden(PRINCIPAL));
}

#[test]
fn a_protected_pupil_who_has_left_is_enrolled_by_an_id_by_nobody_who_may_not_know_of_them() {
    let enrol = |pupil| Command::EnrolPupil {
        pupil: Some(pupil),
        school: OTHER_SCHOOL,
        name: personal("Kim Exempel"),
        placement: placed("7A"),
        from: date("2019-09-23"),
        protection: None,
    };
    let gone = || two_committees().and([left("2019-09-20")]);
    assert_eq!(does(&gone(), OTHER_PRINCIPAL, &enrol(PUPIL)), Ok(Some(Role::Principal)));
    let protected = gone().and([worked(Work::IdentityProtected { level: ProtectionLevel::MarkedSecret })]);
    let missing = does(&protected, OTHER_PRINCIPAL, &enrol(SIBLING));
    assert_eq!(missing, Err(Refusal::at(Code::NotFound, "pupil")));
    assert_eq!(does(&protected, OTHER_PRINCIPAL, &enrol(PUPIL)), missing);
}
