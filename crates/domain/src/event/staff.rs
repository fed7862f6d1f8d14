//! What happens to a staff member.

use crate::actor::Grant;
use crate::event::{EventKind, StaffMatter};
use crate::personal::Personal;
use crate::words::{Minutes, Name, PostShare, TeacherTask, TimeCategory};

use chrono::NaiveDate;

/// An event in a staff member's stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StaffEvent {
    /// The person joined.
    Joined(StaffJoined),
    /// A role was granted.
    RoleGranted(RoleGranted),
    /// Working time and post share were set.
    WorkingTimeSet(WorkingTimeSet),
    /// Time was logged.
    TimeLogged(TimeLogged),
    /// A task was taken over from a teacher.
    TaskTakenOver(TaskTakenOver),
    /// A role was withdrawn.
    RoleWithdrawn(RoleWithdrawn),
    /// Something was arranged, from a day on.
    Arranged(StaffMatter),
}

impl StaffEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Joined(_) => EventKind::StaffJoined,
            Self::RoleGranted(_) => EventKind::RoleGranted,
            Self::WorkingTimeSet(_) => EventKind::WorkingTimeSet,
            Self::TimeLogged(_) => EventKind::TimeLogged,
            Self::TaskTakenOver(_) => EventKind::TaskTakenOver,
            Self::RoleWithdrawn(_) => EventKind::RoleWithdrawn,
            Self::Arranged(matter) => matter.kind(),
        }
    }
}

/// A person joined the staff (anställd).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffJoined {
    /// The person's name.
    pub name: Personal<Name>,
}

/// A role was granted (behörighet given).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleGranted {
    /// The role and where it holds.
    pub grant: Grant,
}

/// A role was withdrawn (behörighet återkallad). What it let the person see is gone at their next request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleWithdrawn {
    /// The role, and where it held.
    pub grant: Grant,
}

/// Working time and post share were set (arbetstid och tjänstgöringsgrad), from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkingTimeSet {
    /// First day.
    pub from: NaiveDate,
    /// A full post's minutes in a week, as a mean over the year: 40 h 25 min for the pilot's mentors.
    pub weekly: Minutes,
    /// Share of a full post.
    pub share: PostShare,
}

/// Time was logged or sampled (tid loggad): work that belongs to no single case, or that was sampled as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeLogged {
    /// The day.
    pub on: NaiveDate,
    /// Spent on what.
    pub category: TimeCategory,
    /// How long.
    pub minutes: Minutes,
    /// Whether the mentor takes it to be a mentor's task (inom uppdraget). The mission description of the day decides: what
    /// it does not hold is outside, whatever is said here.
    pub within_mission: bool,
    /// Whether it was preventive (förebyggande); otherwise acute (akut).
    pub preventive: bool,
    /// Whether it is of a week whose whole time is sampled (tidsstudie, two weeks a term at most): of such a week only what was sampled is added up,
    /// so that an hour in a case is not counted twice.
    pub sampled: bool,
}

/// A task was taken over from a teacher (uppgift övertagen från lärare): what the reform is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TaskTakenOver {
    /// The day.
    pub on: NaiveDate,
    /// Which task.
    pub task: TeacherTask,
    /// How long it took, when it was noted.
    pub minutes: Option<Minutes>,
}
