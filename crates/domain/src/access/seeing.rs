//! Who may see what.

use chrono::NaiveDate;

use super::{View, answers, holds_at, keeps_records, knew, leads, led, left_behind, relation};
use crate::actor::{Actor, Grant, Role};
use crate::calendar::IsoWeek;
use crate::event::pupil::Placement;
use crate::id::{PupilId, SchoolId, StaffId};
use crate::state::World;

/// What somebody asks to see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject<'a> {
    /// A pupil's case: who they are, their timeline, their own absence, as far as the view goes.
    Case(PupilId),
    /// What was recorded at a school that the pupil has left: for that school's principal.
    FormerCase(PupilId),
    /// What a school has on record of a pupil who goes there or went there: who has read it, and all of it as an extract. For
    /// whoever answers for the pupil there as principal, or did when the pupil left.
    Records(PupilId, SchoolId),
    /// A school unit: its name and terms.
    School(SchoolId),
    /// Figures of a whole school, or of a grade there.
    SchoolFigures(SchoolId),
    /// Figures of a class, by the placements of its pupils.
    ClassFigures(SchoolId, &'a [Placement]),
    /// What a school has that the authority must be told of: kinds and days, never whose.
    Duties(SchoolId),
    /// How many pupils each mentor of a school has: numbers, never the pupils.
    Loads(SchoolId),
    /// A staff member's name.
    Colleague(StaffId),
    /// How a staff member's working time was spent in a week: their own, or that of somebody who works with pupils at the
    /// principal's school, or did in that week.
    Workload(StaffId, IsoWeek),
    /// A staff member's caseload as it changes: their own while they are a mentor, or a colleague's.
    FollowedCaseload(StaffId),
}

/// Roles that see a school's figures; the authority's last, for who is of the school too sees what the school sees.
const FIGURES: [Role; 5] = [Role::Principal, Role::Mentor, Role::Coordinator, Role::AttendanceWatch, Role::Authority];

/// The decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    /// May see it, in this role; `None` for the program's own set-up, and for a person who asks about themselves or
    /// about a colleague. The view says which parts of a case; what is no case is seen whole.
    Granted(Option<Role>, View),
    /// May not; to be answered as if it were not there.
    Refused,
}

impl Access {
    /// Whether it may be seen.
    pub const fn granted(self) -> bool {
        match self {
            Self::Granted(..) => true,
            Self::Refused => false,
        }
    }

    /// What of it.
    pub const fn view(self) -> View {
        match self {
            Self::Granted(_, view) => view,
            Self::Refused => View::NOTHING,
        }
    }
}

/// Whether the actor may see the subject today. What is not there is refused, to everybody alike.
pub fn may_see(world: &World, actor: Actor, subject: Subject<'_>, today: NaiveDate) -> Access {
    match actor {
        Actor::Setup if exists(world, subject) => Access::Granted(None, View::ALL),
        Actor::Setup => Access::Refused,
        Actor::Staff(staff) if world.staff_member(staff).is_none() => Access::Refused,
        Actor::Staff(staff) => staff_may_see(world, staff, subject, today),
    }
}

fn staff_may_see(world: &World, staff: StaffId, subject: Subject<'_>, today: NaiveDate) -> Access {
    let role = match subject {
        Subject::Case(pupil) => {
            return relation(world, staff, pupil, today)
                .map_or(Access::Refused, |(role, view)| Access::Granted(Some(role), view));
        }
        Subject::FormerCase(pupil) => {
            let case = world.case(pupil);
            case.and_then(|case| left_behind(world, case, staff, today)).map(|_| Role::Principal)
        }
        Subject::Records(pupil, school) => {
            let case = world.case(pupil);
            case.filter(|case| keeps_records(world, case, (staff, school), today)).map(|_| Role::Principal)
        }
        Subject::School(school) => world.school(school).and_then(|_| holds_at(world, staff, &Role::ALL, school)),
        Subject::SchoolFigures(school) => world.school(school).and_then(|_| holds_at(world, staff, &FIGURES, school)),
        Subject::ClassFigures(school, placements) => {
            let all = placements.iter().all(|placement| answers(world, school, staff, placement, today));
            (all && !placements.is_empty()).then_some(Role::Principal)
        }
        Subject::Loads(school) => world
            .school(school)
            .and_then(|_| holds_at(world, staff, &[Role::Principal, Role::Coordinator, Role::Authority], school)),
        Subject::Duties(school) => {
            world.school(school).and_then(|_| holds_at(world, staff, &[Role::Principal, Role::Authority], school))
        }
        Subject::Colleague(other) => return colleague(world, staff, other),
        Subject::FollowedCaseload(other) => {
            let mentor =
                || world.schools().any(|(school, _)| holds_at(world, other, &[Role::Mentor], school).is_some());
            return if other == staff && !mentor() { Access::Refused } else { colleague(world, staff, other) };
        }
        Subject::Workload(other, _) if other == staff => return Access::Granted(None, View::ALL),
        Subject::Workload(other, week) => {
            let led = leads(world, staff, other) || week.days().is_some_and(|days| led(world, staff, other, days));
            led.then_some(Role::Principal)
        }
    };
    role.map_or(Access::Refused, |role| Access::Granted(Some(role), View::ALL))
}

/// Colleagues work at the same school, or one of them for all schools of its committee; the administrator for everybody. To the
/// principal whoever worked with pupils at the school, or answered for them, stays one: what was so then is asked about when they have
/// left.
fn colleague(world: &World, staff: StaffId, other: StaffId) -> Access {
    let (Some(one), Some(two)) = (world.staff_member(staff), world.staff_member(other)) else {
        return Access::Refused;
    };
    let meet = |a: &Grant, b: &Grant| match (a.school, b.school) {
        (Some(here), Some(there)) => here == there && world.reaches(a, here) && world.reaches(b, there),
        (None, Some(there)) => world.reaches(a, there) && world.reaches(b, there),
        (Some(here), None) => world.reaches(a, here) && world.reaches(b, here),
        (None, None) => !a.is_bound() || !b.is_bound() || a.committee == b.committee,
    };
    let together = || one.grants.iter().any(|a| two.grants.iter().any(|b| meet(a, b)));
    if staff == other || together() || knew(world, staff, other) {
        Access::Granted(None, View::ALL)
    } else {
        Access::Refused
    }
}

fn exists(world: &World, subject: Subject<'_>) -> bool {
    match subject {
        Subject::Case(pupil) | Subject::FormerCase(pupil) => world.case(pupil).is_some(),
        Subject::Records(pupil, school) => {
            world.case(pupil).is_some_and(|case| case.enrolments_at(school).next().is_some())
        }
        Subject::School(school)
        | Subject::SchoolFigures(school)
        | Subject::ClassFigures(school, _)
        | Subject::Duties(school)
        | Subject::Loads(school) => world.school(school).is_some(),
        Subject::Colleague(staff) | Subject::Workload(staff, _) | Subject::FollowedCaseload(staff) => {
            world.staff_member(staff).is_some()
        }
    }
}
