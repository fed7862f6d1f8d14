//! What is so in a pupil's case: where the pupil goes, who has them, who stands in, who their guardians are. A fold of
//! its own, so that it can be told as it was known at any position: the same events, up to there.

use chrono::NaiveDate;

use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, EnrolmentDays, EnrolmentDaysCorrected, Guardianship, LeavingReason,
    Placement, PupilEnrolled, PupilEvent,
};
use crate::event::work::{CaseWork, Work};
use crate::id::{AssignmentId, EnrolmentId, EventId, GuardianId, SchoolId, StaffId};
use crate::personal::{Erasable, Personal};
use crate::state::{Assignment, Cover};
use crate::words::{Household, Name, ProtectionLevel};

/// What is so in a pupil's case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFacts {
    /// The latest enrolment.
    pub latest: Enrolment,
    /// Those before it, oldest first.
    pub earlier: Vec<Enrolment>,
    /// Guardians linked at the school, in the order linked.
    pub guardians: Vec<LinkedGuardian>,
    /// Guardians who were unlinked, or whom schools before it had linked: the next school links its own, and knows nothing of
    /// them. For the day they are erased.
    pub former_guardians: Vec<GuardianId>,
    /// Mentors' assignments, in the order assigned.
    pub assignments: Vec<Assignment>,
    /// Who stands in, or stood in, in the order begun.
    pub covers: Vec<Cover>,
    /// Guardians who may have no contact with the pupil.
    pub bans: Vec<GuardianId>,
    /// Guardians whose identity is protected.
    pub guardians_protected: Vec<GuardianId>,
    /// Those of them of whom a school said so that the pupil has left since.
    pub protected_before: Vec<GuardianId>,
    /// Guardians whom a pupil of full age lets be told, each with the last day.
    pub consents: Vec<(GuardianId, NaiveDate)>,
    /// The schools that the pupil left while their identity was protected: there it stays so, whatever came after.
    pub left_protected: Vec<SchoolId>,
    /// How the pupil's identity is protected, when it is.
    pub protection: Option<ProtectionLevel>,
    /// The pupil's date of birth, when it is known.
    pub born: Option<NaiveDate>,
    /// Guardians who are not to be told about the pupil.
    pub withheld: Vec<GuardianId>,
    /// Who is named for the pupil while the identity is protected, each with the last day.
    pub named: Vec<(StaffId, NaiveDate)>,
    /// Who opened the case in an emergency, each with the day.
    pub emergencies: Vec<(StaffId, NaiveDate)>,
    /// Entries that were handed on, each with the enrolment that it was handed on from.
    pub handed_on: Vec<(EnrolmentId, EventId)>,
}

/// One enrolment at a school unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Which.
    pub id: EnrolmentId,
    /// The unit.
    pub school: SchoolId,
    /// The pupil's name, as the unit knows it.
    pub name: Erasable<Personal<Name>>,
    /// Position at which it was recorded: what was recorded before, whatever day it is about, is another enrolment's.
    pub recorded: u64,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, and why; `None` while it lasts.
    pub left: Option<(NaiveDate, LeavingReason)>,
    /// The first and the last day that were ever on record of it: something may have been recorded on any day between.
    pub(crate) widest: (NaiveDate, Option<NaiveDate>),
    /// Placements with their first days, in date order.
    pub placements: Vec<(NaiveDate, Placement)>,
}

/// A guardian linked to the pupil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkedGuardian {
    /// Who.
    pub guardian: GuardianId,
    /// What they are to the pupil.
    pub guardianship: Guardianship,
    /// How the pupil lives with them, when it is known.
    pub household: Option<Household>,
}

impl Enrolment {
    fn begin(enrolled: &PupilEnrolled, position: u64) -> Self {
        Self {
            id: enrolled.enrolment,
            school: enrolled.school,
            name: enrolled.name.clone(),
            recorded: position,
            from: enrolled.from,
            left: None,
            widest: (enrolled.from, None),
            placements: vec![(enrolled.from, enrolled.placement.clone())],
        }
    }

    /// Whether the pupil never came (påbörjade aldrig): it holds no day.
    pub fn never_came(&self) -> bool {
        self.last_day().is_some_and(|last_day| last_day < self.from)
    }

    /// The first and the last day that were ever on record of it; without a last day, it lasts, or it was not on record until when.
    pub(crate) fn widest(&self) -> (NaiveDate, Option<NaiveDate>) {
        (self.widest.0, self.widest.1.filter(|_| self.left.is_some()))
    }

    /// Where the pupil is on a day, or is to be on the first or was on the last, when the day lies outside; or was to be, when they
    /// never came.
    pub fn placement_near(&self, date: NaiveDate) -> Option<&Placement> {
        let date = self.last_day().map_or(date, |last_day| date.min(last_day)).max(self.from);
        self.placements.iter().rev().find(|(from, _)| *from <= date).map(|(_, placement)| placement)
    }

    /// Last day, included, when it is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.left.map(|(last_day, _)| last_day)
    }

    /// Whether the date lies within.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && self.last_day().is_none_or(|last| date <= last)
    }

    /// The placement on the date, within the enrolment.
    pub fn placement_on(&self, date: NaiveDate) -> Option<&Placement> {
        if !self.covers(date) {
            return None;
        }
        self.placements.iter().rev().find(|(from, _)| *from <= date).map(|(_, placement)| placement)
    }

    fn leave(&mut self, last_day: NaiveDate, reason: LeavingReason) {
        self.left = Some((last_day, reason));
        self.widest.1 = self.widest.1.max(Some(last_day));
    }

    /// Its days are others than were recorded. A last day is put right where the pupil has left; where there is none, they have not.
    fn correct(&mut self, EnrolmentDays { from, last_day }: EnrolmentDays) {
        self.from = from;
        self.widest.0 = self.widest.0.min(from);
        match (self.left, last_day) {
            (Some((_, reason)), Some(last_day)) => self.leave(last_day, reason),
            (Some(_), None) => self.left = None,
            // It is not there yet that the pupil left, as of a day before.
            (None, _) => {}
        }
        if let Some((first, _)) = self.placements.first_mut() {
            *first = from.min(*first);
        }
    }

    /// The pupil never came.
    fn begin_never(&mut self) {
        self.left = self.from.pred_opt().map(|day_before| (day_before, LeavingReason::Other));
    }

    /// Places the pupil from a day on. The same day again: the later word counts.
    fn place(&mut self, from: NaiveDate, placement: &Placement) {
        self.placements.retain(|(known, _)| *known != from);
        let at = self.placements.partition_point(|(known, _)| *known < from);
        self.placements.insert(at, (from, placement.clone()));
    }
}

impl CaseFacts {
    /// The first enrolment begins them.
    pub(crate) fn begin(enrolled: &PupilEnrolled, position: u64) -> Self {
        Self {
            latest: Enrolment::begin(enrolled, position),
            earlier: Vec::new(),
            guardians: Vec::new(),
            former_guardians: Vec::new(),
            assignments: Vec::new(),
            covers: Vec::new(),
            bans: Vec::new(),
            guardians_protected: Vec::new(),
            protected_before: Vec::new(),
            consents: Vec::new(),
            left_protected: Vec::new(),
            protection: None,
            born: None,
            withheld: Vec::new(),
            named: Vec::new(),
            emergencies: Vec::new(),
            handed_on: Vec::new(),
        }
    }

    /// The enrolment that covers the date.
    pub fn enrolment_on(&self, date: NaiveDate) -> Option<&Enrolment> {
        self.enrolments().find(|enrolment| enrolment.covers(date))
    }

    /// The same, of those at the school where the pupil goes now, or went last: what was at another is that one's, and nobody records
    /// anything there, or learns of its days, who has the pupil now.
    pub fn enrolment_here_on(&self, date: NaiveDate) -> Option<&Enrolment> {
        self.enrolment_at(self.latest.school, date)
    }

    /// The guardians whose identity is protected, as far as the school where the pupil goes now knows of them. What another said of
    /// one who is not linked here holds, and is that school's.
    pub fn guardians_protected_here(&self) -> impl Iterator<Item = GuardianId> {
        let here = |guardian: &GuardianId| !self.protected_before.contains(guardian) || self.has_guardian(*guardian);
        self.guardians_protected.iter().copied().filter(here)
    }

    /// Everybody who is or was a guardian of the pupil.
    pub fn guardians_ever(&self) -> impl Iterator<Item = GuardianId> {
        self.guardians.iter().map(|linked| linked.guardian).chain(self.former_guardians.iter().copied())
    }

    /// Every enrolment, the latest first.
    pub fn enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        std::iter::once(&self.latest).chain(self.earlier.iter().rev())
    }

    /// Those of them at a school.
    pub fn enrolments_at(&self, school: SchoolId) -> impl Iterator<Item = &Enrolment> {
        self.enrolments().filter(move |enrolment| enrolment.school == school)
    }

    /// School and placement on the date.
    pub fn placement_on(&self, date: NaiveDate) -> Option<(SchoolId, &Placement)> {
        let enrolment = self.enrolment_on(date)?;
        enrolment.placement_on(date).map(|placement| (enrolment.school, placement))
    }

    /// The school's own enrolment of the pupil that holds the date, as that school has recorded it: also where another has recorded
    /// the day as one of its own.
    pub fn enrolment_at(&self, school: SchoolId, date: NaiveDate) -> Option<&Enrolment> {
        self.enrolments_at(school).find(|enrolment| enrolment.covers(date))
    }

    /// The enrolment in which the pupil was when something was recorded at a position of the log: whose school it is, whatever days
    /// are put right since.
    pub fn recorded_in(&self, position: u64) -> Option<&Enrolment> {
        self.enrolments().find(|enrolment| enrolment.recorded < position)
    }

    /// Between which positions of the log the pupil was in an enrolment: after the one, and not after the other.
    pub fn span_of(&self, enrolment: &Enrolment) -> (u64, u64) {
        let next =
            self.enrolments().map(|other| other.recorded).filter(|recorded| *recorded > enrolment.recorded).min();
        (enrolment.recorded, next.unwrap_or(u64::MAX))
    }

    /// Assignments that hold on the date, where the pupil goes then.
    pub fn assignments_on(&self, date: NaiveDate) -> impl Iterator<Item = &Assignment> {
        self.enrolment_on(date).into_iter().flat_map(move |enrolment| self.assignments_in(enrolment.id, date))
    }

    /// Assignments of an enrolment that hold on the date.
    pub fn assignments_in(&self, enrolment: EnrolmentId, date: NaiveDate) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(move |assignment| assignment.enrolment == enrolment && assignment.covers(date))
    }

    /// An assignment of the present enrolment: one of another is not there.
    pub fn assignment_here(&self, id: AssignmentId) -> Option<&Assignment> {
        self.assignments.iter().find(|one| one.id == id && one.enrolment == self.latest.id)
    }

    /// Who stands in on the date, where the pupil goes then.
    pub fn covers_on(&self, date: NaiveDate) -> impl Iterator<Item = &Cover> {
        self.enrolment_on(date).into_iter().flat_map(move |enrolment| self.covers_in(enrolment.id, date))
    }

    /// Who stands in for a mentor of an enrolment on the date.
    pub fn covers_in(&self, enrolment: EnrolmentId, date: NaiveDate) -> impl Iterator<Item = &Cover> {
        self.covers.iter().filter(move |cover| cover.enrolment == enrolment && cover.covers(date))
    }

    /// Whether the pupil is of full age (myndig) on the date. Not when nobody has said when the pupil was born.
    pub fn of_age(&self, date: NaiveDate) -> bool {
        self.born.is_some_and(|born| crate::digest::of_age_on(born) <= date)
    }

    /// Whether the guardian is linked.
    pub fn has_guardian(&self, guardian: GuardianId) -> bool {
        self.guardians.iter().any(|linked| linked.guardian == guardian)
    }

    /// The day that an event of the case tells of an enrolment's first or last, or of who had the pupil on it, where it stands; and
    /// which day that is by what is so, however it was recorded.
    pub fn day_of<'a>(&self, event: &'a mut PupilEvent) -> Option<(&'a mut NaiveDate, NaiveDate)> {
        if let PupilEvent::Enrolled(enrolled) = event {
            let from = self.enrolment(enrolled.enrolment)?.from;
            Some((&mut enrolled.from, from))
        } else if let PupilEvent::Left(left) = event {
            let last_day = self.enrolment(left.enrolment)?.last_day()?;
            Some((&mut left.last_day, last_day))
        } else if let PupilEvent::MentorAssigned(assigned) = event {
            let from = self.assignments.iter().find(|one| one.id == assigned.assignment)?.from;
            Some((&mut assigned.from, from))
        } else if let PupilEvent::AssignmentEnded(ended) = event {
            if ended.reason != AssignmentEndReason::PupilLeft {
                return None;
            }
            let until = self.assignments.iter().find(|one| one.id == ended.assignment)?.until?;
            Some((&mut ended.last_day, until))
        } else if let PupilEvent::CoverStarted(started) = event {
            let from = self.covers.iter().find(|cover| cover.began_as(started))?.from;
            Some((&mut started.from, from))
        } else if let PupilEvent::MovedClass(moved) = event {
            let from = self.enrolment(moved.enrolment)?.from.max(moved.from);
            Some((&mut moved.from, from))
        } else {
            None
        }
    }

    /// What is so after the event, which was recorded at a position.
    pub(crate) fn change(&mut self, event: &PupilEvent, position: u64) {
        match event {
            PupilEvent::Enrolled(enrolled) => {
                if enrolled.school != self.latest.school {
                    self.leave_case();
                }
                self.earlier.push(std::mem::replace(&mut self.latest, Enrolment::begin(enrolled, position)));
            }
            PupilEvent::MovedClass(moved) => {
                if let Some(enrolment) = self.enrolment_mut(moved.enrolment) {
                    enrolment.place(moved.from, &moved.placement);
                }
            }
            PupilEvent::Left(left) => {
                if let Some(enrolment) = self.enrolment_mut(left.enrolment) {
                    enrolment.leave(left.last_day, left.reason);
                }
                let ended = self.assignments.iter_mut().filter(|one| one.enrolment == left.enrolment);
                ended.for_each(|assignment| assignment.pupil_left(left.last_day));
            }
            PupilEvent::GuardianLinked(linked) => {
                let (guardian, guardianship, household) = (linked.guardian, linked.guardianship, linked.household);
                self.guardians.push(LinkedGuardian { guardian, guardianship, household });
            }
            PupilEvent::MentorAssigned(assigned) => {
                let first_day = self.enrolment(assigned.enrolment).map(|enrolment| enrolment.from);
                self.assignments.push(Assignment::begin(assigned, first_day));
            }
            PupilEvent::AssignmentEnded(ended) => self.end(ended),
            PupilEvent::CoverStarted(started) => self.covers.push(Cover::begin(started)),
            PupilEvent::CoverEnded(ended) => self.covers.iter_mut().for_each(|cover| cover.end(ended)),
            PupilEvent::DaysCorrected(corrected) => self.correct_days(corrected),
            PupilEvent::NameCorrected(corrected) => {
                if let Some(enrolment) = self.enrolment_mut(corrected.enrolment) {
                    enrolment.name = corrected.name.clone();
                }
            }
            PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::EntryCorrected(_)
            | PupilEvent::GuardianContacted(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_) => {}
            PupilEvent::Worked(work) => self.settle(work),
        }
    }

    /// At another school: guardians are part of the case, which does not follow, and who was named for a protected pupil was named
    /// by the principal of the school that was left. Bans and what is withheld stay.
    fn leave_case(&mut self) {
        self.named.clear();
        if self.protection.is_some() && !self.left_protected.contains(&self.latest.school) {
            self.left_protected.push(self.latest.school);
        }
        self.protected_before.clone_from(&self.guardians_protected);
        self.former_guardians.extend(self.guardians.drain(..).map(|linked| linked.guardian));
        self.consents.clear();
    }

    fn settle(&mut self, event: &CaseWork) {
        if let Work::GuardianUnlinked { guardian } = &event.work {
            self.guardians.retain(|linked| linked.guardian != *guardian);
            if !self.former_guardians.contains(guardian) {
                self.former_guardians.push(*guardian);
            }
            // What keeps somebody from the pupil ends when it is lifted, and by nothing else: it holds when they are linked anew.
            self.consents.retain(|(told, _)| told != guardian);
        } else if let Work::ProgrammeChanged { programme, first_day } = &event.work {
            if let Some(enrolment) = self.enrolment_mut(event.enrolment)
                && let Some(placement) = enrolment.placement_on(*first_day).cloned()
            {
                enrolment.place(*first_day, &Placement { programme: Some(programme.clone()), ..placement });
            }
        } else if let Work::ContactBanned { guardian } = &event.work {
            self.bans.push(*guardian);
        } else if let Work::ContactBanLifted { guardian } = &event.work {
            self.bans.retain(|banned| banned != guardian);
        } else if let Work::GuardianProtected { guardian } = &event.work {
            self.guardians_protected.push(*guardian);
        } else if let Work::GuardianProtectionEnded { guardian } = &event.work {
            self.guardians_protected.retain(|protected| protected != guardian);
            self.protected_before.retain(|protected| protected != guardian);
            // Who was named was named for what is over: what a school before says of a guardian names nobody here.
            if self.protection.is_none() && self.guardians_protected_here().next().is_none() {
                self.named.clear();
            }
        } else if let Work::ConsentGiven { guardian, last_day } = &event.work {
            self.consents.retain(|(told, _)| told != guardian);
            self.consents.push((*guardian, *last_day));
        } else if let Work::ConsentWithdrawn { guardian } = &event.work {
            self.consents.retain(|(told, _)| told != guardian);
        } else if let Work::IdentityProtected { level } = &event.work {
            self.protection = Some(*level);
        } else if let Work::IdentityProtectionEnded { .. } = &event.work {
            self.protection = None;
            self.named.clear();
        } else if let Work::StaffNamed { staff, last_day } = &event.work {
            self.named.retain(|(named, _)| named != staff);
            self.named.push((*staff, *last_day));
        } else if let Work::EmergencyAccessTaken { staff, on } = &event.work {
            self.emergencies.push((*staff, *on));
        } else if let Work::EntryHandedOn { of } = &event.work {
            self.handed_on.push((event.enrolment, *of));
        } else if let Work::BirthDateRecorded { born } = &event.work {
            self.born = Some(*born);
        } else if let Work::TellingWithheld { guardian } = &event.work {
            self.withheld.push(*guardian);
        } else if let Work::TellingResumed { guardian } = &event.work {
            self.withheld.retain(|withheld| withheld != guardian);
        }
    }

    /// That a pupil left is known from the kind alone, when what was said of it is erased.
    pub(crate) fn left(&mut self, last_day: NaiveDate) {
        self.latest.leave(last_day, LeavingReason::Other);
    }

    fn end(&mut self, ended: &AssignmentEnded) {
        // Its beginning may have been erased; then there is nothing to end.
        if let Some(assignment) = self.assignments.iter_mut().find(|one| one.id == ended.assignment) {
            assignment.end(ended);
        }
        self.covers.iter_mut().for_each(|cover| cover.assignment_ended(ended));
    }

    /// What was recorded of the first day, or ended with the last, goes with it: the placement, and who had the pupil. What lies
    /// outside counts for no day.
    fn correct_days(&mut self, corrected: &EnrolmentDaysCorrected) {
        let Some(enrolment) = self.enrolment_mut(corrected.enrolment) else { return };
        let had_left = enrolment.left.is_some();
        match corrected.days {
            Some(days) => enrolment.correct(days),
            None => enrolment.begin_never(),
        }
        let (from, last_day) = (enrolment.from, enrolment.last_day());
        for assignment in self.assignments.iter_mut().filter(|one| one.enrolment == corrected.enrolment) {
            if had_left && last_day.is_none() {
                assignment.pupil_stays();
            }
            assignment.fit(from, last_day);
            let covers = self.covers.iter_mut().filter(|cover| cover.assignment == assignment.id);
            covers.for_each(|cover| cover.fit(assignment));
        }
    }

    /// The enrolment; `None` when its beginning has been erased.
    pub fn enrolment(&self, id: EnrolmentId) -> Option<&Enrolment> {
        self.enrolments().find(|enrolment| enrolment.id == id)
    }

    fn enrolment_mut(&mut self, id: EnrolmentId) -> Option<&mut Enrolment> {
        std::iter::once(&mut self.latest).chain(self.earlier.iter_mut()).find(|enrolment| enrolment.id == id)
    }
}

/// Whether a position of the log lies in the span of an enrolment: [`CaseFacts::span_of`].
pub(crate) const fn is_within((after, until): (u64, u64), position: u64) -> bool {
    after < position && position <= until
}
