//! The newcomer's command: build the service and run it on the pilot's six schools.

use std::os::unix::process::CommandExt;

use crate::shell::{Failure, cargo};
use crate::workspace::Workspace;

/// How to run the demo.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build with all optimisations: takes minutes longer to build, and answers faster.
    #[arg(long)]
    release: bool,
    /// Passed on to `mentorlog demo`: --data, --listen, --seed, --scale.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

/// Builds and becomes the service, so that its signals and its exit status are our own.
///
/// The ordinary profile is used because it has a newcomer's service running soonest: it is optimised enough for a
/// demo, and building it takes a fraction of the time of the release profile.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    println!("building mentorlog with cargo (the first time takes some minutes; nothing else is installed)");
    let mut command = cargo(&workspace.root);
    command.args(["run", "--quiet", "--locked", "--package", "mentorlog"]);
    if options.release {
        command.arg("--release");
    }
    command.args(["--", "demo"]).args(&options.passed_on);
    Err(Failure::new(format!("cargo cannot be started: {}", command.exec())))
}
