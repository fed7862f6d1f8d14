//! The benchmarks, always with the release profile. The programs that we compare with are built only here.

use crate::shell::{Failure, cargo, show};
use crate::workspace::Workspace;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Passed on to the benchmarks, for instance --quick.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

/// Builds the benchmarks with the rivals, and runs them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    println!("building the benchmarks with cargo, SQLite included (the first time takes some minutes)");
    let mut command = cargo(&workspace.root);
    command.args(["run", "--quiet", "--locked", "--release", "--package", "bench", "--features", "rivals", "--"]);
    if show(command.args(&options.passed_on))? {
        return Ok(());
    }
    Err(Failure::new("the benchmarks did not run through: see above"))
}
