//! What decisions need to know: a fold over the events, one file for each kind of stream.
//!
//! Each stream's state is an enum of life phases, so that what cannot be in a phase cannot be asked for. Nothing has a
//! default: a stream begins with the event that begins it. An erased event moves the version on and tells nothing.

mod assignment;
mod by_id;
mod enrolment;
pub mod facts;
pub mod guardian;
mod kept;
mod near;
pub mod outbox;
pub mod pupil;
pub mod safeguards;
mod said;
pub mod school;
pub mod staff;
mod told;
pub mod work;
mod world;

pub use assignment::{Assignment, Cover};
pub use by_id::{ById, IdHasher};
pub use enrolment::{Enrolment, Spell};
pub use facts::{CaseFacts, HandedOn};
pub use guardian::{Guardian, KnownGuardian};
pub use kept::LaidBytes;
pub(crate) use kept::{Gathers, Kept, Late, Piece};
pub(crate) use near::{AT_ONCE, at_once};
pub use outbox::{Outbox, Preference};
pub use pupil::{Days, Pupil, PupilCase};
pub use safeguards::{LinkedGuardian, Safeguards};
pub use said::Guarded;
pub use school::{RegisteredSchool, School};
pub use staff::{Staff, StaffMember};
pub use world::{Changed, World};

use crate::recorded::Recorded;

/// An event that cannot follow on what came before it. The log says what cannot be, so the service does not start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("event at position {position}: {why}")]
pub struct FoldError {
    /// Where in the log.
    pub position: u64,
    /// What does not fit, without any content.
    pub why: &'static str,
}

impl FoldError {
    pub(crate) const fn new(recorded: &Recorded, why: &'static str) -> Self {
        Self { position: recorded.position, why }
    }
}

/// The version that follows, when the event has it.
fn next_version(before: u64, recorded: &Recorded) -> Result<u64, FoldError> {
    if recorded.version == before + 1 {
        Ok(recorded.version)
    } else {
        Err(FoldError::new(recorded, "the stream's versions have a gap"))
    }
}
