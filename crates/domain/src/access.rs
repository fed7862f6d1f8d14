//! The one access decision (invariant 10): relation before role, decided from what is known today, also for questions
//! about the past. Refused looks like missing.
//!
//! - A **mentor** has the pupils assigned to them today, and those whose mentor they stand in for, while they are a mentor
//!   at the school: an assignment outlives a role that is withdrawn, the right does not. Whom a standing deputy stands in for is
//!   each school's to say: a mentor may be shared.
//! - A **principal** has the pupils whose placement they answer for today, and a pupil who has left until another school
//!   enrols them; then they may still hand entries of their own school's case on. They too, while they hold the role. They are told
//!   how the working time of those who work with pupils at the school is spent, also of one who has left: of the weeks before.
//! - A **coordinator** sees who has whom at the school; **attendance watch** absence there; a **teacher** absence, talks
//!   and agreed support of the classes that they have; the **health team** what is referred to it, while it is; the
//!   **safety team** what others reported to it.
//! - A **protected identity** is seen by the principal and by named staff; to everybody else the pupil is not there. So it is
//!   with a guardian whose identity is protected.
//! - **Everybody employed** at the school may report concern, harassment and incidents, and sees no more by that.
//! - In an **emergency** those who work with pupils may open a case for the day, for a reason that the principal is shown.
//! - The **authority**'s officers see figures and duties to report, never of a class and never a case: of the schools of the
//!   committee (nämnd) that their appointment names, and of no other's. One person may hold several. An appointment that names
//!   none is for schools that are under none; so is any other role that is granted for no school.
//! - An **administrator** sets schools, staff and roles up, and sees no case. An **integration** hands attendance in.
//! - A **guardian** sees their own wishes about what is written to them, by a link, and no case.
//! - The program's own **set-up** may do everything; it is never reachable over the network.

mod approving;
mod doing;
mod guardian;
mod seeing;
mod strangers;
mod view;

pub use approving::may_approve;
pub use doing::{done_to, may_do};
pub use guardian::{GuardianAsks, guardian_may};
pub use seeing::{Access, Subject, may_see};
pub use strangers::is_stranger;
pub use view::{Part, View, part, restricted};

use std::hint::black_box;

use chrono::NaiveDate;

use crate::actor::{Actor, Role};
use crate::command::MeantEntry;
use crate::event::pupil::Placement;
use crate::id::{EnrolmentId, GuardianId, PupilId, SchoolId, StaffId};
use crate::retention::{self, Subject as Person};
use crate::state::{Enrolment, PupilCase, World};
use crate::words::Team;

/// Each team, and the role of those in it.
const TEAMS: [(Team, Role); 2] = [(Team::Health, Role::HealthTeam), (Team::Safety, Role::SafetyTeam)];

/// Roles in which somebody works with pupils, and may open a case in an emergency.
const WITH_PUPILS: [Role; 6] =
    [Role::Mentor, Role::Principal, Role::Coordinator, Role::HealthTeam, Role::SafetyTeam, Role::Teacher];

/// Everybody employed, whatever they do: a system's account is nobody.
const EMPLOYED: [Role; 9] = [
    Role::Mentor,
    Role::Principal,
    Role::Authority,
    Role::Administrator,
    Role::Coordinator,
    Role::HealthTeam,
    Role::SafetyTeam,
    Role::Teacher,
    Role::AttendanceWatch,
];

/// Which relation a staff member has to a pupil's case today, and what they see of it by that: mentor before principal,
/// both before what a role opens a part of. Several parts are seen together.
pub fn relation(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> Option<(Role, View)> {
    world.staff_member(staff)?;
    let Some(case) = world.case(pupil) else {
        // As much is looked at as for one who is there, so that the time taken does not tell the two apart.
        black_box(world.stand_in(pupil).and_then(|other| related(world, other, staff, today)));
        return None;
    };
    related(world, case, staff, today)
}

fn related(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> Option<(Role, View)> {
    if let Some(role) = has(world, case, staff, today) {
        return Some((role, View::ALL));
    }
    if hidden(world, case, staff, today) {
        return None;
    }
    if let Some(role) = in_emergency(world, case, staff, today) {
        return Some((role, View::ALL));
    }
    let mut opened = parts(world, case, staff, today).into_iter();
    let first = opened.next()?;
    Some(opened.fold(first, |(role, view), (_, also)| (role, view.and(also))))
}

/// Who has the case itself: its mentor, or its principal.
pub(crate) fn has_case(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> Option<Role> {
    world.staff_member(staff)?;
    let Some(case) = world.case(pupil) else {
        // As above: a command to one who is missing takes as long as a command to one who is not theirs.
        black_box(world.stand_in(pupil).and_then(|other| has(world, other, staff, today)));
        return None;
    };
    has(world, case, staff, today)
}

fn has(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> Option<Role> {
    if has_as_mentor(world, case, staff, today) {
        Some(Role::Mentor)
    } else if answers_as_principal(world, case, staff, today) {
        Some(Role::Principal)
    } else {
        None
    }
}

/// Whether the pupil's identity is protected from the staff member: named staff only, and the principal who names them.
fn hidden(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    case.protection.is_some() && !is_named(case, staff, today) && !answers_as_principal(world, case, staff, today)
}

/// Whether a guardian of the pupil's is not there for the staff member, since the guardian's identity is protected: the
/// principal who answers for the pupil and staff named for the pupil alone know of them.
pub fn guardian_hidden_from(
    world: &World,
    staff: StaffId,
    (guardian, pupil): (GuardianId, PupilId),
    today: NaiveDate,
) -> bool {
    world.guardian_protected(guardian) && guardians_hidden_from(world, staff, pupil, today)
}

/// Whether guardians of the pupil's whose identity is protected are not there for the staff member: in the present case. A case
/// that was left hides none from whom it is shown to ([`Subject::FormerCase`]), who was the one to know them there.
pub fn guardians_hidden_from(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> bool {
    let knows = |case: &PupilCase| is_named(case, staff, today) || answers_as_principal(world, case, staff, today);
    world.protects_guardians() && !world.case(pupil).is_some_and(knows)
}

/// Whether an entry that is to be corrected is there for the staff member: of the present enrolment, and about no guardian whose
/// identity is protected from them; or of one that was left, for the principal who answers for its school's records.
pub(crate) fn entry_is_there(
    world: &World,
    staff: StaffId,
    (pupil, meant): (PupilId, &MeantEntry),
    today: NaiveDate,
) -> bool {
    let present = world.case(pupil).is_some_and(|case| case.latest.id == meant.enrolment);
    is_kept_entry(world, staff, (pupil, meant), today)
        || present
            && !meant.guardian.is_some_and(|guardian| guardian_hidden_from(world, staff, (guardian, pupil), today))
}

/// Whether an entry stands in an enrolment that was left for another, and the staff member answers for what its school has on record:
/// what is wrong there is that school's to put right, and nothing of the case that is there now is asked.
pub(crate) fn is_kept_entry(
    world: &World,
    staff: StaffId,
    (pupil, meant): (PupilId, &MeantEntry),
    today: NaiveDate,
) -> bool {
    world.case(pupil).is_some_and(|case| {
        let left = case.enrolment(meant.enrolment).filter(|enrolment| enrolment.id != case.latest.id);
        left.is_some_and(|left| answers_for(world, left, staff, today))
    })
}

/// Teams whose referrals about the pupil, and meetings, are not there for the staff member: who sees no more of the case than
/// what a team is asked about sees what that team is asked about, and nothing of the other's.
pub fn teams_hidden_from(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> Vec<Team> {
    let Some(case) = world.case(pupil) else { return Vec::new() };
    let view = may_see(world, Actor::Staff(staff), Subject::Case(pupil), today).view();
    if view == View::ALL || !view.has(Part::Referrals) {
        return Vec::new();
    }
    let asked: Vec<Team> = teams_asked(world, case, staff, today).map(|(team, _)| team).collect();
    TEAMS.into_iter().map(|(team, _)| team).filter(|team| !asked.contains(team)).collect()
}

/// The teams that the person is in, and that are asked about the pupil: a referral to them is open.
fn teams_asked(
    world: &World,
    case: &PupilCase,
    staff: StaffId,
    today: NaiveDate,
) -> impl Iterator<Item = (Team, Role)> {
    let enrolment = &case.latest;
    let goes_here = goes_here(enrolment, today);
    TEAMS.into_iter().filter(move |(team, role)| {
        let open = goes_here && case.opened.open_referrals(enrolment.id, *team).next().is_some();
        open && holds_at(world, staff, &[*role], enrolment.school).is_some()
    })
}

/// Whether the pupil goes to the school, or comes there on a day ahead: a team is asked about nobody who has left, whatever of it is
/// still open.
fn goes_here(enrolment: &Enrolment, today: NaiveDate) -> bool {
    enrolment.last_day().is_none_or(|last_day| today <= last_day && !enrolment.never_came())
}

fn is_named(case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    case.named.iter().any(|(named, last_day)| *named == staff && today <= *last_day)
}

fn in_emergency(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> Option<Role> {
    let taken = case.emergencies.contains(&(case.latest.id, staff, today));
    if taken { holds_at(world, staff, &WITH_PUPILS, case.latest.school) } else { None }
}

/// Whether the pupil is not there at all for the staff member among those of a school, since the identity is protected: then no number
/// counts them. At a school that the pupil has left for another it is as it was when they left: what is protected since, or is no
/// longer, is not told there, and only who keeps the school's records knew then.
pub fn hidden_at(world: &World, staff: StaffId, (pupil, school): (PupilId, SchoolId), today: NaiveDate) -> bool {
    world.case(pupil).is_some_and(|case| {
        if case.latest.school == school {
            hidden(world, case, staff, today)
        } else {
            case.left_protected.contains(&school) && !keeps_records(world, case, (staff, school), today)
        }
    })
}

/// Whether a pupil, a guardian or a member of staff of the school's is there for the staff member. Of a pupil who has never gone to
/// the school no more is said than that. Who answers for what the school has on record of a pupil knows of them and of the guardians
/// there, whoever is protected where the pupil goes now: a refusal that began with a protection elsewhere would tell of it.
fn is_known_at(world: &World, staff: StaffId, (school, subject): (SchoolId, Person), today: NaiveDate) -> bool {
    let keeps = |case: &PupilCase| keeps_records(world, case, (staff, school), today);
    let sees = |case: &PupilCase| !hidden(world, case, staff, today);
    match subject {
        Person::Pupil(pupil) => world.case(pupil).is_some_and(|case| sees(case) || keeps(case)),
        Person::Guardian(guardian) => world.cases().any(|(pupil, case)| {
            let knows = || sees(case) && !guardian_hidden_from(world, staff, (guardian, pupil), today);
            retention::is_here(case, guardian, school) && (keeps(case) || knows())
        }),
        Person::Staff(_) => retention::is_at(world, subject, school),
    }
}

/// What roles at the school open of the case today.
fn parts(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> Vec<(Role, View)> {
    let enrolment = &case.latest;
    let Some(member) = world.staff_member(staff) else { return Vec::new() };
    let mut opened: Vec<_> = teams_asked(world, case, staff, today).map(|(_, role)| (role, View::REFERRED)).collect();
    let mut opens = |role, view, when: bool| {
        if when && world.holds(member, role, enrolment.school) {
            opened.push((role, view));
        }
    };
    let here = enrolment.placement_on(today.max(enrolment.from));
    let reported = goes_here(enrolment, today) && case.opened.is_for_safety(enrolment.id, staff);
    opens(Role::SafetyTeam, View::SAFETY, reported);
    let teaches = here.is_some_and(|placement| member.has_class(enrolment.school, &placement.class, today));
    opens(Role::Teacher, View::CLASS, teaches);
    opens(Role::AttendanceWatch, View::ABSENCE, here.is_some());
    opens(Role::Coordinator, View::CASELOAD, here.is_some());
    opened
}

fn has_as_mentor(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    let school = case.latest.school;
    let deputy = |mentor| world.staff_member(mentor).and_then(|mentor| mentor.deputy_on(today, school, u64::MAX));
    let own = case
        .assignments_on(today)
        .any(|one| one.enrolment == case.latest.id && (one.mentor == staff || deputy(one.mentor) == Some(staff)));
    let covers = || case.covers_on(today).any(|cover| cover.deputy == staff && cover.enrolment == case.latest.id);
    let role = || holds_at(world, staff, &[Role::Mentor], case.latest.school).is_some();
    (own || covers()) && role() && !hidden(world, case, staff, today)
}

/// A pupil enrolled from a day ahead is answered for already, as they will be placed on that day; one who has left still,
/// as they were placed on the last.
fn answers_as_principal(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    answers_for(world, &case.latest, staff, today)
}

fn answers_for(world: &World, enrolment: &Enrolment, staff: StaffId, today: NaiveDate) -> bool {
    let placed = enrolment.placement_near(today);
    placed.is_some_and(|placement| answers(world, enrolment.school, staff, placement, today))
}

/// The latest enrolment that the pupil has left and that the staff member answers for, as its principal: also when the pupil has left
/// another since, or is back; one to which they never came, where there is no other. Whether the identity is protected changes nothing here: what is told is the school's own, and nothing of what came after. A right that ended with a
/// protection elsewhere would tell of it to the one who lost it.
fn left_behind(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> Option<EnrolmentId> {
    let answered = |enrolment: &&Enrolment| enrolment.left.is_some() && answers_for(world, enrolment, staff, today);
    let attended = case.enrolments().filter(|enrolment| !enrolment.never_came());
    attended.chain(case.enrolments()).find(answered).map(|enrolment| enrolment.id)
}

/// The enrolment that the pupil has left and that an actor is shown and hands on from; the program itself, the latest.
pub fn case_left(world: &World, actor: Actor, pupil: PupilId, today: NaiveDate) -> Option<EnrolmentId> {
    let case = world.case(pupil)?;
    match actor {
        Actor::Setup => case.enrolments().find(|enrolment| enrolment.left.is_some()).map(|enrolment| enrolment.id),
        Actor::Staff(staff) => left_behind(world, case, staff, today),
    }
}

/// Whether the staff member, as its principal, answers for what the school has on record of the pupil: in the latest enrolment
/// there, whether it lasts or was left. For the protected identity it is as above.
fn keeps_records(world: &World, case: &PupilCase, (staff, school): (StaffId, SchoolId), today: NaiveDate) -> bool {
    case.latest_at(school).is_some_and(|enrolment| answers_for(world, enrolment, staff, today))
}

/// Whether what an actor records about a pupil's records is about those of the present case: they answer for it, as the pupil's
/// principal. Otherwise it is about those of the school that was left.
pub(crate) fn keeps_present_records(world: &World, actor: Actor, pupil: PupilId, today: NaiveDate) -> bool {
    match actor {
        Actor::Setup => true,
        Actor::Staff(staff) => world.case(pupil).is_some_and(|case| answers_as_principal(world, case, staff, today)),
    }
}

/// Whether the principal answers for pupils placed like this at the school today, and is a principal there still.
fn answers(world: &World, school: SchoolId, staff: StaffId, placement: &Placement, today: NaiveDate) -> bool {
    world.school(school).is_some_and(|unit| unit.answers_for(staff, placement, today))
        && holds_at(world, staff, &[Role::Principal], school).is_some()
}

/// Whether the staff member holds one of the roles at the school.
fn holds_at(world: &World, staff: StaffId, roles: &[Role], school: SchoolId) -> Option<Role> {
    let member = world.staff_member(staff)?;
    roles.iter().copied().find(|role| world.holds(member, *role, school))
}

/// Whether two pupils go to schools of the same committee: each committee's schools register a guardian for themselves, and
/// what is written to the guardian is each committee's own.
fn together(world: &World, one: PupilId, other: PupilId) -> bool {
    let cases = world.case(one).zip(world.case(other));
    cases.is_some_and(|(one, other)| world.same_committee(one.latest.school, other.latest.school))
}

/// Roles that a principal leads.
const LED: [Role; 6] =
    [Role::Mentor, Role::Coordinator, Role::HealthTeam, Role::SafetyTeam, Role::Teacher, Role::AttendanceWatch];

/// Whether the one is a principal at a school where the other works with pupils. Nobody leads themselves.
fn leads(world: &World, principal: StaffId, other: StaffId) -> bool {
    let Some(member) = world.staff_member(other).filter(|_| principal != other) else { return false };
    let schools = member.grants.iter().filter(|grant| LED.contains(&grant.role)).filter_map(|grant| grant.school);
    schools.into_iter().any(|school| holds_at(world, principal, &[Role::Principal], school).is_some())
}

/// Whether the one is a principal at a school where the other worked with pupils on some day between two. Nobody leads themselves.
fn led(world: &World, principal: StaffId, other: StaffId, days: (NaiveDate, NaiveDate)) -> bool {
    principal != other && came_after(world, principal, other, (&LED, days))
}

/// Whether the one is a principal at a school where the other ever worked with pupils or answered for them: who had whom, and who
/// answered for whom, is asked about when they have left.
fn knew(world: &World, principal: StaffId, other: StaffId) -> bool {
    let ever = (NaiveDate::MIN, NaiveDate::MAX);
    came_after(world, principal, other, (&LED, ever)) || came_after(world, principal, other, (&[Role::Principal], ever))
}

fn came_after(
    world: &World,
    principal: StaffId,
    other: StaffId,
    (roles, days): (&[Role], (NaiveDate, NaiveDate)),
) -> bool {
    let held = world.staff_member(other).into_iter().flat_map(|member| member.held_between(days));
    let schools = held.filter(|grant| roles.contains(&grant.role)).filter_map(|grant| grant.school);
    schools.into_iter().any(|school| holds_at(world, principal, &[Role::Principal], school).is_some())
}
