//! The projector: follows the log, folds what is new, and publishes one immutable handle for each batch.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};

use domain::projection::Projections;
use storage::{EventLog, Head, Position};
use tokio::sync::watch;

use super::{Casework, OpenError};
use crate::stored::decode;

/// Events that are read and folded at a time.
const BATCH: usize = 512;

/// Folds everything that the log has and the projections do not.
pub(super) async fn catch_up(log: &dyn EventLog, projections: &mut Projections) -> Result<(), OpenError> {
    while projections.position < log.head().position.0 {
        let events = log.read_all(Position(projections.position), BATCH).await?;
        for event in &events {
            let wrong = |why: String| OpenError::Event { position: event.position.0, why };
            let recorded = decode(event).map_err(|error| wrong(error.to_string()))?;
            projections.apply(&recorded).map_err(|error| wrong(error.to_string()))?;
        }
        if events.is_empty() {
            return Err(OpenError::Event { position: projections.position + 1, why: "it is missing".to_owned() });
        }
    }
    Ok(())
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
        let caught_up = catch_up(&*service.log, &mut projections).await;
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
