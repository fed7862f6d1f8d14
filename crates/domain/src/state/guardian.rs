//! A guardian as decisions see them. Contact details stay in the stream: no decision needs them.

use std::sync::Arc;

use crate::event::{Event, GuardianEvent};
use crate::personal::Personal;
use crate::recorded::{Body, Recorded};
use crate::state::outbox::Outbox;
use crate::state::{FoldError, next_version};
use crate::words::Name;

/// A guardian's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Guardian {
    /// Known.
    Known(KnownGuardian),
    /// Who it was is erased.
    Erased {
        /// Version of the stream.
        version: u64,
    },
}

/// A guardian who is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownGuardian {
    /// Version of the stream.
    pub version: u64,
    /// The guardian's name.
    pub name: Personal<Name>,
    /// What they are sent.
    pub outbox: Arc<Outbox>,
}

impl Guardian {
    /// Version of the stream.
    pub const fn version(&self) -> u64 {
        match self {
            Self::Known(known) => known.version,
            Self::Erased { version } => *version,
        }
    }

    /// The guardian, unless erased.
    pub const fn known(&self) -> Option<&KnownGuardian> {
        match self {
            Self::Known(known) => Some(known),
            Self::Erased { .. } => None,
        }
    }

    /// What the guardian is after the event.
    pub fn apply(before: Option<Self>, recorded: &Recorded) -> Result<Self, FoldError> {
        let version = next_version(before.as_ref().map_or(0, Self::version), recorded)?;
        let event = match &recorded.body {
            Body::Known(Event::Guardian(event)) => event,
            Body::Known(Event::School(_) | Event::Staff(_) | Event::Pupil(_)) => {
                return Err(FoldError::new(recorded, "not an event of a guardian"));
            }
            Body::Erased(_) => {
                return Ok(match before {
                    Some(Self::Known(known)) => Self::Known(KnownGuardian { version, ..known }),
                    Some(Self::Erased { .. }) | None => Self::Erased { version },
                });
            }
        };
        match (before, event) {
            (None, GuardianEvent::Registered(registered)) => {
                let outbox = Arc::new(Outbox::begin(registered, recorded));
                Ok(Self::Known(KnownGuardian { version, name: registered.name.clone(), outbox }))
            }
            (Some(Self::Known(mut known)), GuardianEvent::Digest(matter)) => {
                known.version = version;
                Arc::make_mut(&mut known.outbox).take_in(matter, recorded);
                Ok(Self::Known(known))
            }
            (Some(Self::Known(known)), GuardianEvent::Corrected(corrected)) => {
                let name = corrected.name.clone().unwrap_or(known.name);
                Ok(Self::Known(KnownGuardian { version, name, ..known }))
            }
            (None, GuardianEvent::Digest(_) | GuardianEvent::Corrected(_)) => {
                Err(FoldError::new(recorded, "the guardian is not registered"))
            }
            (Some(Self::Known(_)), GuardianEvent::Registered(_)) => {
                Err(FoldError::new(recorded, "the guardian is registered already"))
            }
            (
                Some(Self::Erased { .. }),
                GuardianEvent::Registered(_) | GuardianEvent::Corrected(_) | GuardianEvent::Digest(_),
            ) => Ok(Self::Erased { version }),
        }
    }
}
