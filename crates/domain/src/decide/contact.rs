//! Contacts with guardians.

use super::{Draft, Ruling, refuse};
use crate::access::guardian_hidden_from;
use crate::actor::Actor;
use crate::calendar::local_date;
use crate::command::ContactToLog;
use crate::event::PupilEvent;
use crate::event::pupil::GuardianContacted;
use crate::personal::Erasable;
use crate::recorded::StreamRef;
use crate::refusal::Code;

/// A pure addition: two who log at the same time do not stand in each other's way.
pub(super) fn log(draft: &mut Draft<'_>, contact: &ContactToLog) -> Ruling {
    let case = draft.case(contact.pupil)?;
    let hidden = |staff| {
        let (of, today) = ((contact.guardian, contact.pupil), draft.today());
        guardian_hidden_from(draft.world, staff, of, today)
    };
    let is_hidden = match draft.actor {
        Actor::Staff(staff) => hidden(staff),
        Actor::Setup => false,
    };
    if is_hidden || !case.has_guardian(contact.guardian) {
        return refuse(Code::GuardianNotLinked, "guardian");
    }
    let occurred = contact.occurred.unwrap_or(draft.moment.0);
    if occurred > draft.moment.0 {
        return refuse(Code::InTheFuture, "occurred");
    }
    let Some(enrolment) = case.enrolment_on(local_date(occurred)) else {
        return refuse(Code::OutsidePeriod, "occurred");
    };
    let stream = StreamRef::Pupil(contact.pupil);
    draft.adds_to(stream);
    let contacted = GuardianContacted {
        enrolment: enrolment.id,
        guardian: contact.guardian,
        channel: contact.channel,
        direction: contact.direction,
        outcome: contact.outcome,
        topic: contact.topic,
        minutes: contact.minutes,
        note: contact.note.clone().map(Erasable::Present),
    };
    draft.happened_at(stream, occurred, PupilEvent::GuardianContacted(contacted));
    Ok(())
}
