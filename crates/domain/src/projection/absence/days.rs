//! One pupil's days, with what they were before they were corrected, and what they add up to.

use chrono::NaiveDate;

use crate::attendance::DayMinutes;
use crate::calendar::Term;
use crate::event::pupil::Placement;
use crate::id::SchoolId;
use crate::projection::absence::rows::DayRows;
use crate::projection::absence::{Cell, Figures, Group, Sums};
use crate::projection::rows::Rows;
use crate::state::CaseFacts;

/// A day as known now, or as it was known before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    pub(crate) recorded: u64,
    pub(crate) minutes: DayMinutes,
}

/// What days add up to, of one pupil in one place, with a mentor on the day or without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Share {
    pub(crate) school: SchoolId,
    pub(crate) term: Term,
    pub(crate) placement: Placement,
    pub(crate) mentored: bool,
    pub(crate) sums: Sums,
}

/// One pupil's days and what they add up to. A day outside every enrolment adds to nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct PupilDays {
    pub(crate) days: DayRows,
    /// What corrected days were, in the order of dates, and then as recorded.
    pub(crate) corrected: Rows<Day>,
    /// Each place once, in order.
    pub(crate) shares: Vec<Share>,
}

impl PupilDays {
    /// Sets a day, in place of what was known of it.
    pub(super) fn set(&mut self, date: NaiveDate, minutes: DayMinutes, position: u64, facts: Option<&CaseFacts>) {
        let before = self.put(date, minutes, position);
        let place = |recorded| facts.and_then(|facts| place(facts, (date, recorded)));
        if let Some((before, place)) = before.and_then(|before| Some((before, place(before.recorded)?))) {
            add(&mut self.shares, place, Sums::of_day(before.minutes), Sums::minus);
        }
        if let Some(place) = place(position) {
            add(&mut self.shares, place, Sums::of_day(minutes), Sums::plus);
        }
    }

    /// The same, without adding anything up; returns what was known of the day.
    pub(super) fn put(&mut self, date: NaiveDate, minutes: DayMinutes, position: u64) -> Option<Day> {
        let before = self.days.put(Day { date, recorded: position, minutes })?;
        self.corrected.put(before, |day| (day.date, day.recorded));
        Some(before)
    }

    /// Adds the days up anew: the pupil's placements or assignments are others than before.
    pub(crate) fn regroup(&mut self, facts: Option<&CaseFacts>) {
        self.shares.clear();
        let Some(facts) = facts else { return };
        // Days in a row lie in the same place, nearly always: they are added up before it is looked for.
        let mut row: Option<(Place<'_>, Sums)> = None;
        for day in self.days.iter() {
            let Some(place) = place(facts, (day.date, day.recorded)) else { continue };
            let sums = Sums::of_day(day.minutes);
            match &mut row {
                Some((same, total)) if *same == place => *total = sums.plus(*total),
                ended => {
                    if let Some((place, total)) = ended.replace((place, sums)) {
                        add(&mut self.shares, place, total, Sums::plus);
                    }
                }
            }
        }
        if let Some((place, total)) = row {
            add(&mut self.shares, place, total, Sums::plus);
        }
    }

    /// The same pupil with the days up to one, as was known at a position, and with what was known of the case then.
    pub(super) fn as_of(&self, last: NaiveDate, known: u64, facts: Option<&CaseFacts>) -> Self {
        let mut then = Self::default();
        for day in self.days.iter().take_while(|day| day.date <= last) {
            if let Some(then_known) = self.known(&day, known) {
                then.set(day.date, then_known.minutes, then_known.recorded, facts);
            }
        }
        then
    }

    /// A day as it was known at a position; `None`: not yet registered then.
    pub(super) fn known(&self, day: &Day, known: u64) -> Option<Day> {
        if day.recorded <= known {
            return Some(*day);
        }
        let from = self.corrected.partition_point(|one| one.date < day.date);
        let earlier = self.corrected.iter().skip(from).take_while(|one| one.date == day.date);
        earlier.filter(|one| one.recorded <= known).last().copied()
    }

    /// A day with its corrections, as far as it was registered after a position.
    pub(super) fn cell(&self, date: NaiveDate, after: u64) -> Option<Cell> {
        let day = self.days.on(date).filter(|day| day.recorded > after)?;
        let from = self.corrected.partition_point(|one| one.date < date);
        let earlier = self.corrected.iter().skip(from).take_while(|one| one.date == date);
        let earlier = earlier.filter(|one| one.recorded > after);
        Some(Cell::new(day.recorded, day.minutes, earlier.map(|one| (one.recorded, one.minutes)).collect()))
    }

    /// Days that are registered, in order.
    pub(super) fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        self.days.iter().map(|day| day.date)
    }

    /// Where the pupil has days: each school, term and placement, some more than once.
    pub(super) fn places(&self) -> impl Iterator<Item = (SchoolId, Term, &Placement)> {
        self.shares.iter().map(|share| (share.school, share.term, &share.placement))
    }

    /// The pupil's figures at a school in a term, if every one of these groups holds all of them: a pupil who has not moved.
    pub(super) fn alone(&self, school: SchoolId, term: Term, groups: &[Group]) -> Option<Figures> {
        let mut here = self.shares.iter().filter(|share| share.school == school && share.term == term);
        let placement = &here.next()?.placement;
        let all = here.all(|share| share.placement == *placement)
            && groups.iter().all(|(at, then, scope)| *at == school && *then == term && scope.holds(placement));
        all.then(|| self.figures(school, term, |_| true))
    }

    /// The pupil's figures at a school in a term, in the placements that count.
    pub(super) fn figures(&self, school: SchoolId, term: Term, counts: impl Fn(&Placement) -> bool) -> Figures {
        let mut figures = Figures::default();
        for share in self.shares.iter().filter(|share| share.school == school && share.term == term) {
            if counts(&share.placement) {
                figures = figures.shifted(share.mentored, share.sums, Sums::plus);
            }
        }
        figures
    }
}

/// Where a pupil went on a day, and whether with a mentor: which share the day belongs to.
type Place<'a> = (SchoolId, Term, &'a Placement, bool);

/// What another enrolment registered of a day, which it does not hold any longer, is not this one's.
fn place(facts: &CaseFacts, (date, recorded): (NaiveDate, u64)) -> Option<Place<'_>> {
    let enrolment = facts.enrolment_on(date).filter(|enrolment| enrolment.recorded < recorded)?;
    let mentored = facts.assignments_in(enrolment.id, date).next().is_some();
    Some((enrolment.school, Term::of(date), enrolment.placement_on(date)?, mentored))
}

/// Adds days to the share that they belong to, or takes them from there. A share without any day is none.
fn add(shares: &mut Vec<Share>, place: Place<'_>, sums: Sums, how: fn(Sums, Sums) -> Sums) {
    match shares.binary_search_by(|share| (share.school, share.term, &share.placement, share.mentored).cmp(&place)) {
        Ok(at) => {
            if let Some(share) = shares.get_mut(at) {
                share.sums = how(share.sums, sums);
                if share.sums.days == 0 {
                    shares.remove(at);
                }
            }
        }
        Err(at) => {
            let (school, term, placement, mentored) = place;
            shares.insert(at, Share { school, term, placement: placement.clone(), mentored, sums });
        }
    }
}
