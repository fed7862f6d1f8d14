//! One round of a sender: prepare what is due, then take on, hand over and record, message by message. Each step is an event,
//! so that a stop at any point leaves each message recorded once, and handed over once more at most.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

use casework::post::{Claimed, Named, Post};
use chrono::{DateTime, Duration, Utc};
use domain::calendar::local_date;
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::{Code, Refusal};
use domain::state::outbox::{Message, Standing};
use domain::words::{DeliveryFailure, Reference};
use futures::{StreamExt, TryStreamExt};

use crate::courier::Courier;
use crate::form::{Sender, TEMPLATE, code, mail};
use crate::plan::{Planned, plan, with_news};

/// Messages under way at once.
const AT_ONCE: usize = 32;
/// How long a message is held while it is handed over.
const HELD: Duration = Duration::minutes(10);
/// Most attempts.
const MOST_ATTEMPTS: u8 = 8;
/// The first pause before another attempt; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::minutes(5);

/// What a round has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Messages prepared.
    pub prepared: usize,
    /// Messages that the relay took.
    pub sent: usize,
    /// Messages that may not be sent: the reason is on record.
    pub refused: usize,
    /// Attempts that failed.
    pub failed: usize,
    /// Messages that wait for the next round: enough have gone to their domain in this one.
    pub waiting: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { prepared, sent, refused, failed, waiting } = other;
        self.prepared += prepared;
        self.sent += sent;
        self.refused += refused;
        self.failed += failed;
        self.waiting += waiting;
    }
}

/// One sender.
pub struct Round<'a> {
    /// The door to the log.
    pub post: &'a Post,
    /// Who carries.
    pub courier: &'a dyn Courier,
    /// Who sends.
    pub sender: &'a Sender,
    /// This sender's name among several.
    pub name: Reference,
    /// Gives a fresh name for each command; `None`: the system gives no random bits.
    pub ids: &'a (dyn Fn() -> Option<CommandId> + Sync),
}

impl Round<'_> {
    /// Does everything that is due now. Many messages are under way at once: their steps share the log's syncs.
    pub async fn run(&self) -> Result<Tally, Refusal> {
        let planned = plan(&self.post.facts(), self.post.now());
        let prepared = futures::stream::iter(planned).map(|planned| self.prepare(planned));
        let tally = prepared.buffer_unordered(AT_ONCE).try_fold(Tally::default(), together).await?;
        let now = self.post.now();
        let waiting: Vec<(GuardianId, Message)> = self
            .post
            .facts()
            .guardians()
            .into_iter()
            .flat_map(|(guardian, outbox)| outbox.messages.iter().map(move |message| (guardian, *message)))
            .filter(|(_, message)| is_waiting(message, now))
            .collect();
        let gone = &Gone::default();
        let sent = futures::stream::iter(waiting).map(|(guardian, message)| self.send(guardian, message, gone));
        sent.buffer_unordered(AT_ONCE).try_fold(tally, together).await
    }

    async fn prepare(&self, planned: Planned) -> Result<Tally, Refusal> {
        let (message, period) = planned.named;
        match self.act(planned.guardian, DigestAct::Prepare { message, period, since: planned.since }).await {
            Ok(()) => Ok(Tally { prepared: 1, ..Tally::default() }),
            // Another sender was quicker.
            Err(refusal) if refusal.code == Code::AlreadySo => Ok(Tally::default()),
            Err(refusal) => Err(refusal),
        }
    }

    async fn send(&self, guardian: GuardianId, message: Message, gone: &Gone) -> Result<Tally, Refusal> {
        let named = (message.class, message.period);
        let address = self.post.address(guardian).await?;
        if !gone.takes_one_more(address.as_deref(), self.sender.most_a_minute) {
            return Ok(Tally { waiting: 1, ..Tally::default() });
        }
        let attempt = match self.claim(guardian, &message).await? {
            Claimed::Held(attempt) => attempt,
            Claimed::Refused(_) => return Ok(Tally { refused: 1, ..Tally::default() }),
            Claimed::Elsewhere => return Ok(Tally::default()),
        };
        let letter = self.post.letter(guardian, named).await?;
        let carried = match mail(self.post, self.sender, &letter) {
            Ok(mail) => self.courier.carry(&mail).await,
            Err(error) => {
                tracing::warn!(%error, "a message to a guardian could not be made");
                Err(DeliveryFailure::Unwritable)
            }
        };
        let (message, period) = named;
        match carried {
            Ok(()) => {
                self.act(guardian, DigestAct::Sent { message, period, attempt }).await?;
                Ok(Tally { sent: 1, ..Tally::default() })
            }
            Err(failure) => {
                let again = self.again(guardian, named, attempt, failure);
                self.act(guardian, DigestAct::Failed { message, period, attempt, failure, again }).await?;
                Ok(Tally { failed: 1, ..Tally::default() })
            }
        }
    }

    async fn claim(&self, guardian: GuardianId, message: &Message) -> Result<Claimed, Refusal> {
        let facts = self.post.facts();
        let today = local_date(self.post.now());
        let children = facts.children(guardian);
        let about = match message.class {
            domain::words::MessageClass::Digest => with_news(&facts, children, message.since, today),
            domain::words::MessageClass::SameDay => {
                children.iter().filter(|pupil| facts.absent_today(**pupil, today)).copied().collect()
            }
            domain::words::MessageClass::Confirmation => Vec::new(),
        };
        let claim = DigestAct::Claim {
            message: message.class,
            period: message.period,
            sender: self.name.clone(),
            until: self.post.now() + HELD,
            template: TEMPLATE,
            about,
        };
        self.post.claim(guardian, claim, self.id()?).await
    }

    async fn act(&self, guardian: GuardianId, act: DigestAct) -> Result<(), Refusal> {
        self.post.act(guardian, act, self.id()?).await.map(drop)
    }

    fn id(&self) -> Result<CommandId, Refusal> {
        (self.ids)().ok_or(Refusal::new(Code::Internal))
    }

    /// When a message is tried again: later each time, and not all at the same moment; `None`: never.
    fn again(
        &self,
        guardian: GuardianId,
        named: Named,
        attempt: u8,
        failure: DeliveryFailure,
    ) -> Option<DateTime<Utc>> {
        let for_good = match failure {
            DeliveryFailure::Rejected | DeliveryFailure::Unwritable => true,
            DeliveryFailure::Unreachable
            | DeliveryFailure::Deferred
            | DeliveryFailure::AnswerLost
            | DeliveryFailure::NotEncrypted => attempt >= MOST_ATTEMPTS,
        };
        let pause = FIRST_PAUSE * (1 << attempt.saturating_sub(1).min(7));
        // Up to a quarter more, from the message's own name: the same whenever it is asked, another for each message.
        let spread = code(self.post, "pause", guardian, named).bytes().map(i32::from).sum::<i32>() % 256;
        (!for_good).then(|| self.post.now() + pause + pause / 4 * spread / 256)
    }
}

async fn together(mut all: Tally, one: Tally) -> Result<Tally, Refusal> {
    all += one;
    Ok(all)
}

/// How many messages have gone to each domain in this round: a domain that is handed too many at once refuses them all.
#[derive(Default)]
struct Gone(Mutex<HashMap<String, u32>>);

impl Gone {
    fn takes_one_more(&self, address: Option<&str>, most: u32) -> bool {
        let Some((_, domain)) = address.and_then(|address| address.rsplit_once('@')) else { return true };
        let mut gone = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = gone.entry(domain.to_lowercase()).or_default();
        *count += 1;
        *count <= most
    }
}

fn is_waiting(message: &Message, now: DateTime<Utc>) -> bool {
    match message.standing {
        Standing::Prepared => true,
        Standing::Claimed { until, .. } => until <= now,
        Standing::Failed { again, .. } => again <= now,
        Standing::Sent | Standing::Refused(_) | Standing::GivenUp(_) | Standing::Bounced { .. } => false,
    }
}
