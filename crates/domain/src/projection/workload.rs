//! What a mentor's days hold: contacts, talks, steps, referrals and minutes, from what was recorded in the work itself.
//!
//! Kept as small entries for each mentor and day, so that any week can be told as of any past day on both time axes:
//! what had happened by then, and what was known by then. It says how much work there is; it is never a ranking of
//! persons, and nobody's text stands here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::access::{Part, part};
use crate::actor::Actor;
use crate::calendar::{IsoWeek, Term, local_date};
use crate::event::pupil::{ContactTopic, EntryCorrected, PupilEvent};
use crate::event::work::Work;
use crate::event::{Event, EventKind, StaffEvent, StaffMatter};
use crate::id::{EventId, PupilId, StaffId};
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::recorded::{Body, Recorded, StreamRef};
use crate::state::Spell;
use crate::state::{Gathers, Kept, at_once};
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
    /// For logged time: whether the mentor takes it to be within the mission.
    pub(crate) word: Option<bool>,
    /// Preventive; otherwise acute.
    pub(crate) preventive: bool,
    /// Of a week whose whole time is sampled.
    pub(crate) sampled: bool,
}

/// A development talk that was booked or held, and where that was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Development {
    /// When it was booked, or held.
    pub(crate) on: NaiveDate,
    /// The day for which it was booked; of one that was held the same day.
    pub(crate) day: NaiveDate,
    pub(crate) position: u64,
    /// Held; otherwise booked.
    pub(crate) held: bool,
}

impl Spent {
    /// The one category that the minutes fall under.
    pub const fn category(self) -> TimeCategory {
        match self {
            Self::GuardianContact => TimeCategory::Guardians,
            Self::Case(kind) => of_case(kind),
            Self::Logged(category) => category,
            Self::Taken(task) => match task {
                TeacherTask::GuardianContact => TimeCategory::Guardians,
                TeacherTask::AttendanceFollowUp => TimeCategory::Attendance,
                TeacherTask::DevelopmentTalk | TeacherTask::Conflict => TimeCategory::Pupils,
                TeacherTask::HealthTeamMeeting => TimeCategory::HealthTeam,
                TeacherTask::Documentation => TimeCategory::Administration,
            },
            Self::Group(_) => TimeCategory::Groups,
        }
    }

    /// Whether something had happened already that had to be answered: absence, a conflict, harassment, worry. The rest is
    /// preventive (förebyggande). Of logged time the mentor says which.
    const fn acute(self) -> bool {
        match self {
            Self::Case(kind) => {
                matches!(part(kind), Some(Part::Ladder | Part::Absence | Part::Safety))
                    || matches!(kind, EventKind::ConcernReported)
            }
            Self::Taken(task) => matches!(task, TeacherTask::AttendanceFollowUp | TeacherTask::Conflict),
            Self::GuardianContact | Self::Logged(_) | Self::Group(_) => false,
        }
    }
}

/// The category of work in a case, by the part of the case that it belongs to. A visit to the workplace (APL) is with the pupil,
/// as a talk is, and no paperwork, though what was agreed there is seen with the support.
const fn of_case(kind: EventKind) -> TimeCategory {
    match part(kind) {
        Some(Part::Support) if matches!(kind, EventKind::PlacementVisited) => TimeCategory::Pupils,
        Some(Part::Ladder | Part::Absence) => TimeCategory::Attendance,
        Some(Part::Guardians) => TimeCategory::Guardians,
        Some(Part::Talks | Part::Safety) => TimeCategory::Pupils,
        Some(Part::Referrals) => TimeCategory::HealthTeam,
        Some(Part::Outside) => TimeCategory::Outside,
        Some(Part::Support | Part::Placement | Part::Mentors | Part::Protection) | None => TimeCategory::Administration,
    }
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
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Load {
    /// Contacts with guardians, reached or not.
    pub contacts: u32,
    /// Pieces of work in cases, by kind.
    pub work: BTreeMap<EventKind, u32>,
    /// Minutes that were noted or logged, by what they were spent on.
    pub minutes: BTreeMap<Spent, u32>,
    /// Things done whose minutes were noted, of all: how much the minutes cover.
    pub timed: (u32, u32),
    /// Minutes by category: each minute under one.
    pub categories: BTreeMap<TimeCategory, u32>,
    /// Minutes within the mission, and all.
    pub within_mission: (u32, u32),
    /// Minutes that were preventive, and all; the others were acute.
    pub preventive: (u32, u32),
    /// Weeks whose whole time was sampled: of them the minutes are what was sampled, and nothing else.
    pub sampled_weeks: u32,
    /// Tasks taken over from teachers, by task.
    pub taken_over: BTreeMap<TeacherTask, u32>,
    /// Minutes in cases of which nothing else is told: in all minutes, and in nothing else.
    pub elsewhere_minutes: u32,
    /// Minutes that were noted with them, also in sampled weeks: there they are in the sample, and are not added up again.
    pub taken_minutes: BTreeMap<TeacherTask, u32>,
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
    pub(crate) of_staff: Kept<StaffId, Months>,
    pub(crate) openings: Kept<PupilId, Rows<Opening>>,
    /// When somebody talked with each pupil, and where that was recorded.
    pub(crate) talks: Kept<PupilId, Rows<(NaiveDate, u64)>>,
    /// Each pupil's development talks.
    pub(crate) development: Kept<PupilId, Rows<Development>>,
    /// Entries that were corrected, by who made them.
    pub(crate) corrected_of: Kept<StaffId, Corrected>,
    /// The same, by whom they were about.
    pub(crate) corrected_about: Kept<PupilId, Corrected>,
}

impl Workload {
    /// How much stands there of a member of staff: another when they have done something more, with whichever pupil, or when
    /// something of theirs was corrected.
    pub fn amount_of(&self, staff: StaffId) -> (usize, usize) {
        let corrected = self.corrected_of.get(&staff).map_or(0, |corrected| corrected.0.len());
        (self.of_staff.get(&staff).map_or(0, |months| months.values().map(|rows| rows.len()).sum()), corrected)
    }

    pub(super) fn apply(&mut self, recorded: &Recorded) {
        let (Body::Known(event), Some(occurred)) = (&recorded.body, recorded.occurred) else { return };
        match (event, recorded.stream) {
            (Event::Pupil(event), StreamRef::Pupil(pupil)) => self.in_case(pupil, event, occurred, recorded),
            (Event::Staff(event), StreamRef::Staff(staff)) => self.of_their_own(staff, event, recorded.position),
            (
                Event::Pupil(_) | Event::Staff(_) | Event::School(_) | Event::Guardian(_),
                StreamRef::School(_) | StreamRef::Staff(_) | StreamRef::Pupil(_) | StreamRef::Guardian(_),
            ) => {}
        }
    }

    /// The maps that grow with the log.
    pub(super) fn each_kept(&mut self) -> [&mut dyn Gathers; 6] {
        let Self { of_staff, openings, talks, development, corrected_of, corrected_about } = self;
        [of_staff, openings, talks, development, corrected_of, corrected_about]
    }

    /// Brings the talks near among which events put one.
    pub(super) fn near<'a>(&self, events: impl Iterator<Item = (PupilId, &'a PupilEvent)>) -> usize {
        let known = |(pupil, event): (PupilId, &PupilEvent)| {
            let PupilEvent::Worked(worked) = event else { return None };
            if matches!(worked.work, Work::PupilTalkedWith { .. }) { self.talks.get(&pupil) } else { None }
        };
        let rows = at_once(events.filter_map(known));
        rows.iter().flatten().filter_map(|rows| rows.last()).filter(|(_, position)| *position == 0).count()
    }

    fn in_case(&mut self, pupil: PupilId, event: &PupilEvent, occurred: DateTime<Utc>, recorded: &Recorded) {
        let (spent, minutes, acute) = match event {
            // An absence that a guardian is called about has been.
            PupilEvent::GuardianContacted(contact) => {
                (Spent::GuardianContact, contact.minutes, contact.topic == ContactTopic::Absence)
            }
            PupilEvent::Worked(worked) => {
                self.follow(pupil, &worked.work, local_date(occurred), recorded);
                let spent = Spent::Case(worked.work.kind());
                (spent, worked.minutes, spent.acute())
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
            | PupilEvent::AttendanceCorrected(_)
            | PupilEvent::NameCorrected(_)
            | PupilEvent::DaysCorrected(_) => return,
        };
        if let Actor::Staff(staff) = recorded.actor {
            let (on, minutes, position) = (local_date(occurred), minutes.map(|minutes| minutes.0), recorded.position);
            let entry = Entry { on, position, spent, minutes, word: None, preventive: !acute, sampled: false };
            self.put(staff, entry);
        }
    }

    fn correct(&mut self, pupil: PupilId, corrected: &EntryCorrected, by: u64) {
        if let Some(author) = corrected.author {
            self.corrected_of.change(author, |all| all.put(corrected.position, by));
        }
        self.corrected_about.change(pupil, |all| all.put(corrected.position, by));
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
                word: Some(time.within_mission),
                preventive: time.preventive,
                sampled: time.sampled,
            },
            StaffEvent::TaskTakenOver(taken) => Entry {
                on: taken.on,
                position,
                spent: Spent::Taken(taken.task),
                minutes: taken.minutes.map(|minutes| minutes.0),
                word: None,
                preventive: !Spent::Taken(taken.task).acute(),
                sampled: false,
            },
            StaffEvent::Arranged(StaffMatter::GroupActivityHeld { on, activity, minutes, .. }) => {
                let (spent, minutes) = (Spent::Group(*activity), Some(minutes.0));
                Entry { on: *on, position, spent, minutes, word: None, preventive: true, sampled: false }
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
        let place = |entry: &Entry| (entry.on, entry.position);
        self.of_staff.change(staff, |months| match months.get_mut(&month(entry.on)) {
            Some(rows) => rows.put(entry, place),
            None => months.entry(month(entry.on)).or_default().put(entry, place),
        });
    }

    /// Keeps what is open, and when somebody talked with the pupil or booked a development talk.
    fn follow(&mut self, pupil: PupilId, work: &Work, on: NaiveDate, recorded: &Recorded) {
        let position = recorded.position;
        let kind = work.kind();
        if matches!(work, Work::LadderStepOpened { .. } | Work::ReferralOpened { .. }) {
            let opening = Opening { event: recorded.id, kind, on, position, closed: None };
            self.openings.change(pupil, |rows| rows.put(opening, |opening| opening.position));
        } else if let Work::LadderStepClosed { of, .. }
        | Work::LadderStepRetracted { of }
        | Work::ReferralDeclined { of }
        | Work::ReferralClosed { of } = work
        {
            let mut openings = self.openings.get_mut(&pupil).into_iter().flat_map(Rows::each_mut);
            if let Some(opening) = openings.find(|opening| opening.event == *of) {
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
            self.talks.change(pupil, |rows| rows.put((on, position), |talk| *talk));
        }
        let booked_for = if let Work::DevelopmentTalkBooked { on } = work { Some(*on) } else { None };
        let held = matches!(work, Work::DevelopmentTalkHeld { .. });
        if held || booked_for.is_some() {
            let talk = Development { on, day: booked_for.unwrap_or(on), position, held };
            self.development.change(pupil, |rows| rows.put(talk, |talk| (talk.on, talk.position)));
        }
    }

    /// What a mentor's days held, by the mentor's own word of what is within the mission: see [`crate::Projections::load`].
    pub fn of(&self, staff: StaffId, span: Span) -> Load {
        self.held(staff, span, |_, _| None, |_| true)
    }

    /// Where what somebody did in cases stands in the log.
    pub fn in_cases(&self, staff: StaffId, span: Span) -> impl Iterator<Item = u64> {
        let in_case = |entry: &Entry| matches!(entry.spent, Spent::GuardianContact | Spent::Case(_));
        self.entries(staff, span).filter(in_case).map(|entry| entry.position)
    }

    /// What a mentor's days held. What is within the mission is said by the description that held on the day, if there was
    /// one; the mentor's own word can only take out of it. Of an entry that is not told only the minutes are, in one sum.
    pub(super) fn held(
        &self,
        staff: StaffId,
        span: Span,
        within: impl Fn(NaiveDate, TimeCategory) -> Option<bool>,
        told: impl Fn(u64) -> bool,
    ) -> Load {
        let mut load = Load::default();
        let sampled: BTreeSet<IsoWeek> =
            self.entries(staff, span).filter(|entry| entry.sampled).map(|entry| IsoWeek::of(entry.on)).collect();
        for entry in self.entries(staff, span) {
            // What was done in a sampled week is in its sample.
            let adds = entry.sampled || sampled.is_empty() || !sampled.contains(&IsoWeek::of(entry.on));
            if !told(entry.position) {
                load.elsewhere_minutes += if adds { entry.minutes.map_or(0, u32::from) } else { 0 };
                continue;
            }
            load.count(&entry);
            if adds {
                let mission = within(entry.on, entry.spent.category()).unwrap_or(true);
                load.add(&entry, mission && entry.word.unwrap_or(true));
            }
        }
        load.sampled_weeks = u32::try_from(sampled.len()).unwrap_or(u32::MAX);
        load
    }

    /// How many development talks of a school year were held with a pupil in some days, and how many were booked in them: a talk is
    /// of the year in which it is, also when it was booked before the summer. The year is that of its autumn.
    pub fn development_talks(&self, (pupil, own): (PupilId, &Spell), year: u16, span: Span) -> (u32, u32) {
        let corrected = self.corrected_about.get(&pupil);
        let (mut held, mut booked) = (0, 0);
        for talk in self.development.get(&pupil).into_iter().flat_map(|talks| talks.iter()) {
            let known = talk.position <= span.known
                && own.holds(talk.position)
                && corrected.is_none_or(|corrected| corrected.counts(talk.position, span.known));
            let of_year = Term::of(talk.day).school_year() == year;
            if known && of_year && (span.first..=span.last).contains(&talk.on) {
                *(if talk.held { &mut held } else { &mut booked }) += 1;
            }
        }
        (held, booked)
    }

    /// What counts of some days, in the order recorded. Time that was spent with several pupils at once stands with the first of them,
    /// and where that entry was corrected with the next: it was spent.
    fn entries(&self, staff: StaffId, span: Span) -> impl Iterator<Item = Entry> {
        let (first, last) = (month(span.first), month(span.last));
        let months = (first <= last).then(|| self.of_staff.get(&staff)).flatten();
        let all =
            months.into_iter().flat_map(move |months| months.range(first..=last)).flat_map(move |(_, entries)| {
                let begin = entries.partition_point(|entry| entry.on < span.first);
                let end = entries.partition_point(|entry| entry.on <= span.last);
                entries.get(begin..end).unwrap_or_default()
            });
        let corrected = self.corrected_of.get(&staff);
        let counts = move |position| corrected.is_none_or(|corrected| corrected.counts(position, span.known));
        let mut left: Option<Entry> = None;
        all.copied().filter(move |entry| entry.position <= span.known).filter_map(move |mut entry| {
            let of = left.take().filter(|of| of.position + 1 == entry.position && of.spent == entry.spent);
            if let Some(of) = of.filter(|_| entry.minutes == Some(0)) {
                entry.minutes = of.minutes;
            }
            if counts(entry.position) {
                return Some(entry);
            }
            left = Some(entry);
            None
        })
    }

    /// How many of a kind (steps of the ladder, referrals) that were opened in a pupil's case in some days were open on the last of
    /// them. What was left open at a school that the pupil has left is open for ever, for nobody closes it there: the first day is
    /// that of the enrolment.
    pub fn open(&self, (pupil, own): (PupilId, &Spell), kind: EventKind, span: Span) -> u32 {
        let openings = self.openings.get(&pupil).into_iter().flat_map(|openings| openings.iter());
        let here = |opening: &&Opening| opening.kind == kind && span.first <= opening.on && own.holds(opening.position);
        let open = openings.filter(here).filter(|opening| opening.open(span.last, span.known)).count();
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    /// The last of some days on which somebody talked with the pupil.
    pub fn last_talk(&self, (pupil, own): (PupilId, &Spell), span: Span) -> Option<NaiveDate> {
        let talks = self.talks.get(&pupil)?;
        let corrected = self.corrected_about.get(&pupil);
        let counts = |position| corrected.is_none_or(|corrected| corrected.counts(position, span.known));
        let held = |(on, position): &&(NaiveDate, u64)| {
            let known = own.holds(*position) && *position <= span.known;
            (span.first..=span.last).contains(on) && known && counts(*position)
        };
        talks.iter().rev().find(held).map(|(on, _)| *on)
    }
}

impl Load {
    /// What was done, and whether its minutes were noted.
    fn count(&mut self, entry: &Entry) {
        match entry.spent {
            Spent::GuardianContact => self.contacts += 1,
            Spent::Case(kind) => *self.work.entry(kind).or_default() += 1,
            Spent::Taken(task) => {
                *self.taken_over.entry(task).or_default() += 1;
                *self.taken_minutes.entry(task).or_default() += entry.minutes.map_or(0, u32::from);
            }
            Spent::Group(activity) => *self.groups.entry(activity).or_default() += 1,
            Spent::Logged(_) => {}
        }
        self.timed.0 += u32::from(entry.minutes.is_some());
        self.timed.1 += 1;
    }

    /// The minutes, each once.
    fn add(&mut self, entry: &Entry, within: bool) {
        let Some(minutes) = entry.minutes.map(u32::from).filter(|minutes| *minutes > 0) else { return };
        *self.minutes.entry(entry.spent).or_default() += minutes;
        *self.categories.entry(entry.spent.category()).or_default() += minutes;
        self.within_mission.0 += if within { minutes } else { 0 };
        self.within_mission.1 += minutes;
        self.preventive.0 += if entry.preventive { minutes } else { 0 };
        self.preventive.1 += minutes;
    }

    /// All minutes.
    pub fn total_minutes(&self) -> u32 {
        self.minutes.values().sum::<u32>() + self.elsewhere_minutes
    }
}
