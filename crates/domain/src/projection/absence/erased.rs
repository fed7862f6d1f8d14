//! What erasing leaves of absence: a pupil's days go at once, and what they had added to published figures stays, without a
//! name (invariant 9 of the design: published figures stay as they were).

use super::days::PupilDays;
use super::{Absence, Figures, Scope};
use crate::calendar::Term;
use crate::event::{SchoolEvent, SchoolMatter};
use crate::id::{PupilId, SchoolId};
use crate::projection::AsOf;
use crate::words::{FigurePart, Grade, RetentionClass};

impl Absence {
    /// Takes in what happened at a school.
    pub(in crate::projection) fn apply_school(&mut self, school: SchoolId, event: &SchoolEvent) {
        if let SchoolEvent::Settled(SchoolMatter::ErasureBegun { pupil, class, period, .. }) = event {
            self.erase(*pupil, *class, *period);
        }
        self.keep_remainder(school, event);
    }

    /// Adds what erased days had added to a published figure.
    pub(crate) fn keep_remainder(&mut self, school: SchoolId, event: &SchoolEvent) {
        let SchoolEvent::Settled(SchoolMatter::RemainderKept { term, grade, part, sums }) = event else { return };
        let group = (school, *term, grade.map_or(Scope::School, Scope::Grade));
        let kept = Figures::only(*part, *sums);
        for groups in [&mut self.groups, &mut self.remainders] {
            let total = groups.get(&group).copied().unwrap_or_default().plus(kept);
            groups.insert(group.clone(), total);
        }
    }

    /// Remainders of terms that were over on the day. They cannot be told apart by when they were known: a published
    /// figure is the same whenever it is asked for.
    pub(super) fn add_remainders(&mut self, from: &Self, at: AsOf) {
        for (group, kept) in from.remainders.iter().filter(|((_, term, _), _)| term.last_day() <= at.day) {
            let total = self.groups.get(group).copied().unwrap_or_default().plus(*kept);
            self.groups.insert(group.clone(), total);
            self.remainders.insert(group.clone(), *kept);
        }
    }

    /// A pupil's days of a school year are gone.
    pub(crate) fn erase(&mut self, pupil: PupilId, class: RetentionClass, period: u16) {
        if class != RetentionClass::Attendance {
            return;
        }
        let Some(rows) = self.pupils.get(&pupil).cloned() else { return };
        let left = rows.without(period);
        let nothing_left = left.dates().next().is_none();
        self.replace(pupil, &rows, left);
        if nothing_left {
            self.pupils.remove(&pupil);
        }
    }

    /// What published figures would lose if these were erased: for each published group and part that loses something.
    pub fn remainder_of(
        &self,
        erased: &[(PupilId, RetentionClass, u16)],
        published: &[(SchoolId, Term)],
    ) -> Vec<(SchoolId, SchoolMatter)> {
        let mut without = self.clone();
        for (pupil, class, period) in erased {
            without.erase(*pupil, *class, *period);
        }
        let mut kept = Vec::new();
        for (school, term) in published {
            let grades = self.scopes(*school, *term).filter_map(|(scope, _)| grade_of(scope));
            for grade in std::iter::once(None).chain(grades.map(Some)) {
                let figures = |of: &Self| of.of_school(*school, *term, grade, None);
                let lost = figures(self).minus(figures(&without));
                for part in [FigurePart::All, FigurePart::WithMentor, FigurePart::WithoutMentor] {
                    let sums = lost.part(part);
                    if sums.days > 0 {
                        kept.push((*school, SchoolMatter::RemainderKept { term: *term, grade, part, sums }));
                    }
                }
            }
        }
        kept
    }
}

fn grade_of(scope: &Scope) -> Option<Grade> {
    match scope {
        Scope::Grade(grade) => Some(*grade),
        Scope::School | Scope::Class(_) | Scope::GradeClass(..) | Scope::Placement(_) => None,
    }
}

impl PupilDays {
    /// The same without the days of a school year.
    fn without(&self, school_year: u16) -> Self {
        let stays = |term: Term| term.school_year() != school_year;
        let mut left = self.clone();
        left.days.keep(|day| stays(Term::of(day.date)));
        left.corrected.keep(|day| stays(Term::of(day.date)));
        left.shares.retain(|share| stays(share.term));
        left
    }
}
