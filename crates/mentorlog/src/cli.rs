//! The command line.

use clap::{Parser, Subcommand};

use crate::command::{backup, demo, export, keys, load, verify};
use crate::failure::{EXIT_STATUSES, Failure};

/// The system that full-time mentors (heltidsmentorer) work in.
#[derive(Parser)]
#[command(name = "mentorlog", version, about, after_help = EXIT_STATUSES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Record the pilot's six schools with invented people, and serve them on this machine.
    Demo(demo::Options),
    /// Check the log: prints `count N head HASH`, then what was found.
    Verify(verify::Options),
    /// Copy the log while the service writes, or the keys.
    Backup(backup::BackupOptions),
    /// Bring a backup back into an empty folder.
    Restore(backup::RestoreOptions),
    /// Write the log out as lines of JSON, opened: holds personal data.
    Export(export::Options),
    /// Write events as fast as they are acknowledged; prints `ack N` after each.
    Load(load::Options),
    /// Look after the keys.
    #[command(subcommand)]
    Keys(keys::Keys),
}

impl Cli {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Demo(options) => tokio::runtime::Runtime::new()?.block_on(demo::run(options)),
            Command::Load(options) => tokio::runtime::Runtime::new()?.block_on(load::run(options)),
            Command::Verify(options) => verify::run(&options),
            Command::Backup(options) => backup::backup(&options),
            Command::Restore(options) => backup::restore(&options),
            Command::Export(options) => export::run(&options),
            Command::Keys(keys) => keys::run(keys),
        }
    }
}
