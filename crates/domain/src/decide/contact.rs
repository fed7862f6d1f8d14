//! Contacts with guardians.

use super::{Draft, Ruling, refuse, within_a_days_work};
use crate::calendar::local_date;
use crate::command::ContactToLog;
use crate::event::PupilEvent;
use crate::event::pupil::GuardianContacted;
use crate::id::PupilId;
use crate::personal::Erasable;
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::words::Minutes;

/// Most siblings whom one contact is about.
const MOST_PUPILS: usize = 12;

/// A pure addition: two who log at the same time do not stand in each other's way. What was about several siblings stands
/// in the case of each; the time was spent once.
pub(super) fn log(draft: &mut Draft<'_>, contact: &ContactToLog) -> Ruling {
    within_a_days_work(contact.minutes)?;
    let mut everybody = vec![contact.pupil];
    for pupil in &contact.with {
        if everybody.contains(pupil) || everybody.len() == MOST_PUPILS {
            return refuse(Code::InvalidInput, "alsoPupilIds");
        }
        everybody.push(*pupil);
    }
    for (number, pupil) in everybody.into_iter().enumerate() {
        let minutes = if number == 0 { contact.minutes } else { contact.minutes.map(|_| Minutes(0)) };
        log_for(draft, pupil, contact, minutes)?;
    }
    Ok(())
}

fn log_for(draft: &mut Draft<'_>, pupil: PupilId, contact: &ContactToLog, minutes: Option<Minutes>) -> Ruling {
    let case = draft.case(pupil)?;
    if !draft.has_guardian(pupil, contact.guardian) {
        return refuse(Code::GuardianNotLinked, "guardian");
    }
    let occurred = contact.occurred.unwrap_or(draft.moment.0);
    if occurred > draft.moment.0 {
        return refuse(Code::InTheFuture, "occurred");
    }
    let Some(enrolment) = case.enrolment_here_on(local_date(occurred)) else {
        return refuse(Code::OutsidePeriod, "occurred");
    };
    let stream = StreamRef::Pupil(pupil);
    draft.adds_to(stream);
    let contacted = GuardianContacted {
        enrolment: enrolment.id,
        guardian: contact.guardian,
        channel: contact.channel,
        direction: contact.direction,
        outcome: contact.outcome,
        topic: contact.topic,
        minutes,
        note: contact.note.clone().map(Erasable::Present),
    };
    draft.happened_at(stream, occurred, PupilEvent::GuardianContacted(contacted));
    Ok(())
}
