//! `cargo xtask test`: every check, in one table. All are run even when one fails, so that one run says everything.

use std::process::Command;

use crate::shell::{Ended, Failure, cargo, output, program_in, show, show_and_keep};
use crate::tally::{self, Tally};
use crate::workspace::Workspace;
use crate::{lint, schema, tools};

/// One check: its name, and how it is run.
struct Check {
    name: &'static str,
    run: fn(&Workspace) -> Result<Outcome, Failure>,
}

/// What came of a check.
struct Outcome {
    well: bool,
    tally: Option<Tally>,
}

/// Cheap checks first; the documentation and the dependencies last.
const CHECKS: &[Check] = &[
    Check { name: "format", run: |workspace| shown(cargo(&workspace.root).args(["fmt", "--all", "--check"])) },
    Check { name: "house rules", run: |workspace| Ok(in_process(&lint::run(workspace))) },
    Check { name: "clippy", run: clippy },
    Check { name: "tests", run: tests },
    Check { name: "documentation examples", run: documentation_examples },
    Check {
        name: "generated files",
        run: |workspace| Ok(in_process(&schema::run(workspace, &schema::Options::check()))),
    },
    Check { name: "documentation", run: documentation },
    Check { name: "dependencies", run: dependencies },
];

/// Prepares, runs every check, and says which failed.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    tools::prepare(workspace)?;
    let mut failed = Vec::new();
    let mut sum: Option<Tally> = None;
    for check in CHECKS {
        println!("\n== {}", check.name);
        let outcome = (check.run)(workspace)?;
        if !outcome.well {
            failed.push(check.name);
        }
        if let Some(tally) = outcome.tally {
            let so_far = sum.unwrap_or_default();
            sum = Some(Tally { passed: so_far.passed + tally.passed, failed: so_far.failed + tally.failed });
        }
    }
    close(&failed, sum)
}

fn close(failed: &[&str], sum: Option<Tally>) -> Result<(), Failure> {
    println!("\n== {} checks, {} failed {}", CHECKS.len(), failed.len(), failed.join(", "));
    if let Some(Tally { passed, failed }) = sum {
        println!("{passed} passed, {failed} failed");
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("failed: {}", failed.join(", ")))) }
}

fn shown(command: &mut Command) -> Result<Outcome, Failure> {
    Ok(Outcome { well: show(command)?, tally: None })
}

fn in_process(result: &Result<(), Failure>) -> Outcome {
    if let Err(failure) = result {
        println!("{failure}");
    }
    Outcome { well: result.is_ok(), tally: None }
}

fn clippy(workspace: &Workspace) -> Result<Outcome, Failure> {
    let arguments = ["clippy", "--quiet", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    shown(cargo(&workspace.root).args(arguments))
}

/// With nextest when it is installed, else with cargo's own runner.
fn tests(workspace: &Workspace) -> Result<Outcome, Failure> {
    let nextest = output(cargo(&workspace.root).args(["nextest", "--version"])).is_ok();
    let mut command = cargo(&workspace.root);
    if nextest {
        command.args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level", "slow"]);
    } else {
        command.args(["test", "--locked", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    counted(&mut command)
}

fn documentation_examples(workspace: &Workspace) -> Result<Outcome, Failure> {
    counted(cargo(&workspace.root).args(["test", "--quiet", "--locked", "--workspace", "--doc"]))
}

fn counted(command: &mut Command) -> Result<Outcome, Failure> {
    let Ended { well, text } = show_and_keep(command)?;
    Ok(Outcome { well, tally: tally::read(&text) })
}

fn documentation(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut command = cargo(&workspace.root);
    command.env("RUSTDOCFLAGS", "-D warnings");
    shown(command.args(["doc", "--quiet", "--locked", "--workspace", "--no-deps"]))
}

/// Licences, bans and sources always; known vulnerabilities only where `MENTORLOG_ADVISORIES` is set, since their database
/// is fetched from outside and not everywhere may be.
fn dependencies(workspace: &Workspace) -> Result<Outcome, Failure> {
    let deny = tools::cargo_deny(workspace)?;
    let check = |what: &[&str]| {
        let mut command = program_in(&workspace.root, &deny);
        command.args(["--log-level", "error", "--locked", "check"]).args(what);
        command
    };
    let well = show(&mut check(&["bans", "licenses", "sources"]))?;
    if std::env::var_os("MENTORLOG_ADVISORIES").is_none() {
        println!("known vulnerabilities: not checked; set MENTORLOG_ADVISORIES=1 where their database may be fetched");
        return Ok(Outcome { well, tally: None });
    }
    Ok(Outcome { well: well && show(&mut check(&["advisories"]))?, tally: None })
}
