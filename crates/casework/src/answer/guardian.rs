//! What is answered about guardians, and about what is written to them.

use domain::id::{GuardianId, PupilId};
use domain::personal::Personal;
use domain::reach::{PhoneReason, PhoneTask};
use domain::state::outbox::Standing;
use domain::words::{Name, NotSent};

/// A guardian, and what is written to them.
#[derive(Clone, Debug)]
pub struct GuardianCard {
    /// Who.
    pub id: GuardianId,
    /// Name.
    pub name: Personal<Name>,
    /// What the guardian wants, and where messages stand.
    pub outbox: domain::state::Outbox,
    /// Whether the asker has every one of the guardian's pupils.
    pub(crate) whole: bool,
}

impl GuardianCard {
    /// Why a message was not sent, as far as the asker may know it: what may be about another child of the guardian's is told only
    /// to those who have them all.
    pub fn not_sent(&self, message: &domain::state::outbox::Message) -> Option<NotSent> {
        let Standing::Refused(reason) = message.standing else { return None };
        let of_guardian = matches!(
            reason,
            NotSent::NoAddress
                | NotSent::AddressNotConfirmed
                | NotSent::AddressBounced
                | NotSent::Stopped
                | NotSent::SwitchedOff
                | NotSent::TooLate
                | NotSent::AlreadySent
        );
        (self.whole || of_guardian).then_some(reason)
    }
}

/// A guardian of a pupil to whom no mail can go.
#[derive(Clone, Debug)]
pub struct Unreachable {
    /// The pupil.
    pub pupil: PupilId,
    /// The guardian.
    pub guardian: GuardianCard,
    /// Why not.
    pub reason: PhoneReason,
}

/// A guardian whom somebody is to phone.
#[derive(Clone, Debug)]
pub struct ToBePhoned {
    /// About whom and what, and why.
    pub task: PhoneTask,
    /// The guardian.
    pub guardian: GuardianCard,
}
