//! Starting on a long log: in a process of its own, so that memory is what the started service has, and nothing else.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use casework::Casework;
use serde_json::{Value, json};
use storage::{EventLog, RealDisk, Snapshots};

use super::{Afterwards, Row, open, resident};
use crate::stats::Spread;
use crate::{Failure, Options};

/// Starts as the service does, from the newest snapshot if there is one, and prints what that took.
pub(crate) async fn run(folder: &Path) -> Result<(), Failure> {
    let begin = Instant::now();
    let log = open(folder)?;
    let opened = begin.elapsed().as_secs_f64();
    let snapshots = Snapshots::new(Arc::new(RealDisk), &folder.join("data"), log.vault());
    let of_service = Arc::clone(&log) as Arc<dyn EventLog>;
    let service = Casework::open_with(of_service, [7; 32], Arc::new(Afterwards), Arc::new(snapshots)).await?;
    let started = begin.elapsed().as_secs_f64();
    let resumed = log.resumed_at().0;
    let memory = resident()?;
    println!("{}", json!({ "opened": opened, "started": started, "resident": memory, "resumed": resumed }));
    drop(service);
    log.close();
    Ok(())
}

/// One start in a process of its own, as it told of itself.
fn started(folder: &Path) -> Result<Value, Failure> {
    let output = Command::new(std::env::current_exe()?).arg("--start-from").arg(folder).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Measures the memory of a service that found no snapshot, and read the whole log.
pub(super) fn measure_whole(folder: &Path, count: u64, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let told = started(folder)?;
    let memory = told.get("resident").and_then(Value::as_f64).ok_or("no figure")?;
    let row = Row::once(count, "resident memory of a service that has replayed it all", "MiB", memory);
    rows.push(row.should("under 1 GiB", memory < 1024.0));
    Ok(())
}

/// Measures it.
pub(super) fn measure(folder: &Path, count: u64, options: &Options, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let mut told = Vec::new();
    for _ in 0..options.repetitions() {
        told.push(started(folder)?);
    }
    let figures = |name: &str| Spread::of(told.iter().filter_map(|one| one.get(name)?.as_f64()).collect());
    rows.push(Row::of(count, "start: the log opened", "s", figures("opened")));
    let started = figures("started");
    let row = Row::of(count, "start: and known from the snapshot", "s", started);
    rows.push(row.should("under 2 s", started.median < 2.0));
    let memory = figures("resident");
    let row = Row::of(count, "resident memory of the started service", "MiB", memory);
    rows.push(if count < 6_000_000 { row.should("under 1 GiB", memory.most < 1024.0) } else { row });
    Ok(())
}
