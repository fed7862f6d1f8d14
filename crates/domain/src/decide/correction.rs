//! Correcting an entry of a case, and the pupil's name (article 16 of the GDPR).

use super::{Draft, Ruling, refuse};
use crate::access::entry_is_there;
use crate::actor::Actor;
use crate::command::{EntryToCorrect, MeantEntry};
use crate::event::PupilEvent;
use crate::event::pupil::{EntryCorrected, PupilNameCorrected};
use crate::event::work_rules::correctable;
use crate::id::PupilId;
use crate::personal::{Erasable, Personal};
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::words::Name;

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

/// The name of the latest enrolment, which is the one that the pupil is known by; an earlier one's is its school's. Who has been
/// erased is not given a name again.
pub(super) fn correct_name(draft: &mut Draft<'_>, pupil: PupilId, name: &Personal<Name>) -> Ruling {
    let case = draft.case(pupil)?;
    let Some(known) = case.name.present() else {
        return refuse(Code::NotCorrectable, "pupil");
    };
    if known == name {
        return refuse(Code::AlreadySo, "name");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let corrected = PupilNameCorrected {
        enrolment: case.latest.id,
        name: Erasable::Present(name.clone()),
        instead_of: Erasable::Present(known.clone()),
    };
    draft.happens(stream, PupilEvent::NameCorrected(corrected));
    Ok(())
}
