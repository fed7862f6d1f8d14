//! Absence, with the words that must not be mixed, and never a per cent without what it is counted on.

use async_graphql::{Enum, Object};
use casework::answer;
use domain::calendar::Term;
use domain::event::school::TermMarkedNotComparable;
use domain::projection::absence::{Sums, evidence};
use domain::projection::percent;
use domain::refusal::{Code, Refusal};

use super::case_words::MentoringModel;
use super::school::NotComparable;
use crate::graphql::scalars::{Minutes, Percent};

/// The term that a text names.
pub(super) fn term(text: &str, field: &'static str) -> Result<Term, Refusal> {
    text.parse().map_err(|_| Refusal::at(Code::InvalidInput, field))
}

/// What a per cent is counted on.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AbsenceBasis {
    /// Scheduled and not cancelled lesson time (erbjuden tid): `offeredMinutes`.
    ScheduledTime,
}

/// Absence of a group in a term: all, and told apart by whether the pupil had a mentor on the day.
pub(crate) struct AbsenceBreakdown(pub(crate) answer::AbsenceFigures);

/// Absence of a group in a term: all, and told apart by whether the pupil had a mentor on the day.
#[Object]
impl AbsenceBreakdown {
    /// All days.
    async fn all(&self) -> AbsenceFigures {
        AbsenceFigures(self.0.all)
    }

    /// Days on which the pupil had a mentor; null where mentors go to those in greatest need (riktad modell), since a level
    /// then tells of the need and not of mentors: ask for `absenceEvidence`.
    async fn with_mentor(&self) -> Option<AbsenceFigures> {
        self.0.with_mentor.filter(|_| !self.0.targeted).map(AbsenceFigures)
    }

    /// Days on which the pupil had no mentor; null where mentors go to those in greatest need.
    async fn without_mentor(&self) -> Option<AbsenceFigures> {
        self.0.without_mentor.filter(|_| !self.0.targeted).map(AbsenceFigures)
    }
}

/// Minutes of absence added up, and what they are counted on. Each per cent is made from minutes and rounded by itself,
/// last: rounded parts need not add up to the rounded total.
#[derive(Clone, Copy)]
pub(crate) struct AbsenceFigures(Sums);

/// Minutes of absence added up, and what they are counted on. Each per cent is made from minutes and rounded by itself,
/// last: rounded parts need not add up to the rounded total.
#[Object]
impl AbsenceFigures {
    /// Pupils with at least one day in it.
    async fn pupils(&self) -> u32 {
        self.0.pupils
    }

    /// Days of pupils: one pupil on one day.
    async fn days(&self) -> Minutes {
        Minutes(self.0.days)
    }

    /// What the per cents are counted on.
    async fn basis(&self) -> AbsenceBasis {
        AbsenceBasis::ScheduledTime
    }

    /// Minutes offered (erbjuden tid): scheduled and not cancelled. The basis of every per cent.
    async fn offered_minutes(&self) -> Minutes {
        Minutes(self.0.offered)
    }

    /// Minutes of notified absence (anmäld frånvaro): it was announced.
    async fn notified_minutes(&self) -> Minutes {
        Minutes(self.0.notified)
    }

    /// Minutes of unnotified absence (ej anmäld frånvaro): it was not announced.
    async fn unnotified_minutes(&self) -> Minutes {
        Minutes(self.0.unnotified)
    }

    /// Minutes of absence that the school found valid (giltig). A notified absence need not be.
    async fn valid_minutes(&self) -> Minutes {
        Minutes(self.0.valid)
    }

    /// Minutes of absence that the school found invalid (ogiltig).
    async fn invalid_minutes(&self) -> Minutes {
        Minutes(self.0.invalid)
    }

    /// Minutes of absence on which the school has not decided.
    async fn undecided_minutes(&self) -> Minutes {
        Minutes(self.0.undecided())
    }

    /// Offered minutes in which attendance was not taken: neither presence nor absence.
    async fn unregistered_minutes(&self) -> Minutes {
        Minutes(self.0.unregistered)
    }

    /// Lessons offered, counted for each pupil.
    async fn lessons(&self) -> Minutes {
        Minutes(self.0.lessons)
    }

    /// Lessons in which attendance was not taken, counted for each pupil.
    async fn unregistered_lessons(&self) -> Minutes {
        Minutes(self.0.unregistered_lessons)
    }

    /// Notified absence in per cent of the basis; null when nothing was offered.
    async fn notified_percent(&self) -> Option<Percent> {
        self.0.notified_percent().map(Percent::from)
    }

    /// Unnotified absence in per cent of the basis; null when nothing was offered.
    async fn unnotified_percent(&self) -> Option<Percent> {
        self.0.unnotified_percent().map(Percent::from)
    }

    /// Notified and unnotified absence together, in per cent of the basis; null when nothing was offered.
    async fn total_percent(&self) -> Option<Percent> {
        self.0.total_percent().map(Percent::from)
    }

    /// Valid absence in per cent of the basis; null when nothing was offered.
    async fn valid_percent(&self) -> Option<Percent> {
        self.0.valid_percent().map(Percent::from)
    }

    /// Invalid absence in per cent of the basis; null when nothing was offered.
    async fn invalid_percent(&self) -> Option<Percent> {
        self.0.invalid_percent().map(Percent::from)
    }

    /// Share of the basis in which attendance was taken, in per cent; null when nothing was offered. Read it beside
    /// every other per cent.
    async fn registration_rate(&self) -> Option<Percent> {
        self.0.registration_rate().map(Percent::from)
    }
}

/// How absence changed from one term to another.
pub(crate) struct AbsenceChange {
    pub(super) from: answer::AbsenceFigures,
    pub(super) to: answer::AbsenceFigures,
    pub(super) left_out: Vec<TermMarkedNotComparable>,
}

impl AbsenceChange {
    fn points(&self, from: Sums, to: Sums) -> AbsencePoints {
        AbsencePoints { terms: self.left_out.is_empty().then_some((from, to)) }
    }

    /// Where mentors go to those in greatest need, a level tells of the need: so does a difference of levels.
    fn targeted(&self) -> bool {
        self.from.targeted || self.to.targeted
    }
}

/// How absence changed from one term to another.
#[Object]
impl AbsenceChange {
    /// The earlier term's figures.
    async fn from(&self) -> AbsenceBreakdown {
        AbsenceBreakdown(self.from.clone())
    }

    /// The later term's figures.
    async fn to(&self) -> AbsenceBreakdown {
        AbsenceBreakdown(self.to.clone())
    }

    /// Those of the two terms that are marked as not comparable, and why; then no change is told.
    async fn left_out(&self) -> Vec<NotComparable> {
        self.left_out.iter().map(NotComparable::from).collect()
    }

    /// The change over all days.
    async fn all(&self) -> AbsencePoints {
        self.points(self.from.all, self.to.all)
    }

    /// The change over days on which the pupil had a mentor; null where it would tell of a few outside the school, and where
    /// mentors go to those in greatest need (riktad modell): ask for `absenceEvidence`, which has number and interval.
    async fn with_mentor(&self) -> Option<AbsencePoints> {
        let terms = (self.from.with_mentor?, self.to.with_mentor?);
        (!self.targeted()).then(|| self.points(terms.0, terms.1))
    }

    /// The change over days on which the pupil had no mentor; null where the other is.
    async fn without_mentor(&self) -> Option<AbsencePoints> {
        let terms = (self.from.without_mentor?, self.to.without_mentor?);
        (!self.targeted()).then(|| self.points(terms.0, terms.1))
    }
}

/// Changes in percentage points, made from unrounded shares and rounded last. Less than nothing: absence went down.
pub(crate) struct AbsencePoints {
    /// `None`: a term is left out.
    terms: Option<(Sums, Sums)>,
}

impl AbsencePoints {
    fn change(&self, share: fn(Sums) -> Option<percent::Percent>) -> Option<Percent> {
        let (from, to) = self.terms?;
        Some(share(from)?.change_to(share(to)?).into())
    }
}

/// Changes in percentage points, made from unrounded shares and rounded last. Less than nothing: absence went down.
#[Object]
impl AbsencePoints {
    /// Change of notified absence; null when one of the terms has no basis or is left out.
    async fn notified_points(&self) -> Option<Percent> {
        self.change(Sums::notified_percent)
    }

    /// Change of unnotified absence; null when one of the terms has no basis or is left out.
    async fn unnotified_points(&self) -> Option<Percent> {
        self.change(Sums::unnotified_percent)
    }

    /// Change of absence in all; null when one of the terms has no basis or is left out.
    async fn total_points(&self) -> Option<Percent> {
        self.change(Sums::total_percent)
    }
}

/// How absence changed from each group's own baseline, with a mentor and without: what can be said of whether it helped.
/// The same pupils are compared with themselves. It is no experiment: who got a mentor was not drawn by lot.
pub(crate) struct AbsenceEvidence(pub(super) answer::AbsenceEvidence);

/// How absence changed from each group's own baseline, with a mentor and without: what can be said of whether it helped.
/// The same pupils are compared with themselves. It is no experiment: who got a mentor was not drawn by lot.
#[Object]
impl AbsenceEvidence {
    /// The baseline term.
    async fn baseline(&self) -> String {
        self.0.baseline.to_string()
    }

    /// The later term.
    async fn term(&self) -> String {
        self.0.term.to_string()
    }

    /// Those of the two terms that are marked as not comparable, and why; then no change is told.
    async fn left_out(&self) -> Vec<NotComparable> {
        self.0.left_out.iter().map(NotComparable::from).collect()
    }

    /// How pupils get a mentor here; null: no model has been chosen.
    async fn model(&self) -> Option<MentoringModel> {
        self.0.model.map(Into::into)
    }

    /// Pupils who had no mentor in the baseline term, and had one on at least half of their days in the later one; null when
    /// a term is left out.
    async fn with_mentor(&self) -> Option<GroupChange> {
        self.0.change.map(|change| GroupChange(change.with_mentor))
    }

    /// Pupils who had no mentor in the baseline term, and none on most of their days in the later one; null when a term is
    /// left out.
    async fn without_mentor(&self) -> Option<GroupChange> {
        self.0.change.map(|change| GroupChange(change.without_mentor))
    }

    /// Pupils who had a mentor already in the baseline term: they have no term without one to be compared with, and count in
    /// neither group; null when a term is left out.
    async fn mentor_before(&self) -> Option<GroupChange> {
        self.0.change.map(|change| GroupChange(change.mentor_before))
    }
}

/// How the absence of the same pupils changed. Pupils with at least ten registered days in each term are compared; of
/// fewer than five pupils only the number is told.
pub(crate) struct GroupChange(evidence::GroupChange);

/// How the absence of the same pupils changed. Pupils with at least ten registered days in each term are compared; of
/// fewer than five pupils only the number is told.
#[Object]
impl GroupChange {
    /// How many pupils (n).
    async fn pupils(&self) -> u32 {
        self.0.pupils
    }

    /// Their absence in the baseline term; null for fewer than five pupils.
    async fn before(&self) -> Option<AbsenceFigures> {
        self.0.mean.map(|_| AbsenceFigures(self.0.before))
    }

    /// Their absence in the later term; null for fewer than five pupils.
    async fn after(&self) -> Option<AbsenceFigures> {
        self.0.mean.map(|_| AbsenceFigures(self.0.after))
    }

    /// The mean of the pupils' changes in percentage points; less than nothing: absence went down.
    async fn mean_points(&self) -> Option<Percent> {
        self.0.mean.map(|mean| percent::Points::from(mean.points).into())
    }

    /// Lower end of the mean's 95 % interval (Student's t).
    async fn low_points(&self) -> Option<Percent> {
        self.0.mean.map(|mean| percent::Points::from(mean.low).into())
    }

    /// Upper end of the mean's 95 % interval. Where zero lies between the two ends, the figures do not tell a
    /// change from none.
    async fn high_points(&self) -> Option<Percent> {
        self.0.mean.map(|mean| percent::Points::from(mean.high).into())
    }
}

/// Absence of one class.
pub(crate) struct ClassAbsence(answer::ClassAbsence);

impl From<answer::ClassAbsence> for ClassAbsence {
    fn from(class: answer::ClassAbsence) -> Self {
        Self(class)
    }
}

/// Absence of one class.
#[Object]
impl ClassAbsence {
    /// The class (klass).
    async fn class_name(&self) -> &str {
        self.0.class.as_str()
    }

    /// Its grade (årskurs).
    async fn grade(&self) -> i32 {
        i32::from(self.0.grade.number())
    }

    /// Its absence.
    async fn absence(&self) -> AbsenceBreakdown {
        AbsenceBreakdown(self.0.figures.clone())
    }
}
