//! Correcting an entry of a case, and the pupil's name (article 16 of the GDPR).

use chrono::NaiveDate;

use super::{Draft, Ruling, plausible, refuse};
use crate::access::entry_is_there;
use crate::actor::Actor;
use crate::command::{DaysToCorrect, EntryToCorrect, MeantEntry, RightDays};
use crate::event::PupilEvent;
use crate::event::pupil::{EnrolmentDays, EnrolmentDaysCorrected, EntryCorrected, PupilNameCorrected};
use crate::event::work_rules::correctable;
use crate::id::{PupilId, SchoolId};
use crate::personal::{Erasable, Personal};
use crate::recorded::StreamRef;
use crate::refusal::{Code, Refusal};
use crate::state::{Enrolment, PupilCase};
use crate::words::Name;

/// The entry stands in the present enrolment, or in one that was left and is its school's to put right; it is of a kind that nothing
/// else rests on, and has not been corrected. What it opened is still as it was opened.
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

/// The name that a school knows the pupil by, which is that of the latest enrolment there. Who has been erased is not given a name
/// again.
pub(super) fn correct_name(
    draft: &mut Draft<'_>,
    (pupil, school): (PupilId, Option<SchoolId>),
    name: &Personal<Name>,
) -> Ruling {
    let case = draft.case(pupil)?;
    let meant = case.latest_at(school.unwrap_or(case.latest.school));
    let Some(enrolment) = meant else { return refuse(Code::NotEnrolled, "school") };
    let Some(known) = enrolment.name.present() else {
        return refuse(Code::NotCorrectable, "pupil");
    };
    if known == name {
        return refuse(Code::AlreadySo, "name");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let corrected = PupilNameCorrected {
        enrolment: enrolment.id,
        name: Erasable::Present(name.clone()),
        instead_of: Erasable::Present(known.clone()),
    };
    draft.happens(stream, PupilEvent::NameCorrected(corrected));
    Ok(())
}

/// The first or last day of an enrolment at a school, as its own principal knows it. What the school may do is decided from its own
/// enrolments alone: where the pupil was before, or went next, and when, changes no answer (decision record 12). Days that another
/// school has recorded stay that one's.
pub(super) fn correct_days(draft: &mut Draft<'_>, wrong: &DaysToCorrect) -> Ruling {
    let case = draft.case(wrong.pupil)?;
    // Of one who never came there is no day to put right: who comes after all is enrolled.
    let mut here = case.enrolments_at(wrong.school).filter(|enrolment| !enrolment.never_came());
    let Some(enrolment) = here.find(|enrolment| enrolment.from == wrong.enrolled_from) else {
        return refuse(Code::NotEnrolled, "enrolledFrom");
    };
    let instead_of = EnrolmentDays { from: enrolment.from, last_day: enrolment.last_day() };
    let days = match wrong.right {
        RightDays::Were { from, last_day } => Some(right_days(draft, (case, enrolment), (instead_of, from, last_day))?),
        RightDays::NotLeft if instead_of.last_day.is_none() => return refuse(Code::AlreadySo, "mistake"),
        // Who has been enrolled since has left. It is what enrolling them anew would say.
        RightDays::NotLeft if case.latest.id != enrolment.id => return refuse(Code::AlreadyEnrolled, "mistake"),
        RightDays::NotLeft => Some(EnrolmentDays { last_day: None, ..instead_of }),
        RightDays::NeverCame => None,
    };
    let stream = StreamRef::Pupil(wrong.pupil);
    draft.rests_on(stream);
    let note = Some(Erasable::Present(wrong.reason.clone()));
    let corrected = EnrolmentDaysCorrected { enrolment: enrolment.id, days, instead_of, note };
    draft.happens(stream, PupilEvent::DaysCorrected(corrected));
    Ok(())
}

/// The days that an enrolment had, when the first or the last is another. At one school no day is in two enrolments.
fn right_days(
    draft: &Draft<'_>,
    (case, enrolment): (&PupilCase, &Enrolment),
    (instead_of, from, last_day): (EnrolmentDays, Option<NaiveDate>, Option<NaiveDate>),
) -> Result<EnrolmentDays, Refusal> {
    let days = EnrolmentDays { from: from.unwrap_or(instead_of.from), last_day: last_day.or(instead_of.last_day) };
    if days == instead_of {
        return refuse(Code::AlreadySo, if from.is_some() { "firstDay" } else { "lastDay" });
    }
    within_a_life(draft, days, if last_day.is_some() { "lastDay" } else { "firstDay" })?;
    // Who has not left leaves (`leave`), with all that ends by it.
    if instead_of.last_day.is_none() && days.last_day.is_some() {
        return refuse(Code::InvalidInput, "lastDay");
    }
    let mut others = case.enrolments_at(enrolment.school).filter(|other| other.id != enrolment.id);
    let meets = |other: &Enrolment| {
        !other.never_came()
            && days.last_day.is_none_or(|last_day| other.from <= last_day)
            && other.last_day().is_none_or(|last_day| days.from <= last_day)
    };
    if others.any(meets) {
        return refuse(Code::AlreadyEnrolled, if from.is_some() { "firstDay" } else { "lastDay" });
    }
    Ok(days)
}

/// They are days, in their order, and nobody leaves ahead.
fn within_a_life(draft: &Draft<'_>, days: EnrolmentDays, field: &'static str) -> Ruling {
    plausible(days.from, "firstDay")?;
    let Some(last_day) = days.last_day else { return Ok(()) };
    draft.not_ahead(last_day, "lastDay")?;
    if last_day < days.from { refuse(Code::OutsidePeriod, field) } else { Ok(()) }
}
