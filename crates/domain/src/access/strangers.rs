//! Who has nothing to do with whom: what such a person is refused is on record, whatever the reason.

use chrono::NaiveDate;

use super::{Subject, guardian_hidden_from, hidden, holds_at, may_see, relation};
use crate::actor::{Actor, Role};
use crate::id::{PupilId, StaffId};
use crate::retention::Subject as Person;
use crate::state::World;

/// Whether somebody is a stranger to a person today: to a pupil whose case they do not see, nor what their school keeps of it, nor
/// hand attendance in for; to a guardian of none of those; to a member of staff who is no colleague. To who is not there everybody is.
pub fn is_stranger(world: &World, staff: StaffId, to: Person, today: NaiveDate) -> bool {
    match to {
        Person::Pupil(pupil) => !knows(world, staff, pupil, today),
        Person::Guardian(guardian) => !world.children_of(guardian).iter().any(|pupil| {
            knows(world, staff, *pupil, today) && !guardian_hidden_from(world, staff, (guardian, *pupil), today)
        }),
        Person::Staff(other) => !may_see(world, Actor::Staff(staff), Subject::Colleague(other), today).granted(),
    }
}

fn knows(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> bool {
    let kept = || may_see(world, Actor::Staff(staff), Subject::FormerCase(pupil), today).granted();
    relation(world, staff, pupil, today).is_some() || kept() || hands_attendance_in(world, staff, pupil, today)
}

fn hands_attendance_in(world: &World, staff: StaffId, pupil: PupilId, today: NaiveDate) -> bool {
    world.case(pupil).is_some_and(|case| {
        let system = holds_at(world, staff, &[Role::Integration], case.latest.school);
        system.is_some() && !hidden(world, case, staff, today)
    })
}
