//! What is stored is not what is in memory (invariant 14): each kind of event has a stored form with a version, a JSON
//! Schema in `schema/events/` and examples in `tests/stored/` that are never edited.
//!
//! The *open* content is sealed under the log's key only: who did it, and, for what is about no pupil, when and what. What
//! is about a person is in *parts*, each under the key of its subject, record class and retention period; the first part
//! holds the event, later ones what is kept for a time of its own (a note, a name).

pub mod classes;
mod decode;
mod encode;
pub(crate) mod entered;
pub mod forms;
mod schemas;
mod streams;
mod upgrade;

use domain::event::EventKind;

pub use decode::{DecodeError, decode};
pub use encode::encode;
pub use schemas::schemas;
pub use streams::{stream_id, stream_ref};

/// The version of a kind's stored form that is written now.
pub const fn form(kind: EventKind) -> u16 {
    if matches!(kind, EventKind::ErasureBegun) {
        3
    } else if matches!(
        kind,
        EventKind::RoleGranted
            | EventKind::RoleWithdrawn
            | EventKind::MissionAdopted
            | EventKind::TimeLogged
            | EventKind::StandingDeputyNamed
            | EventKind::PupilLeft
            | EventKind::GuardianLinked
            | EventKind::DecisionDelegated
            | EventKind::LadderPolicyAdopted
            | EventKind::LegalHoldPlaced
            | EventKind::LegalHoldLifted
            | EventKind::ErasureCarriedOut
            | EventKind::ReferralOpened
            | EventKind::HealthTeamMet
            | EventKind::HarassmentReported
            | EventKind::ObligationMetElsewhere
    ) {
        2
    } else {
        1
    }
}
