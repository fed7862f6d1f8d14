//! Absence (frånvaro) per pupil, class, grade, school and term, with and without a mentor on the day.
//!
//! Each pupil's days are cells. What a cell adds to depends on the pupil's placement and assignments on that day, so a
//! move or an assignment, back-dated or not, takes the pupil's days out of every group and puts them in again.

mod cells;
mod sums;

pub use cells::Cell;
pub use sums::{Figures, Sums};

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::attendance::DayMinutes;
use crate::calendar::Term;
use crate::event::Event;
use crate::event::pupil::{Placement, PupilEvent};
use crate::id::{PupilId, SchoolId};
use crate::recorded::{Body, Recorded};
use crate::state::PupilCase;
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

type Group = (SchoolId, Term, Scope);
type Groups = imbl::OrdMap<Group, Figures>;

/// Every pupil's days, and what they add up to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Absence {
    pupils: imbl::HashMap<PupilId, Arc<PupilDays>>,
    groups: Groups,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct PupilDays {
    cells: imbl::OrdMap<NaiveDate, Cell>,
    shares: Groups,
}

impl Absence {
    pub(super) fn apply(
        &mut self,
        pupil: PupilId,
        (before, after): (Option<&PupilCase>, Option<&PupilCase>),
        recorded: &Recorded,
    ) {
        let event = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) => return,
            Body::Erased(_) => return self.regroup(pupil, before, after),
        };
        match event {
            PupilEvent::AttendanceRegistered(attendance) => {
                let days: Vec<_> = attendance.days.iter().map(|day| (day.date(), day.minutes())).collect();
                self.set(pupil, after, &days, recorded.position);
            }
            PupilEvent::AttendanceCorrected(corrected) => {
                let day = (corrected.day.date(), corrected.day.minutes());
                self.set(pupil, after, &[day], recorded.position);
            }
            PupilEvent::Enrolled(_)
            | PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_) => self.regroup(pupil, before, after),
            PupilEvent::GuardianLinked(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::Worked(_) => {}
        }
    }

    /// Sets days, in place of what was known of them.
    fn set(&mut self, pupil: PupilId, case: Option<&PupilCase>, days: &[(NaiveDate, DayMinutes)], position: u64) {
        let rows = Arc::make_mut(self.pupils.entry(pupil).or_default());
        let known = |(date, _): &(NaiveDate, DayMinutes)| rows.cells.get(date).map(|cell| (*date, cell.minutes()));
        let replaced = tally(case, days.iter().filter_map(known));
        for (date, minutes) in days {
            let cell = match rows.cells.remove(date) {
                Some(cell) => cell.corrected(position, *minutes),
                None => Cell::new(position, *minutes),
            };
            rows.cells.insert(*date, cell);
        }
        shift(&mut self.groups, &mut rows.shares, replaced, Sums::minus);
        shift(&mut self.groups, &mut rows.shares, tally(case, days.iter().copied()), Sums::plus);
    }

    /// The pupil's placements or assignments are others than before: so are the groups of the days.
    fn regroup(&mut self, pupil: PupilId, before: Option<&PupilCase>, after: Option<&PupilCase>) {
        let Some(rows) = self.pupils.get_mut(&pupil).map(Arc::make_mut) else {
            return;
        };
        let days = || rows.cells.iter().map(|(date, cell)| (*date, cell.minutes()));
        let (taken, put) = (tally(before, days()), tally(after, days()));
        if taken != put {
            shift(&mut self.groups, &mut rows.shares, taken, Sums::minus);
            shift(&mut self.groups, &mut rows.shares, put, Sums::plus);
        }
    }

    /// Absence of a school in a term, or of a grade or a class there.
    pub fn of_school(&self, school: SchoolId, term: Term, grade: Option<Grade>, class: Option<&ClassName>) -> Figures {
        let scope = match (grade, class) {
            (None, None) => Scope::School,
            (Some(grade), None) => Scope::Grade(grade),
            (None, Some(class)) => Scope::Class(class.clone()),
            (Some(grade), Some(class)) => Scope::GradeClass(grade, class.clone()),
        };
        self.groups.get(&(school, term, scope)).copied().unwrap_or_default()
    }

    /// Absence of a pupil in a term, at a school.
    pub fn of_pupil(&self, pupil: PupilId, school: SchoolId, term: Term) -> Figures {
        let share = |rows: &Arc<PupilDays>| rows.shares.get(&(school, term, Scope::School)).copied();
        self.pupils.get(&pupil).and_then(share).unwrap_or_default()
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
        self.groups
            .range((school, term, Scope::School)..)
            .take_while(move |((at, in_term, _), _)| *at == school && *in_term == term)
            .map(|((_, _, scope), figures)| (scope, figures))
    }

    /// A pupil's day with its corrections, when it is registered.
    pub fn day(&self, pupil: PupilId, date: NaiveDate) -> Option<&Cell> {
        self.pupils.get(&pupil)?.cells.get(&date)
    }

    /// A pupil's registered days, in order.
    pub fn days(&self, pupil: PupilId) -> impl Iterator<Item = (NaiveDate, &Cell)> {
        self.pupils.get(&pupil).into_iter().flat_map(|rows| rows.cells.iter().map(|(date, cell)| (*date, cell)))
    }
}

/// What days add up to: by school, term, placement, and whether there was a mentor. A day outside every enrolment adds
/// to nothing.
type Tally<'a> = BTreeMap<(SchoolId, Term, &'a Placement, bool), Sums>;

fn tally(case: Option<&PupilCase>, days: impl Iterator<Item = (NaiveDate, DayMinutes)>) -> Tally<'_> {
    let mut tally = Tally::new();
    let Some(case) = case else {
        return tally;
    };
    for (date, minutes) in days {
        if let Some((school, placement)) = case.placement_on(date) {
            let mentored = case.assignments_on(date).next().is_some();
            let sums = tally.entry((school, Term::of(date), placement, mentored)).or_default();
            *sums = sums.plus(Sums::of_day(minutes));
        }
    }
    tally
}

/// Adds a tally to a pupil's shares and to the groups, or takes it from them.
fn shift(groups: &mut Groups, shares: &mut Groups, tally: Tally<'_>, how: fn(Sums, Sums) -> Sums) {
    for ((school, term, placement, mentored), sums) in tally {
        let scopes = [
            Scope::School,
            Scope::Grade(placement.grade),
            Scope::Class(placement.class.clone()),
            Scope::GradeClass(placement.grade, placement.class.clone()),
            Scope::Placement(placement.clone()),
        ];
        for scope in scopes {
            let group = (school, term, scope);
            let before = shares.get(&group).copied().unwrap_or_default();
            let after = before.shifted(mentored, sums, how);
            let total = groups.get(&group).copied().unwrap_or_default().minus(before).plus(after);
            put(groups, group.clone(), total);
            put(shares, group, after);
        }
    }
}

/// A group without any day is no group.
fn put(groups: &mut Groups, group: Group, figures: Figures) {
    if figures.all.days == 0 {
        groups.remove(&group);
    } else {
        groups.insert(group, figures);
    }
}
