//! What a long log costs: to read it again, to start on it, to ask about it. A question should cost what its answer needs,
//! whatever the length of the log.

mod history;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use casework::stored::{decode, encode, stream_id};
use casework::{Casework, Clock};
use chrono::{DateTime, Days, Utc};
use domain::decide::Decided;
use domain::projection::workload::Span;
use domain::projection::{AsOf, Projections};
use domain::{Body, Recorded, laid};
use serde_json::{Value, json};
use storage::{
    Commit, CommitId, EventLog, Expected, JournalLog, KeyRing, LogOptions, MasterKey, NewEvent, OpenedEvent,
    OpenedPart, PartContent, Position, RealDisk, SnapshotPlace, Snapshots,
};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use self::history::{History, enrolment, mentor, monday, pupil, school};
use crate::{Failure, Options};

/// Events in one commit while the log is being made.
const COMMIT: usize = 400;
/// How often a question is asked at each length.
const ASKED: u32 = 400;

/// How many places in memory are read to know how long one takes.
const READS: usize = 1_000_000;

const KNOWN: &str = "memory of what is known";

/// One figure, and what it is of.
pub(crate) struct Row {
    pub(crate) events: u64,
    pub(crate) what: &'static str,
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    /// Against the limit, or against the shortest log.
    pub(crate) ratio: Option<f64>,
}

impl Row {
    /// For `docs/bench.json`.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "events": self.events, "what": self.what, "figure": self.figure, "unit": self.unit, "ratio": self.ratio })
    }
}

/// Measures everything.
pub(crate) fn measure(options: &Options, runtime: &Runtime) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for events in options.lengths() {
        println!("growth: a log of about {events} events");
        let folder = tempfile::tempdir_in(&options.folder)?;
        runtime.block_on(replay(folder.path(), events, &mut rows))?;
    }
    let mut shortest: Vec<(&'static str, f64)> = Vec::new();
    for events in options.breadths() {
        println!("growth: questions over {events} events");
        ask(events, &mut shortest, &mut rows)?;
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

async fn replay(folder: &Path, events: u64, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let count = write(folder, events).await?;
    let mut row = |what, figure, unit, ratio| rows.push(Row { events: count, what, figure, unit, ratio });
    let opened = Instant::now();
    let log = open(folder)?;
    row("the log opened", opened.elapsed().as_secs_f64(), "s", None);
    let pattern = log.read_all(Position(count - 1), 1).await?.pop().ok_or("the log is empty")?;
    let flat = seconds(|| read_flat(folder, &pattern))?;
    row("decoded from a flat file", number(count) / flat, "events/s", None);
    let begin = Instant::now();
    let mut read_up_to = 0;
    while read_up_to < count {
        for event in log.read_all(Position(read_up_to), 512).await? {
            read_up_to = std::hint::black_box(decode(&event)?).position;
        }
    }
    let decoded = begin.elapsed().as_secs_f64();
    row("read from the log, opened, decoded", number(count) / decoded, "events/s", Some(flat / decoded));
    let begin = Instant::now();
    let before = resident()?;
    let mut known = Projections::default();
    while known.position < count {
        for event in log.read_all(Position(known.position), 512).await? {
            known.apply(&decode(&event)?)?;
        }
    }
    let read = begin.elapsed().as_secs_f64();
    row("and folded: replay", number(count) / read, "events/s", Some(flat / read));
    row(KNOWN, resident()? - before, "MiB", None);
    let begin = Instant::now();
    let service = Casework::open(Arc::clone(&log) as Arc<dyn EventLog>, [7; 32], Arc::new(Afterwards)).await?;
    let started = begin.elapsed().as_secs_f64();
    row(
        "replay by the service: read on one core, folded on another",
        number(count) / started,
        "events/s",
        Some(flat / started),
    );
    drop(service);
    let size = bytes_in(&folder.join("data"))?;
    row("on disk, an event", size / number(count), "bytes", None);

    let snapshots = Snapshots::new(Arc::new(RealDisk), &folder.join("data"), log.vault());
    let position = Position(known.position);
    let place = SnapshotPlace { position, chain: log.chain_at(position).await?, version: laid::VERSION };
    let mut length = 0;
    let written = seconds(|| {
        let body = laid::lay_out(&known);
        length = snapshots.write(snapshots.begin(), &place, |out| out.write_all(&body))?;
        Ok(())
    })?;
    row("a snapshot written", written, "s", None);
    row("its length", number(length) / 1_048_576.0, "MiB", None);
    drop(known);
    let begin = Instant::now();
    let found = snapshots.newest(&*log, laid::VERSION, |_, body| {
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        laid::pick_up(&bytes).ok_or_else(|| "it is laid out in another way".to_owned())
    });
    let (_, picked) = found.await.found.ok_or("the snapshot is not found again")?;
    row("known again from the snapshot", begin.elapsed().as_secs_f64(), "s", None);
    if picked.position != count {
        return Err("the snapshot is of another position".into());
    }
    log.close();
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

/// How long it takes to read one place in so many mebibytes, each read telling where the next is: in microseconds. What is
/// asked of more schools lies further apart, and no longer in the processor's caches.
fn one_read(mebibytes: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in memory")]
    let places = (mebibytes.max(1.0) * 1_048_576.0 / 64.0) as usize;
    let mut lines = vec![[0_u64; 8]; places];
    for (at, line) in lines.iter_mut().enumerate() {
        line[0] = (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as u64;
    }
    let begin = Instant::now();
    let mut at = 1_usize;
    for turn in 0..READS {
        at = lines.get(at).map_or(0, |line| usize::try_from(line[0]).unwrap_or(0)).wrapping_add(turn) % places;
    }
    std::hint::black_box(at);
    begin.elapsed().as_secs_f64() * 1e6 / number(READS as u64)
}

/// The questions that a mentor and a principal ask all day, asked of what is known after so many events.
fn ask(events: u64, shortest: &mut Vec<(&'static str, f64)>, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let mut known = Projections::default();
    let history = History::of(events)?;
    let pupils = history.pupils;
    let count = history.tell(&mut |recorded| Ok(known.apply(&recorded)?))?;
    // As much as it took when the log was read again: by now the allocator gives what it was given back.
    let known_before = rows.iter().find(|row| row.what == KNOWN).map_or(0.0, |row| row.figure / number(row.events));
    let memory = known_before * number(count);
    let mut push = |what, micros: f64, unit, scale: f64| {
        let before = shortest.iter().find(|(known, _)| *known == what).map(|(_, micros)| *micros);
        if before.is_none() {
            shortest.push((what, micros));
        }
        let ratio = before.map(|before| micros / before);
        rows.push(Row { events: count, what, figure: micros * scale, unit, ratio });
    };
    push("the limit: one read of as much memory, anywhere in it", one_read(memory), "ns", 1e3);
    let last = monday(35)? + Days::new(4);
    let (now, then) = (AsOf::now(last), AsOf { day: monday(12)?, known: known.past.end_of(monday(12)?) });
    let term = domain::calendar::Term::of(monday(2)?);
    let rows_of = |number: u32, at: AsOf| {
        let held: Vec<_> = known.caseload.of_mentor(mentor(number), at).collect();
        let row = |held: &&Arc<domain::projection::caseload::Held>| {
            let facts = known.facts(held.pupil, at)?;
            let place = facts.placement_on(at.day).map(|(_, placement)| placement.class.clone());
            Some((place, known.caseload.contacts(facts.latest.id, at)))
        };
        held.iter().filter_map(row).count()
    };
    let week = Span { first: monday(20)?, last: monday(20)? + Days::new(6), known: u64::MAX };
    let questions: [(&'static str, &dyn Fn(u32) -> usize); 5] = [
        ("caseload", &|number| rows_of(number, now)),
        ("caseload as of a past day, on both axes", &|number| rows_of(number, then)),
        ("timeline, a page", &|number| {
            known.timeline.newest_first((pupil(number), enrolment(number)), None, now).take(20).count()
        }),
        ("workload of a week", &|number| {
            usize::try_from(known.workload.of(mentor(number), week).contacts).unwrap_or(0)
        }),
        ("absence of a school in a term", &|number| {
            usize::try_from(known.absence.of_school(school(number), term, None, None).all.pupils).unwrap_or(0)
        }),
    ];
    for (what, question) in questions {
        let mut micros: Vec<f64> = (0..ASKED)
            .map(|turn| {
                let number = turn.wrapping_mul(7_919) % pupils;
                let begin = Instant::now();
                std::hint::black_box(question(number));
                begin.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        micros.sort_by(f64::total_cmp);
        let median = micros.get(micros.len() / 2).copied().unwrap_or_default();
        push(what, median, "µs", 1.0);
    }
    Ok(())
}
