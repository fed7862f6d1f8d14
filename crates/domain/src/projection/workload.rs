//! What a mentor's days hold: contacts, talks, steps, referrals and minutes, from what was recorded in the work itself.
//!
//! Kept as small entries for each mentor and day, so that any week can be told as of any past day on both time axes:
//! what had happened by then, and what was known by then. It says how much work there is; it is never a ranking of
//! persons, and nobody's text stands here.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::actor::Actor;
use crate::calendar::local_date;
use crate::event::pupil::{EntryCorrected, PupilEvent};
use crate::event::work::Work;
use crate::event::{Event, EventKind, StaffEvent, StaffMatter};
use crate::id::{EventId, PupilId, StaffId};
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::recorded::{Body, Recorded, StreamRef};
use crate::state::ById;
use crate::words::{GroupActivity, TeacherTask, TimeCategory};

/// Which days are told of, and as known at which position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First day.
    pub first: NaiveDate,
    /// Last day, included.
    pub last: NaiveDate,
    /// What had been recorded up to this position; [`u64::MAX`] for everything.
    pub known: u64,
}

/// What minutes were spent on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Spent {
    /// Contact with a guardian.
    GuardianContact,
    /// Work in a case, by its kind.
    Case(EventKind),
    /// Logged or sampled by itself.
    Logged(TimeCategory),
    /// Taken over from a teacher.
    Taken(TeacherTask),
    /// Held with a group.
    Group(GroupActivity),
}

/// One thing that was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) on: NaiveDate,
    pub(crate) position: u64,
    pub(crate) spent: Spent,
    /// Minutes, when they were noted.
    pub(crate) minutes: Option<u16>,
    /// For logged time: within the mission, and preventive.
    pub(crate) logged: Option<(bool, bool)>,
}

/// Something that is opened and closed again in a pupil's case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Opening {
    pub(crate) event: EventId,
    pub(crate) kind: EventKind,
    pub(crate) on: NaiveDate,
    pub(crate) position: u64,
    /// When it was closed, and where that was recorded.
    pub(crate) closed: Option<(NaiveDate, u64)>,
}

impl Opening {
    fn open(&self, day: NaiveDate, known: u64) -> bool {
        let closed = self.closed.is_some_and(|(on, position)| on <= day && position <= known);
        self.on <= day && self.position <= known && !closed
    }
}

/// What a mentor's days held.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Contacts with guardians, reached or not.
    pub contacts: u32,
    /// Pieces of work in cases, by kind.
    pub work: BTreeMap<EventKind, u32>,
    /// Minutes that were noted or logged, by what they were spent on.
    pub minutes: BTreeMap<Spent, u32>,
    /// Things done whose minutes were noted, of all: how much the minutes cover.
    pub timed: (u32, u32),
    /// Logged minutes within the mission, and all logged.
    pub within_mission: (u32, u32),
    /// Logged minutes that were preventive, and all logged.
    pub preventive: (u32, u32),
    /// Tasks taken over from teachers, by task.
    pub taken_over: BTreeMap<TeacherTask, u32>,
    /// Group activities, by activity.
    pub groups: BTreeMap<GroupActivity, u32>,
}

/// A month of a year.
pub(crate) type Month = (i32, u32);
/// One person's entries by month: what is asked for is a week or a term, and lies side by side.
pub(crate) type Months = imbl::OrdMap<Month, Rows<Entry>>;

fn month(day: NaiveDate) -> Month {
    (day.year(), day.month())
}

/// Every mentor's work, and what is open in each case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Workload {
    pub(crate) of_staff: ById<StaffId, Months>,
    pub(crate) openings: ById<PupilId, Rows<Opening>>,
    /// When somebody talked with each pupil, and where that was recorded.
    pub(crate) talks: ById<PupilId, Rows<(NaiveDate, u64)>>,
    /// Entries that were corrected, by who made them.
    pub(crate) corrected_of: ById<StaffId, Corrected>,
    /// The same, by whom they were about.
    pub(crate) corrected_about: ById<PupilId, Corrected>,
}

impl Workload {
    pub(super) fn apply(&mut self, recorded: &Recorded) {
        let (Body::Known(event), Some(occurred)) = (&recorded.body, recorded.occurred) else { return };
        let on = local_date(occurred);
        match (event, recorded.stream) {
            (Event::Pupil(event), StreamRef::Pupil(pupil)) => self.in_case(pupil, event, on, recorded),
            (Event::Staff(event), StreamRef::Staff(staff)) => self.of_their_own(staff, event, recorded.position),
            (
                Event::Pupil(_) | Event::Staff(_) | Event::School(_) | Event::Guardian(_),
                StreamRef::School(_) | StreamRef::Staff(_) | StreamRef::Pupil(_) | StreamRef::Guardian(_),
            ) => {}
        }
    }

    fn in_case(&mut self, pupil: PupilId, event: &PupilEvent, on: NaiveDate, recorded: &Recorded) {
        let (spent, minutes) = match event {
            PupilEvent::GuardianContacted(contact) => (Spent::GuardianContact, contact.minutes),
            PupilEvent::Worked(worked) => {
                self.follow(pupil, &worked.work, on, recorded);
                (Spent::Case(worked.work.kind()), worked.minutes)
            }
            PupilEvent::EntryCorrected(corrected) => return self.correct(pupil, corrected, recorded.position),
            PupilEvent::Enrolled(_)
            | PupilEvent::MovedClass(_)
            | PupilEvent::Left(_)
            | PupilEvent::GuardianLinked(_)
            | PupilEvent::MentorAssigned(_)
            | PupilEvent::AssignmentEnded(_)
            | PupilEvent::AssignmentHandedOver(_)
            | PupilEvent::CoverStarted(_)
            | PupilEvent::CoverEnded(_)
            | PupilEvent::AttendanceRegistered(_)
            | PupilEvent::AttendanceCorrected(_) => return,
        };
        if let Actor::Staff(staff) = recorded.actor {
            let minutes = minutes.map(|minutes| minutes.0);
            self.put(staff, Entry { on, position: recorded.position, spent, minutes, logged: None });
        }
    }

    fn correct(&mut self, pupil: PupilId, corrected: &EntryCorrected, by: u64) {
        if let Some(author) = corrected.author {
            self.corrected_of.entry(author).or_default().put(corrected.position, by);
        }
        self.corrected_about.entry(pupil).or_default().put(corrected.position, by);
        // What was never opened is closed from its first day on, once that is known.
        let openings = self.openings.get_mut(&pupil).into_iter().flat_map(Rows::each_mut);
        for opening in openings.filter(|opening| opening.event == corrected.of) {
            opening.closed = Some((opening.on, by));
        }
    }

    fn of_their_own(&mut self, staff: StaffId, event: &StaffEvent, position: u64) {
        let entry = match event {
            StaffEvent::TimeLogged(time) => Entry {
                on: time.on,
                position,
                spent: Spent::Logged(time.category),
                minutes: Some(time.minutes.0),
                logged: Some((time.within_mission, time.preventive)),
            },
            StaffEvent::TaskTakenOver(taken) => Entry {
                on: taken.on,
                position,
                spent: Spent::Taken(taken.task),
                minutes: taken.minutes.map(|minutes| minutes.0),
                logged: None,
            },
            StaffEvent::Arranged(StaffMatter::GroupActivityHeld { on, activity, minutes, .. }) => {
                Entry { on: *on, position, spent: Spent::Group(*activity), minutes: Some(minutes.0), logged: None }
            }
            StaffEvent::Joined(_)
            | StaffEvent::RoleGranted(_)
            | StaffEvent::RoleWithdrawn(_)
            | StaffEvent::WorkingTimeSet(_)
            | StaffEvent::Arranged(
                StaffMatter::StaffAway { .. }
                | StaffMatter::StaffBack { .. }
                | StaffMatter::StandingDeputyNamed { .. }
                | StaffMatter::ShareAgreed { .. }
                | StaffMatter::ClassGiven { .. },
            ) => return,
        };
        self.put(staff, entry);
    }

    fn put(&mut self, staff: StaffId, entry: Entry) {
        let months = self.of_staff.entry(staff).or_default();
        months.entry(month(entry.on)).or_default().put(entry, |entry| (entry.on, entry.position));
    }

    /// Keeps what is open, and when somebody talked with the pupil.
    fn follow(&mut self, pupil: PupilId, work: &Work, on: NaiveDate, recorded: &Recorded) {
        let position = recorded.position;
        let kind = work.kind();
        if matches!(work, Work::LadderStepOpened { .. } | Work::ReferralOpened { .. }) {
            let opening = Opening { event: recorded.id, kind, on, position, closed: None };
            self.openings.entry(pupil).or_default().put(opening, |opening| opening.position);
        } else if let Work::LadderStepClosed { of, .. }
        | Work::LadderStepRetracted { of }
        | Work::ReferralDeclined { of }
        | Work::ReferralClosed { of } = work
        {
            let openings = self.openings.entry(pupil).or_default();
            if let Some(opening) = openings.each_mut().find(|opening| opening.event == *of) {
                opening.closed = Some((on, position));
            }
        } else if matches!(
            work,
            Work::PupilTalkedWith { .. }
                | Work::DevelopmentTalkHeld { .. }
                | Work::WeeklyPlanMade { .. }
                | Work::DayEvaluated { .. }
                | Work::PlacementVisited { .. }
        ) {
            self.talks.entry(pupil).or_default().put((on, position), |talk| *talk);
        }
    }

    /// What a mentor's days held.
    pub fn of(&self, staff: StaffId, span: Span) -> Load {
        let mut load = Load::default();
        for entry in self.entries(staff, span) {
            load.add(entry);
        }
        load
    }

    fn entries(&self, staff: StaffId, span: Span) -> impl Iterator<Item = &Entry> {
        let (first, last) = (month(span.first), month(span.last));
        let months = (first <= last).then(|| self.of_staff.get(&staff)).flatten();
        let all =
            months.into_iter().flat_map(move |months| months.range(first..=last)).flat_map(move |(_, entries)| {
                let begin = entries.partition_point(|entry| entry.on < span.first);
                let end = entries.partition_point(|entry| entry.on <= span.last);
                entries.get(begin..end).unwrap_or_default()
            });
        let corrected = self.corrected_of.get(&staff);
        let counts = move |entry: &&Entry| {
            entry.position <= span.known
                && corrected.is_none_or(|corrected| corrected.counts(entry.position, span.known))
        };
        all.filter(counts)
    }

    /// How many of a kind (steps of the ladder, referrals) were open in a pupil's case on a day, as known at a position.
    pub fn open(&self, pupil: PupilId, kind: EventKind, day: NaiveDate, known: u64) -> u32 {
        let openings = self.openings.get(&pupil).into_iter().flat_map(|openings| openings.iter());
        let open = openings.filter(|opening| opening.kind == kind && opening.open(day, known)).count();
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    /// The last day, up to a day, on which somebody talked with the pupil, as known at a position.
    pub fn last_talk(&self, pupil: PupilId, day: NaiveDate, known: u64) -> Option<NaiveDate> {
        let talks = self.talks.get(&pupil)?;
        let corrected = self.corrected_about.get(&pupil);
        let counts = |position| corrected.is_none_or(|corrected| corrected.counts(position, known));
        let held = |(on, position): &&(NaiveDate, u64)| *on <= day && *position <= known && counts(*position);
        talks.iter().rev().find(held).map(|(on, _)| *on)
    }
}

impl Load {
    fn add(&mut self, entry: &Entry) {
        match entry.spent {
            Spent::GuardianContact => self.contacts += 1,
            Spent::Case(kind) => *self.work.entry(kind).or_default() += 1,
            Spent::Taken(task) => *self.taken_over.entry(task).or_default() += 1,
            Spent::Group(activity) => *self.groups.entry(activity).or_default() += 1,
            Spent::Logged(_) => {}
        }
        let minutes = entry.minutes.map(u32::from);
        self.timed.0 += u32::from(minutes.is_some());
        self.timed.1 += 1;
        if let Some(minutes) = minutes.filter(|minutes| *minutes > 0) {
            *self.minutes.entry(entry.spent).or_default() += minutes;
        }
        if let (Some((within, preventive)), Some(minutes)) = (entry.logged, minutes) {
            self.within_mission.0 += if within { minutes } else { 0 };
            self.within_mission.1 += minutes;
            self.preventive.0 += if preventive { minutes } else { 0 };
            self.preventive.1 += minutes;
        }
    }

    /// All minutes.
    pub fn total_minutes(&self) -> u32 {
        self.minutes.values().sum()
    }
}
