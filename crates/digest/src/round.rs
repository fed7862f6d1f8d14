//! One round of a sender: prepare what is due, then take on, hand over and record, message by message. Each step is an event,
//! so that a stop at any point leaves each message recorded once, and handed over once more at most.

use casework::post::{Claimed, Named, Post};
use chrono::{DateTime, Duration, Utc};
use domain::calendar::local_date;
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::{Code, Refusal};
use domain::state::outbox::{Message, Standing};
use domain::words::{DeliveryFailure, Reference};

use crate::courier::Courier;
use crate::form::{Sender, TEMPLATE, code, mail};
use crate::plan::{plan, with_news};

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
    /// Does everything that is due now.
    pub async fn run(&self) -> Result<Tally, Refusal> {
        let mut tally = Tally::default();
        for planned in plan(&self.post.facts(), self.post.now()) {
            let (message, period) = planned.named;
            let prepare = DigestAct::Prepare { message, period, since: planned.since };
            match self.act(planned.guardian, prepare).await {
                Ok(()) => tally.prepared += 1,
                // Another sender was quicker.
                Err(refusal) if refusal.code == Code::AlreadySo => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let now = self.post.now();
        let waiting: Vec<(GuardianId, Message)> = self
            .post
            .facts()
            .guardians()
            .into_iter()
            .flat_map(|(guardian, outbox)| outbox.messages.iter().map(move |message| (guardian, *message)))
            .filter(|(_, message)| is_waiting(message, now))
            .collect();
        for (guardian, message) in waiting {
            self.send(guardian, &message, &mut tally).await?;
        }
        Ok(tally)
    }

    async fn send(&self, guardian: GuardianId, message: &Message, tally: &mut Tally) -> Result<(), Refusal> {
        let named = (message.class, message.period);
        let attempt = match self.claim(guardian, message).await? {
            Claimed::Held(attempt) => attempt,
            Claimed::Refused(_) => {
                tally.refused += 1;
                return Ok(());
            }
            Claimed::Elsewhere => return Ok(()),
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
                tally.sent += 1;
                self.act(guardian, DigestAct::Sent { message, period, attempt }).await
            }
            Err(failure) => {
                tally.failed += 1;
                let again = self.again(guardian, named, attempt, failure);
                self.act(guardian, DigestAct::Failed { message, period, attempt, failure, again }).await
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

fn is_waiting(message: &Message, now: DateTime<Utc>) -> bool {
    match message.standing {
        Standing::Prepared => true,
        Standing::Claimed { until, .. } => until <= now,
        Standing::Failed { again, .. } => again <= now,
        Standing::Sent | Standing::Refused(_) | Standing::GivenUp(_) | Standing::Bounced { .. } => false,
    }
}
