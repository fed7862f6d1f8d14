//! What is answered about guardians, and about what is written to them.

use chrono::{DateTime, Utc};
use domain::id::{GuardianId, PupilId};
use domain::personal::Personal;
use domain::reach::{PhoneReason, PhoneTask};
use domain::state::outbox::{Message, PassedOver, Standing};
use domain::words::{MessageClass, Name, NotSent};

/// A guardian, and what is written to them.
#[derive(Clone, Debug)]
pub struct GuardianCard {
    /// Who.
    pub id: GuardianId,
    /// Name.
    pub name: Personal<Name>,
    /// What the guardian wants, and where messages stand.
    pub outbox: domain::state::Outbox,
    /// The guardian's pupils whom the asker has; `None`: every one of them, with every guardian of theirs.
    pub(crate) has: Option<Vec<PupilId>>,
}

impl GuardianCard {
    /// The newest messages that the asker may know of, in the order prepared. A message of which the asker has not all pupils is told
    /// where it names one whom the asker has: that there was another says something of a sibling. Questions say nothing of anybody.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let may_know = |message: &&Message| {
            let names = |own: &Vec<PupilId>| own.iter().any(|pupil| message.is_about(*pupil));
            message.class == MessageClass::Confirmation || self.has.as_ref().is_none_or(names)
        };
        self.outbox.messages.iter().filter(may_know)
    }

    /// Why no message was prepared; of whom it would have told is not on record, so only those who have them all are told.
    pub fn passed_over(&self) -> &[PassedOver] {
        if self.has.is_none() { &self.outbox.passed_over } else { &[] }
    }

    /// Why a message was not sent, as far as the asker may know it: what may be about another child of the guardian's is told only
    /// to those who have them all.
    pub fn not_sent(&self, message: &Message) -> Option<NotSent> {
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
        (self.has.is_none() || of_guardian).then_some(reason)
    }
}

/// Something of a guardian was put right. By whom is not told: it may be somebody who has another child of the guardian's, at
/// another school, and of such a child nothing is to be learned from here.
#[derive(Clone, Debug)]
pub struct GuardianCorrection {
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
    /// The name as it should have been, and as it stood; `None`: the name stands.
    pub name: Option<(Personal<Name>, Personal<Name>)>,
    /// Whether the telephone number was put right.
    pub phone: bool,
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
