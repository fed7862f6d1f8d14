//! `mentorlog serve`: the service as a municipality runs it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use crate::command::config::authenticator;
use crate::command::digest::{courier, letters, round};
use crate::failure::Failure;
use crate::settings::{DigestSettings, Settings};
use crate::signals;
use crate::wiring::{Running, readiness};

/// How often it is looked whether something is to be sent.
const EVERY: std::time::Duration = std::time::Duration::from_mins(1);

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
    let sending = settings.digest.as_ref().map(|digest| keep_sending(&running, digest.clone())).transpose()?;
    let bound = match &settings.digest {
        Some(digest) => bound.writing(letters(&digest.sender.languages)),
        None => bound,
    };
    let served = bound.serve(Arc::clone(&running.casework), Arc::clone(&authenticator), ready, stop).await;
    if let Some(sending) = sending {
        // What is being handed over now is recorded as such, and taken up again after the next start.
        sending.abort();
    }
    authenticator.close(&running.casework).await;
    running.close().await?;
    Ok(served?)
}

/// Sends what is due, each minute.
fn keep_sending(running: &Running, settings: DigestSettings) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let (post, clock) = (running.casework.post(), Arc::clone(&running.clock));
    let courier = courier(&settings.carrier)?;
    Ok(tokio::spawn(async move {
        let mut minute = tokio::time::interval(EVERY);
        loop {
            minute.tick().await;
            if let Err(error) = round(&post, courier.as_ref(), &settings, &clock).await {
                tracing::error!(%error, "messages to guardians could not be sent; they are tried again");
            }
        }
    }))
}
