//! What is so in a pupil's case: where the pupil goes, who has them, who stands in, who their guardians are. A fold of
//! its own, so that it can be told as it was known at any position: the same events, up to there.

use std::ops::Deref;

use chrono::NaiveDate;

use crate::event::pupil::{
    AssignmentEndReason, AssignmentEnded, EnrolmentDaysCorrected, LeavingReason, Placement, PupilEnrolled, PupilEvent,
};
use crate::event::work::{CaseWork, Work};
use crate::id::{AssignmentId, EnrolmentId, EventId, SchoolId, StaffId};
use crate::state::safeguards::{LinkedGuardian, Safeguards};
use crate::state::said::{Said, What};
use crate::state::{Assignment, Cover, Enrolment, Spell};

/// What is so in a pupil's case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFacts {
    /// The latest enrolment: of those that were taken back, since the pupil never came, only where there is no other.
    pub latest: Enrolment,
    /// Those before it, and those after it that were taken back, in the order recorded.
    pub earlier: Vec<Enrolment>,
    /// Mentors' assignments, in the order assigned.
    pub assignments: Vec<Assignment>,
    /// Who stands in, or stood in, in the order begun.
    pub covers: Vec<Cover>,
    /// Who opened the case in an emergency, each with the enrolment whose it was, and the day.
    pub emergencies: Vec<(EnrolmentId, StaffId, NaiveDate)>,
    /// Entries that were handed on.
    pub handed_on: Vec<HandedOn>,
    /// Who the pupil's guardians are, and what protects the pupil and them.
    pub safeguards: Safeguards,
    /// From which that follows.
    said: Vec<Said>,
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

impl Deref for CaseFacts {
    type Target = Safeguards;

    fn deref(&self) -> &Safeguards {
        &self.safeguards
    }
}

impl CaseFacts {
    /// The first enrolment begins them.
    pub(crate) fn begin(enrolled: &PupilEnrolled, position: u64) -> Self {
        let mut facts = Self {
            latest: Enrolment::begin(enrolled, position),
            earlier: Vec::new(),
            assignments: Vec::new(),
            covers: Vec::new(),
            emergencies: Vec::new(),
            handed_on: Vec::new(),
            safeguards: Safeguards::default(),
            said: Vec::new(),
        };
        facts.hear(enrolled.enrolment, What::Enrolled(enrolled.school));
        facts
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
                self.earlier.push(std::mem::replace(&mut self.latest, Enrolment::begin(enrolled, position)));
                self.hear(enrolled.enrolment, What::Enrolled(enrolled.school));
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
                self.hear(linked.enrolment, What::Linked(LinkedGuardian { guardian, guardianship, household }));
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
        if let Some(what) = What::of(&event.work) {
            self.hear(event.enrolment, what);
        } else if let Work::ProgrammeChanged { programme, first_day } = &event.work {
            if let Some(enrolment) = self.enrolment_mut(event.enrolment)
                && let Some(placement) = enrolment.placement_on(*first_day).cloned()
            {
                enrolment.place(*first_day, &Placement { programme: Some(programme.clone()), ..placement });
            }
        } else if let Work::EmergencyAccessTaken { staff, on } = &event.work {
            self.emergencies.push((event.enrolment, *staff, *on));
        } else if let Work::EntryHandedOn { of } = &event.work {
            self.handed_on.push(HandedOn { from: event.enrolment, of: *of, at: position, void: false });
        }
    }

    /// Something was said of guardians or protection, in an enrolment.
    fn hear(&mut self, enrolment: EnrolmentId, what: What) {
        let said = Said { enrolment, what };
        let in_none = self.enrolment(enrolment).is_some_and(Enrolment::never_came);
        self.safeguards.hear(&said, in_none);
        self.said.push(said);
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

    /// An enrolment was none. Where it is the latest, the one before it that the pupil came to is the latest again; and what holds of
    /// guardians and protection is told anew, from what was said in those that were enrolments.
    fn take_back(&mut self, taken_back: EnrolmentId) {
        if self.latest.id == taken_back
            && let Some(came) = self.earlier.iter().rposition(|one| !one.never_came())
        {
            let before = self.earlier.remove(came);
            self.earlier.push(std::mem::replace(&mut self.latest, before));
        }
        self.said.push(Said { enrolment: taken_back, what: What::TakenBack });
        let none: Vec<EnrolmentId> = self.enrolments().filter(|one| one.never_came()).map(|one| one.id).collect();
        self.safeguards = Safeguards::of(&self.said, &none);
    }

    fn enrolment_mut(&mut self, id: EnrolmentId) -> Option<&mut Enrolment> {
        std::iter::once(&mut self.latest).chain(self.earlier.iter_mut()).find(|enrolment| enrolment.id == id)
    }
}
