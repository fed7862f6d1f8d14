//! When to stop: on Ctrl-C, and when the system asks (SIGTERM).

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

/// Listens for both from now on. The future ends at the first of them.
pub(crate) fn stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
