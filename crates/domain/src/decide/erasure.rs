//! Erasure (gallring): what is begun, what was told of published figures, where a publication did not keep it itself, and that it
//! is done. One command records the first two together, so that no told figure is ever without the days that it was made from.

use super::{Draft, Ruling, refuse};
use crate::event::{SchoolEvent, SchoolMatter};
use crate::id::SchoolId;
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::retention::{Due, MOST_AT_ONCE, Records, is_held};
use crate::words::Reference;

pub(super) fn begin(
    draft: &mut Draft<'_>,
    decision: &Reference,
    (due, again): (&[Due], bool),
    told: &[(SchoolId, SchoolMatter)],
) -> Ruling {
    if due.is_empty() || due.len() > MOST_AT_ONCE {
        return refuse(Code::InvalidInput, "due");
    }
    for due in due {
        // What was erased before a restore is erased: a hold that the backup still knows was lifted before.
        if !again && is_held(draft.world, due.records) {
            return refuse(Code::NotAllowed, "due");
        }
        let Records { subject, class, period } = due.records;
        let (plan_item, decision) = (due.plan_item.clone(), decision.clone());
        settled(draft, due.school, SchoolMatter::ErasureBegun { subject, class, period, plan_item, decision })?;
    }
    for (school, kept) in told {
        if !is_told(kept) {
            return refuse(Code::InvalidInput, "told");
        }
        settled(draft, *school, kept.clone())?;
    }
    Ok(())
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
