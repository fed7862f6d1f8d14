//! Durable appends: how many a second, by so many writers, of so many bytes, each answered when it is on disk.
//!
//! Every engine is asked in the same way: each writer has a stream of its own, names the version that it expects, and
//! waits for its answer before it sends the next. The rivals and the limit get what waits in groups, as the log does.

mod engines;
mod group;
mod journal;
#[cfg(feature = "rivals")]
mod postgres;
mod raw;
#[cfg(feature = "rivals")]
mod sqlite;
mod writers;

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::stats::{Sample, Spread, Summary, ratios};
use crate::{Failure, Options};

const WRITERS: [usize; 3] = [1, 8, 64];
const SIZES: [usize; 2] = [256, 1024];

/// One engine under one load.
pub(crate) struct Row {
    pub(crate) size: usize,
    pub(crate) writers: usize,
    pub(crate) engine: &'static str,
    pub(crate) summary: Summary,
    /// Against the raw limit, pair by pair.
    pub(crate) ratio: Spread,
}

impl Row {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "bytes": self.size, "writers": self.writers, "engine": self.engine, "figures": self.summary.to_json(),
            "to_raw": { "median": self.ratio.median, "least": self.ratio.least, "most": self.ratio.most },
        })
    }
}

/// Measures every engine under every load.
pub(crate) fn measure(options: &Options, runtime: &Runtime) -> Result<Vec<Row>, Failure> {
    let mut available = engines::Available::find(&options.folder)?;
    let mut rows = Vec::new();
    for size in SIZES {
        for writers in WRITERS {
            println!("durable appends: {writers} writers, {size} bytes");
            rows.extend(one_load(options, runtime, &mut available, size, writers)?);
        }
    }
    Ok(rows)
}

/// Repetitions take turns over the engines, and every second one goes the other way round.
fn one_load(
    options: &Options,
    runtime: &Runtime,
    available: &mut engines::Available,
    size: usize,
    writers: usize,
) -> Result<Vec<Row>, Failure> {
    let names = available.names();
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); names.len()];
    for repetition in 0..options.repetitions() {
        let mut turn: Vec<usize> = (0..names.len()).collect();
        if repetition % 2 == 1 {
            turn.reverse();
        }
        for index in turn {
            let Some(name) = names.get(index) else { continue };
            let engine = Arc::new(available.open(name)?);
            let sample = runtime.block_on(writers::run(&engine, writers, size, options.window()))?;
            Arc::into_inner(engine).ok_or("a writer still holds the engine")?.close();
            samples.get_mut(index).into_iter().for_each(|list| list.push(sample.clone()));
        }
    }
    let raw = samples.first().cloned().unwrap_or_default();
    let row = |(name, list): (&&'static str, &Vec<Sample>)| Row {
        size,
        writers,
        engine: name,
        summary: Summary::of(list),
        ratio: ratios(list, &raw),
    };
    Ok(names.iter().zip(&samples).map(row).collect())
}
