//! A staff member as decisions see them.

use crate::actor::{Grant, Role};
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
            (None, StaffEvent::Joined(joined)) => {
                Ok(Self::Joined(StaffMember { version, name: joined.name.clone(), grants: Vec::new() }))
            }
            (None, StaffEvent::RoleGranted(_)) => Err(FoldError::new(recorded, "the person has not joined")),
            (Some(Self::Joined(_)), StaffEvent::Joined(_)) => {
                Err(FoldError::new(recorded, "the person has joined already"))
            }
            (Some(Self::Joined(mut member)), StaffEvent::RoleGranted(granted)) => {
                member.version = version;
                member.grants.push(granted.grant);
                Ok(Self::Joined(member))
            }
            (Some(Self::Erased { .. }), StaffEvent::Joined(_) | StaffEvent::RoleGranted(_)) => {
                Ok(Self::Erased { version })
            }
        }
    }
}

impl StaffMember {
    /// Whether the person holds the role at the school, there or for the whole authority.
    pub fn holds(&self, role: Role, school: SchoolId) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.school.is_none_or(|at| at == school))
    }

    /// Whether the person holds the role anywhere.
    pub fn holds_somewhere(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}
