//! The command line.

use clap::{Parser, Subcommand};

use crate::command::{
    backup, config, demo, digest, erase, export, extract, keys, load, serve, setup, snapshot, user, verify,
    verify_erased,
};
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
    /// Serve a municipality's log by a configuration.
    Serve(serve::Options),
    /// Name the first administrator of a new log.
    Setup(setup::Options),
    /// Look after the configuration.
    #[command(subcommand)]
    Config(config::Config),
    /// Look after accounts: by what means staff and systems are known.
    #[command(subcommand)]
    User(user::User),
    /// Check the log: prints `count N head HASH`, then what was found.
    Verify(verify::Options),
    /// Copy the log while the service writes, or the keys.
    Backup(backup::BackupOptions),
    /// Bring a backup back into an empty folder.
    Restore(backup::RestoreOptions),
    /// Messages to guardians: what is due, and what became of them.
    #[command(subcommand)]
    Digest(digest::Digest),
    /// Erase what the plan says may no longer be kept.
    #[command(subcommand)]
    Erase(erase::Erase),
    /// Prove from stored bytes what of a pupil, a guardian or a member of staff can still be opened.
    VerifyErased(verify_erased::Options),
    /// Build beside the running service what this version of the program knows, so that its start is quick: before an update.
    Snapshot(snapshot::Options),
    /// Write the log out as lines of JSON, opened: holds personal data.
    Export(export::Options),
    /// Write out everything about a guardian or a member of staff, for the person: a draft, to be reviewed for secrecy.
    Extract(extract::Options),
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
            Command::Serve(options) => tokio::runtime::Runtime::new()?.block_on(serve::run(options)),
            Command::Setup(options) => tokio::runtime::Runtime::new()?.block_on(setup::run(options)),
            Command::Config(config) => config::run(&config),
            Command::User(user) => user::run(user),
            Command::Load(options) => tokio::runtime::Runtime::new()?.block_on(load::run(options)),
            Command::Verify(options) => verify::run(&options),
            Command::Backup(options) => backup::backup(&options),
            Command::Restore(options) => backup::restore(&options),
            Command::Digest(digest) => tokio::runtime::Runtime::new()?.block_on(digest::run(digest)),
            Command::Erase(erase) => tokio::runtime::Runtime::new()?.block_on(erase::run(erase)),
            Command::VerifyErased(options) => verify_erased::run(&options),
            Command::Snapshot(options) => snapshot::run(&options),
            Command::Export(options) => tokio::runtime::Runtime::new()?.block_on(export::run(&options)),
            Command::Extract(options) => tokio::runtime::Runtime::new()?.block_on(extract::run(&options)),
            Command::Keys(keys) => keys::run(keys),
        }
    }
}
