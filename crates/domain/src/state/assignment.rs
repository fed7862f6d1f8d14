//! Which days a mentor has a pupil, and who stands in: what was recorded, within the enrolment that it belongs to.

use chrono::NaiveDate;

use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, AssignmentKind, CoverEnded, CoverStarted, MentorAssigned,
};
use crate::id::{AssignmentId, EnrolmentId, StaffId};

/// A mentor's assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// Which.
    pub id: AssignmentId,
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Who.
    pub mentor: StaffId,
    /// Which kind.
    pub kind: AssignmentKind,
    /// For which principal.
    pub principal: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included; `None` while it lasts. Before the first day when it never took effect.
    pub until: Option<NaiveDate>,
    /// Its own first day; `None`: it began with the enrolment, whichever day that is.
    own_from: Option<NaiveDate>,
    /// Its own last day; `None`: it has none but the enrolment's.
    own_until: Option<NaiveDate>,
}

impl Assignment {
    /// Begins in an enrolment whose first day this is, unless that has been erased.
    pub(super) fn begin(assigned: &MentorAssigned, first_day: Option<NaiveDate>) -> Self {
        let with_enrolment = first_day.is_some_and(|first_day| assigned.from <= first_day);
        Self {
            id: assigned.assignment,
            enrolment: assigned.enrolment,
            mentor: assigned.mentor,
            kind: assigned.kind,
            principal: assigned.principal,
            from: assigned.from,
            until: None,
            own_from: (!with_enrolment).then_some(assigned.from),
            own_until: None,
        }
    }

    /// Ends. What ends because the pupil leaves has no last day of its own.
    pub(super) fn end(&mut self, ended: &AssignmentEnded) {
        self.until = Some(ended.last_day);
        if ended.reason != AssignmentEndReason::PupilLeft {
            self.own_until = self.until;
        }
    }

    /// The pupil has left: what had ended before has a last day of its own, whatever the reason was said to be.
    pub(super) fn pupil_left(&mut self, last_day: NaiveDate) {
        if self.until.is_some_and(|until| until < last_day) {
            self.own_until = self.until;
        }
    }

    /// The pupil has not left after all: what ended because of that has not.
    pub(super) fn pupil_stays(&mut self) {
        self.until = self.own_until;
    }

    /// The days of the enrolment are others than were recorded.
    pub(super) fn fit(&mut self, first_day: NaiveDate, last_day: Option<NaiveDate>) {
        self.from = self.own_from.map_or(first_day, |from| from.max(first_day));
        if let Some(last_day) = last_day {
            self.until = Some(self.own_until.map_or(last_day, |until| until.min(last_day)));
        }
    }

    /// Whether it holds on the date.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }

    /// Whether it has a day in common with an assignment that starts on the date and has no end.
    pub fn reaches(&self, date: NaiveDate) -> bool {
        self.until.is_none_or(|until| date <= until && self.from <= until)
    }
}

/// Somebody stands in for a mentor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cover {
    /// The assignment that is covered.
    pub assignment: AssignmentId,
    /// The enrolment that it belongs to.
    pub enrolment: EnrolmentId,
    /// Who stands in.
    pub deputy: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included. Before the first day when it never took effect.
    pub until: NaiveDate,
    /// Its own days, whatever the assignment's are.
    own: (NaiveDate, NaiveDate),
}

impl Cover {
    pub(super) const fn begin(started: &CoverStarted) -> Self {
        Self {
            assignment: started.assignment,
            enrolment: started.enrolment,
            deputy: started.deputy,
            from: started.from,
            until: started.until,
            own: (started.from, started.until),
        }
    }

    /// Whether this is what began so.
    pub(super) fn began_as(&self, started: &CoverStarted) -> bool {
        self.assignment == started.assignment && self.deputy == started.deputy && self.own.0 == started.from
    }

    /// Ends before its last day, when it lasts longer.
    pub(super) fn end(&mut self, ended: &CoverEnded) {
        if self.assignment == ended.assignment && self.deputy == ended.deputy && self.until > ended.last_day {
            self.until = ended.last_day;
            self.own.1 = ended.last_day;
        }
    }

    /// Nobody stands in for a mentor who no longer has the pupil.
    pub(super) fn assignment_ended(&mut self, ended: &AssignmentEnded) {
        if self.assignment == ended.assignment && self.until > ended.last_day {
            self.until = ended.last_day;
            if ended.reason != AssignmentEndReason::PupilLeft {
                self.own.1 = ended.last_day;
            }
        }
    }

    /// The days of the assignment are others than were recorded.
    pub(super) fn fit(&mut self, assignment: &Assignment) {
        self.from = self.own.0.max(assignment.from);
        self.until = assignment.until.map_or(self.own.1, |until| self.own.1.min(until));
    }

    /// Whether somebody stands in on the date.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.until
    }
}
