//! The service: execute a command, hand out readers, publish changes.

mod execute;
mod keeping;
mod left_out;
mod projector;
mod readings;
pub(crate) use readings::Stays;
mod sign_ins;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, NaiveDate, Utc};
use domain::actor::{Actor, Role};
use domain::calendar::{local_date, start_of_day};
use domain::command::Command;
use domain::id::{AssignmentId, CommandId, EnrolmentId, EventId, GuardianId, PupilId, SchoolId, StaffId};
use domain::projection::Projections;
use domain::refusal::Refusal;
use futures::future::BoxFuture;
use storage::{EventLog, Snapshots};
use tokio::sync::watch;

use crate::reader::Reader;

pub use keeping::{BuildError, build_snapshot};
pub use left_out::LeftOut;
pub use sign_ins::SignInTrace;

/// What time it is. Only the program reads the real clock (invariant 13).
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> DateTime<Utc>;

    /// What time it is where commands are named, when that is another: the demo lives in the pilot's days, and who asks it does
    /// not.
    fn elsewhere(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Waits for as long by this clock. One that is set by hand says when it has been.
    fn pause(&self, length: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(length))
    }
}

/// Longest time after which an open stream looks what day it is.
const LOOKS_AGAIN: Duration = Duration::from_mins(1);

/// The answer to a command: ids and positions only, so that it can be given again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The events that were recorded.
    pub events: Vec<EventId>,
    /// Position of the last of them.
    pub position: u64,
    /// What came into being.
    pub created: Vec<Created>,
    /// Whether the same command had been carried out before.
    pub already: bool,
}

/// Something that a command brought into being.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Created {
    /// A school unit.
    School(SchoolId),
    /// A staff member.
    Staff(StaffId),
    /// A pupil.
    Pupil(PupilId),
    /// An enrolment.
    Enrolment(EnrolmentId),
    /// A guardian.
    Guardian(GuardianId),
    /// An assignment.
    Assignment(AssignmentId),
}

/// Why the service could not start on a log.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] storage::LogError),
    /// An event in the log cannot be understood.
    #[error("event at position {position} cannot be understood: {why}")]
    Event {
        /// Which.
        position: u64,
        /// Why.
        why: String,
    },
    /// A snapshot of this log was taken further on than the log reaches.
    #[error(
        "{}: it was taken at position {position}, and the log ends at {head}. Somebody or something may have made the log \
         shorter, so it is not served: if the folder was put together by hand, put back the whole of it as it was; otherwise \
         restore the newest backup into an empty folder (mentorlog restore)",
        snapshot.display()
    )]
    Shortened {
        /// The snapshot.
        snapshot: std::path::PathBuf,
        /// The last event that is in it.
        position: u64,
        /// The last event of the log.
        head: u64,
    },
}

/// One huvudman's service on one log.
pub struct Casework {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) secret: [u8; 32],
    pub(crate) clock: Arc<dyn Clock>,
    current: ArcSwap<Projections>,
    /// The position of the snapshot that the start was from.
    resumed: u64,
    position: watch::Sender<u64>,
    /// How often projections built beside have taken their place.
    rebuilt: watch::Sender<u64>,
    broken: AtomicBool,
    /// Codes of schools are unique across streams, which no stream's version can guard: one registration at a time.
    registering: tokio::sync::Mutex<()>,
    keeping: Option<keeping::Keeping>,
    /// Projections built beside those that serve, to take their place.
    beside: Mutex<Option<Projections>>,
    /// Tells the projector that there are some.
    ready_beside: Arc<tokio::sync::Notify>,
    /// Held while a snapshot is being taken beside the work.
    keeping_turn: Arc<tokio::sync::Mutex<()>>,
    /// Which traces name which pupil, as far as somebody has asked.
    named: tokio::sync::Mutex<readings::Named>,
}

impl Casework {
    /// Reads the log and brings every projection up to its end. `id_secret` keys the making of ids from command ids.
    pub async fn open(
        log: Arc<dyn EventLog>,
        id_secret: [u8; 32],
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, OpenError> {
        Self::begin(log, id_secret, clock, None).await
    }

    /// The same, from the newest snapshot and the rest of the log; and keeps one itself from time to time.
    pub async fn open_with(
        log: Arc<dyn EventLog>,
        id_secret: [u8; 32],
        clock: Arc<dyn Clock>,
        snapshots: Arc<Snapshots>,
    ) -> Result<Arc<Self>, OpenError> {
        Self::open_as(log, id_secret, clock, snapshots, domain::laid::LAYOUT).await
    }

    /// The same, as a program would that lays out what it knows in this way: so that tests can play one that comes after another.
    #[doc(hidden)]
    pub async fn open_as(
        log: Arc<dyn EventLog>,
        id_secret: [u8; 32],
        clock: Arc<dyn Clock>,
        snapshots: Arc<Snapshots>,
        layout: domain::laid::Layout,
    ) -> Result<Arc<Self>, OpenError> {
        Self::begin(log, id_secret, clock, Some(keeping::Keeping::new(snapshots, layout))).await
    }

    async fn begin(
        log: Arc<dyn EventLog>,
        id_secret: [u8; 32],
        clock: Arc<dyn Clock>,
        keeping: Option<keeping::Keeping>,
    ) -> Result<Arc<Self>, OpenError> {
        let mut projections = match &keeping {
            Some(keeping) => keeping.newest(&*log).await?,
            None => Projections::default(),
        };
        let resumed = projections.position;
        tracing::info!(resumed, "what is known begins with a snapshot up to here; 0: with the log's first event");
        projector::catch_up(&log, &mut projections).await?;
        let casework = Arc::new(Self {
            resumed,
            position: watch::channel(projections.position).0,
            rebuilt: watch::channel(0).0,
            current: ArcSwap::from_pointee(projections),
            log,
            secret: id_secret,
            clock,
            broken: AtomicBool::new(false),
            registering: tokio::sync::Mutex::new(()),
            keeping,
            beside: Mutex::default(),
            ready_beside: Arc::default(),
            keeping_turn: Arc::default(),
            named: tokio::sync::Mutex::default(),
        });
        projector::start(&casework);
        Ok(casework)
    }

    /// Carries a command out. Returns when it is on disk and every projection shows it.
    pub async fn execute(&self, actor: Actor, command: Command, id: CommandId) -> Result<Receipt, Refusal> {
        execute::execute(self, actor, &command, id).await
    }

    /// Builds every projection anew from the log's first event, beside those that serve, and puts them in their place when
    /// they have caught up: after a change of what a projection is, or of what may be known. Whoever asks meanwhile is
    /// answered from those before. Returns when the new ones serve.
    pub async fn rebuild(&self) -> Result<(), OpenError> {
        let mut projections = Projections::default();
        projector::catch_up(&self.log, &mut projections).await?;
        let position = projections.position;
        let mut taken = self.rebuilt.subscribe();
        *self.beside.lock().unwrap_or_else(PoisonError::into_inner) = Some(projections);
        self.ready_beside.notify_one();
        let stopped = |_| OpenError::Event { position, why: "the projections no longer follow the log".to_owned() };
        taken.changed().await.map_err(stopped)
    }

    /// A view of everything as it is now, for one request of one actor. `operation` names the request in the trace.
    pub fn reader(self: &Arc<Self>, actor: Actor, operation: &str) -> Reader {
        Reader::new(Arc::clone(self), self.projections(), actor, operation)
    }

    /// What time it is, by the service's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The day that it is in Sweden, by the service's clock.
    pub fn today(&self) -> NaiveDate {
        local_date(self.clock.now())
    }

    /// Waits until it is another day than this: a right that ends by its date ends then, also where nothing else happens.
    pub async fn another_day(&self, than: NaiveDate) {
        loop {
            let now = self.clock.now();
            if local_date(now) != than {
                return;
            }
            let ends = than.succ_opt().map(|next| start_of_day(next) - now);
            let left = ends.and_then(|left| left.to_std().ok()).unwrap_or(LOOKS_AGAIN);
            self.clock.pause(left.min(LOOKS_AGAIN)).await;
        }
    }

    /// Waits for as long by the service's clock.
    pub fn pause(&self, length: Duration) -> BoxFuture<'_, ()> {
        // It begins now, and not when somebody first looks whether it is over.
        self.clock.pause(length)
    }

    /// The position of the snapshot that the service was started from; 0: it read the whole log.
    pub fn resumed_at(&self) -> u64 {
        self.resumed
    }

    /// The position that the projections show, as it moves.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.position.subscribe()
    }

    /// Whether the projections still follow the log. When not, the log for operators says why.
    pub fn follows(&self) -> bool {
        !self.broken.load(Ordering::Acquire)
    }

    /// The projections as they are published now.
    pub(crate) fn projections(&self) -> Arc<Projections> {
        self.current.load_full()
    }
}

/// The roles that somebody holds now, anywhere.
pub(crate) fn roles_of(view: &Projections, actor: Actor) -> Vec<Role> {
    let Actor::Staff(staff) = actor else { return Vec::new() };
    let member = view.world.staff_member(staff);
    member.map(|member| member.grants.iter().map(|grant| grant.role).collect()).unwrap_or_default()
}
