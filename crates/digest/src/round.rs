//! One round of a sender: prepare what is due, then take on, hand over and record, message by message. Each step is an event,
//! so that a stop at any point leaves each message recorded once, and handed over once more at most. What goes wrong with one
//! guardian's message holds up nobody else's.

use std::ops::AddAssign;
use std::sync::Arc;

use casework::post::{Claimed, Named, Post};
use chrono::{DateTime, Duration, Utc};
use domain::calendar::local_date;
use domain::command::DigestAct;
use domain::id::{CommandId, GuardianId};
use domain::refusal::{Code, Refusal};

use domain::words::{DeliveryFailure, MessageClass, Reference};
use futures::StreamExt;
use tokio::sync::watch;

use crate::courier::Courier;
use crate::form::{Sender, TEMPLATE, code, mail};
use crate::pace::{Domain, Pace};
use crate::plan::{
    PassedOver, Planned, SchoolPassedOver, by_day, may_be_claimed, passed_over, plan, schools_passed_over, urgent,
};

/// Messages under way at once.
const AT_ONCE: usize = 32;
/// Messages that are sent before it is looked again whether something urgent has come.
const AT_A_TIME: usize = 256;
/// How long a message is held while it is handed over: longer than handing over can take.
const HELD: Duration = Duration::minutes(10);
const _: () =
    assert!(crate::relay::LONGEST.as_secs() < 10 * 60, "a hand-over ends before somebody else may take it on");
/// The first pause before another attempt; each further one is twice as long, up to a longest.
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
    /// Guardians, and schools, for whom none is prepared: the reason is on record.
    pub passed_over: usize,
    /// Messages that wait: enough have gone to their domain in this minute.
    pub waiting: usize,
    /// Steps that could not be put on record: they are done again.
    pub errors: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { prepared, sent, refused, failed, passed_over, waiting, errors } = other;
        self.prepared += prepared;
        self.sent += sent;
        self.refused += refused;
        self.failed += failed;
        self.passed_over += passed_over;
        self.waiting += waiting;
        self.errors += errors;
    }
}

/// Says that no further message is to be taken on. What is under way is finished.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Says so.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been said.
    pub fn is_said(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is said.
    pub async fn said(&self) {
        // An error would mean that nobody can say it any more; this one can.
        let _ = self.0.subscribe().wait_for(|said| *said).await;
    }
}

/// Gives a fresh name for each command; `None`: the system gives no random bits.
pub type Ids = Arc<dyn Fn() -> Option<CommandId> + Send + Sync>;

/// One sender.
#[derive(Clone)]
pub struct Round {
    /// The door to the log.
    pub post: Post,
    /// Who carries.
    pub courier: Arc<dyn Courier>,
    /// Who sends.
    pub sender: Arc<Sender>,
    /// This sender's name among several.
    pub name: Reference,
    /// Names for commands.
    pub ids: Ids,
    /// What has gone where in the last minute: the same for all of a sender's rounds.
    pub pace: Arc<Pace>,
    /// Whether to end.
    pub stop: Stop,
}

/// A message that waits to be sent, and where its address stands.
type Waiting = (GuardianId, Named, Option<u64>);

impl Round {
    /// Does everything that is due now. Many messages are under way at once: their steps share the log's syncs.
    pub async fn run(&self) -> Tally {
        let mut tally = self.urgent().await;
        tally += self.prepare_all(plan(&self.post.facts(), self.post.now())).await;
        tally += self.go_on().await;
        tally += self.pass_over().await;
        tally
    }

    /// Puts on record who is sent nothing, and why, after everything that goes has gone.
    async fn pass_over(&self) -> Tally {
        let (facts, now) = (self.post.facts(), self.post.now());
        let of_guardian = |round: Self, PassedOver { guardian, named: (message, period), reason }| async move {
            let recorded = round.act(guardian, DigestAct::PassOver { message, period, reason }).await;
            passed(recorded)
        };
        let of_school = |round: Self, SchoolPassedOver { school, period, reason }| async move {
            let recorded = round.post.pass_over(school, (period, reason), round.id()?).await;
            passed(recorded.map(drop))
        };
        let mut tally = self.all(passed_over(&facts, now), of_guardian).await;
        tally += self.all(schools_passed_over(&facts, now), of_school).await;
        tally
    }

    /// Sends what has been prepared and can go now, and what has become urgent before the rest of it.
    pub async fn go_on(&self) -> Tally {
        let mut tally = Tally::default();
        for some in self.waiting(|_| true).chunks(AT_A_TIME) {
            tally += self.urgent().await;
            tally += self.send_all(some.to_vec()).await;
        }
        tally.waiting = self.waiting(|_| true).len();
        tally
    }

    /// Notices of today's absences wait for no digest.
    async fn urgent(&self) -> Tally {
        let mut tally = self.prepare_all(urgent(&self.post.facts(), self.post.now())).await;
        tally += self.send_all(self.waiting(|class| class == MessageClass::SameDay)).await;
        tally
    }

    async fn prepare_all(&self, planned: Vec<Planned>) -> Tally {
        self.all(planned, |round, planned| async move { round.prepare(planned).await }).await
    }

    async fn send_all(&self, waiting: Vec<Waiting>) -> Tally {
        self.all(waiting, |round, waiting| async move { round.send(waiting).await }).await
    }

    /// Does the same for each, many at once. Each is a task of its own, and goes on to its end also when nobody waits for it any
    /// more: an answer of the relay's is put on record.
    async fn all<T, D>(&self, each: Vec<T>, does: impl Fn(Self, T) -> D) -> Tally
    where
        D: Future<Output = Result<Tally, Refusal>> + Send + 'static,
    {
        let tasks = futures::stream::iter(each).map(|one| {
            let task = (!self.stop.is_said()).then(|| tokio::spawn(does(self.clone(), one)));
            async {
                if let Some(task) = task {
                    task.await.unwrap_or(Err(Refusal::new(Code::Internal)))
                } else {
                    Ok(Tally::default())
                }
            }
        });
        let mut tally = Tally::default();
        let mut first = None;
        let mut done = tasks.buffer_unordered(AT_ONCE);
        while let Some(one) = done.next().await {
            match one {
                Ok(one) => tally += one,
                Err(refusal) => {
                    tally.errors += 1;
                    first = first.or(Some(refusal.code));
                }
            }
        }
        if let Some(code) = first {
            tracing::error!(count = tally.errors, first = ?code, "steps of messages to guardians failed; they are done again");
        }
        tally
    }

    /// What can be sent now, the urgent first.
    fn waiting(&self, of: impl Fn(MessageClass) -> bool) -> Vec<Waiting> {
        let (facts, now) = (self.post.facts(), self.post.now());
        let guardians = facts.guardians().into_iter();
        let mut waiting: Vec<Waiting> = guardians
            .flat_map(|(guardian, outbox)| {
                let waiting = outbox.messages.iter().filter(move |message| may_be_claimed(message, now));
                waiting.map(move |message| (guardian, (message.class, message.period), outbox.address))
            })
            .filter(|(_, (class, _), _)| of(*class))
            .collect();
        waiting.sort_by_key(|(_, (class, _), _)| match class {
            MessageClass::SameDay => 0,
            MessageClass::Confirmation => 1,
            MessageClass::Digest => 2,
        });
        waiting
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

    async fn send(&self, (guardian, named, address): Waiting) -> Result<Tally, Refusal> {
        let domain = self.domain(guardian, address).await?;
        if domain.is_some_and(|domain| !self.pace.takes(domain, self.post.now(), self.sender.most_a_minute)) {
            return Ok(Tally::default());
        }
        let done = match self.claim(guardian, named).await {
            Ok(Claimed::Held(attempt)) => {
                return self.hand_over(guardian, named, attempt).await;
            }
            Ok(Claimed::Refused(_)) => Ok(Tally { refused: 1, ..Tally::default() }),
            Ok(Claimed::Elsewhere) => Ok(Tally::default()),
            Err(refusal) => Err(refusal),
        };
        if let Some(domain) = domain {
            self.pace.gives_back(domain);
        }
        done
    }

    /// Which domain it goes to. The address is opened once.
    async fn domain(&self, guardian: GuardianId, address: Option<u64>) -> Result<Option<Domain>, Refusal> {
        let Some(position) = address else { return Ok(None) };
        if let Some(domain) = self.pace.known(position) {
            return Ok(Some(domain));
        }
        let domain = self.post.address(guardian).await?.as_deref().map(Domain::of);
        if let Some(domain) = domain {
            self.pace.learn(position, domain);
        }
        Ok(domain)
    }

    async fn hand_over(&self, guardian: GuardianId, named: Named, attempt: u8) -> Result<Tally, Refusal> {
        let carried = match self.post.letter(guardian, named).await {
            Ok(Some(letter)) => match mail(&self.post, &self.sender, &letter) {
                Ok(mail) => self.courier.carry(&mail).await,
                Err(error) => {
                    tracing::warn!(%error, "a message to a guardian could not be made");
                    Err(DeliveryFailure::Unwritable)
                }
            },
            Err(refusal) if refusal.code == Code::NotFound => Err(DeliveryFailure::Unwritable),
            // Nothing has been handed over: it is decided again.
            Ok(None) | Err(_) => Err(DeliveryFailure::Overtaken),
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

    async fn claim(&self, guardian: GuardianId, (message, period): Named) -> Result<Claimed, Refusal> {
        let facts = self.post.facts();
        let today = local_date(self.post.now());
        let about = facts.about_when_claimed(guardian, (message, period), today);
        let claim = DigestAct::Claim {
            message,
            period,
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

    /// When a message is tried again: later each time, not all at the same moment, and by day; `None`: never. A digest is tried for
    /// five days, which a relay's fault may last (RFC 5321, 4.5.4.1), or until the next takes its place; what is urgent is tried all
    /// day.
    fn again(
        &self,
        guardian: GuardianId,
        named: Named,
        attempt: u8,
        failure: DeliveryFailure,
    ) -> Option<DateTime<Utc>> {
        let (most_attempts, longest_pause) = match named.0 {
            MessageClass::SameDay => (150, Duration::minutes(10)),
            MessageClass::Digest | MessageClass::Confirmation => (26, Duration::hours(4)),
        };
        if failure.is_for_good() || attempt >= most_attempts {
            return None;
        }
        if failure == DeliveryFailure::Overtaken {
            return Some(self.post.now());
        }
        let pause = (FIRST_PAUSE * (1 << attempt.saturating_sub(1).min(7))).min(longest_pause);
        // Up to a quarter more, from the message's own name: the same whenever it is asked, another for each message.
        let spread = code(&self.post, guardian, named, 0).bytes().map(i32::from).sum::<i32>() % 256;
        let now = self.post.now();
        Some(by_day(named.0, now + pause + pause / 4 * spread / 256))
    }
}

/// What it means that somebody was passed over. Another sender may have been quicker, or what was in the way is gone.
fn passed(recorded: Result<(), Refusal>) -> Result<Tally, Refusal> {
    match recorded {
        Ok(()) => Ok(Tally { passed_over: 1, ..Tally::default() }),
        Err(refusal) if matches!(refusal.code, Code::AlreadySo | Code::NotSo) => Ok(Tally::default()),
        Err(refusal) => Err(refusal),
    }
}
