//! Who has which pupil, on both time axes, and how contact with guardians stands.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::start_of_day;
use crate::event::pupil::{AssignmentKind, ContactOutcome, GuardianContacted, MentorAssigned, PupilEvent};
use crate::event::{Event, EventKind};
use crate::id::{AssignmentId, EnrolmentId, GuardianId, PupilId, SchoolId, StaffId};
use crate::projection::AsOf;
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::recorded::{Body, Recorded};
use crate::state::{Assignment, Changed, Gathers, Kept, at_once};

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
    /// Other first days, of an enrolment whose days were corrected, each with its position; the latest counts.
    pub begins: Vec<(u64, NaiveDate)>,
    /// Last days as recorded, each with its position; the latest counts. Without a day: it has not ended after all.
    pub ends: Vec<(u64, Option<NaiveDate>)>,
}

impl Held {
    /// Whether it held on the day, as far as was known.
    pub fn covers(&self, at: AsOf) -> bool {
        let until = self.last_day(at.known);
        self.recorded <= at.known && self.first_day(at.known) <= at.day && until.is_none_or(|until| at.day <= until)
    }

    /// The first day, as known at a position.
    pub fn first_day(&self, known: u64) -> NaiveDate {
        self::known(&self.begins, known).unwrap_or(self.from)
    }

    /// The last day, as known at a position; `None` while it lasts.
    pub fn last_day(&self, known: u64) -> Option<NaiveDate> {
        self::known(&self.ends, known).flatten()
    }

    /// Its days are what they are in the case, from a position on.
    fn fit(&mut self, assignment: &Assignment, position: u64) {
        if self.first_day(u64::MAX) != assignment.from {
            self.begins.push((position, assignment.from));
        }
        if self.last_day(u64::MAX) != assignment.until {
            self.ends.push((position, assignment.until));
        }
    }
}

/// The latest of some days, as known at a position.
fn known<T: Copy>(days: &[(u64, T)], known: u64) -> Option<T> {
    days.iter().rev().find(|(recorded, _)| *recorded <= known).map(|(_, day)| *day)
}

/// Contacts with guardians in one enrolment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Contacts {
    /// How many, reached or not.
    pub count: u32,
    /// When a guardian was last reached.
    pub last_reached: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Contact {
    pub(crate) occurred: DateTime<Utc>,
    pub(crate) position: u64,
    pub(crate) guardian: GuardianId,
    pub(crate) reached: bool,
}

/// The contacts of one enrolment, in the order in which they happened, and which of them were corrected.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ContactLog {
    pub(crate) contacts: Rows<Contact>,
    pub(crate) corrected: Corrected,
}

pub(crate) type Assignments = imbl::OrdMap<AssignmentId, Arc<Held>>;

/// Every assignment and every pupil's school.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Caseload {
    pub(crate) of_mentor: Kept<StaffId, Assignments>,
    pub(crate) of_pupil: Kept<PupilId, Rows<Arc<Held>>>,
    pub(crate) at_school: Kept<SchoolId, imbl::OrdSet<PupilId>>,
    pub(crate) contacts: Kept<EnrolmentId, ContactLog>,
    /// The pupils for whose mentor somebody stands in, or stood in.
    pub(crate) covered_by: Kept<StaffId, imbl::OrdSet<PupilId>>,
}

impl Caseload {
    pub(super) fn apply(&mut self, pupil: PupilId, changed: Option<&Changed>, recorded: &Recorded) {
        let event = match &recorded.body {
            Body::Known(Event::Pupil(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Body::Erased(_) => return,
        };
        match event {
            PupilEvent::Enrolled(enrolled) => {
                self.at_school.change(enrolled.school, |all| all.insert(pupil));
            }
            PupilEvent::MentorAssigned(assigned) => {
                let held = Arc::new(begin(pupil, assigned, recorded));
                self.of_mentor.change(held.mentor, |all| all.insert(held.assignment, Arc::clone(&held)));
                self.of_pupil.change(pupil, |all| all.put(held, |held| held.assignment));
            }
            PupilEvent::AssignmentEnded(ended) => {
                let mut rows = self.of_pupil.get_mut(&pupil).into_iter().flat_map(Rows::each_mut);
                // Its beginning may have been erased; then there is nothing to end.
                if let Some(held) = rows.find(|held| held.assignment == ended.assignment) {
                    Arc::make_mut(held).ends.push((recorded.position, Some(ended.last_day)));
                    self.of_mentor.change(held.mentor, |all| all.insert(held.assignment, Arc::clone(held)));
                }
            }
            PupilEvent::DaysCorrected(_) => self.days_corrected(pupil, changed, recorded.position),
            PupilEvent::GuardianContacted(contact) => self.contacted(contact, recorded),
            PupilEvent::EntryCorrected(corrected) if corrected.kind == EventKind::GuardianContacted => {
                self.contacts.change(corrected.enrolment, |log| {
                    log.corrected.put(corrected.position, recorded.position);
                });
            }
            PupilEvent::CoverStarted(started) => {
                self.covered_by.change(started.deputy, |all| all.insert(pupil));
            }
            PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::EntryCorrected(_)
            | PupilEvent::NameCorrected(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::Worked(_) => {}
        }
    }

    /// The maps that grow with the log.
    pub(super) fn each_kept(&mut self) -> [&mut dyn Gathers; 5] {
        let Self { of_mentor, of_pupil, at_school, contacts, covered_by } = self;
        [of_mentor, of_pupil, at_school, contacts, covered_by]
    }

    /// Brings the contacts near among which events put one.
    pub(super) fn near<'a>(&self, events: impl Iterator<Item = &'a PupilEvent>) -> usize {
        let known = |event: &PupilEvent| {
            if let PupilEvent::GuardianContacted(contact) = event {
                self.contacts.get(&contact.enrolment)
            } else {
                None
            }
        };
        let logs = at_once(events.filter_map(known));
        logs.iter().flatten().filter_map(|log| log.contacts.last()).filter(|last| last.reached).count()
    }

    /// Brings the contacts of enrolments near.
    pub(super) fn near_contacts(&self, enrolments: impl Iterator<Item = EnrolmentId>) -> usize {
        let logs = at_once(enrolments.filter_map(|id| self.contacts.get(&id)));
        let rows = at_once(logs.iter().flatten().map(|log| &*log.contacts.0));
        rows.iter().flatten().filter_map(|rows| rows.first()).filter(|first| first.reached).count()
    }

    fn days_corrected(&mut self, pupil: PupilId, changed: Option<&Changed>, position: u64) {
        let Some(facts) = changed.and_then(|changed| changed.after.as_deref()) else { return };
        for held in self.of_pupil.get_mut(&pupil).into_iter().flat_map(Rows::each_mut) {
            let Some(assignment) = facts.assignments.iter().find(|one| one.id == held.assignment) else { continue };
            Arc::make_mut(held).fit(assignment, position);
            self.of_mentor.change(held.mentor, |all| all.insert(held.assignment, Arc::clone(held)));
        }
    }

    fn contacted(&mut self, contact: &GuardianContacted, recorded: &Recorded) {
        let Some(occurred) = recorded.occurred else { return };
        let reached = contact.outcome == ContactOutcome::Reached;
        let row = Contact { occurred, position: recorded.position, guardian: contact.guardian, reached };
        self.contacts.change(contact.enrolment, |log| log.contacts.put(row, |row| (row.occurred, row.position)));
    }

    /// Whom a mentor had on a day, in the order of assignment ids.
    pub fn of_mentor(&self, mentor: StaffId, at: AsOf) -> impl Iterator<Item = &Arc<Held>> {
        let all = self.of_mentor.get(&mentor).into_iter().flat_map(|all| all.values());
        all.filter(move |held| held.covers(at))
    }

    /// Who had a pupil on a day.
    pub fn of_pupil(&self, pupil: PupilId, at: AsOf) -> impl Iterator<Item = &Arc<Held>> {
        let all = self.of_pupil.get(&pupil).into_iter().flat_map(|all| all.iter());
        all.filter(move |held| held.covers(at))
    }

    /// The pupils for whose mentor somebody stands in, or ever stood in.
    pub(super) fn ever_covered_by(&self, deputy: StaffId) -> impl Iterator<Item = PupilId> {
        self.covered_by.get(&deputy).into_iter().flatten().copied()
    }

    /// The pupils who go to a school, or ever went there.
    pub fn ever_at(&self, school: SchoolId) -> impl Iterator<Item = PupilId> {
        self.at_school.get(&school).into_iter().flatten().copied()
    }

    /// Contacts with guardians in an enrolment, up to a day: with those who are there for who asks.
    pub fn contacts(&self, enrolment: EnrolmentId, at: AsOf, there: impl Fn(GuardianId) -> bool) -> Contacts {
        let mut contacts = Contacts::default();
        for contact in self.each_contact(enrolment, at).filter(|contact| there(contact.guardian)) {
            contacts.count = contacts.count.saturating_add(1);
            if contact.reached {
                contacts.last_reached = Some(contact.occurred);
            }
        }
        contacts
    }

    /// When one guardian was last reached in an enrolment, up to a day.
    pub fn last_reached(&self, enrolment: EnrolmentId, guardian: GuardianId, at: AsOf) -> Option<DateTime<Utc>> {
        let reached = |contact: &&Contact| contact.reached && contact.guardian == guardian;
        self.each_contact(enrolment, at).filter(reached).map(|contact| contact.occurred).last()
    }

    /// Contacts in an enrolment that count, up to a day, in the order in which they happened.
    fn each_contact(&self, enrolment: EnrolmentId, at: AsOf) -> impl Iterator<Item = &Contact> {
        let end = start_of_day(at.day.succ_opt().unwrap_or(at.day));
        let log = self.contacts.get(&enrolment).into_iter();
        log.flat_map(move |ContactLog { contacts, corrected }| {
            let counts =
                move |contact: &&Contact| contact.position <= at.known && corrected.counts(contact.position, at.known);
            contacts.iter().take_while(move |contact| contact.occurred < end).filter(counts)
        })
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
        begins: Vec::new(),
        ends: Vec::new(),
    }
}
