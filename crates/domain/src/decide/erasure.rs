//! Erasure (gallring): what is begun, what was told of published figures, where a publication did not keep it itself, and that it
//! is done. One command records the first two together, so that no told figure is ever without the days that it was made from.
//! A guardian whose identity is protected stays so for siblings of whoever is erased.

use super::{Decided, Draft, Ruling, refuse};
use crate::access;
use crate::event::{CaseWork, PupilEvent, SchoolEvent, SchoolMatter, Work};
use crate::id::{PupilId, SchoolId, StaffId};
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::retention::{Due, Holds, MOST_AT_ONCE, Records, Subject, left_behind};
use crate::words::{Reference, RetentionClass};

pub(super) fn begin(
    draft: &mut Draft<'_>,
    (decision, approved_by): (&Reference, Option<StaffId>),
    (due, kept, again): (&[Due], &[Records], bool),
    told: &[(SchoolId, SchoolMatter)],
) -> Ruling {
    if due.is_empty() || due.len() > MOST_AT_ONCE {
        return refuse(Code::InvalidInput, "due");
    }
    // Nothing is erased that nobody who may decide there approved. Of what was erased before a restore the list may not say, and the
    // backup not know, who it was.
    if !again {
        access::may_approve(draft.world, approved_by, due)?;
        if !left_behind(due, kept).is_empty() {
            return refuse(Code::GoesLast, "due");
        }
    }
    let holds = Holds::of(draft.world);
    for due in due {
        // What was erased before a restore is erased: a hold that the backup still knows was lifted before.
        if !again && holds.keep_records(draft.world, due.records) {
            return refuse(Code::NotAllowed, "due");
        }
        let Records { subject, class, period } = due.records;
        let (plan_item, decision) = (due.plan_item.clone(), decision.clone());
        let begun = SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision, approved_by };
        settled(draft, due.school, begun)?;
        if let (Subject::Pupil(pupil), RetentionClass::Safety) = (subject, class) {
            protect_for_siblings(draft, pupil);
        }
    }
    for (school, kept) in told {
        if !is_told(kept) {
            return refuse(Code::InvalidInput, "told");
        }
        settled(draft, *school, kept.clone())?;
    }
    Ok(())
}

/// What was said in one pupil's case of a guardian's identity holds for all the guardian's children: before it is erased there, it
/// is said in the case of each of the others.
fn protect_for_siblings(draft: &mut Draft<'_>, pupil: PupilId) {
    let world = draft.world;
    for guardian in world.case(pupil).into_iter().flat_map(|case| case.guardians_protected.iter()) {
        let others = world.children_of(guardian).iter().filter(|other| **other != pupil);
        for (other, case) in others.filter_map(|other| Some((*other, world.case(*other)?))) {
            let event = PupilEvent::Worked(CaseWork {
                enrolment: case.latest.id,
                work: Work::GuardianProtected { guardian },
                minutes: None,
                note: None,
            });
            let said = |known: &Decided| known.stream == StreamRef::Pupil(other) && known.event == event.clone().into();
            if !case.guardians_protected.contains(&guardian) && !draft.events.iter().any(said) {
                draft.rests_on(StreamRef::Pupil(other));
                draft.happens(StreamRef::Pupil(other), event);
            }
        }
    }
}

const fn is_told(matter: &SchoolMatter) -> bool {
    matches!(matter, SchoolMatter::FigureTold { .. } | SchoolMatter::ChangeTold { .. } | SchoolMatter::LoadTold { .. })
}

pub(super) fn finish(draft: &mut Draft<'_>, done: &[(SchoolId, Records)]) -> Ruling {
    if done.is_empty() || done.len() > MOST_AT_ONCE {
        return refuse(Code::InvalidInput, "done");
    }
    for (school, Records { subject, class, period }) in done {
        let matter = SchoolMatter::ErasureCarriedOut { subject: *subject, class: *class, period: *period };
        settled(draft, *school, matter)?;
    }
    Ok(())
}

fn settled(draft: &mut Draft<'_>, school: SchoolId, matter: SchoolMatter) -> Ruling {
    draft.school(school)?;
    let stream = StreamRef::School(school);
    draft.rests_on(stream);
    draft.happens(stream, SchoolEvent::Settled(matter));
    Ok(())
}
