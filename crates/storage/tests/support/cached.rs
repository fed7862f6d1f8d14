//! What the tests of snapshots share: a log in memory, snapshots of it on some disk, bodies that can be told apart.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use storage::snapshot::{Newest, Unusable};
use storage::{Disk, EventLog, MemoryLog, Position, SnapshotError, SnapshotPlace, Snapshots};

use super::mem_disk::MemDisk;
use super::{Chance, addition, data, stream, wait};

/// The version of what these tests derive.
pub const VERSION: u32 = 7;

/// A log of so many events.
pub fn log_of(events: u64) -> MemoryLog {
    let log = MemoryLog::new().unwrap();
    add(&log, 1..=events);
    log
}

/// Appends these events to a log, one by one.
pub fn add(log: &dyn EventLog, numbers: RangeInclusive<u64>) {
    for number in numbers {
        wait(log.append(addition(number, stream(u8::try_from(number % 200).unwrap())))).unwrap();
    }
}

/// The snapshots of a log, in a data folder on a disk.
pub fn snapshots(log: &MemoryLog, disk: &MemDisk) -> Snapshots {
    Snapshots::new(Arc::new(disk.clone()), &data(), log.vault())
}

/// Of what a snapshot at a position is.
pub fn place(log: &dyn EventLog, position: u64) -> SnapshotPlace {
    let position = Position(position);
    SnapshotPlace { position, chain: wait(log.chain_at(position)).unwrap(), version: VERSION }
}

/// Writes a snapshot.
pub fn write(snapshots: &Snapshots, log: &dyn EventLog, position: u64, body: &[u8]) -> Result<u64, SnapshotError> {
    snapshots.write(snapshots.begin(), &place(log, position), |out| out.write_all(body))
}

/// The newest, with its whole body.
pub fn newest(snapshots: &Snapshots, log: &dyn EventLog) -> Newest<Vec<u8>> {
    wait(snapshots.newest(log, VERSION, |_, body| Ok::<_, String>(body.to_vec())))
}

/// Position and body of the newest, and why others were passed over.
pub fn found(snapshots: &Snapshots, log: &dyn EventLog) -> (Option<(u64, Vec<u8>)>, Vec<Unusable>) {
    let Newest { found, unusable } = newest(snapshots, log);
    (found.map(|(place, body)| (place.position.0, body)), unusable)
}

/// The files in the folder of the snapshots, oldest first.
pub fn files(disk: &dyn Disk, data: &Path) -> Vec<PathBuf> {
    let folder = data.join("snapshots");
    if disk.exists(&folder).unwrap() { disk.list(&folder).unwrap() } else { Vec::new() }
}

/// Bytes that follow from a seed.
pub fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut chance = Chance(seed);
    std::iter::repeat_with(|| chance.below(u64::MAX).to_le_bytes()).flatten().take(length).collect()
}
