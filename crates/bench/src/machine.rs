//! On what was measured: figures without their machine say nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Cores, processor, kernel, file system, versions.
pub(crate) fn describe(folder: &Path) -> Value {
    json!({
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": field("/proc/cpuinfo", "model name"),
        "memory": field("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        "file_system": said("stat", &["-f", "-c", "%T", &folder.to_string_lossy()]),
        "rust": said("rustc", &["--version"]),
        "commit": said("git", &["rev-parse", "--short=12", "HEAD"]),
        "mentorlog": env!("CARGO_PKG_VERSION"),
    })
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
    line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Processor time that a process has used, in microseconds, from `/proc`.
pub(crate) fn cpu_micros(process: u32) -> f64 {
    /// Linux counts it in hundredths of a second for everybody.
    const MICROS_PER_TICK: f64 = 10_000.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // After the name: state is the first field, utime the twelfth, stime the thirteenth.
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() * MICROS_PER_TICK
}
