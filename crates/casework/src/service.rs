//! The service: execute a command, hand out readers, publish changes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::command::Command;
use domain::id::{AssignmentId, CommandId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::refusal::Refusal;
use storage::EventLog;
use tokio::sync::watch;

use crate::reader::Reader;

/// What time it is. Only the program reads the real clock (invariant 15).
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// The answer to a command: ids and positions only, so that it can be given again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The events that were recorded.
    pub events: Vec<EventId>,
    /// Position of the last of them.
    pub position: u64,
    /// What came into being.
    pub created: Vec<Created>,
    /// Whether the same command had been carried out before.
    pub already: bool,
}

/// Something that a command brought into being.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Created {
    /// A school unit.
    School(SchoolId),
    /// A staff member.
    Staff(StaffId),
    /// A pupil.
    Pupil(PupilId),
    /// An enrolment.
    Enrolment(EnrolmentId),
    /// A guardian.
    Guardian(GuardianId),
    /// An assignment.
    Assignment(AssignmentId),
}

/// Why the service could not start on a log.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] storage::LogError),
    /// An event in the log cannot be understood.
    #[error("event at position {position} cannot be understood: {why}")]
    Event {
        /// Which.
        position: u64,
        /// Why.
        why: String,
    },
}

/// One huvudman's service on one log.
pub struct Casework {}

impl Casework {
    /// Reads the log and brings every projection up to its end. `id_secret` keys the making of ids from command ids.
    pub async fn open(
        _log: Arc<dyn EventLog>,
        _id_secret: [u8; 32],
        _clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, OpenError> {
        todo!()
    }

    /// Carries a command out. Returns when it is on disk and every projection shows it.
    pub async fn execute(&self, _actor: Actor, _command: Command, _id: CommandId) -> Result<Receipt, Refusal> {
        todo!()
    }

    /// A view of everything as it is now, for one request of one actor. `operation` names the request in the trace.
    pub fn reader(self: &Arc<Self>, _actor: Actor, _operation: &str) -> Reader {
        todo!()
    }

    /// The position that the projections show, as it moves.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        todo!()
    }
}
