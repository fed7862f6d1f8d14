//! Who stands in for a mentor, and until when.

use chrono::NaiveDate;

use super::{Draft, Ruling, caseload, plausible, refuse};
use crate::actor::Role;
use crate::event::PupilEvent;
use crate::event::pupil::{CoverEnded, CoverStarted};
use crate::id::{AssignmentId, PupilId, StaffId};
use crate::recorded::StreamRef;
use crate::refusal::Code;

/// Within the assignment, by a mentor of the school, and by nobody twice at a time.
pub(super) fn start(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    (assignment, deputy): (AssignmentId, StaffId),
    (from, until): (NaiveDate, NaiveDate),
) -> Ruling {
    let case = draft.case(pupil)?;
    plausible(from, "from")?;
    plausible(until, "until")?;
    let Some(covered) = case.assignment_here(assignment) else {
        return refuse(Code::NotFound, "assignment");
    };
    if until < from {
        return refuse(Code::InvalidInput, "until");
    }
    if !covered.covers(from) || !covered.covers(until) {
        return refuse(Code::OutsidePeriod, "from");
    }
    caseload::holds(draft, deputy, Role::Mentor, "deputy", case.latest.school)?;
    let has_already = covered.mentor == deputy
        || case.covers.iter().any(|cover| {
            cover.assignment == assignment && cover.deputy == deputy && cover.from <= until && from <= cover.until
        });
    if has_already {
        return refuse(Code::MentorAlreadyAssigned, "deputy");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    draft.rests_on(StreamRef::Staff(deputy));
    let started = CoverStarted { enrolment: covered.enrolment, assignment, deputy, from, until };
    draft.happened_on(stream, from, PupilEvent::CoverStarted(started));
    Ok(())
}

pub(super) fn end(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    (assignment, deputy): (AssignmentId, StaffId),
    last_day: NaiveDate,
) -> Ruling {
    let case = draft.case(pupil)?;
    plausible(last_day, "lastDay")?;
    let covers = |cover: &&crate::state::Cover| {
        cover.enrolment == case.latest.id
            && cover.assignment == assignment
            && cover.deputy == deputy
            && cover.until > last_day
    };
    let Some(cover) = case.covers.iter().find(covers) else {
        return refuse(Code::CoverNotFound, "deputy");
    };
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let ended = CoverEnded { enrolment: cover.enrolment, assignment, deputy, last_day };
    draft.happened_on(stream, last_day, PupilEvent::CoverEnded(ended));
    Ok(())
}
