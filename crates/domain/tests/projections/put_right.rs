//! Enrolments whose days were put right: which days are wished for, and which day by day counts by them, plainly.

use chrono::NaiveDate;
use domain::calendar::local_date;
use domain::command::{DaysToCorrect, RightDays};
use domain::event::pupil::{AssignmentEndReason, EnrolmentDays, EnrolmentDaysCorrected};
use domain::event::{EventKind, PupilEvent, Work};
use domain::id::{EnrolmentId, PupilId};
use domain::personal::Personal;
use domain::spec::Story;
use domain::spec::works::every_work;
use domain::words::{Name, Note};
use domain::{Body, Command, Event, Recorded};
use proptest::prelude::prop;

/// Other days for one of the pupil's enrolments.
pub(crate) fn wished(
    story: &Story,
    pupil: PupilId,
    chosen: prop::sample::Index,
    (from, last_day): (Option<NaiveDate>, Option<NaiveDate>),
) -> Option<Command> {
    let case = story.known.world.case(pupil)?;
    let enrolments: Vec<_> = case.enrolments().collect();
    let meant = enrolments[chosen.index(enrolments.len())];
    let right = match (from, last_day.filter(|_| meant.left.is_some())) {
        (None, None) if meant.left.is_some() => RightDays::NotLeft,
        (None, None) => RightDays::NeverCame,
        (from, last_day) => RightDays::Were { from, last_day },
    };
    Some(Command::CorrectEnrolmentDays(DaysToCorrect {
        pupil,
        school: meant.school,
        enrolled_from: meant.from,
        right,
        reason: Personal::new(Note::try_new("Fel dag.").unwrap()),
    }))
}

/// Another spelling of the name that the pupil is known by now.
pub(crate) const fn renamed(pupil: PupilId, name: Personal<Name>) -> Command {
    Command::CorrectPupilName { pupil, school: None, name }
}

fn of_pupil(recorded: &Recorded) -> Option<&PupilEvent> {
    if let Body::Known(Event::Pupil(event)) = &recorded.body { Some(event) } else { None }
}

/// The day by which a change in a case counts, of what is on record in a log: by how the days of its enrolment were put right last.
pub(crate) fn counts_from(log: &[Recorded], recorded: &Recorded) -> Option<NaiveDate> {
    let own = local_date(recorded.occurred?);
    let Some(event) = of_pupil(recorded).filter(|event| event.changes_facts()) else { return Some(own) };
    let all: Vec<_> = log.iter().filter_map(|one| corrected(one, event.enrolment())).collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Some(own) };
    let recorded_first = first.instead_of.from;
    let left = |one: &Recorded| match of_pupil(one) {
        Some(PupilEvent::Left(left)) if left.enrolment == event.enrolment() => Some(left.last_day),
        _ => None,
    };
    let recorded_last = log.iter().rev().find_map(left);
    let days = right(last);
    let begun = begun(log, event.enrolment(), (recorded_first, days.from))?;
    Some(match event {
        PupilEvent::Enrolled(_) | PupilEvent::DaysCorrected(_) => begun,
        PupilEvent::Left(left) if Some(left.last_day) == recorded_last => days.last_day.unwrap_or(own),
        PupilEvent::AssignmentEnded(ended)
            if ended.reason == AssignmentEndReason::PupilLeft && Some(ended.last_day) == recorded_last =>
        {
            days.last_day.unwrap_or(own)
        }
        PupilEvent::Worked(work) if work.work.safeguards() && own == recorded_first => begun,
        _ if own == recorded_first => days.from.max(begun),
        _ => own.max(begun),
    })
}

/// Whether the pupil has come by a day to the school in whose enrolment something is recorded: before, there is nothing of it.
pub(crate) fn has_come(log: &[Recorded], recorded: &Recorded, day: NaiveDate) -> bool {
    let Some(enrolment) = of_pupil(recorded).map(PupilEvent::enrolment) else { return true };
    let enrolled =
        |one: &&Recorded| matches!(of_pupil(one), Some(PupilEvent::Enrolled(event)) if event.enrolment == enrolment);
    let begins = log.iter().find(enrolled).and_then(|enrolled| counts_from(log, enrolled));
    begins.is_some_and(|begins| begins <= day)
}

/// Whether events of the kind may count by another day than their own, on which they stand in the timeline.
pub(crate) fn moves(kind: EventKind) -> bool {
    let mut works = every_work().into_iter().filter(Work::changes_facts);
    matches!(
        kind,
        EventKind::PupilLeft
            | EventKind::PupilMovedClass
            | EventKind::MentorAssigned
            | EventKind::AssignmentEnded
            | EventKind::CoverStarted
            | EventKind::CoverEnded
    ) || works.any(|work| work.kind() == kind)
}

fn corrected(recorded: &Recorded, of: EnrolmentId) -> Option<&EnrolmentDaysCorrected> {
    if let PupilEvent::DaysCorrected(corrected) = of_pupil(recorded)? {
        Some(corrected).filter(|corrected| corrected.enrolment == of)
    } else {
        None
    }
}

/// Since when the pupil has been enrolled: since the first day, or since it was recorded ahead of that, or put ahead.
fn begun(log: &[Recorded], of: EnrolmentId, (recorded, is): (NaiveDate, NaiveDate)) -> Option<NaiveDate> {
    let enrolled =
        |one: &&Recorded| matches!(of_pupil(one), Some(PupilEvent::Enrolled(event)) if event.enrolment == of);
    let happened = local_date(log.iter().find(enrolled)?.occurred?);
    let put_ahead = |one: &Recorded| {
        let on = local_date(one.occurred?);
        corrected(one, of).filter(|corrected| on < right(corrected).from).map(|_| on)
    };
    let ahead = (happened < recorded).then_some(happened).or_else(|| log.iter().find_map(put_ahead));
    Some(ahead.map_or(is, |ahead| ahead.min(is)))
}

/// The days that a correction says; of one who never came, none.
fn right(corrected: &EnrolmentDaysCorrected) -> EnrolmentDays {
    let from = corrected.instead_of.from;
    corrected.days.unwrap_or(EnrolmentDays { from, last_day: from.pred_opt() })
}
