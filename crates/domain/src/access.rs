//! The one access decision (invariant 10): relation before role, decided from what is known today, also for questions
//! about the past. Refused looks like missing.
//!
//! - A **mentor** has the pupils assigned to them today, and those whose mentor they stand in for.
//! - A **principal** has the pupils whose placement they answer for today.
//! - The **authority** sees figures of schools, never of a class and never a case.
//! - An **administrator** sets schools, staff and roles up, and sees no case.
//! - The program's own **set-up** may do everything; it is never reachable over the network.

mod doing;
mod seeing;

pub use doing::may_do;
pub use seeing::{Access, Subject, may_see};

use chrono::NaiveDate;

use crate::actor::Role;
use crate::event::pupil::Placement;
use crate::id::{PupilId, SchoolId, StaffId};
use crate::state::{PupilCase, World};

/// Which relation a staff member has to a pupil's case today: mentor before principal, when both.
pub fn relation(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> Option<Role> {
    world.staff_member(staff)?;
    let case = world.case(pupil)?;
    if has_as_mentor(world, case, staff, today) {
        Some(Role::Mentor)
    } else if answers_as_principal(world, case, staff, today) {
        Some(Role::Principal)
    } else {
        None
    }
}

fn has_as_mentor(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    let deputy = |mentor| world.staff_member(mentor).and_then(|mentor| mentor.deputy_on(today, u64::MAX));
    let own = case
        .assignments_on(today)
        .any(|one| one.enrolment == case.latest.id && (one.mentor == staff || deputy(one.mentor) == Some(staff)));
    own || case.covers_on(today).any(|cover| cover.deputy == staff && cover.enrolment == case.latest.id)
}

/// A pupil enrolled from a day ahead is answered for already, as they will be placed on that day.
fn answers_as_principal(world: &World, case: &PupilCase, staff: StaffId, today: NaiveDate) -> bool {
    let enrolment = &case.latest;
    enrolment
        .placement_on(today.max(enrolment.from))
        .is_some_and(|placement| answers(world, enrolment.school, staff, placement, today))
}

/// Whether the principal answers for pupils placed like this at the school today.
fn answers(world: &World, school: SchoolId, staff: StaffId, placement: &Placement, today: NaiveDate) -> bool {
    world.school(school).is_some_and(|school| school.answers_for(staff, placement, today))
}

/// Whether the staff member holds one of the roles at the school.
fn holds_at(world: &World, staff: StaffId, roles: &[Role], school: SchoolId) -> Option<Role> {
    let member = world.staff_member(staff)?;
    roles.iter().copied().find(|role| member.holds(*role, school))
}

/// Whether the one is a principal at a school where the other works as a mentor. Nobody leads themselves.
fn leads(world: &World, principal: StaffId, other: StaffId) -> bool {
    let Some(member) = world.staff_member(other).filter(|_| principal != other) else { return false };
    let schools = member.grants.iter().filter(|grant| grant.role == Role::Mentor).filter_map(|grant| grant.school);
    schools.into_iter().any(|school| holds_at(world, principal, &[Role::Principal], school).is_some())
}
