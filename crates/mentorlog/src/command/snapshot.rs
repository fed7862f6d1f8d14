//! `mentorlog snapshot`: what this program knows of a log, built beside the service that writes it.

use std::io::Write;

use casework::BuildError;
use domain::laid;

use crate::failure::{Exit, Failure};
use crate::folder::{Locked, disk};

/// Of which log.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    of: Locked,
}

/// Reads the journal, and keeps what follows from it in a snapshot of this program's version; prints `snapshot POSITION`.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let vault = options.of.open_vault()?;
    let position = casework::build_snapshot(&disk(), &options.of.folder.data, &vault, laid::LAYOUT)?;
    Ok(writeln!(std::io::stdout(), "snapshot {position}")?)
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Log(error) => error.into(),
            BuildError::Event(error) => error.into(),
            BuildError::Snapshot(error) => Self::new(Exit::Failed, error),
        }
    }
}
