//! An enrolment: one pupil at one school unit, from a day until a day.

use chrono::NaiveDate;

use crate::event::pupil::{EnrolmentDays, LeavingReason, Placement, PupilEnrolled};
use crate::id::{EnrolmentId, SchoolId};
use crate::personal::{Erasable, Personal};
use crate::words::Name;

/// One enrolment at a school unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Which.
    pub id: EnrolmentId,
    /// The unit.
    pub school: SchoolId,
    /// The pupil's name, as the unit knows it.
    pub name: Erasable<Personal<Name>>,
    /// Position at which it was recorded: what was recorded before, whatever day it is about, is another enrolment's.
    pub recorded: u64,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, and why; `None` while it lasts.
    pub left: Option<(NaiveDate, LeavingReason)>,
    /// Position at which it was taken back, since the pupil never came: what was recorded since is another enrolment's.
    pub(crate) taken_back: Option<u64>,
    /// The first and the last day that were ever on record of it: something may have been recorded on any day between.
    pub(crate) widest: (NaiveDate, Option<NaiveDate>),
    /// Placements with their first days, in date order.
    pub placements: Vec<(NaiveDate, Placement)>,
}

impl Enrolment {
    pub(super) fn begin(enrolled: &PupilEnrolled, position: u64) -> Self {
        Self {
            id: enrolled.enrolment,
            school: enrolled.school,
            name: enrolled.name.clone(),
            recorded: position,
            from: enrolled.from,
            left: None,
            taken_back: None,
            widest: (enrolled.from, None),
            placements: vec![(enrolled.from, enrolled.placement.clone())],
        }
    }

    /// Whether the pupil never came (påbörjade aldrig): it holds no day.
    pub const fn never_came(&self) -> bool {
        self.taken_back.is_some()
    }

    /// The position at which it was taken back, if it was.
    pub const fn taken_back(&self) -> Option<u64> {
        self.taken_back
    }

    /// Whether something that was recorded at a position may be of it: after it began, and not after it was taken back.
    pub fn may_hold(&self, position: u64) -> bool {
        self.recorded < position && self.taken_back.is_none_or(|taken_back| position <= taken_back)
    }

    /// The first and the last day that were ever on record of it; without a last day, it lasts.
    pub(crate) fn widest(&self) -> (NaiveDate, Option<NaiveDate>) {
        (self.widest.0, self.widest.1.filter(|_| self.left.is_some()))
    }

    /// Where the pupil is on a day, or is to be on the first or was on the last, when the day lies outside; or was to be, when they
    /// never came.
    pub fn placement_near(&self, date: NaiveDate) -> Option<&Placement> {
        let date = self.last_day().map_or(date, |last_day| date.min(last_day)).max(self.from);
        self.placements.iter().rev().find(|(from, _)| *from <= date).map(|(_, placement)| placement)
    }

    /// Last day, included, when it is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.left.map(|(last_day, _)| last_day)
    }

    /// Whether the date lies within.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && self.last_day().is_none_or(|last| date <= last)
    }

    /// The placement on the date, within the enrolment.
    pub fn placement_on(&self, date: NaiveDate) -> Option<&Placement> {
        if !self.covers(date) {
            return None;
        }
        self.placements.iter().rev().find(|(from, _)| *from <= date).map(|(_, placement)| placement)
    }

    pub(super) fn leave(&mut self, last_day: NaiveDate, reason: LeavingReason) {
        self.left = Some((last_day, reason));
        self.widest.1 = self.widest.1.max(Some(last_day));
    }

    /// Its days are others than were recorded. A last day is put right where the pupil has left; where there is none, they have not.
    pub(super) fn correct(&mut self, EnrolmentDays { from, last_day }: EnrolmentDays) {
        self.from = from;
        self.widest.0 = self.widest.0.min(from);
        match (self.left, last_day) {
            (Some((_, reason)), Some(last_day)) => self.leave(last_day, reason),
            (Some(_), None) => self.left = None,
            // It is not there yet that the pupil left, as of a day before.
            (None, _) => {}
        }
        if let Some((first, _)) = self.placements.first_mut() {
            *first = from.min(*first);
        }
    }

    /// The pupil never came. Until the day on which that is recorded, it was on record as if they had.
    pub(super) fn begin_never(&mut self, (position, on): (u64, NaiveDate)) {
        self.left = self.from.pred_opt().map(|day_before| (day_before, LeavingReason::Other));
        self.widest.1 = self.widest.1.max(Some(on.max(self.from)));
        self.taken_back = Some(position);
    }

    /// Places the pupil from a day on. The same day again: the later word counts.
    pub(super) fn place(&mut self, from: NaiveDate, placement: &Placement) {
        self.placements.retain(|(known, _)| *known != from);
        let at = self.placements.partition_point(|(known, _)| *known < from);
        self.placements.insert(at, (from, placement.clone()));
    }
}

/// Where in the log what was recorded of a pupil is of one enrolment: after one position, and not after another, without what was
/// recorded while the pupil was enrolled elsewhere and never came there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spell {
    /// After this.
    pub(super) after: u64,
    /// Not after this.
    pub(super) until: u64,
    /// Without what lies after the first of each of these, and not after the second.
    pub(super) without: Vec<(u64, u64)>,
}

impl Spell {
    /// All of the log.
    pub const WHOLE: Self = Self { after: 0, until: u64::MAX, without: Vec::new() };

    /// Whether the position lies in it.
    pub fn holds(&self, position: u64) -> bool {
        let within = |after: u64, until: u64| after < position && position <= until;
        within(self.after, self.until) && !self.without.iter().any(|(after, until)| within(*after, *until))
    }
}
