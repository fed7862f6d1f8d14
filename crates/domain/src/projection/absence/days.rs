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
    /// Sets a day, in place of what the same school had registered of it. Whose it is the case says, as it is now.
    pub(super) fn set(&mut self, (date, minutes): (NaiveDate, DayMinutes), position: u64, of: Of<'_>) {
        self.put(date, minutes, position);
        let Some(school) = of.school(position) else { return };
        let Some(place) = of.place(date, school) else { return };
        let before = self.corrected_on(date).filter(|day| of.school(day.recorded) == Some(school)).last();
        if let Some(before) = before.map(|before| Sums::of_day(before.minutes)) {
            add(&mut self.shares, place, before, Sums::minus);
        }
        add(&mut self.shares, place, Sums::of_day(minutes), Sums::plus);
    }

    /// The same, without adding anything up; returns what was known of the day.
    pub(super) fn put(&mut self, date: NaiveDate, minutes: DayMinutes, position: u64) -> Option<Day> {
        let before = self.days.put(Day { date, recorded: position, minutes })?;
        self.corrected.put(before, |day| (day.date, day.recorded));
        Some(before)
    }

    /// Adds the days up anew: the pupil's placements or assignments are others than before.
    pub(crate) fn regroup(&mut self, facts: Option<&CaseFacts>) {
        let mut shares = std::mem::take(&mut self.shares);
        shares.clear();
        let Some(facts) = facts else { return };
        let of = Of { facts: Some(facts), now: Some(facts) };
        // Days in a row lie in the same place, nearly always: they are added up before it is looked for.
        let mut row: Option<(Place<'_>, Sums)> = None;
        for day in self.days.iter().flat_map(|day| self.known(day, u64::MAX, of)) {
            let Some(place) = of.school(day.recorded).and_then(|school| of.place(day.date, school)) else { continue };
            let sums = Sums::of_day(day.minutes);
            match &mut row {
                Some((same, total)) if *same == place => *total = sums.plus(*total),
                ended => {
                    if let Some((place, total)) = ended.replace((place, sums)) {
                        add(&mut shares, place, total, Sums::plus);
                    }
                }
            }
        }
        if let Some((place, total)) = row {
            add(&mut shares, place, total, Sums::plus);
        }
        self.shares = shares;
    }

    /// The same pupil with the days up to one, as was known at a position, and with what was known of the case then.
    pub(super) fn as_of(&self, last: NaiveDate, known: u64, of: Of<'_>) -> Self {
        let mut then = Self::default();
        for day in self.days.iter().take_while(|day| day.date <= last) {
            for day in self.known(day, known, of) {
                then.set((day.date, day.minutes), day.recorded, of);
            }
        }
        then
    }

    /// What was registered of a day before it was corrected, in the order recorded.
    fn corrected_on(&self, date: NaiveDate) -> impl Iterator<Item = Day> + '_ {
        let from = self.corrected.partition_point(|one| one.date < date);
        self.corrected.iter().skip(from).take_while(move |one| one.date == date).copied()
    }

    /// A day as it was known at a position: what each school that had registered it by then had said of it last.
    pub(super) fn known(&self, day: Day, known: u64, of: Of<'_>) -> impl Iterator<Item = Day> {
        let rows = move || self.corrected_on(day.date).chain([day]).filter(move |row| row.recorded <= known);
        let later = move |row: &Day, other: &Day| row.recorded < other.recorded;
        let same = move |row: &Day, other: &Day| of.school(row.recorded) == of.school(other.recorded);
        rows().filter(move |row| !rows().any(|other| later(row, &other) && same(row, &other)))
    }

    /// A day with its corrections, as a school has registered it.
    pub(super) fn cell(&self, date: NaiveDate, of: Of<'_>, school: SchoolId) -> Option<Cell> {
        let all = self.corrected_on(date).chain(self.days.on(date));
        let mut own: Vec<Day> = all.filter(|day| of.school(day.recorded) == Some(school)).collect();
        let last = own.pop()?;
        Some(Cell::new(last.recorded, last.minutes, own.into_iter().map(|one| (one.recorded, one.minutes)).collect()))
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
pub(super) type Place<'a> = (SchoolId, Term, &'a Placement, bool);

/// What is known of a pupil's case: as of the time that is asked about, and now, which says whose what was registered is.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) facts: Option<&'a CaseFacts>,
    pub(crate) now: Option<&'a CaseFacts>,
}

impl<'a> Of<'a> {
    /// Which school registered what was recorded at a position.
    pub(super) fn school(self, position: u64) -> Option<SchoolId> {
        self.now?.recorded_in(position).map(|enrolment| enrolment.school)
    }

    /// Where a day counts that a school registered: in its own enrolment of the pupil, if one holds the day.
    pub(super) fn place(self, date: NaiveDate, school: SchoolId) -> Option<Place<'a>> {
        let facts = self.facts?;
        let enrolment = facts.enrolment_at(school, date)?;
        let mentored = facts.assignments_in(enrolment.id, date).next().is_some();
        Some((school, Term::of(date), enrolment.placement_on(date)?, mentored))
    }
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
