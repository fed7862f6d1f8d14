//! Who has which pupil, on both time axes, and how contact with guardians stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::event::Event;
use crate::event::pupil::{AssignmentKind, ContactOutcome, GuardianContacted, MentorAssigned, PupilEvent};
use crate::id::{AssignmentId, EnrolmentId, PupilId, SchoolId, StaffId};
use crate::recorded::{Body, Recorded};
use crate::state::{PupilCase, World};

/// A mentor has a pupil, from a day, perhaps until a day; and since when that has been on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The pupil.
    pub pupil: PupilId,
    /// The enrolment.
    pub enrolment: EnrolmentId,
    /// The mentor.
    pub mentor: StaffId,
    /// Which kind.
    pub kind: AssignmentKind,
    /// For which principal.
    pub principal: StaffId,
    /// First day.
    pub from: NaiveDate,
    /// Position at which the assignment was recorded.
    pub recorded: u64,
    /// Last days as recorded, each with its position; the latest counts.
    pub ends: Vec<(u64, NaiveDate)>,
}

impl Held {
    /// Last day, included, as known now.
    pub fn until(&self) -> Option<NaiveDate> {
        self.ends.last().map(|(_, last_day)| *last_day)
    }

    /// Whether it holds on the date, as known now.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.covers_as_of(date, u64::MAX)
    }

    /// Whether it held on the date, as was known at a position.
    pub fn covers_as_of(&self, date: NaiveDate, position: u64) -> bool {
        let until = self.ends.iter().rev().find(|(recorded, _)| *recorded <= position);
        self.recorded <= position && self.from <= date && until.is_none_or(|(_, last_day)| date <= *last_day)
    }
}

/// Contacts with guardians in one enrolment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Contacts {
    /// How many, reached or not.
    pub count: u32,
    /// When a guardian was last reached.
    pub last_reached: Option<DateTime<Utc>>,
}

type Assignments = imbl::OrdMap<AssignmentId, Arc<Held>>;

/// Every assignment and every pupil's school.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Caseload {
    of_mentor: imbl::HashMap<StaffId, Assignments>,
    of_pupil: imbl::HashMap<PupilId, Assignments>,
    at_school: imbl::HashMap<SchoolId, imbl::OrdSet<PupilId>>,
    contacts: imbl::HashMap<EnrolmentId, Contacts>,
    /// The pupils for whose mentor somebody stands in, or stood in.
    covered_by: imbl::HashMap<StaffId, imbl::OrdSet<PupilId>>,
}

impl Caseload {
    pub(super) fn apply(&mut self, pupil: PupilId, after: Option<&PupilCase>, recorded: &Recorded) {
        let event = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Body::Erased(_) => return,
        };
        match event {
            PupilEvent::Enrolled(enrolled) => {
                self.at_school.entry(enrolled.school).or_default().insert(pupil);
            }
            PupilEvent::MentorAssigned(assigned) if after.is_some() => {
                self.put(&Arc::new(begin(pupil, assigned, recorded)));
            }
            PupilEvent::AssignmentEnded(ended) => {
                let known = self.of_pupil.get(&pupil).and_then(|all| all.get(&ended.assignment));
                if let Some(mut held) = known.map(|held| Held::clone(held)) {
                    held.ends.push((recorded.position, ended.last_day));
                    self.put(&Arc::new(held));
                }
            }
            PupilEvent::GuardianContacted(contact) => self.contacted(contact, recorded),
            PupilEvent::CoverStarted(started) => {
                self.covered_by.entry(started.deputy).or_default().insert(pupil);
            }
            PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::Worked(_) => {}
        }
    }

    fn put(&mut self, held: &Arc<Held>) {
        self.of_mentor.entry(held.mentor).or_default().insert(held.assignment, Arc::clone(held));
        self.of_pupil.entry(held.pupil).or_default().insert(held.assignment, Arc::clone(held));
    }

    fn contacted(&mut self, contact: &GuardianContacted, recorded: &Recorded) {
        let contacts = self.contacts.entry(contact.enrolment).or_default();
        contacts.count = contacts.count.saturating_add(1);
        if contact.outcome == ContactOutcome::Reached {
            contacts.last_reached = contacts.last_reached.max(recorded.occurred);
        }
    }

    /// Whom a mentor has on a date, in the order of assignment ids.
    pub fn of_mentor(&self, mentor: StaffId, date: NaiveDate) -> impl Iterator<Item = &Arc<Held>> {
        self.of_mentor_as_of(mentor, date, u64::MAX)
    }

    /// Whom a mentor had on a date, as was known at a position.
    pub fn of_mentor_as_of(&self, mentor: StaffId, date: NaiveDate, position: u64) -> impl Iterator<Item = &Arc<Held>> {
        let all = self.of_mentor.get(&mentor).into_iter().flat_map(|all| all.values());
        all.filter(move |held| held.covers_as_of(date, position))
    }

    /// Who has a pupil on a date.
    pub fn of_pupil(&self, pupil: PupilId, date: NaiveDate) -> impl Iterator<Item = &Arc<Held>> {
        let all = self.of_pupil.get(&pupil).into_iter().flat_map(|all| all.values());
        all.filter(move |held| held.covers(date))
    }

    /// The pupils for whose mentor somebody stands in on a date.
    pub fn covered_by<'a>(
        &'a self,
        world: &'a World,
        deputy: StaffId,
        date: NaiveDate,
    ) -> impl Iterator<Item = (PupilId, &'a PupilCase)> {
        let ever = self.covered_by.get(&deputy).into_iter().flatten();
        ever.filter_map(move |pupil| Some((*pupil, world.case(*pupil)?)))
            .filter(move |(_, case)| case.covers_on(date).any(|cover| cover.deputy == deputy))
    }

    /// The pupils enrolled at a school on a date.
    pub fn at_school<'a>(
        &'a self,
        world: &'a World,
        school: SchoolId,
        date: NaiveDate,
    ) -> impl Iterator<Item = (PupilId, &'a PupilCase)> {
        let ever = self.at_school.get(&school).into_iter().flatten();
        ever.filter_map(move |pupil| Some((*pupil, world.case(*pupil)?)))
            .filter(move |(_, case)| case.placement_on(date).is_some_and(|(at, _)| at == school))
    }

    /// The pupils at a school whom a principal answers for on a date.
    pub fn of_principal<'a>(
        &'a self,
        world: &'a World,
        principal: StaffId,
        school: SchoolId,
        date: NaiveDate,
    ) -> impl Iterator<Item = (PupilId, &'a PupilCase)> {
        self.at_school(world, school, date).filter(move |(_, case)| {
            let unit = world.school(school);
            let placement = case.placement_on(date).map(|(_, placement)| placement);
            unit.zip(placement).is_some_and(|(unit, placement)| unit.answers_for(principal, placement, date))
        })
    }

    /// The pupils at a school whom no mentor has on a date.
    pub fn without_mentor<'a>(
        &'a self,
        world: &'a World,
        school: SchoolId,
        date: NaiveDate,
    ) -> impl Iterator<Item = (PupilId, &'a PupilCase)> {
        self.at_school(world, school, date).filter(move |(pupil, _)| self.of_pupil(*pupil, date).next().is_none())
    }

    /// What each mentor has at a school on a date.
    pub fn loads(&self, world: &World, school: SchoolId, date: NaiveDate) -> BTreeMap<StaffId, Vec<Arc<Held>>> {
        let mut loads: BTreeMap<StaffId, Vec<Arc<Held>>> = BTreeMap::new();
        for (pupil, _) in self.at_school(world, school, date) {
            for held in self.of_pupil(pupil, date) {
                loads.entry(held.mentor).or_default().push(Arc::clone(held));
            }
        }
        loads
    }

    /// Contacts with guardians in an enrolment.
    pub fn contacts(&self, enrolment: EnrolmentId) -> Contacts {
        self.contacts.get(&enrolment).copied().unwrap_or_default()
    }
}

fn begin(pupil: PupilId, assigned: &MentorAssigned, recorded: &Recorded) -> Held {
    Held {
        assignment: assigned.assignment,
        pupil,
        enrolment: assigned.enrolment,
        mentor: assigned.mentor,
        kind: assigned.kind,
        principal: assigned.principal,
        from: assigned.from,
        recorded: recorded.position,
        ends: Vec::new(),
    }
}
