//! Which mentor has which pupil.

use chrono::NaiveDate;

use super::{Draft, Ruling, enrolment, plausible, refuse};
use crate::actor::Role;
use crate::event::PupilEvent;
use crate::event::pupil::{AssignmentEndReason, AssignmentEnded, AssignmentHandedOver, AssignmentKind, MentorAssigned};
use crate::id::{AssignmentId, PupilId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::recorded::StreamRef;
use crate::refusal::Code;
use crate::state::Assignment;
use crate::words::Note;

pub(super) fn assign(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    (mentor, kind): (StaffId, AssignmentKind),
    principal: StaffId,
    from: NaiveDate,
) -> Ruling {
    let enrolment = enrolment::lasting(draft, pupil)?;
    plausible(from, "from")?;
    let Some(placement) = enrolment.placement_on(from) else {
        return refuse(Code::OutsidePeriod, "from");
    };
    holds(draft, mentor, Role::Mentor, "mentor", enrolment.school)?;
    holds(draft, principal, Role::Principal, "principal", enrolment.school)?;
    if !draft.school(enrolment.school)?.answers_for(principal, placement, from) {
        return refuse(Code::PrincipalNotResponsible, "principal");
    }
    let case = draft.case(pupil)?;
    let meets = || case.assignments.iter().filter(|other| other.enrolment == enrolment.id && other.reaches(from));
    if meets().any(|other| other.mentor == mentor) {
        return refuse(Code::MentorAlreadyAssigned, "mentor");
    }
    if kind == AssignmentKind::Primary && meets().any(|other| other.kind == AssignmentKind::Primary) {
        return refuse(Code::PrimaryMentorExists, "kind");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    draft.rests_on(StreamRef::School(enrolment.school));
    draft.rests_on(StreamRef::Staff(mentor));
    draft.rests_on(StreamRef::Staff(principal));
    let assignment = AssignmentId::fresh(draft.ids);
    let assigned = MentorAssigned { enrolment: enrolment.id, assignment, mentor, kind, principal, from };
    draft.happened_on(stream, from, PupilEvent::MentorAssigned(assigned));
    Ok(())
}

pub(super) fn end(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    assignment: AssignmentId,
    reason: AssignmentEndReason,
    last_day: NaiveDate,
) -> Ruling {
    let case = draft.case(pupil)?;
    let Some(known) = case.assignment_here(assignment) else {
        return refuse(Code::NotFound, "assignment");
    };
    if known.until.is_some() {
        return refuse(Code::AssignmentEnded, "assignment");
    }
    // What lies ahead is taken back before it has begun.
    let never = draft.today() < known.from && known.from.pred_opt() == Some(last_day);
    if !never {
        draft.not_ahead(last_day, "lastDay")?;
        if last_day < known.from {
            return refuse(Code::OutsidePeriod, "lastDay");
        }
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    let ended = AssignmentEnded { enrolment: known.enrolment, assignment, reason, last_day };
    draft.happened_on(stream, last_day, PupilEvent::AssignmentEnded(ended));
    Ok(())
}

/// The person holds the role at the school. Of one who does not, nobody is told whether they are employed elsewhere.
pub(super) fn holds(
    draft: &Draft<'_>,
    staff: StaffId,
    role: Role,
    field: &'static str,
    school: crate::id::SchoolId,
) -> Ruling {
    let member = draft.world.staff_member(staff);
    let holds = member.is_some_and(|member| draft.world.holds(member, role, school));
    if holds { Ok(()) } else { refuse(Code::RoleMissing, field) }
}

/// The one ends the day before the other begins, of the same kind and for the same principal: no day is without a mentor.
pub(super) fn hand_over(
    draft: &mut Draft<'_>,
    pupil: PupilId,
    (assignment, mentor): (AssignmentId, StaffId),
    from: NaiveDate,
    note: Option<&Personal<Note>>,
) -> Ruling {
    let case = draft.case(pupil)?;
    let enrolment = enrolment::lasting(draft, pupil)?;
    plausible(from, "from")?;
    let Some(known) = case.assignment_here(assignment) else { return refuse(Code::NotFound, "assignment") };
    if known.until.is_some() {
        return refuse(Code::AssignmentEnded, "assignment");
    }
    // One that lies ahead passes on, or back, from its first day: it never takes effect.
    let begun = |last_day: &NaiveDate| *last_day >= known.from || from == known.from && draft.today() < from;
    let Some(last_day) = from.pred_opt().filter(begun) else {
        return refuse(Code::OutsidePeriod, "from");
    };
    if enrolment.placement_on(from).is_none() {
        return refuse(Code::OutsidePeriod, "from");
    }
    holds(draft, mentor, Role::Mentor, "mentor", enrolment.school)?;
    let meets = |other: &Assignment| other.enrolment == enrolment.id && other.mentor == mentor && other.reaches(from);
    if case.assignments.iter().any(meets) {
        return refuse(Code::MentorAlreadyAssigned, "mentor");
    }
    let stream = StreamRef::Pupil(pupil);
    draft.rests_on(stream);
    draft.rests_on(StreamRef::Staff(mentor));
    let (enrolment, principal, kind) = (enrolment.id, known.principal, known.kind);
    let reason = AssignmentEndReason::HandedOver;
    let ended = AssignmentEnded { enrolment, assignment, reason, last_day };
    draft.happened_on(stream, last_day, PupilEvent::AssignmentEnded(ended));
    let to = AssignmentId::fresh(draft.ids);
    let assigned = MentorAssigned { enrolment, assignment: to, mentor, kind, principal, from };
    draft.happened_on(stream, from, PupilEvent::MentorAssigned(assigned));
    let note = note.cloned().map(Erasable::Present);
    let handed = AssignmentHandedOver { enrolment, from: assignment, to, note };
    draft.happened_on(stream, from, PupilEvent::AssignmentHandedOver(handed));
    Ok(())
}
