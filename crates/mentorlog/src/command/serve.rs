//! `mentorlog serve`: the service as a municipality runs it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use digest::Stop;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::command::config::authenticator;
use crate::command::digest::{Sending, letters};
use crate::failure::Failure;
use crate::settings::{DigestSettings, Settings};
use crate::signals;
use crate::wiring::{Running, readiness};

/// How often something is done.
pub(super) struct Rhythm {
    /// How often it is looked whether something is to be sent.
    pub(super) every: Duration,
    /// How soon it is looked whether what waits may go.
    pub(super) soon: Duration,
    /// How long what is being handed over at the end may take: less than the unit's `TimeoutStopSec`.
    pub(super) finishes_within: Duration,
}

/// The service's.
const RHYTHM: Rhythm =
    Rhythm { every: Duration::from_mins(1), soon: Duration::from_secs(5), finishes_within: Duration::from_secs(30) };

/// How the service is run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The configuration file; `mentorlog config check` tells whether it is good.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Serves until it is told to stop.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    let settings = Settings::read(&options.config)?;
    let authenticator = Arc::new(authenticator(&settings)?);
    let stop = signals::stop()?;
    let bound = api::bind(settings.listen)
        .await
        .map_err(|error| Failure::from(error).while_doing(format!("cannot listen on {}", settings.listen)))?;
    let running = Running::start(&settings.folder, Some(&settings.master_key), None).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", bound.address())?;
    out.flush()?;
    let ready = Arc::new(readiness(&running.log));
    let sending = settings.digest.as_ref().map(|digest| keep_sending(&running, digest, &RHYTHM)).transpose()?;
    let bound = match &settings.digest {
        Some(digest) => bound.writing(letters(&digest.sender.languages)),
        None => bound,
    };
    let served = bound.serve(Arc::clone(&running.casework), Arc::clone(&authenticator), ready, stop).await;
    if let Some(sending) = sending {
        finish(sending, &RHYTHM).await;
    }
    authenticator.close(&running.casework).await;
    running.close().await?;
    Ok(served?)
}

/// Sends what is due, by its rhythm, until it is told to stop; what waits only for its turn goes on in between.
pub(super) fn keep_sending(
    running: &Running,
    settings: &DigestSettings,
    rhythm: &Rhythm,
) -> Result<(JoinHandle<()>, Stop), Failure> {
    let stop = Stop::default();
    let sending = Sending::new(running, settings, stop.clone())?;
    let (told, every, soon) = (stop.clone(), rhythm.every, rhythm.soon);
    let task = tokio::spawn(async move {
        let mut minute = tokio::time::interval(every);
        // A round may take longer than a minute: the next begins a minute after it, and none is made up for.
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = 0;
        loop {
            let tally = tokio::select! {
                biased;
                () = told.said() => return,
                _ = minute.tick() => sending.round().await,
                () = tokio::time::sleep(soon), if waiting > 0 => sending.go_on().await,
            };
            waiting = tally.waiting;
        }
    });
    Ok((task, stop))
}

/// Ends the sending. Nothing more is taken on; what is under way is handed over and recorded. Whatever takes longer counts as an
/// answer that was lost, and is taken up again after the next start.
pub(super) async fn finish((mut task, stop): (JoinHandle<()>, Stop), rhythm: &Rhythm) {
    stop.stop();
    if tokio::time::timeout(rhythm.finishes_within, &mut task).await.is_err() {
        tracing::warn!("messages to guardians were still under way; they are taken up again after the next start");
        task.abort();
    }
}

#[cfg(test)]
mod tests;
