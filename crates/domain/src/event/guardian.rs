//! What happens to a guardian, across all their children.

use crate::event::{DigestMatter, EventKind};
use crate::personal::Personal;
use crate::words::{ContactDetail, Name};

/// An event in a guardian's stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GuardianEvent {
    /// The guardian became known.
    Registered(GuardianRegistered),
    /// Something happened with messages to the guardian.
    Digest(DigestMatter),
}

impl GuardianEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Registered(_) => EventKind::GuardianRegistered,
            Self::Digest(matter) => matter.kind(),
        }
    }
}

/// A guardian became known (vårdnadshavare registrerad), with contact details that stand nowhere else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardianRegistered {
    /// The guardian's name.
    pub name: Personal<Name>,
    /// Telephone number.
    pub phone: Option<Personal<ContactDetail>>,
    /// E-mail address.
    pub email: Option<Personal<ContactDetail>>,
}
