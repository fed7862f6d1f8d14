//! Reading a log again, on one core: against decoding the same stored forms from a flat file.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use casework::Casework;
use casework::stored::decode;
use domain::{Projections, laid};
use storage::{EventLog, OpenedEvent, Position, RealDisk, SnapshotPlace, Snapshots};

use super::{Afterwards, Row, bytes_in, number, open, read_flat, seconds};
use crate::stats::Spread;
use crate::{Failure, Options};

/// Events that are read at a time, as the service does it.
const PORTION: usize = 1_024;
/// Events that are folded at a time where one core does everything.
const TOGETHER: usize = 64;

/// Measures replay, if it is wanted, and leaves a snapshot of what is known, as the service lays it out.
pub(super) async fn measure(
    folder: &Path,
    count: u64,
    replayed: Option<&Options>,
    rows: &mut Vec<Row>,
) -> Result<(), Failure> {
    let log = open(folder)?;
    let per_second = |seconds: f64| number(count) / seconds;
    if let Some(options) = replayed {
        let pattern = log.read_all(Position(count - 1), 1).await?.pop().ok_or("the log is empty")?;
        let (mut flat, mut decoded, mut replayed_rates, mut service) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.repetitions().min(3) {
            flat.push(per_second(seconds(|| read_flat(folder, &pattern))?));
            let begin = Instant::now();
            let mut read_up_to = 0;
            while read_up_to < count {
                let from = read_up_to;
                let mut wrong = None;
                let mut take = |event: &OpenedEvent| match decode(event) {
                    Ok(recorded) => read_up_to = std::hint::black_box(recorded).position,
                    Err(error) => wrong = Some(error),
                };
                log.replay(Position(from), PORTION, &mut take).await?;
                wrong.map_or(Ok(()), Err)?;
            }
            decoded.push(per_second(begin.elapsed().as_secs_f64()));
            let begin = Instant::now();
            let known = fold(&*log, count).await?;
            replayed_rates.push(per_second(begin.elapsed().as_secs_f64()));
            drop(known);
            let begin = Instant::now();
            drop(Casework::open(Arc::clone(&log) as Arc<dyn EventLog>, [7; 32], Arc::new(Afterwards)).await?);
            service.push(per_second(begin.elapsed().as_secs_f64()));
        }
        let against =
            |figures: &[f64]| Spread::of(figures.iter().zip(&flat).map(|(one, flat)| one / flat).collect()).median;
        let (of_decoded, of_replayed_rates, of_service) =
            (against(&decoded), against(&replayed_rates), against(&service));
        rows.push(Row::of(count, "decoded from a flat file", "events/s", Spread::of(flat.clone())));
        let row = Row::of(count, "read from the log, opened, decoded", "events/s", Spread::of(decoded));
        rows.push(row.to(of_decoded));
        let row = Row::of(count, "and folded: replay, on one core", "events/s", Spread::of(replayed_rates))
            .to(of_replayed_rates);
        rows.push(row.should("0.5 of the flat file", of_replayed_rates >= 0.5));
        let row = Row::of(
            count,
            "replay by the service: read on one core, folded on another",
            "events/s",
            Spread::of(service),
        );
        rows.push(row.to(of_service));
    }
    rows.push(Row::once(count, "on disk, an event", "bytes", bytes_in(&folder.join("data"))? / number(count)));
    let known = fold(&*log, count).await?;
    let snapshots = Snapshots::new(Arc::new(RealDisk), &folder.join("data"), log.vault());
    let position = Position(known.position);
    let place = SnapshotPlace { position, chain: log.chain_at(position).await?, version: laid::VERSION };
    let mut length = 0;
    let written = seconds(|| {
        let body = laid::lay_out(&known);
        length = snapshots.write(snapshots.begin(), &place, |out| out.write_all(&body))?;
        Ok(())
    })?;
    rows.push(Row::once(count, "a snapshot written", "s", written));
    rows.push(Row::once(count, "its length", "MiB", number(length) / 1_048_576.0));
    log.close();
    Ok(())
}

/// Everything that is known, from the log's first event on: few events are opened, decoded and folded before the next are, so that
/// they are still near.
async fn fold(log: &dyn EventLog, count: u64) -> Result<Projections, Failure> {
    let mut known = Projections::default();
    known.hold();
    let mut some = Vec::with_capacity(TOGETHER);
    let mut wrong = None;
    let mut take = |event: &OpenedEvent| match decode(event) {
        Ok(recorded) => {
            some.push(recorded);
            if some.len() == TOGETHER {
                wrong = known.apply_all(&some).err().map(Failure::from).or(wrong.take());
                some.clear();
            }
        }
        Err(error) => wrong = Some(error.into()),
    };
    log.replay(Position(0), usize::try_from(count)?, &mut take).await?;
    wrong.map_or(Ok(()), Err)?;
    known.apply_all(&some)?;
    known.settle();
    Ok(known)
}
