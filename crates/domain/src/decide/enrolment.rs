//! A pupil comes, moves to another class, and leaves.

use chrono::NaiveDate;

use super::{Draft, Ruling, plausible, refuse};
use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, LeavingReason, Placement, PupilEnrolled, PupilLeft, PupilMovedClass,
};
use crate::event::{CaseWork, PupilEvent, Work};
use crate::id::{EnrolmentId, PupilId, SchoolId};
use crate::personal::{Erasable, Personal};
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::state::{Assignment, Enrolment, RegisteredSchool};
use crate::words::{Name, ProtectionLevel, Reference};

pub(super) fn enrol(
    draft: &mut Draft<'_>,
    pupil: Option<PupilId>,
    school: SchoolId,
    (name, protection): (&Personal<Name>, Option<ProtectionLevel>),
    placement: &Placement,
    from: NaiveDate,
) -> Ruling {
    taught(draft.school(school)?, placement)?;
    plausible(from, "from")?;
    let mut protected = false;
    let pupil = match pupil {
        None => PupilId::fresh(draft.ids),
        Some(known) => {
            let case = draft.case(known)?;
            let before = &case.latest;
            protected = case.protection.is_some();
            // Until the last day is over the pupil is there: who has them would lose them.
            let there = before.last_day().is_none_or(|last_day| draft.today() <= last_day);
            if there && !before.never_came() {
                return refuse(Code::AlreadyEnrolled, "pupil");
            }
            // At one school two have no day in common. Until when the pupil went to another is told to nobody here: each school's
            // days are its own (decision record 12).
            let mut here = case.enrolments_at(school).filter(|enrolment| !enrolment.never_came());
            if here.any(|enrolment| enrolment.last_day().is_some_and(|last_day| from <= last_day)) {
                return refuse(Code::AlreadyEnrolled, "from");
            }
            known
        }
    };
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let enrolment = EnrolmentId::fresh(draft.ids);
    let enrolled =
        PupilEnrolled { enrolment, school, name: Erasable::Present(name.clone()), placement: placement.clone(), from };
    draft.happened_on(stream, from, PupilEvent::Enrolled(enrolled));
    // With the enrolment, so that there is no moment between the two. A protection that holds already goes on.
    if let Some(level) = protection.filter(|_| !protected) {
        let work = Work::IdentityProtected { level };
        draft.happened_on(stream, from, PupilEvent::Worked(CaseWork { enrolment, work, minutes: None, note: None }));
    }
    Ok(())
}

pub(super) fn move_class(draft: &mut Draft<'_>, pupil: PupilId, placement: &Placement, from: NaiveDate) -> Ruling {
    let enrolment = lasting(draft, pupil)?;
    taught(draft.school(enrolment.school)?, placement)?;
    plausible(from, "from")?;
    if from <= enrolment.from {
        return refuse(Code::OutsidePeriod, "from");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let moved = PupilMovedClass { enrolment: enrolment.id, placement: placement.clone(), from };
    draft.happened_on(stream, from, PupilEvent::MovedClass(moved));
    Ok(())
}

/// The pupil leaves, and every assignment that would last longer ends with the last day.
pub(super) fn leave(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    (reason, destination): (LeavingReason, Option<&Reference>),
    last_day: NaiveDate,
) -> Ruling {
    let enrolment = lasting(draft, pupil)?;
    draft.not_ahead(last_day, "lastDay")?;
    let registered_after = draft.case(pupil)?.registered.latest().is_some_and(|day| day > last_day);
    if last_day < enrolment.from || registered_after {
        return refuse(Code::OutsidePeriod, "lastDay");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let outlasts = |assignment: &&Assignment| {
        assignment.enrolment == enrolment.id && assignment.until.is_none_or(|until| until > last_day)
    };
    for assignment in draft.case(pupil)?.assignments.iter().filter(outlasts) {
        let ended = AssignmentEnded {
            enrolment: enrolment.id,
            assignment: assignment.id,
            reason: AssignmentEndReason::PupilLeft,
            last_day,
        };
        draft.happened_on(stream, last_day, PupilEvent::AssignmentEnded(ended));
    }
    let left = PupilLeft { enrolment: enrolment.id, reason, last_day, destination: destination.cloned() };
    draft.happened_on(stream, last_day, PupilEvent::Left(left));
    Ok(())
}

/// The pupil's enrolment, which has not ended.
pub(super) fn lasting<'a>(draft: &Draft<'a>, pupil: PupilId) -> Result<&'a Enrolment, crate::refusal::Refusal> {
    let enrolment = &draft.case(pupil)?.latest;
    if enrolment.left.is_some() { refuse(Code::NotEnrolled, "pupil") } else { Ok(enrolment) }
}

fn taught(school: &RegisteredSchool, placement: &Placement) -> Ruling {
    let (lowest, highest) = school.details.grades;
    if (lowest..=highest).contains(&placement.grade) { Ok(()) } else { refuse(Code::GradeNotTaught, "grade") }
}
