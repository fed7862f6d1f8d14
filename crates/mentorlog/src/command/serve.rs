//! `mentorlog serve`: the service as a municipality runs it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use crate::command::config::authenticator;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::signals;
use crate::wiring::{Running, readiness};

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
    let served = bound.serve(Arc::clone(&running.casework), Arc::clone(&authenticator), ready, stop).await;
    authenticator.close(&running.casework).await;
    running.close().await?;
    Ok(served?)
}
