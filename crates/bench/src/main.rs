//! The benchmarks. What counts are ratios: each figure stands beside the limit that was measured in the same run, in
//! interleaved repetitions, because the same machine is never the same twice.

mod access;
mod digests;
mod durable;
mod growth;
mod http;
mod machine;
#[path = "../../../tests/support/postfix.rs"]
mod postfix;
mod report;
mod rows;
mod snapshot;
mod stats;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use tokio::runtime::Runtime;

use self::report::Report;

/// What any part of a benchmark may fail with: it stops the run, with its sentence.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What is measured and published by itself, each in a file of its own that says on which machine and of which commit.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    /// The log.
    Durable,
    /// Snapshots.
    Snapshots,
    /// What a long log costs.
    Growth,
    /// The service.
    Http,
    /// Lists of rows.
    Rows,
    /// What access costs.
    Access,
    /// Digests to guardians.
    Digests,
}

/// How to measure.
#[derive(Parser, Clone, Debug)]
#[command(name = "bench", about = "Measures mentorlog against the limits of this machine")]
pub(crate) struct Options {
    /// A short run that shows that everything works; its figures mean nothing and are not written.
    #[arg(long)]
    quick: bool,
    /// Only this part; may be given several times.
    #[arg(long)]
    only: Vec<Part>,
    /// A log of about so many events, instead of the usual lengths up to ten million. What is published says which.
    #[arg(long)]
    length: Option<u64>,
    /// Where the logs are written while measuring; the disk under it is what is measured.
    #[arg(long, default_value = "target", overrides_with = "folder")]
    folder: PathBuf,
    /// Start on the log in this folder, and say what that took.
    #[arg(long, hide = true)]
    start_from: Option<PathBuf>,
    /// Serve the bytes of this file, and nothing else: what a question's answer is compared with.
    #[arg(long, hide = true)]
    serve_static: Option<PathBuf>,
}

impl Options {
    /// What is measured, in this order.
    fn parts(&self) -> Vec<Part> {
        let wanted = |part: &Part| self.only.is_empty() || self.only.contains(part);
        Part::value_variants().iter().copied().filter(wanted).collect()
    }

    /// How often each thing is measured.
    pub(crate) fn repetitions(&self) -> usize {
        if self.quick { 1 } else { 5 }
    }

    /// How many events the logs have on which the service is started, and whether they are read again too.
    pub(crate) fn lengths(&self) -> Vec<(u64, bool)> {
        let usual: &[_] =
            if self.quick { &[(20_000, true)] } else { &[(1_000_000, true), (5_000_000, true), (10_000_000, false)] };
        self.length.map_or_else(|| usual.to_vec(), |length| vec![(length, true)])
    }

    /// Over how many events questions are asked.
    pub(crate) fn breadths(&self) -> Vec<u64> {
        let usual: &[u64] = if self.quick { &[10_000, 20_000] } else { &[100_000, 1_000_000, 10_000_000] };
        self.length.map_or_else(|| usual.to_vec(), |length| usual.iter().copied().take(1).chain([length]).collect())
    }

    /// How long one measurement takes.
    pub(crate) fn window(&self) -> Duration {
        Duration::from_millis(if self.quick { 150 } else { 1_000 })
    }
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(file) = &options.serve_static {
        return runtime.block_on(http::fixed::serve(file));
    }
    if let Some(folder) = &options.start_from {
        return runtime.block_on(growth::start::run(folder));
    }
    std::fs::create_dir_all(&options.folder)?;
    let machine = machine::describe(&options.folder);
    let mut failed = Vec::new();
    for part in options.parts() {
        let (report, failures) = measure(part, &options, &runtime)?;
        report.publish(&machine, options.quick)?;
        failed.extend(failures);
    }
    let failed = failed.join("; ");
    if failed.is_empty() {
        Ok(())
    } else if options.quick {
        println!("a short run is no verdict, but: {failed}");
        Ok(())
    } else {
        Err(failed.into())
    }
}

/// Measures a part; beside its report, which of its figures must not be as they are.
fn measure(part: Part, options: &Options, runtime: &Runtime) -> Result<(Report, Vec<String>), Failure> {
    let report = match part {
        Part::Durable => report::durable(&durable::measure(options, runtime)?)?,
        Part::Snapshots => report::snapshots(&snapshot::measure(options, runtime)?)?,
        Part::Growth => report::growth(&growth::measure(options, runtime)?)?,
        Part::Http => report::http(&runtime.block_on(http::measure(options))?)?,
        Part::Rows => report::rows(&runtime.block_on(rows::measure(options))?)?,
        Part::Access => {
            let costs = runtime.block_on(access::measure(options))?;
            return Ok((report::access(&costs)?, costs.failures()));
        }
        Part::Digests => report::digests(&runtime.block_on(digests::measure(options))?)?,
    };
    Ok((report, Vec::new()))
}
