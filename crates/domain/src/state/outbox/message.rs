//! One message to a guardian, and where it stands.

use chrono::{DateTime, NaiveDate, Utc};

use crate::id::PupilId;
use crate::words::{DeliveryFailure, MessageClass, NotSent, SpeaksOf};

/// Messages of each class that are remembered. Older ones are in the log; periods only go forward. What comes back does so
/// within some five days: so many messages of a class that may go daily are remembered as go in that time, and more.
pub(super) const fn kept(class: MessageClass) -> usize {
    match class {
        MessageClass::SameDay => 8,
        MessageClass::Digest => 5,
        MessageClass::Confirmation => 3,
    }
}
/// How often a message may be handed over without an answer: once, and once again with the same Message-ID.
pub const MOST_UNANSWERED: u8 = 2;

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
    /// It came back: of what the server spoke.
    Bounced(SpeaksOf),
}

/// A pupil whom a claim covers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Covered {
    /// Whom.
    pub pupil: PupilId,
    /// Whether the message tells of the pupil. Else there was nothing new, and it tells that by its silence.
    pub named: bool,
    /// Position in the log up to which digests had told of the pupil before; 0: none had.
    pub told: u64,
}

/// One message.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Message {
    /// Which kind.
    pub class: MessageClass,
    /// What it stands for.
    pub period: NaiveDate,
    /// Position in the log that it goes on from. Of a digest: the earliest up to which anything had been told of its pupils. Of a
    /// day's further message: where the one before was claimed.
    pub since: u64,
    /// Where it stands.
    pub standing: Standing,
    /// When it came to stand there.
    pub at: DateTime<Utc>,
    /// Attempts so far.
    pub attempts: u8,
    /// Attempts whose answer nobody knows.
    pub unanswered: u8,
    /// Position in the log of the last claim.
    pub claimed: u64,
    /// Position in the log up to which it tells: that of its first claim of which nobody knows whether it has gone. What is sent
    /// once more says the same, for a server may take it for the one that it has.
    pub known: u64,
    /// Whom the last claim covers: the pupils whom it names, and of a digest those of whom there was nothing new. Nobody else has
    /// been told of by it.
    pub covers: Vec<Covered>,
    /// Of a day's further message: whom those before it told of.
    pub earlier: Vec<PupilId>,
    /// Of a day's further message: what the one before it goes on from, whose link leads somewhere until this one has gone.
    pub before: Option<u64>,
    /// Position of the event that holds the address which it was claimed for: another address is none of its business. Of a
    /// day's further message, until it is claimed: that of the one before, which may still come back.
    pub address: Option<u64>,
    /// The pupils whom the guardian has seen the day's messages tell of. A further message leaves it.
    pub seen: Vec<PupilId>,
}

impl Message {
    /// Takes in how an attempt ended: all but one way say for certain that nothing was taken.
    pub(super) fn answered(&mut self, failure: DeliveryFailure) {
        if failure != DeliveryFailure::AnswerLost {
            self.unanswered = self.unanswered.saturating_sub(1);
        }
    }

    /// Whether it can be claimed now: nobody is sending it, and its time has come.
    pub fn is_waiting(&self, now: DateTime<Utc>) -> bool {
        match self.standing {
            Standing::Prepared => true,
            Standing::Claimed { until, .. } => until <= now,
            Standing::Failed { again, .. } => again <= now,
            Standing::Sent | Standing::Refused(_) | Standing::GivenUp(_) | Standing::Bounced(_) => false,
        }
    }

    /// Whether it has been handed over, or nobody knows.
    pub(super) const fn may_have_gone(&self) -> bool {
        // A claim is an attempt without an answer until the answer says that nothing was taken.
        self.unanswered > 0
    }

    /// Whether it was refused and has certainly not gone: it may be prepared anew, when what was in the way is so no more.
    pub const fn was_only_refused(&self) -> bool {
        matches!(self.standing, Standing::Refused(_)) && self.unanswered == 0
    }

    /// Whether it has certainly not gone.
    pub const fn is_unsent(&self) -> bool {
        !self.may_have_gone()
    }

    /// Whether it has been sent, or nobody knows.
    pub(super) const fn may_have_arrived(&self) -> bool {
        self.may_have_gone() && !matches!(self.standing, Standing::Bounced(_))
    }

    /// Whether a report that it came back says something of it, and worse than is known: what has not gone cannot have come back,
    /// unless the address takes no mail at all.
    pub fn is_news(&self, of: SpeaksOf) -> bool {
        match self.standing {
            Standing::Bounced(known) => known < of,
            Standing::Prepared
            | Standing::Claimed { .. }
            | Standing::Failed { .. }
            | Standing::Sent
            | Standing::Refused(_)
            | Standing::GivenUp(_) => of == SpeaksOf::Address || self.may_have_gone() || !self.earlier.is_empty(),
        }
    }

    /// Whether its last claim names the pupil.
    pub fn names(&self, pupil: PupilId) -> bool {
        self.covers.iter().any(|covered| covered.named && covered.pupil == pupil)
    }

    /// Whether the day's messages, up to this one, or this one name the pupil.
    pub fn is_about(&self, pupil: PupilId) -> bool {
        self.earlier.contains(&pupil) || self.names(pupil)
    }

    /// Whom the day's messages have told of, up to this one, and this one where it has been sent.
    pub fn has_told(&self, pupil: PupilId) -> bool {
        self.earlier.contains(&pupil) || (self.standing == Standing::Sent && self.names(pupil))
    }

    /// Position in the log up to which it tells when it is claimed now, at another. What may have gone is not told otherwise.
    pub fn tells_until(&self, now: u64) -> u64 {
        if self.may_have_gone() { self.known } else { now }
    }

    /// Whether what a message went on from is this one, or the day's one before it, as long as this one has not gone: who says
    /// that they have seen that one says nothing of this one.
    pub fn can_still_be_seen(&self, since: u64) -> bool {
        since == self.since || (self.is_unsent() && self.before == Some(since))
    }

    /// Whom the guardian has seen the day's messages tell of when they say that they have seen it: of what has not gone nothing.
    pub fn can_be_seen(&self) -> Vec<PupilId> {
        if self.may_have_gone() { self.of_whom() } else { self.earlier.clone() }
    }

    /// Whether the guardian has seen it: whomever it and the day's messages before it name.
    pub fn acknowledged(&self) -> bool {
        let named = self.of_whom();
        !named.is_empty() && named.iter().all(|pupil| self.seen.contains(pupil))
    }

    /// The pupils whom the day's messages up to this one are about.
    pub(super) fn of_whom(&self) -> Vec<PupilId> {
        let named = self.covers.iter().filter(|covered| covered.named).map(|covered| covered.pupil);
        let mut pupils = self.earlier.clone();
        pupils.extend(named.filter(|pupil| !self.earlier.contains(pupil)));
        pupils
    }

    /// Takes in a claim: what it covers, and where it stands in the log.
    pub(super) fn is_claimed(&mut self, covers: Vec<Covered>, (position, address): (u64, Option<u64>)) {
        self.known = self.tells_until(position);
        // Nobody told what became of the claim before: it may have been sent.
        self.unanswered += 1;
        self.claimed = position;
        self.address = address;
        self.covers = covers;
    }
}
