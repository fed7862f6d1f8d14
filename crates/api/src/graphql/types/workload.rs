//! What a mentor's week holds. It says how much work there is; it is never a ranking of persons.

use async_graphql::{Enum, Object, SimpleObject};
use casework::answer::{TakenOver, WeekOfWork};
use domain::projection::workload::Spent;

use super::case_words::{GroupActivity, TeacherTask, TimeCategory};
use super::words::EventKind;

/// Work of one kind: how many times.
#[derive(SimpleObject)]
pub(crate) struct WorkCount {
    /// What was done.
    kind: EventKind,
    /// How many times.
    count: u32,
}

/// A task that was a teacher's: how many times the mentor did it.
#[derive(SimpleObject)]
pub(crate) struct TakenOverCount {
    /// Which task.
    task: TeacherTask,
    /// How many times.
    count: u32,
}

/// A task that was a teacher's: how often, and how long, a school's mentors did it in a term.
#[derive(SimpleObject)]
pub(crate) struct TakenOverSum {
    /// Which task.
    task: TeacherTask,
    /// How many times.
    count: u32,
    /// Minutes that were noted.
    minutes: u32,
}

impl From<&TakenOver> for TakenOverSum {
    fn from(taken: &TakenOver) -> Self {
        Self { task: taken.task.into(), count: taken.count, minutes: taken.minutes }
    }
}

/// Minutes of one category.
#[derive(SimpleObject)]
pub(crate) struct CategoryMinutes {
    /// Which.
    category: TimeCategory,
    /// How many.
    minutes: u32,
}

/// How much of a mentor's working time in a term, so far, is covered by what was noted.
#[derive(SimpleObject)]
pub(crate) struct TermCoverage {
    /// The term, such as ht19.
    term: String,
    /// Weeks so far; of a person who came in the course of the term, those since they have a working time.
    weeks: u32,
    /// Those of them whose whole time was sampled (tidsstudie): two of a term at most.
    sampled_weeks: u32,
    /// Minutes that were noted, of the working time in those weeks; null when working time has not been set for them.
    coverage: Option<Part>,
}

/// A group activity: how many times.
#[derive(SimpleObject)]
pub(crate) struct GroupCount {
    /// Which.
    activity: GroupActivity,
    /// How many times.
    count: u32,
}

/// What minutes were spent on.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MinutesSource {
    /// Contact with guardians.
    GuardianContact,
    /// Work in a case: see `kind`.
    Case,
    /// Logged or sampled by itself: see `category`.
    Logged,
    /// A task taken over from a teacher: see `task`.
    TakenOver,
    /// Held with a group: see `groups` for which.
    Group,
}

/// Minutes spent on one thing.
#[derive(SimpleObject)]
pub(crate) struct SpentMinutes {
    /// Where the minutes come from.
    source: MinutesSource,
    /// The kind of work in a case.
    kind: Option<EventKind>,
    /// The category of logged time.
    category: Option<TimeCategory>,
    /// The task taken over.
    task: Option<TeacherTask>,
    /// How many.
    minutes: u32,
}

impl SpentMinutes {
    fn of(spent: Spent, minutes: u32) -> Self {
        let (source, kind, category, task) = match spent {
            Spent::GuardianContact => (MinutesSource::GuardianContact, None, None, None),
            Spent::Case(kind) => (MinutesSource::Case, Some(kind.into()), None, None),
            Spent::Logged(category) => (MinutesSource::Logged, None, Some(category.into()), None),
            Spent::Taken(task) => (MinutesSource::TakenOver, None, None, Some(task.into())),
            Spent::Group(_) => (MinutesSource::Group, None, None, None),
        };
        Self { source, kind, category, task, minutes }
    }
}

/// A part of a whole, each in its own number: shares are for whoever knows both.
#[derive(SimpleObject)]
pub(crate) struct Part {
    /// The part.
    part: u32,
    /// The whole.
    of: u32,
}

impl From<(u32, u32)> for Part {
    fn from((part, of): (u32, u32)) -> Self {
        Self { part, of }
    }
}

/// What a mentor's week holds. It says how much work there is; it is never a ranking of persons.
pub(crate) struct Workload(pub(crate) WeekOfWork);

/// What a mentor's week holds. It says how much work there is; it is never a ranking of persons.
#[Object]
impl Workload {
    /// The week, such as 2019-W36.
    async fn week(&self) -> String {
        self.0.week.to_string()
    }

    /// Pupils whom the person had on any day of the week so far, with those for whose mentor the person stood in: the person's own all,
    /// for a principal those whom the principal answered for then. Who was handed over in the week is in both mentors' weeks.
    async fn pupils(&self) -> usize {
        self.0.pupils
    }

    /// Those for other principals then: a number, never the pupils.
    async fn pupils_for_other_principals(&self) -> usize {
        self.0.pupils_for_others
    }

    /// Of all pupils, those for whose mentor the person stood in on any day of the week so far.
    async fn covered_pupils(&self) -> usize {
        self.0.covered
    }

    /// Contacts with guardians, reached or not.
    async fn contacts(&self) -> u32 {
        self.0.load.contacts
    }

    /// Work in cases, by kind.
    async fn work(&self) -> Vec<WorkCount> {
        self.0.load.work.iter().map(|(kind, count)| WorkCount { kind: (*kind).into(), count: *count }).collect()
    }

    /// Tasks taken over from teachers, by task.
    async fn taken_over(&self) -> Vec<TakenOverCount> {
        let taken = self.0.load.taken_over.iter();
        taken.map(|(task, count)| TakenOverCount { task: (*task).into(), count: *count }).collect()
    }

    /// Group activities, by activity.
    async fn groups(&self) -> Vec<GroupCount> {
        let held = self.0.load.groups.iter();
        held.map(|(activity, count)| GroupCount { activity: (*activity).into(), count: *count }).collect()
    }

    /// Minutes that were noted, by what they were spent on.
    async fn minutes(&self) -> Vec<SpentMinutes> {
        self.0.load.minutes.iter().map(|(spent, minutes)| SpentMinutes::of(*spent, *minutes)).collect()
    }

    /// Minutes in cases of pupils who were not the asker's then, as one number: they are in all minutes, and in nothing else. Of
    /// contacts, work, talks, steps and referrals only those of the asker's own pupils are told.
    async fn elsewhere_minutes(&self) -> u32 {
        self.0.load.elsewhere_minutes
    }

    /// All minutes that were noted.
    async fn total_minutes(&self) -> u32 {
        self.0.load.total_minutes()
    }

    /// Things done whose minutes were noted, of all things done: how much the minutes cover.
    async fn timed(&self) -> Part {
        self.0.load.timed.into()
    }

    /// Minutes by category (kategori): each minute under one.
    async fn categories(&self) -> Vec<CategoryMinutes> {
        let minutes = self.0.load.categories.iter();
        minutes.map(|(category, minutes)| CategoryMinutes { category: (*category).into(), minutes: *minutes }).collect()
    }

    /// Whether the week's whole time was sampled (tidsstudie): its minutes are then what was sampled, and nothing is
    /// counted twice.
    async fn sampled(&self) -> bool {
        self.0.load.sampled_weeks > 0
    }

    /// Minutes that were noted, of the person's own working time in the week; null when that has not been set.
    async fn coverage(&self) -> Option<Part> {
        self.0.working_minutes.map(|of| Part { part: self.0.load.total_minutes(), of })
    }

    /// The term so far, to the end of the week.
    async fn term(&self) -> TermCoverage {
        let term = self.0.term;
        TermCoverage {
            term: term.term.to_string(),
            weeks: term.weeks,
            sampled_weeks: term.sampled_weeks,
            coverage: term.working_minutes.map(|of| Part { part: term.minutes, of }),
        }
    }

    /// Minutes within the mission (inom uppdraget), of all: by the mission description that held on the day.
    async fn within_mission(&self) -> Part {
        self.0.load.within_mission.into()
    }

    /// Minutes that were preventive (förebyggande), of all; the others were acute (akut).
    async fn preventive(&self) -> Part {
        self.0.load.preventive.into()
    }

    /// Development talks (utvecklingssamtal) due in the school year with the mentor's own pupils, by what the mission says the
    /// mentor does: two for each pupil, where the mentor leads or books them; where the mentor attends some, those that were
    /// booked. Each pupil's are owed by one mentor.
    async fn talks_due(&self) -> u32 {
        self.0.talks_due
    }

    /// How many of them are done so far, by whomever: held, or booked where the mentor only books.
    async fn talks_held(&self) -> u32 {
        self.0.talks_held
    }

    /// Steps of the absence ladder open at the end of the week, or on the last day of it on which the pupil was the person's.
    async fn open_steps(&self) -> u32 {
        self.0.open_steps
    }

    /// Referrals to the student health team open at the end of the week, or on the last day of it on which the pupil was the person's.
    async fn open_referrals(&self) -> u32 {
        self.0.open_referrals
    }

    /// The person's own working time in a week, in minutes; null when it has not been set.
    async fn working_minutes(&self) -> Option<u32> {
        self.0.working_minutes
    }

    /// Of a shared mentor's working time in a week, in minutes, the share that was agreed with the principal who asks; for the
    /// mentor, all shares together. Null where none was agreed, or working time has not been set.
    async fn agreed_minutes(&self) -> Option<u32> {
        self.0.agreed_minutes
    }
}
