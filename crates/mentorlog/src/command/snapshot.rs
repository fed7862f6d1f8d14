//! `mentorlog snapshot`: what this program knows of a log, built beside the service that writes it.

use std::io::Write;
use std::path::PathBuf;

use casework::BuildError;
use domain::laid;

use crate::failure::{Exit, Failure};
use crate::folder::{Folder, disk};

/// Of which log.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: Folder,
    /// The file of the master key [default: the demo's own]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

/// Reads the journal, and keeps what follows from it in a snapshot of this program's version; prints `snapshot POSITION`.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let vault = options.folder.open_vault(options.master_key_file.as_deref())?;
    let position = casework::build_snapshot(&disk(), &options.folder.data, &vault, laid::LAYOUT)?;
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
