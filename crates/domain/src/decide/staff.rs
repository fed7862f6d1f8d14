//! Who works here, and as what.

use super::{Draft, Ruling, plausible, refuse};
use crate::actor::Grant;
use crate::calendar::IsoWeek;
use crate::event::StaffEvent;
use crate::event::staff::{RoleGranted, StaffJoined, TaskTakenOver, TimeLogged, WorkingTimeSet};
use crate::id::StaffId;
use crate::personal::Personal;
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::words::Name;

pub(super) fn join(draft: &mut Draft<'_>, name: &Personal<Name>) {
    let stream = StreamRef::Staff(StaffId::fresh(draft.ids));
    draft.rests_on(stream);
    draft.happens(stream, StaffEvent::Joined(StaffJoined { name: name.clone() }));
}

pub(super) fn grant(draft: &mut Draft<'_>, staff: StaffId, grant: Grant) -> Ruling {
    let Some(member) = draft.world.staff_member(staff) else {
        return refuse(Code::NotFound, "staff");
    };
    if let Some(school) = grant.school {
        draft.school(school)?;
    }
    draft.not_oneself(staff, "staff")?;
    for_a_committee(draft, grant)?;
    if member.grants.contains(&grant) {
        return refuse(Code::RoleAlreadyGranted, "grant");
    }
    let stream = StreamRef::Staff(staff);
    draft.rests_on(stream);
    draft.happens(stream, StaffEvent::RoleGranted(RoleGranted { grant }));
    Ok(())
}

/// An appointment names the committee that it is for: one that has schools, and the school's own where it is for one school;
/// none only where there are schools under none. A role that no committee binds names none.
fn for_a_committee(draft: &Draft<'_>, grant: Grant) -> Ruling {
    let world = draft.world;
    let under = |named| world.schools().any(|(school, _)| world.committee_of(school) == named);
    let fits = match (grant.school, grant.committee) {
        (_, named) if !grant.is_bound() => named.is_none(),
        (Some(school), named) if world.committee_of(school) != named => return refuse(Code::NotSo, "committee"),
        (None, Some(named)) if !under(Some(named)) => return refuse(Code::NotFound, "committee"),
        (None, None) => under(None) || world.schools().next().is_none(),
        (Some(_), _) | (None, Some(_)) => true,
    };
    if fits { Ok(()) } else { refuse(Code::InvalidInput, "committee") }
}

pub(super) fn set_working_time(draft: &mut Draft<'_>, staff: StaffId, set: WorkingTimeSet) -> Ruling {
    known(draft, staff)?;
    plausible(set.from, "from")?;
    if u32::from(set.weekly.0) > WEEK {
        return refuse(Code::InvalidInput, "weeklyMinutes");
    }
    let stream = StreamRef::Staff(staff);
    draft.rests_on(stream);
    draft.happened_on(stream, set.from, StaffEvent::WorkingTimeSet(set));
    Ok(())
}

/// A pure addition. Of one day no more can be logged at a time than a day has. Whole weeks are sampled for two of a term and no
/// more: who begins another is told so, and two who begin one at once do not both pass.
pub(super) fn log_time(draft: &mut Draft<'_>, staff: StaffId, time: TimeLogged) -> Ruling {
    let Some(member) = draft.world.staff_member(staff) else { return refuse(Code::NotFound, "staff") };
    draft.not_ahead(time.on, "on")?;
    if time.minutes.0 == 0 || u32::from(time.minutes.0) > DAY {
        return refuse(Code::InvalidInput, "minutes");
    }
    let (stream, week) = (StreamRef::Staff(staff), IsoWeek::of(time.on));
    if time.sampled && !member.sampled.contains(&week) {
        if member.sampled_in(week.term()) >= SAMPLED_WEEKS {
            return refuse(Code::SampledWeeksFull, "sampled");
        }
        draft.rests_on(stream);
    } else {
        draft.adds_to(stream);
    }
    draft.happened_on(stream, time.on, StaffEvent::TimeLogged(time));
    Ok(())
}

pub(super) fn take_task_over(draft: &mut Draft<'_>, staff: StaffId, taken: TaskTakenOver) -> Ruling {
    known(draft, staff)?;
    draft.not_ahead(taken.on, "on")?;
    if taken.minutes.is_some_and(|minutes| u32::from(minutes.0) > DAY) {
        return refuse(Code::InvalidInput, "minutes");
    }
    let stream = StreamRef::Staff(staff);
    draft.adds_to(stream);
    draft.happened_on(stream, taken.on, StaffEvent::TaskTakenOver(taken));
    Ok(())
}

/// Weeks of a term whose whole time one person may sample (tidsstudie).
const SAMPLED_WEEKS: usize = 2;
/// Minutes in a day.
pub(super) const DAY: u32 = 24 * 60;
/// Minutes in a week.
const WEEK: u32 = 7 * DAY;

fn known(draft: &Draft<'_>, staff: StaffId) -> Ruling {
    if draft.world.staff_member(staff).is_some() { Ok(()) } else { refuse(Code::NotFound, "staff") }
}
