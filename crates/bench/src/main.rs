//! The benchmarks. What counts are ratios: each figure stands beside the limit that was measured in the same run, in
//! interleaved repetitions, because the same machine is never the same twice.

mod access;
mod digests;
mod durable;
mod growth;
mod http;
mod machine;
mod report;
mod rows;
mod snapshot;
mod stats;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// What any part of a benchmark may fail with: it stops the run, with its sentence.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How to measure.
#[derive(Parser, Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(name = "bench", about = "Measures mentorlog against the limits of this machine")]
pub(crate) struct Options {
    /// A short run that shows that everything works; its figures mean nothing and are not written.
    #[arg(long)]
    quick: bool,
    /// Only the log.
    #[arg(long, conflicts_with = "only_http")]
    only_durable: bool,
    /// Only the service.
    #[arg(long)]
    only_http: bool,
    /// Only snapshots.
    #[arg(long, conflicts_with_all = ["only_durable", "only_http"])]
    only_snapshots: bool,
    /// Only what a long log costs.
    #[arg(long, conflicts_with_all = ["only_durable", "only_http", "only_snapshots"])]
    only_growth: bool,
    /// Only lists of rows.
    #[arg(long, conflicts_with_all = ["only_durable", "only_http", "only_snapshots", "only_growth"])]
    only_rows: bool,
    /// Only what access costs.
    #[arg(long, conflicts_with_all = ["only_durable", "only_http", "only_snapshots", "only_growth", "only_rows"])]
    only_access: bool,
    /// Only digests to guardians.
    #[arg(long, conflicts_with_all = ["only_durable", "only_http", "only_snapshots", "only_growth", "only_rows", "only_access"])]
    only_digests: bool,
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
    /// Whether everything is measured, at whatever length: then alone the figures are published.
    fn all(&self) -> bool {
        let log = [self.only_snapshots, self.only_durable, self.only_growth];
        let some = [log.contains(&true), self.only_http, self.only_rows, self.only_access, self.only_digests];
        !some.contains(&true)
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
    let mut report = report::Report::new(machine::describe(&options.folder));
    let all = options.all();
    if all || options.only_durable {
        report.durable = durable::measure(&options, &runtime)?;
    }
    if all || options.only_snapshots {
        report.snapshots = snapshot::measure(&options, &runtime)?;
    }
    if all || options.only_growth {
        report.growth = growth::measure(&options, &runtime)?;
    }
    if all || options.only_http {
        report.http = runtime.block_on(http::measure(&options))?;
    }
    if all || options.only_rows {
        report.rows = runtime.block_on(rows::measure(&options))?;
    }
    if all || options.only_access {
        report.access = runtime.block_on(access::measure(&options))?;
    }
    if all || options.only_digests {
        report.digests = runtime.block_on(digests::measure(&options))?;
    }
    let failed = report.access.as_ref().map(access::Costs::failures).unwrap_or_default().join("; ");
    report.publish(all && !options.quick)?;
    if failed.is_empty() {
        Ok(())
    } else if options.quick {
        println!("a short run is no verdict, but: {failed}");
        Ok(())
    } else {
        Err(failed.into())
    }
}
