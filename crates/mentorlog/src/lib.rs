//! The program: command line, wiring and the demo. Holds no rules of the domain.

mod bounces;
mod chance;
mod cli;
mod clock;
mod command;
mod copies;
mod demo;
mod erased_list;
mod erasing;
mod failure;
mod folder;
mod held;
mod hex;
mod kept;
mod old_master;
mod panics;
mod settings;
mod signals;
mod wiring;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

/// Runs the program.
pub fn main() -> ExitCode {
    // What the program writes is its owner's only, also what others write for it (sled).
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sled=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    panics::say_only_where();
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _unheard = writeln!(std::io::stderr(), "mentorlog: {failure}");
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Reads a command line, the program's name first, without doing what it asks for. The error is what is said to the person,
/// and with which exit status.
pub fn read_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<(), clap::Error> {
    cli::Cli::try_parse_from(arguments).map(drop)
}

/// Every subcommand that does something by itself, with those before it, as it is typed: so that tests can walk them all.
pub fn subcommands() -> Vec<String> {
    fn collect(command: &clap::Command, before: &str, found: &mut Vec<String>) {
        for inner in command.get_subcommands() {
            let name = format!("{before} {}", inner.get_name()).trim_start().to_owned();
            if inner.has_subcommands() {
                collect(inner, &name, found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    collect(&cli::Cli::command(), "", &mut found);
    found
}
