//! Who has the pupil, as it stands in a timeline.

use async_graphql::{ID, SimpleObject};
use chrono::NaiveDate;
use domain::event::pupil;
use domain::personal::Erasable;

use crate::graphql::types::shown_note;
use crate::graphql::types::words::{AssignmentEndReason, AssignmentKind};

/// A mentor was assigned to the pupil (mentor tilldelad).
#[derive(SimpleObject)]
pub(crate) struct MentorAssigned {
    /// The assignment's id.
    assignment_id: ID,
    /// The mentor's id.
    mentor_id: ID,
    /// The kind of assignment.
    assignment_kind: AssignmentKind,
    /// The id of the principal whose work it is.
    principal_id: ID,
    /// First day.
    since: NaiveDate,
}

impl From<&pupil::MentorAssigned> for MentorAssigned {
    fn from(event: &pupil::MentorAssigned) -> Self {
        Self {
            assignment_id: event.assignment.to_string().into(),
            mentor_id: event.mentor.to_string().into(),
            assignment_kind: event.kind.into(),
            principal_id: event.principal.to_string().into(),
            since: event.from,
        }
    }
}

/// A mentor's assignment ended (mentorsuppdrag avslutat).
#[derive(SimpleObject)]
pub(crate) struct AssignmentEnded {
    /// The assignment's id.
    assignment_id: ID,
    /// Why.
    end_reason: AssignmentEndReason,
    /// Last day, included.
    last_day: NaiveDate,
}

impl From<&pupil::AssignmentEnded> for AssignmentEnded {
    fn from(event: &pupil::AssignmentEnded) -> Self {
        Self {
            assignment_id: event.assignment.to_string().into(),
            end_reason: event.reason.into(),
            last_day: event.last_day,
        }
    }
}

/// An assignment was handed over (överlämning) from one mentor to the next.
#[derive(SimpleObject)]
pub(crate) struct AssignmentHandedOver {
    /// The id of the assignment that ended with it.
    from_assignment_id: ID,
    /// The id of the assignment that began with it.
    to_assignment_id: ID,
    /// What the next one needs to know, when it was noted and has not been erased.
    note: Option<String>,
    /// Whether there was a note that has been erased (gallrad), for it is kept for a time of its own.
    note_erased: bool,
}

impl From<&pupil::AssignmentHandedOver> for AssignmentHandedOver {
    fn from(event: &pupil::AssignmentHandedOver) -> Self {
        Self {
            from_assignment_id: event.from.to_string().into(),
            to_assignment_id: event.to.to_string().into(),
            note: event.note.as_ref().and_then(Erasable::present).map(shown_note),
            note_erased: matches!(event.note, Some(Erasable::Erased)),
        }
    }
}

/// Somebody stands in for a mentor (vikarierar).
#[derive(SimpleObject)]
pub(crate) struct CoverStarted {
    /// The id of the assignment that is covered.
    assignment_id: ID,
    /// The id of the one who stands in.
    deputy_id: ID,
    /// First day.
    since: NaiveDate,
    /// Last day, included.
    last_day: NaiveDate,
}

impl From<&pupil::CoverStarted> for CoverStarted {
    fn from(event: &pupil::CoverStarted) -> Self {
        Self {
            assignment_id: event.assignment.to_string().into(),
            deputy_id: event.deputy.to_string().into(),
            since: event.from,
            last_day: event.until,
        }
    }
}

/// A cover ended before its last day (vikariat avslutat).
#[derive(SimpleObject)]
pub(crate) struct CoverEnded {
    /// The id of the assignment that was covered.
    assignment_id: ID,
    /// The id of the one who stood in.
    deputy_id: ID,
    /// Last day, included.
    last_day: NaiveDate,
}

impl From<&pupil::CoverEnded> for CoverEnded {
    fn from(event: &pupil::CoverEnded) -> Self {
        Self {
            assignment_id: event.assignment.to_string().into(),
            deputy_id: event.deputy.to_string().into(),
            last_day: event.last_day,
        }
    }
}
