//! What a long log costs: to read it again, to start on it, to ask about it. A question should cost what its answer needs,
//! whatever the length of the log.

mod ask;
mod history;
mod replay;
pub(crate) mod start;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use casework::Clock;
use casework::stored::{decode, encode, stream_id};
use chrono::{DateTime, Utc};
use domain::decide::Decided;
use domain::{Body, Recorded};
use serde_json::{Value, json};
use storage::{
    Commit, CommitId, EventLog, Expected, JournalLog, KeyRing, LogOptions, MasterKey, NewEvent, OpenedEvent,
    OpenedPart, PartContent,
};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use self::history::History;
use crate::stats::Spread;
use crate::{Failure, Options};

/// Events in one commit while the log is being made.
const COMMIT: usize = 400;

/// One figure, and what it is of.
pub(crate) struct Row {
    pub(crate) events: u64,
    pub(crate) what: &'static str,
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    /// The least and the most of the repetitions.
    pub(crate) range: Option<(f64, f64)>,
    /// Against the limit, or against the shortest log.
    pub(crate) ratio: Option<f64>,
    /// What it should be, and whether it is.
    pub(crate) target: Option<(&'static str, bool)>,
}

impl Row {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "events": self.events, "what": self.what, "figure": self.figure, "unit": self.unit, "ratio": self.ratio,
            "range": self.range, "target": self.target.map(|(target, _)| target), "met": self.target.map(|(_, met)| met),
        })
    }
}

impl Row {
    fn of(events: u64, what: &'static str, unit: &'static str, figures: Spread) -> Self {
        let range = (figures.least < figures.most).then_some((figures.least, figures.most));
        Self { events, what, figure: figures.median, unit, range, ratio: None, target: None }
    }

    fn once(events: u64, what: &'static str, unit: &'static str, figure: f64) -> Self {
        Self { events, what, figure, unit, range: None, ratio: None, target: None }
    }

    const fn to(mut self, ratio: f64) -> Self {
        self.ratio = Some(ratio);
        self
    }

    const fn should(mut self, target: &'static str, met: bool) -> Self {
        self.target = Some((target, met));
        self
    }
}

/// Measures everything.
pub(crate) fn measure(options: &Options, runtime: &Runtime) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (events, replayed) in options.lengths() {
        println!("growth: a log of about {events} events");
        let folder = tempfile::tempdir_in(&options.folder)?;
        let count = runtime.block_on(write(folder.path(), events))?;
        if replayed {
            // No snapshot has been written yet: all of it is read.
            start::measure_whole(folder.path(), count, &mut rows)?;
        }
        runtime.block_on(replay::measure(folder.path(), count, replayed.then_some(options), &mut rows))?;
        start::measure(folder.path(), count, options, &mut rows)?;
    }
    let mut shortest = Vec::new();
    for events in options.breadths() {
        println!("growth: questions over {events} events");
        ask::measure(events, options, &mut shortest, &mut rows)?;
    }
    Ok(rows)
}

fn seconds(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed().as_secs_f64())
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
pub(crate) const fn number(count: u64) -> f64 {
    count as f64
}

/// Resident memory of this process, in mebibytes.
pub(crate) fn resident() -> Result<f64, Failure> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = statm.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok(number(pages) * 4096.0 / 1_048_576.0)
}

/// When the history has come to its end.
struct Afterwards;

impl Clock for Afterwards {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_600_000_000, 0).unwrap_or_default()
    }
}

/// The log in a folder, or a new one.
pub(crate) fn open(folder: &Path) -> Result<Arc<JournalLog>, Failure> {
    let options = LogOptions::new(folder.join("data"));
    let (keys, master) = (folder.join("keys"), MasterKey::from_hex(&"5a".repeat(32)).ok_or("not a key")?);
    let ring = if KeyRing::exists(&*options.disk, &keys)? {
        KeyRing::open(&options.disk, &keys, &master)?
    } else {
        KeyRing::create(&options.disk, &keys, &master)?
    };
    Ok(JournalLog::open(&options, ring)?)
}

fn stored(recorded: &Recorded) -> Result<NewEvent, Failure> {
    let (Body::Known(event), Some(occurred)) = (recorded.body.clone(), recorded.occurred) else {
        return Err("a made-up history is not erased".into());
    };
    let decided = Decided { stream: recorded.stream, id: recorded.id, occurred, event };
    Ok(encode(&decided, recorded.actor, recorded.role)?)
}

/// Writes a log and, beside it, the same stored forms one after another in a flat file.
async fn write(folder: &Path, events: u64) -> Result<u64, Failure> {
    let log = open(folder)?;
    let mut flat = BufWriter::new(File::create(folder.join("flat"))?);
    let mut waiting: Vec<Recorded> = Vec::with_capacity(COMMIT);
    let mut commits: Vec<Vec<Recorded>> = Vec::new();
    let mut count = 0;
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Vec<Recorded>>(8);
    let telling = tokio::task::spawn_blocking(move || {
        let told = History::of(events)?.tell(&mut |recorded| {
            waiting.push(recorded);
            if waiting.len() == COMMIT {
                sender.blocking_send(std::mem::take(&mut waiting))?;
            }
            Ok(())
        })?;
        sender.blocking_send(waiting)?;
        Ok::<u64, Failure>(told)
    });
    while let Some(portion) = receiver.recv().await {
        commits.push(portion);
        for portion in commits.drain(..) {
            let mut new = Vec::with_capacity(portion.len());
            for recorded in &portion {
                let event = stored(recorded)?;
                write_flat(&mut flat, &event)?;
                new.push(event);
            }
            count += u64::try_from(new.len())?;
            let Some(first) = portion.first() else { continue };
            let mut expected: Vec<_> = portion.iter().map(|one| (stream_id(one.stream), Expected::Any)).collect();
            expected.sort_by_key(|(stream, _)| (stream.kind, stream.id));
            expected.dedup_by_key(|(stream, _)| (stream.kind, stream.id));
            let content = Zeroizing::new(first.command.bits().to_vec());
            let recorded_micros = first.recorded.timestamp_micros();
            let id = CommitId(first.command.bits());
            log.append(Commit { id, content, expected, events: new, recorded_micros }).await?;
        }
    }
    telling.await??;
    flat.flush()?;
    log.close();
    Ok(count)
}

fn write_flat(flat: &mut impl Write, event: &NewEvent) -> Result<(), Failure> {
    let mut put = |bytes: &[u8]| -> Result<(), Failure> {
        flat.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
        Ok(flat.write_all(bytes)?)
    };
    put(event.kind.as_bytes())?;
    put(&event.open)?;
    put(&event.stream.id)?;
    put(&[event.stream.kind])?;
    put(&event.event_id)?;
    put(&[u8::try_from(event.parts.len())?])?;
    for part in &event.parts {
        put(&part.plain)?;
    }
    Ok(())
}

/// Reads the flat file and decodes everything in it, without keeping any of it.
fn read_flat(folder: &Path, pattern: &OpenedEvent) -> Result<(), Failure> {
    let mut flat = BufReader::with_capacity(1 << 20, File::open(folder.join("flat"))?);
    let mut piece = || -> Result<Option<Vec<u8>>, Failure> {
        let mut length = [0; 4];
        if let Err(error) = flat.read_exact(&mut length) {
            return if error.kind() == std::io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error.into()) };
        }
        let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length))?];
        flat.read_exact(&mut bytes)?;
        Ok(Some(bytes))
    };
    while let Some(kind) = piece()? {
        let mut next = || piece()?.ok_or_else(|| Failure::from("the flat file ends too early"));
        let open = next()?;
        let id = next()?;
        let stream_kind = next()?;
        let event_id = next()?;
        let count = next()?.first().copied().unwrap_or_default();
        let mut event = pattern.clone();
        event.kind = String::from_utf8(kind)?;
        event.open = open;
        event.stream.id = id.try_into().map_err(|_| "not an id")?;
        event.stream.kind = stream_kind.first().copied().unwrap_or_default();
        event.event_id = event_id.try_into().map_err(|_| "not an id")?;
        event.parts.clear();
        for _ in 0..count {
            let content = PartContent::Present(Zeroizing::new(next()?));
            event.parts.push(OpenedPart { key: pattern.parts.first().ok_or("no part")?.key, content });
        }
        std::hint::black_box(decode(&event)?);
    }
    Ok(())
}

/// What lies in a folder and the folders in it, in bytes.
fn bytes_in(folder: &Path) -> Result<f64, Failure> {
    let mut bytes = 0.0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_in(&entry.path())? } else { number(metadata.len()) };
    }
    Ok(bytes)
}
