//! Listening, serving, and stopping without cutting anyone off.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use casework::Casework;
use poem::Server;
use poem::listener::TcpAcceptor;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::health::Readiness;
use super::heard::Answering;
use super::places::Places;
use super::site::{MAX_SOCKETS, RequestIds, Service, Site};
use crate::graphql::execute::Executor;
use crate::letters::Letters;
use crate::sign_in::Authenticator;

/// How long requests under way may take to end when the service stops.
const GRACE: Duration = Duration::from_secs(15);
/// How often it is looked whether there are refusals to be put on record as a number.
const TELLS: Duration = Duration::from_mins(1);
/// How long a connection may be silent, and how long it may send without being answered.
const IDLE: Duration = Duration::from_secs(75);

/// A service that listens but does not answer yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    letters: Letters,
}

/// Listens on the address; port 0 takes a free one.
pub async fn bind(address: SocketAddr) -> io::Result<Bound> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok(Bound { listener, address, letters: Letters::default() })
}

impl Bound {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says how guardians are written to.
    #[must_use]
    pub fn writing(self, letters: Letters) -> Self {
        Self { letters, ..self }
    }

    /// Serves until `shutdown` is there; then ends requests under way, closes sockets with 1001, and returns.
    pub async fn serve(
        self,
        casework: Arc<Casework>,
        authenticator: Arc<Authenticator>,
        readiness: Arc<dyn Readiness>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        authenticator.end_what_is_over(&casework).await;
        let (stop, stopping) = watch::channel(false);
        let stops = stopping.clone();
        let sockets = Arc::new(Semaphore::new(MAX_SOCKETS as usize));
        let service = Service {
            executor: Executor::new(Arc::clone(&casework)).writing(self.letters),
            authenticator: Arc::clone(&authenticator),
            readiness,
            stopping,
            sockets: Arc::clone(&sockets),
            unopened: Arc::new(Places::of_strangers()),
            opened: Arc::new(Places::of_known()),
            request_ids: RequestIds::default(),
        };
        let shutdown = async move {
            shutdown.await;
            stop.send_replace(true);
            stop
        };
        let mut kept = None;
        let signal = async { kept = Some(shutdown.await) };
        let telling = tokio::spawn(tell_refusals(Arc::clone(&casework), Arc::clone(&authenticator), stops));
        Server::new_with_acceptor(Answering::new(TcpAcceptor::from_tokio(self.listener)?, IDLE))
            .idle_timeout(IDLE)
            .run_with_graceful_shutdown(Site(Arc::new(service)), signal, Some(GRACE))
            .await?;
        // Every socket gives its permit back when it has closed.
        let _ = tokio::time::timeout(GRACE, sockets.acquire_many(MAX_SOCKETS)).await;
        drop(kept);
        let _ = telling.await;
        authenticator.tell_all_refusals(&casework).await;
        Ok(())
    }
}

/// Puts on record how many were refused, when their time is over, until the service stops.
async fn tell_refusals(casework: Arc<Casework>, authenticator: Arc<Authenticator>, mut stops: watch::Receiver<bool>) {
    loop {
        let stopped = tokio::select! {
            _ = stops.wait_for(|stop| *stop) => true,
            () = casework.pause(TELLS) => false,
        };
        if stopped {
            return;
        }
        authenticator.tell_refusals(&casework).await;
    }
}
