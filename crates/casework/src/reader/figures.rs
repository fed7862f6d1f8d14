//! Absence: figures of schools and classes, which are no case, and of one pupil, which are.

use std::borrow::Cow;
use std::collections::BTreeSet;

use domain::access::{Access, Part, Subject, may_see};
use domain::actor::Role;
use domain::calendar::Term;
use domain::disclosure::{FEWEST, Told, change_may_be_told, disclosure, few};
use domain::event::pupil::Placement;
use domain::event::school::TermMarkedNotComparable;
use domain::id::{PupilId, SchoolId};
use domain::projection::AsOf;
use domain::projection::absence::evidence::Evidence;
use domain::projection::absence::{Absence, Figures, without_pupils};
use domain::words::{ChangeGroup, FigurePart, Grade};

use super::readings::of;
use super::{Reader, Seen};
use crate::answer::{AbsenceEvidence, AbsenceFigures, AbsenceQuestion, ClassAbsence};

fn told(figures: Figures, targeted: bool) -> AbsenceFigures {
    let Figures { all, with_mentor, without_mentor } = figures;
    AbsenceFigures { all, with_mentor: Some(with_mentor), without_mentor: Some(without_mentor), targeted }
}

/// Who is told figures of a school.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Those who work there: as things are, and every group.
    School,
    /// The authority: as published, and no group of a few.
    Outside,
}

impl Reader {
    /// Who is asking for a subject of a school's figures; `None`: it is refused.
    pub(super) fn audience(&self, subject: Subject<'_>) -> Option<Audience> {
        match may_see(&self.view.world, self.actor, subject, self.today) {
            Access::Granted(Some(Role::Authority), _) => Some(Audience::Outside),
            Access::Granted(..) => Some(Audience::School),
            Access::Refused => None,
        }
    }

    /// A school's absence, or a grade's, in a term, as it was published; `None`: it had not been by then, or it tells of a few.
    fn published(&self, school: SchoolId, (term, grade): (Term, Option<Grade>), at: AsOf) -> Option<AbsenceFigures> {
        if let Some(unit) = self.view.school(school, at).filter(|unit| unit.keeps_told(term)) {
            let told = |part| unit.told(term, grade, part);
            return Some(AbsenceFigures {
                all: told(FigurePart::All)?,
                with_mentor: told(FigurePart::WithMentor),
                without_mentor: told(FigurePart::WithoutMentor),
                targeted: self.targets(school, term),
            });
        }
        let at = self.view.past.publication(school, Some(term), at)?;
        let absence = self.view.absence_to_publish(school, at);
        let whole = absence.of_school(school, term, None, None);
        let grades = absence.grades(school, term);
        let disclosed = disclosure(&whole, &grades);
        let (figures, how_much) = match grade {
            None => (whole, disclosed.school),
            Some(grade) => (*grades.get(&grade)?, *disclosed.grades.get(&grade)?),
        };
        let figures = told(figures, self.targets(school, term));
        match how_much {
            Told::Nothing => None,
            Told::Total => Some(AbsenceFigures { with_mentor: None, without_mentor: None, ..figures }),
            Told::Everything => Some(figures),
        }
    }

    /// Absence of a school, or of a grade or class there, in a term. Outside the school: as published by
    /// then. Whom figures made anew would tell of one pupil is told what was published, and nothing of classes.
    pub fn absence(&self, question: &AbsenceQuestion) -> Option<Seen<AbsenceFigures>> {
        let AbsenceQuestion { school, term, grade, class, at } = question;
        if class.is_none() && self.audience(Subject::SchoolFigures(*school)) == Some(Audience::Outside) {
            return self.published(*school, (*term, *grade), *at).map(Seen);
        }
        let published = || self.only_told(*school, *term) || self.would_tell_of_one(*school, *term);
        if class.is_none() && self.decides(Subject::SchoolFigures(*school)) && published() {
            return self.published(*school, (*term, *grade), self.now()).map(Seen);
        }
        let absence = self.absence_there(*school, *at);
        let permitted = match class {
            None => self.decides(Subject::SchoolFigures(*school)),
            Some(class) => absence.classes(*school, *term).iter().any(|figures| {
                figures.class == class && self.decides(Subject::ClassFigures(*school, &figures.placements))
            }),
        };
        if !permitted {
            self.ledger.refuse(school.to_string());
            return None;
        }
        // Classes add up to what was published, but for the one.
        if class.is_some() && self.would_tell_of_one(*school, *term) {
            return None;
        }
        let figures = absence.of_school(*school, *term, *grade, class.as_ref());
        let counts = |placement: &Placement| {
            grade.is_none_or(|grade| placement.grade == grade)
                && class.as_ref().is_none_or(|class| placement.class == *class)
        };
        self.reads_of_few(&absence, (*school, *term, *at), &figures, counts);
        Some(Seen(told(figures, self.targets(*school, *term))))
    }

    /// Whether days of a published term have been erased: what can still be added up is no figure of the term any more.
    fn only_told(&self, school: SchoolId, term: Term) -> bool {
        self.view.world.school(school).is_some_and(|unit| unit.keeps_told(term) && unit.erased_days_of(term))
    }

    /// Whether figures of a published term made anew would tell who asks of one pupil, who is in them and not in those that were
    /// published, or the other way round: the identity is protected (skyddad identitet) since, or was then and is no longer. Not where
    /// the pupil's absence is theirs to see; nor where they see that of each of the others, and what was published would tell of
    /// the one beside that.
    fn would_tell_of_one(&self, school: SchoolId, term: Term) -> bool {
        let Some(published) = self.view.past.publication(school, Some(term), self.now()) else { return false };
        let in_one_alone = |pupil: &PupilId| {
            let hidden = self.hidden_at(*pupil, school);
            hidden != self.view.was_protected(*pupil, published) && (hidden || !self.sees_absence(*pupil, school))
        };
        let pupils: Vec<PupilId> = self.view.caseload.ever_at(school).filter(in_one_alone).collect();
        let grades: BTreeSet<Grade> =
            self.view.absence.placements(school, term).iter().map(|placement| placement.grade).collect();
        let of_grade = |grade: &Grade| {
            let grade = *grade;
            let mut one =
                self.view.absence.of_each(pupils.iter().copied(), (school, term), move |placement: &Placement| {
                    placement.grade == grade
                });
            one.next().is_some()
        };
        let mut grades = grades.into_iter().filter(of_grade).peekable();
        grades.peek().is_some() && !grades.any(|grade| self.sees_all_others(school, term, grade))
    }

    fn sees_absence(&self, pupil: PupilId, school: SchoolId) -> bool {
        self.view_of(pupil).has(Part::Absence) || self.decides(Subject::Records(pupil, school))
    }

    /// Whether who asks sees the absence of each pupil of a grade who is not hidden from them, or of all but a few.
    fn sees_all_others(&self, school: SchoolId, term: Term, grade: Grade) -> bool {
        let unseen = |pupil: &PupilId| !self.hidden_at(*pupil, school) && !self.sees_absence(*pupil, school);
        let of_grade = move |placement: &Placement| placement.grade == grade;
        let unseen = self.view.caseload.ever_at(school).filter(unseen);
        let unseen = self.view.absence.of_each(unseen, (school, term), of_grade).take(FEWEST as usize).count();
        unseen < FEWEST as usize
    }

    /// Absence of each class of a school in a term; only for those who answer for the pupils. None where they would tell of one beside
    /// what was published.
    pub fn absence_by_class(&self, school: SchoolId, term: Term, at: AsOf) -> Option<Seen<Vec<ClassAbsence>>> {
        if !self.decides(Subject::SchoolFigures(school)) {
            self.ledger.refuse(school.to_string());
            return None;
        }
        if self.would_tell_of_one(school, term) {
            return Some(Seen(Vec::new()));
        }
        let absence = self.absence_there(school, at);
        let classes = absence.classes(school, term);
        let targeted = self.targets(school, term);
        let permitted =
            || classes.iter().filter(|class| self.decides(Subject::ClassFigures(school, &class.placements)));
        for class in permitted() {
            let counts = |placement: &Placement| placement.grade == class.grade && placement.class == *class.class;
            self.reads_of_few(&absence, (school, term, at), &class.figures, counts);
        }
        let figures = permitted().map(|class| ClassAbsence {
            class: class.class.clone(),
            grade: class.grade,
            figures: told(class.figures, targeted),
        });
        Some(Seen(figures.collect()))
    }

    /// What is told of a group of fewer than five is told of each of them, also inside the school: it is a reading of their cases.
    fn reads_of_few(
        &self,
        absence: &Absence,
        (school, term, at): (SchoolId, Term, AsOf),
        figures: &Figures,
        counts: impl Fn(&Placement) -> bool,
    ) {
        let parts = |of: &Figures| [of.all, of.with_mentor, of.without_mentor].map(|sums| sums.pupils);
        let of_few = parts(figures).map(few);
        if of_few == [false; 3] {
            return;
        }
        let pupils = self.view.ever_at_school(school, at).into_iter().map(|(pupil, _)| pupil);
        for (pupil, own) in absence.of_each(pupils, (school, term), counts) {
            if parts(&own).iter().zip(of_few).any(|(own, few)| few && *own > 0) {
                self.show_at(pupil, school);
            }
        }
    }

    /// The same, of the groups of a change between two terms.
    fn reads_of_few_changed(
        &self,
        absence: &Absence,
        (school, at): (SchoolId, AsOf),
        terms: (Term, Term),
        change: &Evidence,
    ) {
        let of_few = |group: &ChangeGroup| few(change.group(*group).pupils);
        let groups: Vec<ChangeGroup> = ChangeGroup::ALL.into_iter().filter(of_few).collect();
        if groups.is_empty() {
            return;
        }
        for (pupil, _) in self.view.ever_at_school(school, at) {
            let own = absence.evidence(school, std::iter::once(pupil), terms);
            if groups.iter().any(|group| own.group(*group).pupils > 0) {
                self.show_at(pupil, school);
            }
        }
    }

    /// Notes a reading of a pupil's case at a school: where they have left, of the enrolment there.
    fn show_at(&self, pupil: PupilId, school: SchoolId) {
        let case = self.view.world.case(pupil);
        if let Some((case, here)) = case.and_then(|case| Some((case, case.enrolments_at(school).next()?))) {
            self.ledger.show_of(of(pupil, case, here.id));
        }
    }

    /// Absence of one pupil in a term, at the school where they go now.
    pub fn pupil_absence(&self, pupil: PupilId, term: Term, at: AsOf) -> Option<Seen<AbsenceFigures>> {
        let school = self.case(pupil)?.latest.school;
        if !self.view_of(pupil).has(Part::Absence) {
            self.ledger.refuse(pupil.to_string());
            return None;
        }
        let facts = self.view.facts(pupil, at).map(|facts| (pupil, facts));
        let absence = self.view.absence.as_of(&self.view.world, facts.as_slice(), at);
        Some(Seen(told(absence.of_pupil(pupil, school, term), false)))
    }

    /// How the absence of a school's pupils changed from a baseline term to a later one, with a mentor and without. Outside the school as
    /// it was published; and to whom one pupil would be told of beside that.
    pub fn evidence(&self, school: SchoolId, terms: (Term, Term), at: AsOf) -> Option<Seen<AbsenceEvidence>> {
        let unit = self.decides(Subject::SchoolFigures(school)).then(|| self.view.school(school, at)).flatten();
        let Some(unit) = unit else {
            self.ledger.refuse(school.to_string());
            return None;
        };
        let (baseline, term) = terms;
        let (outside, at) = if self.audience(Subject::SchoolFigures(school)) == Some(Audience::Outside) {
            (true, at)
        } else if [baseline, term].into_iter().any(|term| self.would_tell_of_one(school, term)) {
            (true, self.now())
        } else {
            (false, at)
        };
        let published = |term| self.view.past.publication(school, Some(term), at);
        let asked = at;
        let (at, told) = if outside {
            let (one, other) = (published(baseline)?, published(term)?);
            let told = [baseline, term].iter().any(|term| unit.keeps_told(*term));
            (AsOf { day: one.day.max(other.day), known: one.known.max(other.known) }, told)
        } else {
            (at, self.only_told(school, baseline) || self.only_told(school, term))
        };
        let marked = unit.not_comparable.iter().filter(|marked| marked.term == baseline || marked.term == term);
        let left_out: Vec<_> = marked.copied().collect();
        let change = left_out.is_empty().then(|| {
            if told {
                return self.view.world.school(school).and_then(|unit| unit.told_change(terms));
            }
            let pupils = self.view.ever_at_school(school, at).into_iter().map(|(pupil, _)| pupil);
            let absence =
                if outside { self.view.absence_to_publish(school, at) } else { self.absence_there(school, at) };
            let change = absence.evidence(school, pupils, terms);
            if !outside {
                self.reads_of_few_changed(&absence, (school, at), terms, &change);
            }
            Some(change)
        });
        let change = change.flatten();
        let of_term = |term| self.published(school, (term, None), asked).map(|figures| figures.all.pupils);
        let may = |change: &Evidence| {
            let totals: Vec<u32> = [baseline, term].into_iter().filter_map(of_term).collect();
            change_may_be_told(change, &totals, &[])
        };
        let change = change.filter(|change| !outside || told || may(change));
        let model = unit.model_on(at.day.min(term.last_day())).map(|chosen| chosen.model);
        Some(Seen(AbsenceEvidence { baseline, term, left_out, model, change }))
    }

    /// Whether mentors went to those in greatest need at the school in the term, as known now: whether bare levels may be told is
    /// decided today, also of what was not known, or not published, as such on the day asked about.
    fn targets(&self, school: SchoolId, term: Term) -> bool {
        self.view.world.school(school).is_some_and(|unit| unit.targeted_in(term))
    }

    /// Those of some terms that are marked as not comparable at a school, and why; none for those who do not see its
    /// figures.
    pub fn not_comparable(&self, school: SchoolId, terms: &[Term], at: AsOf) -> Seen<Vec<TermMarkedNotComparable>> {
        let unit = self.decides(Subject::SchoolFigures(school)).then(|| self.view.school(school, at)).flatten();
        let mut marked = unit.map(|unit| unit.not_comparable).unwrap_or_default();
        marked.retain(|marked| terms.contains(&marked.term));
        Seen(marked)
    }

    /// The same without those who are not there for who asks: beside what is told of each of the others, a figure that had one in it
    /// would tell of that one.
    fn absence_there(&self, school: SchoolId, at: AsOf) -> Cow<'_, Absence> {
        let world = &self.view.world;
        let was_here =
            |pupil: &PupilId| world.case(*pupil).is_some_and(|case| case.enrolments_at(school).next().is_some());
        let hidden: Vec<_> =
            world.protected().filter(|pupil| was_here(pupil) && self.hidden_at(*pupil, school)).collect();
        without_pupils(self.absence_of(school, at), &hidden)
    }

    /// Absence at a school as it was: only for what is asked of this school.
    fn absence_of(&self, school: SchoolId, at: AsOf) -> Cow<'_, Absence> {
        // What is so now is there already; anything else is added up from the days of all who ever went there.
        let cases = if at == self.now() { Vec::new() } else { self.view.ever_at_school(school, at) };
        self.view.absence.as_of(&self.view.world, &cases, at)
    }
}
