//! The projector: follows the log, folds what is new, and publishes one immutable handle for each batch.

use std::fmt::Display;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};

use domain::Recorded;
use domain::projection::Projections;
use storage::{EventLog, Head, OpenedEvent, Position};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Casework, OpenError};
use crate::stored::decode;

/// Events that are read and folded at a time.
const BATCH: usize = 1_024;

/// More events than this to fold, and what can be added up at the end is: unless much more than they is known already, for
/// adding up asks for all of it.
const MANY: u64 = 20_000;

/// Folds everything that the log has and the projections do not. While one portion is folded, the next is read.
pub(super) async fn catch_up(log: &Arc<dyn EventLog>, projections: &mut Projections) -> Result<(), OpenError> {
    let to_fold = log.head().position.0.saturating_sub(projections.position);
    let many = to_fold > MANY && to_fold > projections.position / 4;
    if many {
        projections.hold();
    }
    let folded = fold(log, projections).await;
    if many {
        projections.settle();
    }
    folded
}

async fn fold(log: &Arc<dyn EventLog>, projections: &mut Projections) -> Result<(), OpenError> {
    let mut reading: Option<JoinHandle<Result<Vec<Recorded>, OpenError>>> = None;
    while projections.position < log.head().position.0 {
        let events = match reading.take() {
            None => portion(Arc::clone(log), projections.position).await?,
            Some(reading) => reading.await.map_err(|_| missing(projections.position))??,
        };
        let last = events.last().ok_or_else(|| missing(projections.position))?.position;
        if last < log.head().position.0 {
            reading = Some(tokio::spawn(portion(Arc::clone(log), last)));
        }
        projections.apply_all(&events).map_err(|error| wrong(projections.position + 1, &error))?;
    }
    Ok(())
}

/// Folds one event.
pub(super) fn take_in(projections: &mut Projections, event: &OpenedEvent) -> Result<(), OpenError> {
    let position = event.position.0;
    let recorded = decode(event).map_err(|error| wrong(position, &error))?;
    projections.apply(&recorded).map_err(|error| wrong(position, &error))
}

/// The next events after a position, decoded.
async fn portion(log: Arc<dyn EventLog>, after: u64) -> Result<Vec<Recorded>, OpenError> {
    let mut decoded = Ok(Vec::with_capacity(BATCH));
    let mut take = |event: &OpenedEvent| {
        if let Ok(events) = &mut decoded {
            match decode(event) {
                Ok(recorded) => events.push(recorded),
                Err(error) => decoded = Err(wrong(event.position.0, &error)),
            }
        }
    };
    log.replay(Position(after), BATCH, &mut take).await?;
    decoded
}

fn wrong(position: u64, why: &dyn Display) -> OpenError {
    OpenError::Event { position, why: why.to_string() }
}

fn missing(after: u64) -> OpenError {
    wrong(after + 1, &"it is missing")
}

/// Starts following, until the service is dropped.
pub(super) fn start(casework: &Arc<Casework>) {
    let head = casework.log.subscribe();
    tokio::spawn(follow(Arc::downgrade(casework), head));
}

async fn follow(casework: Weak<Casework>, mut head: watch::Receiver<Head>) {
    loop {
        let Some(service) = casework.upgrade() else { return };
        let beside = service.beside.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rebuilt = beside.is_some();
        let mut projections = beside.unwrap_or_else(|| (*service.projections()).clone());
        let caught_up = catch_up(&service.log, &mut projections).await;
        if let Err(error) = caught_up {
            tracing::error!(code = "internal", %error, "the projections no longer follow the log: restart the service");
            service.broken.store(true, Ordering::Release);
            service.position.send_modify(|_| {});
            return;
        }
        let position = projections.position;
        let moved = position > *service.position.borrow();
        if moved || rebuilt {
            service.current.store(Arc::new(projections));
        }
        if moved {
            service.position.send_replace(position);
            service.keep_when_due(position);
        }
        if rebuilt {
            service.rebuilt.send_modify(|times| *times += 1);
        }
        if !waited(service, &mut head).await {
            return;
        }
    }
}

/// Waits until there is something to do; `false`: the log has ended. Holds on to nothing that would keep the service.
async fn waited(service: Arc<Casework>, head: &mut watch::Receiver<Head>) -> bool {
    let ready = service.ready_beside.clone();
    drop(service);
    tokio::select! {
        changed = head.changed() => changed.is_ok(),
        () = ready.notified() => true,
    }
}
