//! What erasing leaves of absence: a pupil's days go at once, from every figure that is added up from days. What was published
//! stands in the log as it was told, and is not added up from them (invariant 9 of the design: published figures stay as they were).
//! Older logs kept what erased days had added to published figures instead: that is still read.

use super::days::PupilDays;
use super::{Absence, Figures, Scope};
use crate::calendar::Term;
use crate::event::{SchoolEvent, SchoolMatter};
use crate::id::{PupilId, SchoolId};
use crate::projection::AsOf;
use crate::retention::Subject;
use crate::words::RetentionClass;

impl Absence {
    /// Takes in what happened at a school.
    pub(in crate::projection) fn apply_school(&mut self, school: SchoolId, event: &SchoolEvent) {
        if let SchoolEvent::Settled(SchoolMatter::ErasureBegun {
            subject: Subject::Pupil(pupil), class, period, ..
        }) = event
        {
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
            let total = groups.get(&group).unwrap_or_default().plus(kept);
            groups.insert(group.clone(), total);
        }
    }

    /// Remainders of terms that were over on the day. They cannot be told apart by when they were known: a published
    /// figure is the same whenever it is asked for.
    pub(super) fn add_remainders(&mut self, from: &Self, at: AsOf) {
        for (group, kept) in from.remainders.iter().filter(|((_, term, _), _)| term.last_day() <= at.day) {
            let total = self.groups.get(&group).unwrap_or_default().plus(kept);
            self.groups.insert(group.clone(), total);
            self.remainders.insert(group, kept);
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

    /// The same without the days that these erase.
    #[must_use]
    pub fn without(&self, erased: &[(PupilId, RetentionClass, u16)]) -> Self {
        let mut without = self.clone();
        for (pupil, class, period) in erased {
            without.erase(*pupil, *class, *period);
        }
        without
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
