//! Absence: figures of schools and classes, which are no case, and of one pupil, which are.

use domain::access::Subject;
use domain::calendar::Term;
use domain::id::{PupilId, SchoolId};
use domain::projection::absence::Figures;

use super::{Reader, Seen};
use crate::answer::{AbsenceFigures, AbsenceQuestion, ClassAbsence};

impl From<Figures> for AbsenceFigures {
    fn from(figures: Figures) -> Self {
        Self { all: figures.all, with_mentor: figures.with_mentor, without_mentor: figures.without_mentor }
    }
}

impl Reader {
    /// Absence of a school, or of a grade or class there, in a term.
    pub fn absence(&self, question: &AbsenceQuestion) -> Option<Seen<AbsenceFigures>> {
        let AbsenceQuestion { school, term, grade, class } = question;
        let permitted = match class {
            None => self.decides(Subject::SchoolFigures(*school)),
            Some(class) => self.view.absence.classes(*school, *term).iter().any(|figures| {
                figures.class == class && self.decides(Subject::ClassFigures(*school, &figures.placements))
            }),
        };
        if !permitted {
            self.ledger.refuse(school.to_string());
            return None;
        }
        Some(Seen(self.view.absence.of_school(*school, *term, *grade, class.as_ref()).into()))
    }

    /// Absence of each class of a school in a term; only for those who answer for the pupils.
    pub fn absence_by_class(&self, school: SchoolId, term: Term) -> Option<Seen<Vec<ClassAbsence>>> {
        if !self.decides(Subject::SchoolFigures(school)) {
            self.ledger.refuse(school.to_string());
            return None;
        }
        let classes = self.view.absence.classes(school, term);
        let permitted = classes.iter().filter(|class| self.decides(Subject::ClassFigures(school, &class.placements)));
        let figures = permitted.map(|class| ClassAbsence {
            class: class.class.clone(),
            grade: class.grade,
            figures: class.figures.into(),
        });
        Some(Seen(figures.collect()))
    }

    /// Absence of one pupil in a term, at the school where they go now.
    pub fn pupil_absence(&self, pupil: PupilId, term: Term) -> Option<Seen<AbsenceFigures>> {
        let case = self.case(pupil)?;
        Some(Seen(self.view.absence.of_pupil(pupil, case.latest.school, term).into()))
    }
}
