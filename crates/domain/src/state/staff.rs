//! A staff member as decisions see them.

use chrono::NaiveDate;

use crate::actor::{Grant, Role};
use crate::event::staff::WorkingTimeSet;
use crate::event::{Event, StaffEvent};
use crate::id::SchoolId;
use crate::personal::Personal;
use crate::recorded::{Body, Recorded};
use crate::state::{FoldError, next_version};
use crate::words::Name;

/// A staff member's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Staff {
    /// Employed.
    Joined(StaffMember),
    /// Who it was is erased.
    Erased {
        /// Version of the stream.
        version: u64,
    },
}

/// A person employed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffMember {
    /// Version of the stream.
    pub version: u64,
    /// The person's name.
    pub name: Personal<Name>,
    /// Roles, in the order granted.
    pub grants: Vec<Grant>,
    /// Working times, each with the position at which it was recorded.
    pub working_times: Vec<(u64, WorkingTimeSet)>,
}

impl Staff {
    /// Version of the stream.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Joined(member) => member.version,
            Self::Erased { version } => *version,
        }
    }

    /// The person, while employed.
    pub const fn member(&self) -> Option<&StaffMember> {
        match self {
            Self::Joined(member) => Some(member),
            Self::Erased { .. } => None,
        }
    }

    /// What the staff member is after the event.
    pub fn apply(before: Option<Self>, recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(before.as_ref().map_or(0, Self::version), recorded)?;
        let event = match &recorded.body {
            Body::Known(Event::Staff(event)) => event,
            Body::Known(Event::School(_) | Event::Pupil(_) | Event::Guardian(_)) => {
                return Err(FoldError::new(recorded, "not an event of a staff member"));
            }
            Body::Erased(_) => {
                return Ok(match before {
                    Some(Self::Joined(member)) => Self::Joined(StaffMember { version, ..member }),
                    Some(Self::Erased { .. }) | None => Self::Erased { version },
                });
            }
        };
        match (before, event) {
            (None, StaffEvent::Joined(joined)) => Ok(Self::Joined(StaffMember {
                version,
                name: joined.name.clone(),
                grants: Vec::new(),
                working_times: Vec::new(),
            })),
            (
                None,
                StaffEvent::RoleGranted(_)
                | StaffEvent::WorkingTimeSet(_)
                | StaffEvent::TimeLogged(_)
                | StaffEvent::TaskTakenOver(_),
            ) => Err(FoldError::new(recorded, "the person has not joined")),
            (Some(Self::Joined(member)), event) => member.then(version, event, recorded).map(Self::Joined),
            (
                Some(Self::Erased { .. }),
                StaffEvent::Joined(_)
                | StaffEvent::RoleGranted(_)
                | StaffEvent::WorkingTimeSet(_)
                | StaffEvent::TimeLogged(_)
                | StaffEvent::TaskTakenOver(_),
            ) => Ok(Self::Erased { version }),
        }
    }
}

impl StaffMember {
    fn then(mut self, version: u64, event: &StaffEvent, recorded: &Recorded) -> Result<Self, FoldError> {
        self.version = version;
        match event {
            StaffEvent::Joined(_) => return Err(FoldError::new(recorded, "the person has joined already")),
            StaffEvent::RoleGranted(granted) => self.grants.push(granted.grant),
            StaffEvent::WorkingTimeSet(set) => self.working_times.push((recorded.position, *set)),
            StaffEvent::TimeLogged(_) | StaffEvent::TaskTakenOver(_) => {}
        }
        Ok(self)
    }

    /// The working time that holds on the date, as known at a position.
    pub fn working_time(&self, date: NaiveDate, position: u64) -> Option<&WorkingTimeSet> {
        let known = self.working_times.iter().filter(|(at, set)| *at <= position && set.from <= date);
        known.max_by_key(|(_, set)| set.from).map(|(_, set)| set)
    }

    /// Whether the person holds the role at the school, there or for the whole authority.
    pub fn holds(&self, role: Role, school: SchoolId) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.school.is_none_or(|at| at == school))
    }

    /// Whether the person holds the role anywhere.
    pub fn holds_somewhere(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}
