//! What made the facts of a case what they are, and what was so after some of it: on a day, as far as was known.

use chrono::NaiveDate;

use crate::calendar::local_date;
use crate::event::pupil::{AssignmentEndReason, EnrolmentDays, EnrolmentDaysCorrected, PupilEvent};
use crate::event::{CaseWork, Event, EventKind, Work};
use crate::id::EnrolmentId;
use crate::projection::AsOf;
use crate::recorded::{Body, Recorded};
use crate::state::CaseFacts;

/// Something that made the facts of a case what they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    Happened(PupilEvent),
    /// Of a leaving whose content is erased only the day is left on which it was recorded.
    LeftErased(NaiveDate),
}

impl Change {
    /// What the event changes in the facts of a case, if anything.
    pub(super) fn of(recorded: &Recorded) -> Option<Self> {
        match &recorded.body {
            Body::Known(Event::Pupil(event)) => event.changes_facts().then(|| Self::happened(event)),
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => None,
            Body::Erased(kind) => {
                (*kind == EventKind::PupilLeft).then(|| Self::LeftErased(local_date(recorded.recorded)))
            }
        }
    }

    /// Whether the pupil's identity was protected by it.
    pub(super) const fn protects(&self) -> bool {
        matches!(self, Self::Happened(PupilEvent::Worked(CaseWork { work: Work::IdentityProtected { .. }, .. })))
    }

    /// What was noted with it is no fact, and stays in the log.
    fn happened(event: &PupilEvent) -> Self {
        let mut event = event.clone();
        if let PupilEvent::Worked(work) = &mut event {
            work.note = None;
        } else if let PupilEvent::DaysCorrected(corrected) = &mut event {
            corrected.note = None;
        }
        Self::Happened(event)
    }

    /// Facts begin with an enrolment; what came before one has been erased.
    fn begin(&self, position: u64) -> Option<CaseFacts> {
        if let Self::Happened(PupilEvent::Enrolled(enrolled)) = self {
            Some(CaseFacts::begin(enrolled, position))
        } else {
            None
        }
    }

    /// What is so after those of a case that had happened by a day, of those up to a position.
    pub(crate) fn facts(all: &[(u64, NaiveDate, Self)], at: AsOf) -> Option<CaseFacts> {
        let mut facts: Option<CaseFacts> = None;
        let known = all.get(..all.partition_point(|(position, ..)| *position <= at.known)).unwrap_or_default();
        let right = PutRight::all(known);
        let so = |(_, day, change): &&(u64, NaiveDate, Self)| change.counts_from(*day, &right) <= at.day;
        for (position, day, change) in known.iter().filter(so) {
            match facts.as_mut() {
                Some(facts) => change.happen((*position, *day), facts),
                None => facts = change.begin(*position),
            }
        }
        facts
    }

    /// Since when everything has been so that is so after all of a case.
    pub(crate) fn since(all: &[(u64, NaiveDate, Self)]) -> Option<AsOf> {
        let of_case = all.iter().skip_while(|(position, _, change)| change.begin(*position).is_none());
        let settled = |day: NaiveDate, change: &Self| match change {
            Self::Happened(event) => event.settled_on(day),
            Self::LeftErased(_) => day,
        };
        let points = of_case.map(|(position, day, change)| AsOf { day: settled(*day, change), known: *position });
        points.reduce(AsOf::and)
    }

    /// The first day for which it counts, when it happened on a day and the days of some enrolments were put right.
    fn counts_from(&self, day: NaiveDate, right: &[PutRight]) -> NaiveDate {
        let Self::Happened(event) = self else { return day };
        if matches!(event, PupilEvent::NameCorrected(_)) {
            return NaiveDate::MIN;
        }
        right.iter().find(|right| right.enrolment == event.enrolment()).map_or(day, |right| right.day_of(event, day))
    }

    fn happen(&self, at: (u64, NaiveDate), facts: &mut CaseFacts) {
        match self {
            Self::Happened(event) => facts.change(event, at),
            Self::LeftErased(day) => facts.left(*day),
        }
    }
}

/// An enrolment whose days were put right.
struct PutRight {
    enrolment: EnrolmentId,
    /// The days as they were recorded at first: the last when the pupil left, of several times the latest.
    recorded: EnrolmentDays,
    /// The days as they are.
    days: EnrolmentDays,
    /// The day on which it was recorded, or put right, when that was ahead of its first.
    ahead: Option<NaiveDate>,
}

impl PutRight {
    /// Those among some changes of a case.
    fn all(known: &[(u64, NaiveDate, Change)]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (_, day, change) in known {
            let Change::Happened(PupilEvent::DaysCorrected(corrected)) = change else { continue };
            match all.iter_mut().find(|right| right.enrolment == corrected.enrolment) {
                Some(right) => right.again(corrected, *day),
                None => all.extend(Self::first((corrected, *day), known)),
            }
        }
        all
    }

    fn first(
        (corrected, on): (&EnrolmentDaysCorrected, NaiveDate),
        known: &[(u64, NaiveDate, Change)],
    ) -> Option<Self> {
        let (enrolment, recorded, days) = (corrected.enrolment, corrected.instead_of, right(corrected));
        let enrolled = |change: &Change| matches!(change, Change::Happened(PupilEvent::Enrolled(enrolled)) if enrolled.enrolment == enrolment);
        let (_, happened, _) = known.iter().find(|(_, _, change)| enrolled(change))?;
        let ahead = Some(*happened).filter(|happened| *happened < recorded.from);
        let mut right = Self { enrolment, recorded, days, ahead };
        right.put_ahead(on);
        Some(right)
    }

    fn again(&mut self, corrected: &EnrolmentDaysCorrected, on: NaiveDate) {
        // Who had not left has since.
        if self.days.last_day.is_none() {
            self.recorded.last_day = corrected.instead_of.last_day.or(self.recorded.last_day);
        }
        self.days = right(corrected);
        self.put_ahead(on);
    }

    /// A first day that is put ahead is known from then on, as if it had been recorded ahead.
    fn put_ahead(&mut self, on: NaiveDate) {
        if on < self.days.from {
            self.ahead = self.ahead.or(Some(on));
        }
    }

    /// Since when the pupil has been enrolled: what was decided ahead is so from then on, with its first day.
    fn begun(&self) -> NaiveDate {
        self.ahead.map_or(self.days.from, |ahead| ahead.min(self.days.from))
    }

    /// The day on which something of the enrolment happened, by what the days are: nothing before it begins; what was recorded of
    /// its first day on that, and what ended because the pupil left when the pupil did.
    fn day_of(&self, event: &PupilEvent, day: NaiveDate) -> NaiveDate {
        let with_it = if day == self.recorded.from { self.days.from } else { day }.max(self.begun());
        match event {
            PupilEvent::Enrolled(_) | PupilEvent::DaysCorrected(_) => self.begun(),
            PupilEvent::Left(left) if Some(left.last_day) == self.recorded.last_day => {
                self.days.last_day.unwrap_or(day)
            }
            PupilEvent::AssignmentEnded(ended)
                if ended.reason == AssignmentEndReason::PupilLeft && Some(ended.last_day) == self.recorded.last_day =>
            {
                self.days.last_day.unwrap_or(day)
            }
            // From whenever the pupil can be seen.
            PupilEvent::Worked(work) if work.work.safeguards() && day == self.recorded.from => self.begun(),
            PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::Worked(_)
            | PupilEvent::EntryCorrected(_)
            | PupilEvent::NameCorrected(_) => with_it,
        }
    }
}

/// The days that a correction puts right; of one who never came, none: the last is before the first.
fn right(corrected: &EnrolmentDaysCorrected) -> EnrolmentDays {
    let from = corrected.instead_of.from;
    corrected.days.unwrap_or(EnrolmentDays { from, last_day: from.pred_opt() })
}
