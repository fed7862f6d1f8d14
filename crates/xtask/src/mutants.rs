//! Mutation testing: cargo-mutants changes the code in small ways and looks whether a test notices. What is changed and how
//! it is built stands in `.cargo/mutants.toml`; what came of it in `docs/mutants.md`.

use crate::shell::{Failure, cargo, program_in, show};
use crate::tools;
use crate::workspace::Workspace;

/// A set of files, and the tests that have to notice a change in them.
struct Set {
    name: &'static str,
    files: &'static [&'static str],
    tests: &'static [&'static str],
}

/// Where an unnoticed change would do the most harm.
const SETS: &[Set] = &[
    Set {
        name: "access",
        files: &["crates/domain/src/access.rs", "crates/domain/src/access/**"],
        tests: &["domain", "casework"],
    },
    Set {
        name: "sealing",
        files: &[
            "crates/storage/src/seal.rs",
            "crates/storage/src/seal/**",
            "crates/storage/src/keys.rs",
            "crates/storage/src/keys/**",
        ],
        tests: &["storage"],
    },
    Set {
        name: "journal",
        files: &["crates/storage/src/journal.rs", "crates/storage/src/journal/**"],
        tests: &["storage"],
    },
];

/// What to change.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which set of files.
    #[arg(value_parser = ["access", "sealing", "journal"])]
    set: String,
    /// Passed on to cargo-mutants: --list, --shard, --iterate, --re.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

/// Runs cargo-mutants on a set.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let set = SETS.iter().find(|set| set.name == options.set).ok_or_else(|| Failure::new("no such set"))?;
    let program = tools::installed(workspace, "cargo-mutants")?;
    let output = workspace.target.join("mutants").join(set.name);
    std::fs::create_dir_all(&output).map_err(|error| Failure::new(format!("{}: {error}", output.display())))?;
    let mut mutants = program_in(&workspace.root, program);
    mutants.args(["mutants", "--no-shuffle", "--jobs", "1", "--output"]).arg(output);
    for file in set.files {
        mutants.args(["--file", file]);
    }
    for package in set.tests {
        mutants.args(["--test-package", package]);
    }
    // It builds in a copy of the sources, which must not share a target folder with them.
    mutants.env_remove("CARGO_TARGET_DIR").env("CARGO", cargo(&workspace.root).get_program());
    if show(mutants.args(&options.passed_on))? {
        return Ok(());
    }
    Err(Failure::new(format!("{}: changes went unnoticed; compare with docs/mutants.md", set.name)))
}
