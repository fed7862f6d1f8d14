//! What is so in a pupil's case: where the pupil goes, who has them, who stands in, who their guardians are. A fold of
//! its own, so that it can be told as it was known at any position: the same events, up to there.

use chrono::NaiveDate;

use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, EnrolmentDaysCorrected, Guardianship, LeavingReason, Placement,
    PupilEnrolled, PupilEvent,
};
use crate::event::work::{CaseWork, Work};
use crate::id::{AssignmentId, EnrolmentId, EventId, GuardianId, SchoolId, StaffId};
use crate::state::case_left::CaseLeft;
use crate::state::{Assignment, Cover, Enrolment, Spell};
use crate::words::{Household, ProtectionLevel};

/// What is so in a pupil's case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFacts {
    /// The latest enrolment: of those that were taken back, since the pupil never came, only where there is no other.
    pub latest: Enrolment,
    /// Those before it, and those after it that were taken back, in the order recorded.
    pub earlier: Vec<Enrolment>,
    /// Guardians linked at the school, in the order linked.
    pub guardians: Vec<LinkedGuardian>,
    /// Guardians who were unlinked, or whom schools before it had linked, each with the school where they were: the next school
    /// links its own, and knows nothing of them. For the day they are erased, and for the school that links them anew.
    pub former_guardians: Vec<(GuardianId, SchoolId)>,
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
    /// Who opened the case in an emergency, each with the enrolment whose it was, and the day.
    pub emergencies: Vec<(EnrolmentId, StaffId, NaiveDate)>,
    /// Entries that were handed on.
    pub handed_on: Vec<HandedOn>,
    /// What the case held each time that the pupil was enrolled anew: should they never have come.
    pub(super) cases_left: Vec<CaseLeft>,
}

/// An entry that was handed on to the enrolment that was there then, or came next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandedOn {
    /// The enrolment that it was handed on from.
    pub from: EnrolmentId,
    /// The entry.
    pub of: EventId,
    /// The position at which it was.
    pub at: u64,
    /// Whether the enrolment that it was handed on to was none: then it may be handed on anew.
    pub void: bool,
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
            cases_left: Vec::new(),
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
        self.guardians
            .iter()
            .map(|linked| linked.guardian)
            .chain(self.former_guardians.iter().map(|(guardian, _)| *guardian))
    }

    /// Whether the guardian was the pupil's at a school, and is no longer linked.
    pub fn had_guardian_at(&self, guardian: GuardianId, school: SchoolId) -> bool {
        self.former_guardians.contains(&(guardian, school))
    }

    /// Every enrolment, the latest first.
    pub fn enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        std::iter::once(&self.latest).chain(self.earlier.iter().rev())
    }

    /// Those of them at a school.
    pub fn enrolments_at(&self, school: SchoolId) -> impl Iterator<Item = &Enrolment> {
        self.enrolments().filter(move |enrolment| enrolment.school == school)
    }

    /// The latest of them: of those to which the pupil never came, where there is no other.
    pub fn latest_at(&self, school: SchoolId) -> Option<&Enrolment> {
        self.enrolments_at(school).find(|one| !one.never_came()).or_else(|| self.enrolments_at(school).next())
    }

    /// The last day that was ever on record of any enrolment; `None` while the pupil goes somewhere.
    pub(crate) fn last_day_on_record(&self) -> Option<NaiveDate> {
        self.latest.left?;
        self.enrolments().filter_map(|enrolment| enrolment.widest().1).max()
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
        self.enrolments().filter(|enrolment| enrolment.may_hold(position)).max_by_key(|enrolment| enrolment.recorded)
    }

    /// The positions of the log at which the pupil was in an enrolment: those of which [`Self::recorded_in`] answers it.
    pub fn spell_of(&self, enrolment: &Enrolment) -> Spell {
        let later = || self.enrolments().filter(|other| other.recorded > enrolment.recorded);
        let next = later().filter(|other| !other.never_came()).map(|other| other.recorded).min();
        let until = next.into_iter().chain(enrolment.taken_back).min().unwrap_or(u64::MAX);
        let without = later().filter_map(|other| Some((other.recorded, other.taken_back?))).collect();
        Spell { after: enrolment.recorded, until, without }
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

    /// What is so after the event, which was recorded at a position, and happened on a day.
    pub(crate) fn change(&mut self, event: &PupilEvent, (position, on): (u64, NaiveDate)) {
        match event {
            PupilEvent::Enrolled(enrolled) => {
                self.leave_case((enrolled.enrolment, enrolled.school));
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
            PupilEvent::DaysCorrected(corrected) => self.correct_days(corrected, (position, on)),
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
            PupilEvent::Worked(work) => self.settle(work, position),
        }
    }

    fn settle(&mut self, event: &CaseWork, position: u64) {
        if let Work::GuardianUnlinked { guardian } = &event.work {
            self.guardians.retain(|linked| linked.guardian != *guardian);
            self.is_former((*guardian, self.latest.school));
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
            self.emergencies.push((event.enrolment, *staff, *on));
        } else if let Work::EntryHandedOn { of } = &event.work {
            self.handed_on.push(HandedOn { from: event.enrolment, of: *of, at: position, void: false });
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
    fn correct_days(&mut self, corrected: &EnrolmentDaysCorrected, at: (u64, NaiveDate)) {
        let Some(enrolment) = self.enrolment_mut(corrected.enrolment) else { return };
        let had_left = enrolment.left.is_some();
        match corrected.days {
            Some(days) => enrolment.correct(days),
            None => enrolment.begin_never(at),
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
        if corrected.days.is_none() {
            self.was_handed_nothing(corrected.enrolment);
            self.take_back(corrected.enrolment);
        }
    }

    /// What was handed on to an enrolment that was none may be handed on anew.
    fn was_handed_nothing(&mut self, taken_back: EnrolmentId) {
        let to = |handed: &HandedOn| {
            let there = self.recorded_in(handed.at).filter(|there| there.id != handed.from);
            let later = || self.enrolments().filter(|one| one.recorded > handed.at);
            there.or_else(|| later().min_by_key(|one| one.recorded)).map(|one| one.id)
        };
        let void: Vec<bool> = self.handed_on.iter().map(|one| one.void || to(one) == Some(taken_back)).collect();
        for (handed, void) in self.handed_on.iter_mut().zip(void) {
            handed.void = void;
        }
    }

    /// The enrolment; `None` when its beginning has been erased.
    pub fn enrolment(&self, id: EnrolmentId) -> Option<&Enrolment> {
        self.enrolments().find(|enrolment| enrolment.id == id)
    }

    /// The guardian is the pupil's no longer at a school.
    pub(super) fn is_former(&mut self, former: (GuardianId, SchoolId)) {
        if !self.former_guardians.contains(&former) {
            self.former_guardians.push(former);
        }
    }

    fn enrolment_mut(&mut self, id: EnrolmentId) -> Option<&mut Enrolment> {
        std::iter::once(&mut self.latest).chain(self.earlier.iter_mut()).find(|enrolment| enrolment.id == id)
    }
}
