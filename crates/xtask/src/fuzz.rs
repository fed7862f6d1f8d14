//! Fuzzing led by coverage: libFuzzer runs the targets of `crates/fuzz`, on the stable toolchain.
//!
//! The compiler's coverage pass can be asked for without a nightly toolchain; the address sanitizer cannot. Everything is
//! built once more for it, in a target folder of its own.

use std::ffi::OsString;
use std::path::Path;

use crate::shell::{Failure, cargo, output, program_in, show};
use crate::workspace::Workspace;

/// What makes the compiler count, for libFuzzer, where the program goes and what it compares.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                        -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
/// Longest input, in bytes: as long as the longest request.
const LONGEST: u32 = 64 * 1024;
/// An input that takes longer is a finding, in seconds.
const PATIENCE: u32 = 20;

/// What to fuzz.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The target.
    #[arg(value_parser = ["arguments", "graphql", "journal", "stored"])]
    target: String,
    /// For how many seconds.
    #[arg(default_value_t = 60)]
    seconds: u32,
}

/// Builds the target with coverage, writes its seeds beside what was found before, and runs it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let Options { target, seconds } = options;
    let folder = workspace.target.join("fuzz");
    let (corpus, findings) = (folder.join("corpus").join(target), folder.join("findings").join(target));
    for made in [&corpus, &findings] {
        std::fs::create_dir_all(made).map_err(|why| Failure::new(format!("{}: {why}", made.display())))?;
    }
    println!("building with coverage (the first time takes some minutes)");
    let host = host(workspace)?;
    let mut build = cargo(&workspace.root);
    build.env("RUSTFLAGS", COVERAGE).args(["build", "--quiet", "--locked", "--package", "fuzz"]);
    build.args(["--features", "coverage", "--bin", &program(target), "--target", &host, "--target-dir"]).arg(&folder);
    let mut seeds = cargo(&workspace.root);
    seeds
        .args(["run", "--quiet", "--locked", "--package", "fuzz", "--example", "write_seeds", "--", target])
        .arg(&corpus);
    if !(show(&mut build)? && show(&mut seeds)?) {
        return Err(Failure::new("the target does not compile: see above"));
    }
    let words = workspace.root.join("crates/fuzz/seeds").join(target).with_extension("dict");
    let mut fuzzer = program_in(&workspace.root, folder.join(&host).join("debug").join(program(target)));
    fuzzer.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={LONGEST}"));
    fuzzer.arg(format!("-timeout={PATIENCE}")).arg("-print_final_stats=1");
    fuzzer.arg(option("-dict=", &words)).arg(option("-artifact_prefix=", &findings.join("found-"))).arg(&corpus);
    if show(&mut fuzzer)? {
        return Ok(());
    }
    let place = findings.display();
    Err(Failure::new(format!("{target}: an input broke a promise; it lies in {place}. Mend it, and make it a seed")))
}

fn program(target: &str) -> String {
    format!("fuzz-{target}")
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// The machine that cargo builds for: named, so that what runs while building is not instrumented.
fn host(workspace: &Workspace) -> Result<String, Failure> {
    let told = output(cargo(&workspace.root).arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("cargo -vV does not name its host"))
}
