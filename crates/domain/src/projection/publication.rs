//! What is told outside a school when a term's figures are published, made ready for the log. From then on it is read from
//! there: no correction and no erasure changes it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{AsOf, Projections};
use crate::calendar::Term;
use crate::disclosure::{Told, change_may_be_told, disclosure, hidden_loads};
use crate::event::SchoolMatter;
use crate::id::{PupilId, SchoolId, StaffId};
use crate::projection::absence::evidence::Evidence;
use crate::projection::absence::{Absence, Figures, without_pupils};
use crate::state::{CaseFacts, RegisteredSchool};
use crate::words::{ChangeGroup, FigurePart, Grade};

impl Projections {
    /// Everything that a publication of a term tells: the figures of the school and of each grade, each change to or from a term
    /// that was published before, and how many pupils each mentor has. None of a few, and none from which a few could be worked out.
    pub fn told(&self, school: SchoolId, term: Term, at: AsOf) -> Vec<SchoolMatter> {
        let Some(unit) = self.world.school(school) else { return Vec::new() };
        let absence = self.absence_to_publish(school, at);
        let (totals, mut told) = figures(&absence, school, term);
        let pupils: Vec<PupilId> = self.caseload.ever_at(school).collect();
        let (changes, of_changes) = changes(unit, &absence, (school, &pupils), term);
        let earlier = unit.told_terms().flat_map(|term| unit.told_changes(term));
        let mentored = changes.into_iter().chain(earlier).flat_map(|change| with_a_mentor(&change));
        let totals: Vec<u32> = totals.into_iter().chain(mentored).collect();
        told.extend(of_changes);
        told.extend(self.loads_told(school, term, at, &totals));
        told
    }

    /// Absence at a school as it is told outside: without those whose identity was protected then. Who works there adds up the others,
    /// and what a publication had more would be theirs.
    pub fn absence_to_publish(&self, school: SchoolId, at: AsOf) -> Cow<'_, Absence> {
        let cases = self.ever_at_school(school, at);
        let of_protected = |(pupil, facts): &(PupilId, Arc<CaseFacts>)| facts.protection.is_some().then_some(*pupil);
        let protected: Vec<PupilId> = cases.iter().filter_map(of_protected).collect();
        without_pupils(self.absence.as_of(&self.world, &cases, at), &protected)
    }

    /// How many pupils each mentor has as it is told outside: without the same.
    pub fn loads_to_publish(&self, school: SchoolId, at: AsOf) -> BTreeMap<StaffId, BTreeSet<PupilId>> {
        let mut loads = self.loads(school, at);
        for pupils in loads.values_mut() {
            pupils.retain(|pupil| !self.was_protected(*pupil, at));
        }
        loads.retain(|_, pupils| !pupils.is_empty());
        loads
    }

    /// How many pupils each mentor has, beside the totals that are told of the same pupils.
    fn loads_told(&self, school: SchoolId, term: Term, at: AsOf, totals: &[u32]) -> Vec<SchoolMatter> {
        let loads: Vec<(StaffId, u32)> = self
            .loads_to_publish(school, at)
            .into_iter()
            .map(|(mentor, pupils)| (mentor, u32::try_from(pupils.len()).unwrap_or(u32::MAX)))
            .collect();
        let counts: Vec<u32> = loads.iter().map(|(_, count)| *count).collect();
        let Some(hidden) = hidden_loads(&counts, totals) else { return Vec::new() };
        let told = loads.into_iter().zip(hidden).map(|((mentor, count), hidden)| {
            let pupils = (!hidden).then(|| u16::try_from(count).unwrap_or(u16::MAX));
            SchoolMatter::LoadTold { term, mentor, pupils }
        });
        told.collect()
    }
}

/// The figures that are told of a school and its grades, and the numbers of the school's pupils that are among them: all, and
/// those with a mentor.
fn figures(absence: &Absence, school: SchoolId, term: Term) -> (Vec<u32>, Vec<SchoolMatter>) {
    let whole = absence.of_school(school, term, None, None);
    let grades = absence.grades(school, term);
    let disclosed = disclosure(&whole, &grades);
    let mut told = told_of(term, None, &whole, disclosed.school);
    let totals = match disclosed.school {
        Told::Nothing => Vec::new(),
        Told::Total => vec![whole.all.pupils],
        Told::Everything => vec![whole.all.pupils, whole.with_mentor.pupils],
    };
    if told.is_empty() {
        // That nothing was told is told too: it is not to be worked out again later.
        told = told_of(term, None, &Figures::default(), Told::Total);
    }
    for (grade, figures) in &grades {
        let how_much = disclosed.grades.get(grade).copied().unwrap_or(Told::Nothing);
        told.extend(told_of(term, Some(*grade), figures, how_much));
    }
    (totals, told)
}

fn told_of(term: Term, grade: Option<Grade>, figures: &Figures, how_much: Told) -> Vec<SchoolMatter> {
    let parts: &[FigurePart] = match how_much {
        Told::Nothing => &[],
        Told::Total => &[FigurePart::All],
        Told::Everything => &[FigurePart::All, FigurePart::WithMentor, FigurePart::WithoutMentor],
    };
    parts.iter().map(|part| SchoolMatter::FigureTold { term, grade, part: *part, sums: figures.part(*part) }).collect()
}

/// How many pupils of a change have a mentor, by what is told of it.
fn with_a_mentor(change: &Evidence) -> [u32; 2] {
    let with = change.with_mentor.pupils;
    [with, with.saturating_add(change.group(ChangeGroup::MentorBefore).pupils)]
}

/// Changes to or from the terms that were told before, the nearest first; and what the log is told of them.
fn changes(
    unit: &RegisteredSchool,
    absence: &Absence,
    (school, pupils): (SchoolId, &[PupilId]),
    term: Term,
) -> (Vec<Evidence>, Vec<SchoolMatter>) {
    let all_of = |of: Term| unit.told(of, None, FigurePart::All);
    let own = absence.of_school(school, term, None, None).all.pupils;
    let mut others: Vec<Term> = unit.told_terms().filter(|other| *other != term).collect();
    others.sort_unstable_by_key(|other| (other.last_day() - term.last_day()).num_days().abs());
    let mut of_term: Vec<Evidence> = Vec::new();
    let mut told = Vec::new();
    for other in others {
        let (baseline, later) = if other.last_day() < term.last_day() { (other, term) } else { (term, other) };
        let change = absence.evidence(school, pupils.iter().copied(), (baseline, later));
        let totals: Vec<u32> = std::iter::once(own).chain(all_of(other).map(|sums| sums.pupils)).collect();
        let beside: Vec<Evidence> = of_term.iter().copied().chain(unit.told_changes(other)).collect();
        if change_may_be_told(&change, &totals, &beside) {
            for group in ChangeGroup::ALL {
                let change = *change.group(group);
                told.push(SchoolMatter::ChangeTold { baseline, term: later, group, change });
            }
            of_term.push(change);
        }
    }
    (of_term, told)
}
