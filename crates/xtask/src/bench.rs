//! The benchmarks, always with the release profile. The programs that we compare with are built only here.

use crate::shell::{Failure, cargo, program_in, show};
use crate::workspace::Workspace;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Passed on to the benchmarks: --quick, --only PART (again for more of them), --length EVENTS.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

/// Builds the service and the benchmarks with the rivals, and runs them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    println!("building the benchmarks with cargo, SQLite included (the first time takes some minutes)");
    let mut build = cargo(&workspace.root);
    build.args(["build", "--quiet", "--locked", "--release", "--package", "mentorlog", "--package", "bench"]);
    if !show(build.args(["--features", "bench/rivals"]))? {
        return Err(Failure::new("the benchmarks do not compile: see above"));
    }
    let mut bench = program_in(&workspace.root, workspace.target.join("release").join("bench"));
    if show(bench.arg("--folder").arg(&workspace.target).args(&options.passed_on))? {
        return Ok(());
    }
    Err(Failure::new("the benchmarks did not run through: see above"))
}
