//! A snapshot written and read, in mebibytes a second, beside the same bytes written and synced, or read, without any work.
//!
//! What is read has just been written: both sides read from the machine's memory, so what differs is the opening.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use storage::{Disk, EventLog, MemoryLog, Position, RealDisk, SnapshotPlace, Snapshots};
use tokio::runtime::Runtime;

use crate::stats::{Sample, Spread, Summary, ratios};
use crate::{Failure, Options};

/// How much a body gives at once, as a projection that is written field by field into a buffer would.
const PIECE: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;

/// One way of one direction.
pub(crate) struct Row {
    pub(crate) mebibytes: usize,
    pub(crate) what: &'static str,
    pub(crate) summary: Summary,
    /// Against the raw limit of the same direction, pair by pair.
    pub(crate) ratio: Spread,
}

impl Row {
    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "mebibytes": self.mebibytes, "what": self.what, "figures": self.summary.to_json(),
            "to_raw": { "median": self.ratio.median, "least": self.ratio.least, "most": self.ratio.most },
        })
    }
}

/// Measures writing and reading; what each is compared with stands before it.
pub(crate) fn measure(options: &Options, runtime: &Runtime) -> Result<Vec<Row>, Failure> {
    let mebibytes = if options.quick { 8 } else { 256 };
    println!("snapshots: {mebibytes} MiB");
    let folder = tempfile::tempdir_in(&options.folder)?;
    let mut bench = Bench::new(folder.path(), mebibytes)?;
    let mut samples: [Vec<Sample>; 4] = Default::default();
    for _ in 0..options.repetitions() {
        let [raw_write, write, raw_read, read] = &mut samples;
        raw_write.push(bench.timed(|bench| bench.write_raw())?);
        write.push(bench.timed(|bench| bench.write())?);
        raw_read.push(bench.timed(|bench| bench.read_raw())?);
        read.push(bench.timed(|bench| bench.read(runtime))?);
    }
    let row =
        |what, of: &[Sample], to: &[Sample]| Row { mebibytes, what, summary: Summary::of(of), ratio: ratios(of, to) };
    let [raw_write, write, raw_read, read] = &samples;
    Ok(vec![
        row("raw write + fsync", raw_write, raw_write),
        row("snapshot written", write, raw_write),
        row("raw read", raw_read, raw_read),
        row("snapshot read", read, raw_read),
    ])
}

struct Bench<'a> {
    folder: &'a Path,
    mebibytes: usize,
    piece: Vec<u8>,
    log: MemoryLog,
    snapshots: Snapshots,
}

impl<'a> Bench<'a> {
    fn new(folder: &'a Path, mebibytes: usize) -> Result<Self, Failure> {
        // Bytes that are not all alike; what they are makes no difference to the cipher or the disk.
        let piece = (0..PIECE).map(|at| u8::try_from(at % 251)).collect::<Result<_, _>>()?;
        let (log, disk): (_, Arc<dyn Disk>) = (MemoryLog::new()?, Arc::new(RealDisk));
        let snapshots = Snapshots::new(disk, folder, log.vault());
        Ok(Self { folder, mebibytes, piece, log, snapshots })
    }

    fn timed(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<Sample, Failure> {
        let begin = Instant::now();
        work(self)?;
        let elapsed = begin.elapsed();
        let micros = u32::try_from(elapsed.as_micros())?;
        let count = u64::try_from(self.mebibytes)?;
        Ok(Sample { count, seconds: elapsed.as_secs_f64(), micros: vec![micros], cpu_micros: 0.0 })
    }

    fn give(&self, out: &mut dyn Write) -> std::io::Result<()> {
        (0..self.mebibytes * MIB / PIECE).try_for_each(|_| out.write_all(&self.piece))
    }

    fn write_raw(&self) -> Result<(), Failure> {
        let path = self.folder.join("raw");
        if path.exists() {
            fs::remove_file(&path)?;
        }
        let mut file = File::create(path)?;
        self.give(&mut file)?;
        Ok(file.sync_all()?)
    }

    /// Its writing removes an older one too, as in service.
    fn write(&self) -> Result<(), Failure> {
        let place = SnapshotPlace { position: Position(0), chain: self.log.head().hash, version: 1 };
        self.snapshots.write(self.snapshots.begin(), &place, |out| self.give(out))?;
        Ok(())
    }

    fn read_raw(&self) -> Result<(), Failure> {
        let whole = fs::read(self.folder.join("raw"))?;
        black_box(whole);
        Ok(())
    }

    fn read(&self, runtime: &Runtime) -> Result<(), Failure> {
        let read = self.snapshots.newest(&self.log, 1, |_, body| Ok::<_, Failure>(black_box(body).len()));
        runtime.block_on(read).found.ok_or("the snapshot is not found again")?;
        Ok(())
    }
}
