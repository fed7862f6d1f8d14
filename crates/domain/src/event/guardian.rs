//! What happens to a guardian, across all their children.

use crate::event::{DigestMatter, EventKind};
use crate::personal::Personal;
use crate::words::{ContactDetail, Name};

/// An event in a guardian's stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GuardianEvent {
    /// The guardian became known.
    Registered(GuardianRegistered),
    /// What is known of the guardian was put right.
    Corrected(GuardianCorrected),
    /// Something happened with messages to the guardian.
    Digest(DigestMatter),
}

impl GuardianEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Registered(_) => EventKind::GuardianRegistered,
            Self::Corrected(_) => EventKind::GuardianCorrected,
            Self::Digest(matter) => matter.kind(),
        }
    }

    /// The name that the guardian is known by from then on; `None`: it stands.
    pub const fn name(&self) -> Option<&Personal<Name>> {
        match self {
            Self::Registered(registered) => Some(&registered.name),
            Self::Corrected(corrected) => corrected.name.as_ref(),
            Self::Digest(_) => None,
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

/// A guardian's name or telephone number was put right (rättelse av vårdnadshavarens uppgifter; article 16 of the GDPR). What stood
/// before stays in the guardian's own stream: as of a time when it was what was known it is told, and to those who have one of the
/// guardian's pupils what was put right, with what stood. A person has one name, at whatever school their children go: whoever has one of
/// the pupils puts it right for every school.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardianCorrected {
    /// The name as it should have been; `None`: it stands.
    pub name: Option<Personal<Name>>,
    /// The telephone number as it should have been; `None`: it stands.
    pub phone: Option<Personal<ContactDetail>>,
}
