//! What was told of a school outside it, with each publication: kept as it was told, whatever is corrected or erased since.

use chrono::NaiveDate;

use super::RegisteredSchool;
use crate::calendar::Term;
use crate::event::SchoolMatter;
use crate::id::StaffId;
use crate::projection::absence::Sums;
use crate::projection::absence::evidence::Evidence;
use crate::words::{ChangeGroup, FigurePart, Grade};

impl RegisteredSchool {
    /// The day on which a term's figures are published, as it was adopted last.
    pub fn publication_day(&self, of: Term) -> Option<NaiveDate> {
        let adopted = self.settled.iter().rev().filter_map(|matter| {
            if let SchoolMatter::PublicationDayAdopted { term, on } = matter { Some((*term, *on)) } else { None }
        });
        adopted.into_iter().find(|(term, _)| *term == of).map(|(_, on)| on)
    }

    /// The published terms whose publication kept what was told, in the order published.
    pub fn told_terms(&self) -> impl Iterator<Item = Term> {
        self.settled.iter().filter_map(|matter| {
            if let SchoolMatter::FigureTold { term, grade: None, part: FigurePart::All, .. } = matter {
                Some(*term)
            } else {
                None
            }
        })
    }

    /// Whether the publication of a term kept what was told.
    pub fn keeps_told(&self, of: Term) -> bool {
        self.told_terms().any(|term| term == of)
    }

    /// A figure that was told of a term; `None`: it was not.
    pub fn told(&self, of: Term, of_grade: Option<Grade>, of_part: FigurePart) -> Option<Sums> {
        let told = self.settled.iter().find_map(|matter| {
            if let SchoolMatter::FigureTold { term, grade, part, sums } = matter
                && (*term, *grade, *part) == (of, of_grade, of_part)
            {
                Some(*sums)
            } else {
                None
            }
        });
        told.filter(|sums| sums.days > 0 || of_part != FigurePart::All)
    }

    /// Every figure that was told of a term.
    pub fn told_figures(&self, of: Term) -> impl Iterator<Item = (Option<Grade>, FigurePart, Sums)> {
        self.settled.iter().filter_map(move |matter| {
            if let SchoolMatter::FigureTold { term, grade, part, sums } = matter
                && *term == of
            {
                Some((*grade, *part, *sums))
            } else {
                None
            }
        })
    }

    /// How absence changed from one term to another, as it was told; `None`: it was not.
    pub fn told_change(&self, of: (Term, Term)) -> Option<Evidence> {
        let mut told = None;
        for matter in &self.settled {
            if let SchoolMatter::ChangeTold { baseline, term, group, change } = matter
                && (*baseline, *term) == of
            {
                let evidence: &mut Evidence = told.get_or_insert_default();
                *evidence.group_mut(*group) = *change;
            }
        }
        told
    }

    /// Every change that was told of a term, with what it was told from or to.
    pub fn told_changes(&self, of: Term) -> Vec<Evidence> {
        let mut pairs: Vec<(Term, Term)> = Vec::new();
        for matter in &self.settled {
            if let SchoolMatter::ChangeTold { baseline, term, group: ChangeGroup::WithMentor, .. } = matter
                && (*baseline == of || *term == of)
            {
                pairs.push((*baseline, *term));
            }
        }
        pairs.into_iter().filter_map(|pair| self.told_change(pair)).collect()
    }

    /// How many pupils each mentor had, as it was told last; `None`: no publication kept it.
    pub fn told_loads(&self) -> Option<Vec<(StaffId, Option<u16>)>> {
        let latest = self.told_terms().last()?;
        let loads = self.settled.iter().filter_map(|matter| {
            if let SchoolMatter::LoadTold { term, mentor, pupils } = matter
                && *term == latest
            {
                Some((*mentor, *pupils))
            } else {
                None
            }
        });
        Some(loads.collect())
    }

    /// Whether attendance of a term's school year has been erased of somebody whose last school this is.
    pub fn erased_days_of(&self, of: Term) -> bool {
        self.settled.iter().any(|matter| {
            matches!(matter, SchoolMatter::ErasureBegun { class: crate::words::RetentionClass::Attendance, period, .. }
                if *period == of.school_year())
        })
    }
}
