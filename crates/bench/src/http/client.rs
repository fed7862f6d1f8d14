//! Clients at the same time, each with one request under way on a connection that is kept.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::ask::Connection;
use super::cases::{self, Case};
use crate::Failure;
use crate::machine::cpu_micros;
use crate::stats::Sample;

/// Before anything is counted.
const WARM_UP: Duration = Duration::from_millis(200);

/// Lets the clients ask for so long. Processor time is the server process's own.
pub(crate) async fn run(
    address: SocketAddr,
    process: u32,
    case: &Case,
    clients: usize,
    window: Duration,
) -> Result<Sample, Failure> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + window;
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let case = case.clone();
        tasks.spawn(async move { ask(address, &case, client, begin, end).await });
    }
    tokio::time::sleep_until(begin.into()).await;
    let before = cpu_micros(process);
    tokio::time::sleep_until(end.into()).await;
    let used = cpu_micros(process) - before;
    let mut sample = Sample { seconds: window.as_secs_f64(), cpu_micros: used, ..Sample::default() };
    while let Some(micros) = tasks.join_next().await {
        sample.micros.extend(micros??);
    }
    sample.count = u64::try_from(sample.micros.len())?;
    Ok(sample)
}

async fn ask(
    address: SocketAddr,
    case: &Case,
    client: usize,
    begin: Instant,
    end: Instant,
) -> Result<Vec<u32>, Failure> {
    let mut connection = Connection::open(address).await?;
    let (mut micros, mut body) = (Vec::new(), Vec::new());
    let fixed = case.request(client);
    let mut answered = Instant::now();
    while answered <= end {
        let fresh = case.is_fresh_each_time().then(|| case.request(client));
        let sent = Instant::now();
        connection.ask(fresh.as_ref().unwrap_or(&fixed), &mut body).await?;
        answered = Instant::now();
        if sent >= begin && answered <= end {
            micros.push(u32::try_from((answered - sent).as_micros())?);
        }
    }
    cases::no_errors(case.name, &body)?;
    Ok(micros)
}
