//! `mentorlog config`: the configuration is checked before the service is started on it.

use std::io::Write;
use std::path::PathBuf;

use api::Authenticator;

use crate::chance;
use crate::failure::{Exit, Failure};
use crate::kept::KeptFile;
use crate::settings::Settings;

/// What to do with the configuration.
#[derive(clap::Subcommand)]
pub(crate) enum Config {
    /// Say whether the service could start on it, and else which setting is wrong. Opens no log and asks no network.
    Check {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

/// Does it.
pub(crate) fn run(config: &Config) -> Result<(), Failure> {
    let Config::Check { config } = config;
    let settings = Settings::read(config)?;
    storage::MasterKey::read_file(&settings.master_key)?;
    authenticator(&settings)?;
    writeln!(std::io::stdout(), "{}: good", config.display())?;
    Ok(())
}

/// Who may sign in by these settings.
pub(crate) fn authenticator(settings: &Settings) -> Result<Authenticator, Failure> {
    let data = &settings.folder.data;
    let (accounts, sessions) = (KeptFile::accounts(data), KeptFile::sessions(data));
    Authenticator::new(&settings.sign_in, accounts, sessions, chance::of_system())
        .map_err(|error| Failure::new(Exit::Failed, error))
}
