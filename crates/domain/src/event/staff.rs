//! What happens to a staff member.

use crate::actor::Grant;
use crate::event::EventKind;
use crate::personal::Personal;
use crate::words::Name;

/// An event in a staff member's stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StaffEvent {
    /// The person joined.
    Joined(StaffJoined),
    /// A role was granted.
    RoleGranted(RoleGranted),
}

impl StaffEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Joined(_) => EventKind::StaffJoined,
            Self::RoleGranted(_) => EventKind::RoleGranted,
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
