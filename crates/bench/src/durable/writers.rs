//! Writers at the same time, each with a stream of its own and one record under way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::engines::Engine;
use super::group::Record;
use crate::Failure;
use crate::stats::Sample;

/// Before anything is counted: caches, keys and threads are there.
const WARM_UP: Duration = Duration::from_millis(100);

/// Lets the writers write for so long.
pub(super) async fn run(
    engine: &Arc<Engine>,
    writers: usize,
    size: usize,
    window: Duration,
) -> Result<Sample, Failure> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + window;
    let mut tasks = JoinSet::new();
    for stream in 0..i64::try_from(writers)? {
        let engine = Arc::clone(engine);
        tasks.spawn(async move { write(&engine, stream, size, begin, end).await });
    }
    let mut sample = Sample { seconds: window.as_secs_f64(), ..Sample::default() };
    while let Some(micros) = tasks.join_next().await {
        sample.micros.extend(micros??);
    }
    sample.count = u64::try_from(sample.micros.len())?;
    Ok(sample)
}

/// How long each record took that was begun and answered within the window.
async fn write(engine: &Engine, stream: i64, size: usize, begin: Instant, end: Instant) -> Result<Vec<u32>, Failure> {
    let mut micros = Vec::new();
    for version in 1.. {
        let bytes = vec![u8::try_from(version % 251)?; size];
        let sent = Instant::now();
        engine.append(Record { stream, version, bytes }).await?;
        let answered = Instant::now();
        if answered > end {
            break;
        }
        if sent >= begin {
            micros.push(u32::try_from((answered - sent).as_micros())?);
        }
    }
    Ok(micros)
}
