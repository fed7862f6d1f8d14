//! An event as the log holds it: who, when on both time axes, and what, unless it has been erased.

use chrono::{DateTime, Utc};

use crate::actor::Actor;
use crate::actor::Role;
use crate::event::{Event, EventKind, PupilEvent};
use crate::id::{CommandId, EventId, GuardianId, PupilId, SchoolId, StaffId};

/// Whose stream an event belongs to. There are four kinds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StreamRef {
    /// A school unit's.
    School(SchoolId),
    /// A staff member's.
    Staff(StaffId),
    /// A pupil's: the case.
    Pupil(PupilId),
    /// A guardian's, across siblings.
    Guardian(GuardianId),
}

/// What is left of an event's content.
#[allow(clippy::large_enum_variant, reason = "what was erased is rare, and bodies are held few at a time")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The event.
    Known(Event),
    /// Its keys have been destroyed (gallring): only that something of this kind happened is known.
    Erased(EventKind),
}

impl StreamRef {
    /// The pupil, when it is one's.
    pub(crate) const fn pupil(self) -> Option<PupilId> {
        match self {
            Self::Pupil(pupil) => Some(pupil),
            Self::School(_) | Self::Staff(_) | Self::Guardian(_) => None,
        }
    }
}

impl Body {
    /// What happened, when it is known and is of a pupil's case.
    pub(crate) const fn of_pupil(&self) -> Option<&PupilEvent> {
        match self {
            Self::Known(Event::Pupil(event)) => Some(event),
            Self::Known(Event::School(_) | Event::Staff(_) | Event::Guardian(_)) | Self::Erased(_) => None,
        }
    }

    /// Which kind of thing happened: known also of what is erased.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Known(event) => event.kind(),
            Self::Erased(kind) => *kind,
        }
    }
}

/// One event in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Place in the log, from 1, without gaps.
    pub position: u64,
    /// Whose stream.
    pub stream: StreamRef,
    /// Place in the stream, from 1, without gaps.
    pub version: u64,
    /// The event's own id.
    pub id: EventId,
    /// The command that it came from.
    pub command: CommandId,
    /// Who did it.
    pub actor: Actor,
    /// In which role; `None` for the program's own set-up.
    pub role: Option<Role>,
    /// When it happened, by the person's word. `None` once erased: the time is about the person too.
    pub occurred: Option<DateTime<Utc>>,
    /// When the log got it. Never goes backwards.
    pub recorded: DateTime<Utc>,
    /// What happened.
    pub body: Body,
}

impl Recorded {
    /// When it happened; where that is erased, when the log got it.
    pub fn happened(&self) -> DateTime<Utc> {
        self.occurred.unwrap_or(self.recorded)
    }
}
