//! What a guardian wants to be sent, and where each message stands: the outbox is a fold over the guardian's events.

mod message;

pub use message::{Covered, MOST_UNANSWERED, Message, Standing};

use chrono::NaiveDate;

use self::message::kept;
use crate::calendar::local_date;
use crate::event::guardian::GuardianRegistered;
use crate::event::{DigestMatter, Event, GuardianEvent};
use crate::id::{PupilId, StaffId};
use crate::recorded::{Body, Recorded};
use crate::words::{
    ChosenBy, DeliveryFailure, DeliveryStatus, DigestFrequency, Language, MessageClass, NotSent, Reference, SpeaksOf,
};

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

/// Up to where a guardian has been told what became known of a pupil.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Told {
    /// Of whom.
    pub pupil: PupilId,
    /// Position in the log, that one included; 0: nothing has been told, or it came back.
    pub position: u64,
    /// What the first digest stood for that told of the pupil: as long as nothing is told, the look back begins there.
    pub first: NaiveDate,
    /// What the last one stood for; where one came back, the first.
    pub last: NaiveDate,
}

/// Everything about messages to one guardian.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outbox {
    /// Position in the log of the event that holds the address: the address itself is not kept in memory.
    pub address: Option<u64>,
    /// Somebody confirmed that the address is the guardian's.
    pub confirmed: bool,
    /// Who gave the address or has said that it is the guardian's; `None`: the program's own set-up. It is used for the pupils whom they
    /// have, or had: nobody may have another's pupils told of at an address that they chose.
    pub vouched: Vec<Option<StaffId>>,
    /// The address bounced for good.
    pub bounced: bool,
    /// The guardian stopped digests.
    pub stopped: bool,
    /// What the guardian wants; `None`: nothing was said.
    pub preference: Option<Preference>,
    /// The last day on which the guardian said so themselves, by a link, and how often on that day.
    pub said: Option<(NaiveDate, u8)>,
    /// Up to where what happened was in a digest that was sent and did not come back, of each pupil apart: a digest may leave a
    /// sibling out, who is then told of by a later one.
    pub told: Vec<Told>,
    /// The newest messages, in the order prepared.
    pub messages: Vec<Message>,
    /// Why none was prepared, for the newest period of each class of which that is on record.
    pub passed_over: Vec<PassedOver>,
}

/// Why no message was prepared for a period.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PassedOver {
    /// Which kind.
    pub class: MessageClass,
    /// What it would have stood for.
    pub period: NaiveDate,
    /// Why.
    pub reason: NotSent,
}

impl Outbox {
    /// What it begins with: whether the guardian came with an address, and where that is.
    pub(super) fn begin(registered: &GuardianRegistered, recorded: &Recorded) -> Self {
        let address = registered.email.as_ref().map(|_| recorded.position);
        Self { address, vouched: vec![recorded.actor.staff()], ..Self::default() }
    }

    /// Whether somebody else has not said yet that the address is the guardian's.
    pub fn can_vouch(&self, staff: Option<StaffId>) -> bool {
        !self.vouched.contains(&staff)
    }

    /// What it was after these events of one guardian's, in their order; `None`: the guardian is not known from them.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut outbox = None;
        for recorded in events {
            if let Body::Known(Event::Guardian(event)) = &recorded.body {
                match event {
                    GuardianEvent::Registered(registered) => {
                        outbox = Some(Self::begin(registered, recorded));
                    }
                    GuardianEvent::Digest(matter) => {
                        if let Some(outbox) = &mut outbox {
                            outbox.take_in(matter, recorded);
                        }
                    }
                    GuardianEvent::Corrected(_) => {}
                }
            }
        }
        outbox
    }

    /// The newest message of a class.
    pub fn newest(&self, class: MessageClass) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.class == class)
    }

    /// Whether a newer message of the class has taken the place of one for a period.
    pub fn is_superseded(&self, (class, period): (MessageClass, NaiveDate)) -> bool {
        self.newest(class).is_some_and(|newest| newest.period > period)
    }

    /// One message.
    pub fn message(&self, class: MessageClass, period: NaiveDate) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.class == class && message.period == period)
    }

    /// How often the guardian has said on a day what they want, by a link.
    pub fn said_on(&self, day: NaiveDate) -> u8 {
        self.said.filter(|(last, _)| *last == day).map_or(0, |(_, times)| times)
    }

    /// Whether it is on record that no message was prepared, for a period and a reason.
    pub fn was_passed_over(&self, (class, period): (MessageClass, NaiveDate), reason: NotSent) -> bool {
        self.passed_over.contains(&PassedOver { class, period, reason })
    }

    /// What the newest digest stands for that has reached the guardian, or may have. What was refused uses nothing up.
    pub fn last_digest(&self) -> Option<NaiveDate> {
        let digests = self.messages.iter().filter(|message| message.class == MessageClass::Digest);
        digests.filter(|message| message.may_have_arrived()).map(|message| message.period).max()
    }

    /// Position up to which what became known of a pupil has been told in digests; 0: nothing has.
    pub fn told_of(&self, pupil: PupilId) -> u64 {
        self.told.iter().find(|told| told.pupil == pupil).map_or(0, |told| told.position)
    }

    /// What the first digest stood for that told of a pupil, or was to; `None`: there was none.
    pub fn first_told(&self, pupil: PupilId) -> Option<NaiveDate> {
        self.told.iter().find(|told| told.pupil == pupil).map(|told| told.first)
    }

    /// A digest was sent: of whom it covers all is told that was known then. Where one before came back meanwhile, what that one told
    /// is still to be told.
    fn digest_sent(&mut self, sent: &Message) {
        for before in &sent.covers {
            if let Some(told) = self.told.iter_mut().find(|told| told.pupil == before.pupil) {
                if told.position >= before.told {
                    told.position = told.position.max(sent.known);
                    told.last = told.last.max(sent.period);
                }
            } else {
                let (first, last) = (sent.period, sent.period);
                self.told.push(Told { pupil: before.pupil, position: sent.known, first, last });
            }
        }
    }

    /// A digest came back: of whom it covers nothing is told that was not before.
    fn digest_came_back(&mut self, back: &Message) {
        for before in &back.covers {
            for told in self.told.iter_mut().filter(|told| told.pupil == before.pupil) {
                told.position = told.position.min(before.told);
                told.last = told.first;
            }
        }
    }

    /// Takes in what happened.
    pub(crate) fn take_in(&mut self, matter: &DigestMatter, recorded: &Recorded) {
        match matter {
            DigestMatter::GuardianAddressSet { .. } => {
                self.address = Some(recorded.position);
                self.vouched = vec![recorded.actor.staff()];
                self.confirmed = false;
                self.bounced = false;
            }
            DigestMatter::GuardianAddressConfirmed { by } => {
                // Whoever reads what comes there says that it is theirs; whose it is, those say who know the guardian.
                let by = (*by == ChosenBy::Staff).then(|| recorded.actor.staff()).filter(|by| self.can_vouch(*by));
                self.vouched.extend(by);
                self.confirmed = true;
                self.bounced = false;
            }
            DigestMatter::DigestPreferenceSet { frequency, language, plain_text, by } => {
                if *by == ChosenBy::Guardian {
                    let day = local_date(recorded.recorded);
                    self.said = Some((day, self.said_on(day).saturating_add(1)));
                }
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
            DigestMatter::DigestPassedOver { message: class, period, reason } => {
                self.passed_over.retain(|passed| passed.class != *class || passed.period == *period);
                self.passed_over.push(PassedOver { class: *class, period: *period, reason: *reason });
            }
            DigestMatter::DigestClaimed { message: class, attempt, until, pupils, left_out, .. } => {
                let of = (recorded.position, self.address);
                let silent = left_out
                    .iter()
                    .filter(|(_, reason)| *class == MessageClass::Digest && *reason == NotSent::NothingNew);
                let named = pupils.iter().map(|pupil| (*pupil, true));
                let covered = named.chain(silent.map(|(pupil, _)| (*pupil, false)));
                let covers =
                    covered.map(|(pupil, named)| Covered { pupil, named, told: self.told_of(pupil) }).collect();
                self.moves(matter, recorded, |message| {
                    message.standing = Standing::Claimed { attempt: *attempt, until: *until };
                    message.attempts = *attempt;
                    message.is_claimed(covers, of);
                });
            }
            DigestMatter::DigestSent { .. } => {
                let sent = self.moves(matter, recorded, |message| message.standing = Standing::Sent);
                if let Some(sent) = sent.filter(|sent| sent.class == MessageClass::Digest) {
                    self.digest_sent(&sent);
                }
            }
            DigestMatter::DigestFailed { failure, again, .. } => {
                self.moves(matter, recorded, |message| {
                    message.answered(*failure);
                    message.standing = Standing::Failed { failure: *failure, again: *again };
                });
            }
            DigestMatter::DigestGivenUp { failure, .. } => {
                let ended = self.moves(matter, recorded, |message| {
                    message.answered(*failure);
                    message.standing = Standing::GivenUp(*failure);
                });
                self.bounced |= *failure == DeliveryFailure::AddressRefused && self.was_sent_to(ended.as_ref());
            }
            DigestMatter::DigestBounced { permanent, status, .. } => {
                let standing = Standing::Bounced(came_back(*permanent, status));
                let back = self.moves(matter, recorded, |message| {
                    // What has not gone cannot have come back: it was the day's message before it, under the same name. Where the
                    // address takes no mail at all, this one will not go either; else it may, and tells of them all.
                    if *permanent || message.may_have_gone() {
                        message.standing = standing;
                    } else {
                        message.earlier.clear();
                    }
                });
                if let Some(back) = back {
                    // An address that has taken its place is not meant.
                    self.bounced |= *permanent && self.was_sent_to(Some(&back));
                    if back.class == MessageClass::Digest {
                        self.digest_came_back(&back);
                    }
                }
            }
            DigestMatter::DigestAcknowledged { .. } => {
                self.moves(matter, recorded, |message| {
                    for pupil in message.can_be_seen() {
                        if !message.seen.contains(&pupil) {
                            message.seen.push(pupil);
                        }
                    }
                });
            }
        }
    }

    /// Whether a message was for the address that is the guardian's now.
    fn was_sent_to(&self, message: Option<&Message>) -> bool {
        message.is_some_and(|message| message.address == self.address)
    }

    fn prepare(&mut self, class: MessageClass, period: NaiveDate, since: u64, recorded: &Recorded) {
        // What was refused earlier in the day, and is urgent now, takes its own place; a day's further message takes that of
        // the one before, and asks anew whether it has been seen. Whose absence the one before told is not asked about again.
        let before = self.message(class, period).cloned();
        let earlier = before.as_ref().map_or_else(Vec::new, |before| {
            if before.standing == Standing::Sent { before.of_whom() } else { before.earlier.clone() }
        });
        self.messages.retain(|message| (message.class, message.period) != (class, period));
        self.messages.push(Message {
            class,
            period,
            since,
            standing: Standing::Prepared,
            at: recorded.recorded,
            attempts: 0,
            unanswered: 0,
            claimed: 0,
            known: 0,
            covers: Vec::new(),
            earlier,
            before: before.as_ref().map(|before| before.before.filter(|_| before.is_unsent()).unwrap_or(before.since)),
            address: before.as_ref().and_then(|before| before.address),
            seen: before.map_or_else(Vec::new, |before| before.seen),
        });
        let of_class = self.messages.iter().filter(|message| message.class == class).count();
        if of_class > kept(class)
            && let Some(oldest) = self.messages.iter().position(|message| message.class == class)
        {
            self.messages.remove(oldest);
        }
    }

    /// Changes the message that it is about; `None`: it is not remembered any more.
    fn moves(
        &mut self,
        matter: &DigestMatter,
        recorded: &Recorded,
        change: impl FnOnce(&mut Message),
    ) -> Option<Message> {
        let named = matter.message();
        let found = self.messages.iter_mut().rev().find(|message| Some((message.class, message.period)) == named)?;
        found.at = recorded.recorded;
        change(found);
        Some(found.clone())
    }
}

/// Of what the server spoke that a message came back from, by what was recorded then: whether it ended the address was decided
/// by what was known of statuses at the time.
fn came_back(permanent: bool, status: &Reference) -> SpeaksOf {
    let of = || DeliveryStatus::try_new(status.as_str()).map_or(SpeaksOf::Message, DeliveryStatus::speaks_of);
    if permanent { SpeaksOf::Address } else { of() }
}
