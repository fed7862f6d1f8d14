//! The links in messages: each for one purpose and one guardian, 128 bits that nobody can guess, nothing in them that tells of
//! anybody. A link opens nothing to read; it lets whoever has it do one thing.

use domain::command::DigestAct;
use domain::id::GuardianId;
use domain::state::Preference;
use domain::state::outbox::Message;
use domain::words::{ChosenBy, MessageClass};

use super::Post;

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To end digests.
    Stop,
    /// To say how often, and in which language.
    Wishes,
    /// To confirm the address that the message went to.
    Confirm,
    /// To say that the day's message has been seen.
    Seen,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Stop, Self::Wishes, Self::Confirm, Self::Seen];

    /// The purpose's name in a link.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Wishes => "wishes",
            Self::Confirm => "confirm",
            Self::Seen => "seen",
        }
    }
}

impl Post {
    /// What a guardian's link ends with; `None`: there is nothing for it to do. Another address, or another day's message, has
    /// another link: the older one confirms nothing any more.
    pub fn link_code(&self, purpose: Purpose, guardian: GuardianId) -> Option<String> {
        let facts = self.facts();
        let outbox = facts.outbox(guardian)?;
        let of = match purpose {
            Purpose::Stop | Purpose::Wishes => Vec::new(),
            Purpose::Confirm => outbox.address?.to_le_bytes().to_vec(),
            Purpose::Seen => outbox.newest(MessageClass::SameDay)?.period.to_string().into_bytes(),
        };
        Some(self.code_text(purpose.name(), &[&guardian.bits(), &of]))
    }

    /// What following a link does. `preference` is what the guardian has chosen, where that is asked.
    pub fn followed(&self, purpose: Purpose, guardian: GuardianId, preference: Preference) -> Option<DigestAct> {
        let facts = self.facts();
        let outbox = facts.outbox(guardian)?;
        let by = ChosenBy::Guardian;
        Some(match purpose {
            Purpose::Stop => DigestAct::Stop { by },
            Purpose::Wishes => DigestAct::SetPreference { preference, by },
            Purpose::Confirm => DigestAct::ConfirmAddress { address: outbox.address, by },
            Purpose::Seen => {
                let Message { class, period, .. } = *outbox.newest(MessageClass::SameDay)?;
                DigestAct::Acknowledge { message: class, period }
            }
        })
    }
}
