//! Who works here, and as what.

use super::{Draft, Ruling, refuse};
use crate::actor::Grant;
use crate::event::StaffEvent;
use crate::event::staff::{RoleGranted, StaffJoined};
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
    if member.grants.contains(&grant) {
        return refuse(Code::RoleAlreadyGranted, "grant");
    }
    let stream = StreamRef::Staff(staff);
    draft.rests_on(stream);
    draft.happens(stream, StaffEvent::RoleGranted(RoleGranted { grant }));
    Ok(())
}
