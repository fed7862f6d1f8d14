//! The project's own chores. `cargo xtask demo` shows the service to a newcomer, `cargo xtask test` runs every check
//! that CI runs, `lint` holds the house rules, `schema` regenerates what is generated, `bench` measures,
//! `fuzz` and `mutants` look for what the tests do not see.

mod bench;
mod checks;
mod demo;
mod fuzz;
mod lint;
mod mutants;
mod schema;
mod shell;
mod tally;
mod tools;
mod workspace;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::shell::Failure;

/// What can be asked for.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "mentorlog's chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the service and run it on invented people in the pilot's six schools.
    Demo(demo::Options),
    /// Run every check: format, house rules, clippy, tests, generated files, documentation, dependencies.
    Test,
    /// Measure, and write docs/bench.
    Bench(bench::Options),
    /// Check the house rules that the compiler cannot hold.
    Lint,
    /// Regenerate schema/; with --check, only say what differs and what would break others.
    Schema(schema::Options),
    /// Give one target any bytes, led by coverage, for some seconds. `test` runs the same targets for a moment.
    Fuzz(fuzz::Options),
    /// Change the code in small ways and look whether a test notices. Takes up to an hour.
    Mutants(mutants::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _nowhere_to_say_it = writeln!(std::io::stderr(), "xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> Result<(), Failure> {
    let workspace = workspace::Workspace::find()?;
    match chore {
        Chore::Demo(options) => demo::run(&workspace, options),
        Chore::Test => checks::run(&workspace),
        Chore::Bench(options) => bench::run(&workspace, options),
        Chore::Lint => lint::run(&workspace),
        Chore::Schema(options) => schema::run(&workspace, options),
        Chore::Fuzz(options) => fuzz::run(&workspace, options),
        Chore::Mutants(options) => mutants::run(&workspace, options),
    }
}
