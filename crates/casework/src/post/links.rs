//! The links in messages: each for one purpose, one guardian and one address, 128 bits that nobody can guess, nothing in them
//! that tells of anybody. A link opens nothing to read; it lets whoever has it do one thing, for as long as the address that it
//! went to is the guardian's.

use domain::access::{GuardianAsks, guardian_may};
use domain::command::DigestAct;
use domain::id::GuardianId;
use domain::state::Preference;
use domain::state::outbox::Outbox;
use domain::words::{ChosenBy, MessageClass};

use super::{Named, Post};

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

/// A link that was given out and leads somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    purpose: Purpose,
    guardian: GuardianId,
    address: u64,
    /// Of one that says that a message was seen: which message, and what it goes on from.
    message: Option<(Named, u64)>,
}

impl Link {
    /// Whose it is.
    pub const fn guardian(&self) -> GuardianId {
        self.guardian
    }

    /// What following it does. `preference` is what the guardian has chosen, where that is asked; `None`: nothing.
    pub fn followed(&self, preference: Preference) -> Option<DigestAct> {
        let by = ChosenBy::Guardian;
        Some(match self.purpose {
            Purpose::Stop => DigestAct::Stop { by },
            Purpose::Wishes => DigestAct::SetPreference { preference, by },
            // The address that the link was sent to, and not one that has taken its place since.
            Purpose::Confirm => DigestAct::ConfirmAddress { address: Some(self.address), by },
            Purpose::Seen => {
                let ((message, period), since) = self.message?;
                DigestAct::Acknowledge { message, period, since }
            }
        })
    }
}

impl Post {
    /// What a guardian's link ends with; `None`: there is nothing for it to do. Another address, or another day's message, has
    /// another link: the older one leads nowhere any more.
    pub fn link_code(&self, purpose: Purpose, guardian: GuardianId) -> Option<String> {
        let facts = self.facts();
        let link = links(purpose, guardian, facts.outbox(guardian)?).next()?;
        let tag = self.tag(&link);
        Some(hexadecimal(&tag) + &hexadecimal(&self.covered(tag, guardian.bits())))
    }

    /// The link that ends with this; `None`: none that was given out, or it leads nowhere any more. What a guardian wishes is
    /// asked while there is a pupil of whom they may be told; to be let alone is always theirs.
    pub fn link(&self, purpose: Purpose, code: &str) -> Option<Link> {
        let (tag, covered) = code.as_bytes().split_at_checked(32)?;
        let (tag, covered) = (digits(tag)?, digits(covered)?);
        let guardian = GuardianId::from_bits(self.covered(tag, covered));
        let facts = self.facts();
        let ours = |link: &Link| blake3::Hash::from(widened(self.tag(link))) == blake3::Hash::from(widened(tag));
        // Hashes compare in constant time.
        let asks = GuardianAsks::Wishes(guardian);
        let may = || guardian_may(&facts.0.world, guardian, asks, self.casework.today()).granted();
        links(purpose, guardian, facts.outbox(guardian)?).find(ours).filter(|_| purpose != Purpose::Wishes || may())
    }

    /// 128 bits that only we can make.
    fn tag(&self, link: &Link) -> [u8; 16] {
        let (guardian, address) = (link.guardian.bits(), link.address.to_le_bytes());
        let day = link.message.map(|((_, period), _)| period.to_string()).unwrap_or_default();
        let mut about = vec![guardian.as_slice(), &address, day.as_bytes()];
        // A day's further message has a link of its own: who has seen the one before has not seen it.
        let further = link.message.filter(|(_, since)| *since > 0).map(|(_, since)| since.to_le_bytes());
        about.extend(further.as_ref().map(<[u8; 8]>::as_slice));
        self.code(link.purpose.name(), &about)
    }

    /// Covers the guardian's id, and uncovers it: nobody else can tell whose link it is, or that two are one person's.
    fn covered(&self, tag: [u8; 16], id: [u8; 16]) -> [u8; 16] {
        let mut cover = self.code("cover", &[&tag]);
        cover.iter_mut().zip(id).for_each(|(byte, id)| *byte ^= id);
        cover
    }
}

/// The links of a purpose that lead somewhere now, newest first.
fn links(purpose: Purpose, guardian: GuardianId, outbox: &Outbox) -> impl Iterator<Item = Link> {
    let about = match purpose {
        Purpose::Stop | Purpose::Wishes | Purpose::Confirm => vec![None],
        Purpose::Seen => {
            let of_days = outbox.messages.iter().rev().filter(|message| message.class == MessageClass::SameDay);
            // Until a day's further message has gone, the link in the one before it leads somewhere still.
            let links = of_days.flat_map(|message| {
                let before = message.before.filter(|_| message.is_unsent() && !message.earlier.is_empty());
                [Some(message.since), before]
                    .into_iter()
                    .flatten()
                    .map(|since| Some(((message.class, message.period), since)))
            });
            links.collect()
        }
    };
    let address = outbox.address;
    about.into_iter().filter_map(move |message| Some(Link { purpose, guardian, address: address?, message }))
}

pub(super) fn hexadecimal(bytes: &[u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn digits(text: &[u8]) -> Option<[u8; 16]> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() == 32)?;
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u128::from_str_radix(text, 16).ok())?
        .map(u128::to_be_bytes)
}

fn widened(bytes: [u8; 16]) -> [u8; 32] {
    let mut wide = [0; 32];
    wide.iter_mut().zip(bytes).for_each(|(wide, byte)| *wide = byte);
    wide
}
