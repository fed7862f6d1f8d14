//! What a guardian wants to be sent, and where each message stands: the outbox is a fold over the guardian's events.

use chrono::{DateTime, NaiveDate, Utc};

use crate::event::DigestMatter;
use crate::recorded::Recorded;
use crate::words::{DeliveryFailure, DigestFrequency, Language, MessageClass, NotSent};

/// Messages of each class that are remembered. Older ones are in the log; periods only go forward.
const KEPT: usize = 4;
/// How often a message may be handed over without an answer: once, and once again with the same Message-ID.
pub const MOST_UNANSWERED: u8 = 2;

/// What a guardian wants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Preference {
    /// How often.
    pub frequency: DigestFrequency,
    /// In which language. It hints at where somebody comes from: never searched or counted by.
    pub language: Language,
    /// Without HTML.
    pub plain_text: bool,
}

impl Default for Preference {
    /// What holds for whoever has said nothing.
    fn default() -> Self {
        Self { frequency: DigestFrequency::Weekly, language: Language::Swedish, plain_text: false }
    }
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// To be sent.
    Prepared,
    /// A sender has it until then.
    Claimed {
        /// Which attempt.
        attempt: u8,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// To be tried again.
    Failed {
        /// Why.
        failure: DeliveryFailure,
        /// When.
        again: DateTime<Utc>,
    },
    /// The relay took it.
    Sent,
    /// It was not sent.
    Refused(NotSent),
    /// Nothing more is tried.
    GivenUp(DeliveryFailure),
    /// It came back.
    Bounced {
        /// For good.
        permanent: bool,
    },
}

/// One message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Message {
    /// Which kind.
    pub class: MessageClass,
    /// What it stands for.
    pub period: NaiveDate,
    /// Position in the log after which what happened is new.
    pub since: u64,
    /// Where it stands.
    pub standing: Standing,
    /// When it came to stand there.
    pub at: DateTime<Utc>,
    /// Attempts so far.
    pub attempts: u8,
    /// Attempts whose answer nobody knows.
    pub unanswered: u8,
    /// Position in the log of the last claim: what was known then was in it.
    pub claimed: u64,
    /// The guardian has seen it.
    pub acknowledged: bool,
}

/// Everything about messages to one guardian.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outbox {
    /// Position in the log of the event that holds the address: the address itself is not kept in memory.
    pub address: Option<u64>,
    /// Somebody confirmed that the address is the guardian's.
    pub confirmed: bool,
    /// The address bounced for good.
    pub bounced: bool,
    /// The guardian stopped digests.
    pub stopped: bool,
    /// What the guardian wants; `None`: nothing was said.
    pub preference: Option<Preference>,
    /// The newest messages, in the order prepared.
    pub messages: Vec<Message>,
}

impl Outbox {
    /// The newest message of a class.
    pub fn newest(&self, class: MessageClass) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.class == class)
    }

    /// One message.
    pub fn message(&self, class: MessageClass, period: NaiveDate) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.class == class && message.period == period)
    }

    /// Position after which what happened has been in no message of the class that was sent.
    pub fn told_until(&self, class: MessageClass) -> Option<u64> {
        let sent = |message: &&Message| {
            message.class == class && matches!(message.standing, Standing::Sent | Standing::Bounced { .. })
        };
        self.messages.iter().rev().find(sent).map(|message| message.claimed)
    }

    /// Takes in what happened.
    pub(crate) fn take_in(&mut self, matter: &DigestMatter, recorded: &Recorded) {
        match matter {
            DigestMatter::GuardianAddressSet { .. } => {
                self.address = Some(recorded.position);
                self.confirmed = false;
                self.bounced = false;
            }
            DigestMatter::GuardianAddressConfirmed { .. } => {
                self.confirmed = true;
                self.bounced = false;
            }
            DigestMatter::DigestPreferenceSet { frequency, language, plain_text, .. } => {
                let preference = Preference { frequency: *frequency, language: *language, plain_text: *plain_text };
                self.preference = Some(preference);
                self.stopped = false;
            }
            DigestMatter::DigestStopped { .. } => self.stopped = true,
            DigestMatter::DigestPrepared { message, period, since } => {
                self.prepare(*message, *period, *since, recorded);
            }
            DigestMatter::DigestRefused { reason, .. } => {
                self.moves(matter, recorded, |message| message.standing = Standing::Refused(*reason));
            }
            DigestMatter::DigestClaimed { attempt, until, .. } => {
                let position = recorded.position;
                self.moves(matter, recorded, |message| {
                    // Nobody told what became of the claim before: it may have been sent.
                    message.standing = Standing::Claimed { attempt: *attempt, until: *until };
                    message.attempts = *attempt;
                    message.unanswered += 1;
                    message.claimed = position;
                });
            }
            DigestMatter::DigestSent { .. } => {
                self.moves(matter, recorded, |message| message.standing = Standing::Sent);
            }
            DigestMatter::DigestFailed { failure, again, .. } => self.moves(matter, recorded, |message| {
                if *failure != DeliveryFailure::AnswerLost {
                    message.unanswered = message.unanswered.saturating_sub(1);
                }
                message.standing = Standing::Failed { failure: *failure, again: *again };
            }),
            DigestMatter::DigestGivenUp { failure, .. } => {
                self.moves(matter, recorded, |message| message.standing = Standing::GivenUp(*failure));
            }
            DigestMatter::DigestBounced { permanent, .. } => {
                self.bounced |= *permanent;
                let permanent = *permanent;
                self.moves(matter, recorded, |message| message.standing = Standing::Bounced { permanent });
            }
            DigestMatter::DigestAcknowledged { .. } => {
                self.moves(matter, recorded, |message| message.acknowledged = true);
            }
        }
    }

    fn prepare(&mut self, class: MessageClass, period: NaiveDate, since: u64, recorded: &Recorded) {
        self.messages.push(Message {
            class,
            period,
            since,
            standing: Standing::Prepared,
            at: recorded.recorded,
            attempts: 0,
            unanswered: 0,
            claimed: 0,
            acknowledged: false,
        });
        let of_class = self.messages.iter().filter(|message| message.class == class).count();
        if of_class > KEPT
            && let Some(oldest) = self.messages.iter().position(|message| message.class == class)
        {
            self.messages.remove(oldest);
        }
    }

    fn moves(&mut self, matter: &DigestMatter, recorded: &Recorded, change: impl FnOnce(&mut Message)) {
        let named = matter.message();
        let found = self.messages.iter_mut().rev().find(|message| Some((message.class, message.period)) == named);
        if let Some(message) = found {
            message.at = recorded.recorded;
            change(message);
        }
    }
}
