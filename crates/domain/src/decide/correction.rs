//! Correcting an entry of a case (article 16 of the GDPR).

use super::{Draft, Ruling, refuse};
use crate::access::entry_is_there;
use crate::actor::Actor;
use crate::command::{EntryToCorrect, MeantEntry};
use crate::event::PupilEvent;
use crate::event::pupil::EntryCorrected;
use crate::event::work_rules::correctable;
use crate::personal::Erasable;
use crate::recorded::StreamRef;
use crate::refusal::Code;

/// The entry stands in the present enrolment, is of a kind that nothing else rests on, and has not been corrected. What it
/// opened is still as it was opened.
pub(super) fn correct(draft: &mut Draft<'_>, entry: &EntryToCorrect) -> Ruling {
    let case = draft.case(entry.pupil)?;
    let there = |meant: &MeantEntry| match draft.actor {
        Actor::Staff(staff) => entry_is_there(draft.world, staff, (entry.pupil, meant), draft.today()),
        Actor::Setup => meant.enrolment == case.latest.id,
    };
    let Some(meant) = entry.meant.filter(there) else {
        return refuse(Code::NotFound, "position");
    };
    if case.opened.corrected.contains(&entry.position) {
        return refuse(Code::AlreadySo, "position");
    }
    if !correctable(meant.kind) || !case.opened.stands_as_opened(meant.event) {
        return refuse(Code::NotCorrectable, "position");
    }
    let stream = StreamRef::Pupil(entry.pupil);
    draft.rests_on(stream);
    let author = match meant.author {
        Actor::Staff(staff) => Some(staff),
        Actor::Setup => None,
    };
    let corrected = EntryCorrected {
        enrolment: meant.enrolment,
        of: meant.event,
        position: entry.position,
        kind: meant.kind,
        author,
        note: Some(Erasable::Present(entry.reason.clone())),
    };
    draft.happens(stream, PupilEvent::EntryCorrected(corrected));
    Ok(())
}
