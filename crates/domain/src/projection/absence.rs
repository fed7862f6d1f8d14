//! Absence (frånvaro) per pupil, class, grade, school and term, with and without a mentor on the day.
//!
//! Each pupil's days are cells. What a cell adds to depends on the pupil's placement and assignments on that day, so a
//! move or an assignment, back-dated or not, takes the pupil's days out of every group and puts them in again.

mod cells;
pub(crate) mod days;
mod erased;
pub mod evidence;
mod groups;
pub(crate) mod rows;
mod sums;

pub use cells::Cell;
use days::{Of, PupilDays};
pub(crate) use groups::Groups;
pub use sums::{Figures, Sums};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::attendance::DayMinutes;
use crate::calendar::Term;
use crate::event::Event;
use crate::event::pupil::{Placement, PupilEvent};
use crate::id::{PupilId, SchoolId};
use crate::projection::AsOf;
use crate::recorded::{Body, Recorded};
use crate::state::{CaseFacts, Changed, Gathers, Kept, World, at_once};
use crate::words::{ClassName, Grade};

/// Whose days are added up, within one school and term. A pupil who moved counts in each group they were in, once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// The whole school.
    School,
    /// One grade.
    Grade(Grade),
    /// One class, whatever its grade.
    Class(ClassName),
    /// One class in one grade.
    GradeClass(Grade, ClassName),
    /// One class in one grade on one programme.
    Placement(Placement),
}

/// A class in a term, with its figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassFigures<'a> {
    /// Its grade.
    pub grade: Grade,
    /// The class.
    pub class: &'a ClassName,
    /// The placements of its pupils: more than one when it has several programmes.
    pub placements: Vec<Placement>,
    /// The figures.
    pub figures: Figures,
}

pub(crate) type Group = (SchoolId, Term, Scope);

/// Every pupil's days, and what they add up to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Absence {
    pub(crate) pupils: Kept<PupilId, Arc<PupilDays>>,
    pub(crate) groups: Groups,
    /// What erased days had added to groups; it is in `groups` too.
    pub(crate) remainders: Groups,
    /// The latest day that is registered.
    pub(crate) last: Option<NaiveDate>,
    /// Groups are added up later, all at once: while a long log is read nobody asks for them.
    pub(crate) held: bool,
}

impl Absence {
    pub(super) fn apply(&mut self, pupil: PupilId, changed: Option<&Changed>, recorded: &Recorded, world: &World) {
        let event = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => return,
            Body::Erased(_) => return self.regroup(pupil, changed),
        };
        match event {
            PupilEvent::AttendanceRegistered(attendance) => {
                let days: Vec<_> = attendance.days.iter().map(|day| (day.date(), day.minutes())).collect();
                self.set(pupil, world, &days, recorded.position);
            }
            PupilEvent::AttendanceCorrected(corrected) => {
                let day = (corrected.day.date(), corrected.day.minutes());
                self.set(pupil, world, &[day], recorded.position);
            }
            PupilEvent::Enrolled(_)
            | PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_)
            | PupilEvent::DaysCorrected(_)
            | PupilEvent::Worked(_) => self.regroup(pupil, changed),
            PupilEvent::GuardianLinked(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::EntryCorrected(_)
            | PupilEvent::NameCorrected(_)
            | PupilEvent::GuardianContacted(_) => {}
        }
    }

    /// The maps that grow with the log.
    pub(super) fn each_kept(&mut self) -> [&mut dyn Gathers; 1] {
        let Self { pupils, groups: _, remainders: _, last: _, held: _ } = self;
        [pupils]
    }

    /// Brings these pupils' latest days near.
    pub(super) fn near(&self, pupils: &[PupilId]) -> usize {
        let rows = at_once(pupils.iter().filter_map(|id| self.pupils.get(id)));
        rows.iter().flatten().filter_map(|rows| rows.days.packed().last()).filter(|last| **last == 0).count()
    }

    /// Sets days, in place of what was known of them.
    fn set(&mut self, pupil: PupilId, world: &World, days: &[(NaiveDate, DayMinutes)], position: u64) {
        self.last = self.last.max(days.iter().map(|(date, _)| *date).max());
        if self.held {
            self.pupils.change(pupil, |rows| {
                let rows = Arc::make_mut(rows);
                rows.shares.clear();
                for (date, minutes) in days {
                    rows.put(*date, *minutes, position);
                }
            });
            return;
        }
        let facts = world.case(pupil).map(|case| &*case.facts);
        let of = Of { facts, now: facts };
        // A week lies in one place, nearly always.
        let place =
            |date| of.place(date, facts?.latest.school).map(|(school, term, placement, _)| (school, term, placement));
        let mut places: Vec<_> = days.iter().filter_map(|(date, _)| place(*date)).collect();
        places.dedup();
        let groups = groups(places);
        let before = self.figures(pupil, &groups);
        self.pupils.change(pupil, |rows| {
            let rows = Arc::make_mut(rows);
            for (date, minutes) in days {
                rows.set((*date, *minutes), position, of);
            }
        });
        self.shift(pupil, groups, before);
    }

    /// The pupil's placements or assignments are others than before: so are the groups of the days.
    fn regroup(&mut self, pupil: PupilId, changed: Option<&Changed>) {
        let Some(Changed { before, after }) = changed else { return };
        if self.held {
            if let Some(rows) = self.pupils.get_mut(&pupil) {
                Arc::make_mut(rows).shares.clear();
            }
            return;
        }
        let Some(rows) = self.pupils.get(&pupil).filter(|_| before != after).cloned() else { return };
        let mut regrouped = PupilDays::clone(&rows);
        regrouped.regroup(after.as_deref());
        self.replace(pupil, &rows, regrouped);
    }

    /// Puts other rows in the place of a pupil's.
    pub(crate) fn replace(&mut self, pupil: PupilId, before: &PupilDays, after: PupilDays) {
        if self.held {
            self.pupils.insert(pupil, Arc::new(after));
            return;
        }
        let groups = groups(before.places().chain(after.places()).collect());
        let figures = self.figures(pupil, &groups);
        self.pupils.insert(pupil, Arc::new(after));
        self.shift(pupil, groups, figures);
    }

    fn figures(&self, pupil: PupilId, groups: &[Group]) -> Vec<Figures> {
        let Some(rows) = self.pupils.get(&pupil) else { return vec![Figures::default(); groups.len()] };
        if let Some(figures) = groups.first().and_then(|(school, term, _)| rows.alone(*school, *term, groups)) {
            return vec![figures; groups.len()];
        }
        let figures = |(school, term, scope): &Group| rows.figures(*school, *term, |placement| scope.holds(placement));
        groups.iter().map(figures).collect()
    }

    /// From now on nothing is added up, neither of a pupil nor in groups, until [`Self::share_out`] and [`Self::settle`].
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    /// Adds up the days of each pupil of whom that was left.
    pub(super) fn share_out(&mut self, world: &World) {
        let left = |(_, rows): &(&PupilId, &Arc<PupilDays>)| rows.shares.is_empty();
        let left: Vec<_> = self.pupils.iter().filter(left).map(|(pupil, _)| *pupil).collect();
        for pupil in left {
            if let Some(rows) = self.pupils.get_mut(&pupil) {
                Arc::make_mut(rows).regroup(world.case(pupil).map(|case| &*case.facts));
            }
        }
    }

    /// Adds every group up from each pupil's days and what is left of erased ones.
    pub(crate) fn settle(&mut self) {
        self.held = false;
        let mut totals: BTreeMap<Group, Figures> = BTreeMap::new();
        for (pupil, rows) in self.pupils.iter() {
            let groups = groups(rows.places().collect());
            let figures = self.figures(*pupil, &groups);
            for (group, figures) in groups.into_iter().zip(figures) {
                let total = totals.entry(group).or_default();
                *total = total.plus(figures);
            }
        }
        for (group, kept) in self.remainders.iter() {
            let total = totals.entry(group).or_default();
            *total = total.plus(kept);
        }
        // A group without any day is no group, but for what is left of erased ones.
        let counts = |group: &Group, total: &Figures| total.all.days > 0 || self.remainders.get(group).is_some();
        self.groups = totals.into_iter().filter(|(group, total)| counts(group, total)).collect();
    }

    /// Takes what a pupil added to groups before out of them, and puts in what the pupil adds now.
    fn shift(&mut self, pupil: PupilId, groups: Vec<Group>, before: Vec<Figures>) {
        let after = self.figures(pupil, &groups);
        for (group, (taken, put)) in groups.into_iter().zip(before.into_iter().zip(after)) {
            match self.groups.get_mut(&group) {
                Some(total) => {
                    *total = total.minus(taken).plus(put);
                    // A group without any day is no group.
                    if total.all.days == 0 {
                        self.groups.remove(&group);
                    }
                }
                None if put.all.days == 0 => {}
                None => self.groups.insert(group, put),
            }
        }
    }

    /// Absence as it was: of days up to one, as was known at a position. Only for what these cases add to: for a school,
    /// give every case that ever was there, as it was known then.
    pub fn as_of(&self, world: &World, cases: &Cases, at: AsOf) -> Cow<'_, Self> {
        if at.known == u64::MAX && self.last.is_none_or(|last| last <= at.day) {
            return Cow::Borrowed(self);
        }
        let mut then = Self { last: Some(at.day), ..Self::default() };
        for (pupil, facts) in cases {
            if let Some(rows) = self.pupils.get(pupil) {
                let now = world.case(*pupil).map(|case| &*case.facts);
                let of = Of { facts: Some(facts), now };
                then.replace(*pupil, &PupilDays::default(), rows.as_of(at.day, at.known, of));
            }
        }
        then.add_remainders(self, at);
        Cow::Owned(then)
    }

    /// Absence of a school in a term, or of a grade or a class there.
    pub fn of_school(&self, school: SchoolId, term: Term, grade: Option<Grade>, class: Option<&ClassName>) -> Figures {
        let scope = match (grade, class) {
            (None, None) => Scope::School,
            (Some(grade), None) => Scope::Grade(grade),
            (None, Some(class)) => Scope::Class(class.clone()),
            (Some(grade), Some(class)) => Scope::GradeClass(grade, class.clone()),
        };
        self.groups.get(&(school, term, scope)).unwrap_or_default()
    }

    /// Absence of a pupil in a term, at a school.
    pub fn of_pupil(&self, pupil: PupilId, school: SchoolId, term: Term) -> Figures {
        self.pupils.get(&pupil).map(|rows| rows.figures(school, term, |_| true)).unwrap_or_default()
    }

    /// Each of these pupils who has figures at a school in a term, in the placements that count.
    pub fn of_each<'a>(
        &'a self,
        pupils: impl IntoIterator<Item = PupilId> + 'a,
        (school, term): (SchoolId, Term),
        counts: impl Fn(&Placement) -> bool + 'a,
    ) -> impl Iterator<Item = (PupilId, Figures)> + 'a {
        let figures = move |pupil| Some((pupil, self.pupils.get(&pupil)?.figures(school, term, &counts)));
        pupils.into_iter().filter_map(figures).filter(|(_, figures)| figures.all.pupils > 0)
    }

    /// The classes of a school in a term, by grade and name.
    pub fn classes(&self, school: SchoolId, term: Term) -> Vec<ClassFigures<'_>> {
        let placements = self.placements(school, term);
        self.scopes(school, term)
            .filter_map(|(scope, figures)| match scope {
                Scope::GradeClass(grade, class) => Some(ClassFigures {
                    grade: *grade,
                    class,
                    placements: placements
                        .iter()
                        .filter(|placement| placement.grade == *grade && placement.class == *class)
                        .map(|placement| Placement::clone(placement))
                        .collect(),
                    figures: *figures,
                }),
                Scope::School | Scope::Grade(_) | Scope::Class(_) | Scope::Placement(_) => None,
            })
            .collect()
    }

    /// Every grade's absence at a school in a term.
    pub fn grades(&self, school: SchoolId, term: Term) -> BTreeMap<Grade, Figures> {
        let grades = self.scopes(school, term).filter_map(|(scope, figures)| match scope {
            Scope::Grade(grade) => Some((*grade, *figures)),
            Scope::School | Scope::Class(_) | Scope::GradeClass(..) | Scope::Placement(_) => None,
        });
        grades.collect()
    }

    /// The placements that pupils of a school had on registered days of a term.
    pub fn placements(&self, school: SchoolId, term: Term) -> Vec<&Placement> {
        self.scopes(school, term)
            .filter_map(|(scope, _)| match scope {
                Scope::Placement(placement) => Some(placement),
                Scope::School | Scope::Grade(_) | Scope::Class(_) | Scope::GradeClass(..) => None,
            })
            .collect()
    }

    fn scopes(&self, school: SchoolId, term: Term) -> impl Iterator<Item = (&Scope, &Figures)> {
        self.groups.of(school, term)
    }

    /// A pupil's day with its corrections, as a school has registered it; what is known of the case now says which did.
    pub fn day(&self, (pupil, now): (PupilId, &CaseFacts), school: SchoolId, date: NaiveDate) -> Option<Cell> {
        let of = Of { facts: None, now: Some(now) };
        self.pupils.get(&pupil)?.cell(date, of, school)
    }

    /// A pupil's days that a school registered or corrected after a position of the log and up to another, in order, as they were
    /// known there; those that its enrolments hold.
    pub fn registered_between(
        &self,
        (pupil, now): (PupilId, &CaseFacts),
        school: SchoolId,
        (after, until): (u64, u64),
    ) -> impl Iterator<Item = (NaiveDate, DayMinutes)> {
        let of = Of { facts: None, now: Some(now) };
        let rows = self.pupils.get(&pupil).into_iter();
        let days = rows.flat_map(|rows| rows.days.iter().map(move |day| (rows, day)));
        let new = days.filter(move |(_, day)| day.recorded > after);
        let known = new.filter_map(move |(rows, day)| {
            rows.known(day, until, of).find(|day| of.school(day.recorded) == Some(school))
        });
        let held = move |day: &days::Day| now.enrolment_at(school, day.date).is_some();
        known.filter(move |day| day.recorded > after && held(day)).map(|day| (day.date, day.minutes))
    }

    /// A pupil's registered days, in order.
    pub fn days(&self, pupil: PupilId) -> impl Iterator<Item = NaiveDate> {
        self.pupils.get(&pupil).into_iter().flat_map(|rows| rows.dates())
    }
}

/// Absence as if nothing were known of some pupils.
pub fn without_pupils<'a>(mut absence: Cow<'a, Absence>, pupils: &[PupilId]) -> Cow<'a, Absence> {
    for pupil in pupils {
        if let Some(rows) = absence.pupils.get(pupil).cloned() {
            absence.to_mut().replace(*pupil, &rows, PupilDays::default());
        }
    }
    absence
}

/// Every group that days in these places add to.
fn groups(places: Vec<(SchoolId, Term, &Placement)>) -> Vec<Group> {
    let alone = places.len() <= 1;
    let scopes = |(school, term, placement)| Scope::of(placement).map(|scope| (school, term, scope));
    let mut groups: Vec<_> = places.into_iter().flat_map(scopes).collect();
    if !alone {
        groups.sort_unstable();
        groups.dedup();
    }
    groups
}

/// Cases whose days are asked for, with what was known of them.
pub type Cases = [(PupilId, Arc<CaseFacts>)];

impl Scope {
    /// Every group that days in a placement add to.
    fn of(placement: &Placement) -> [Self; 5] {
        [
            Self::School,
            Self::Grade(placement.grade),
            Self::Class(placement.class.clone()),
            Self::GradeClass(placement.grade, placement.class.clone()),
            Self::Placement(placement.clone()),
        ]
    }

    /// Whether days in a placement add to the group.
    fn holds(&self, placement: &Placement) -> bool {
        match self {
            Self::School => true,
            Self::Grade(grade) => placement.grade == *grade,
            Self::Class(class) => placement.class == *class,
            Self::GradeClass(grade, class) => placement.grade == *grade && placement.class == *class,
            Self::Placement(whole) => placement == whole,
        }
    }
}
