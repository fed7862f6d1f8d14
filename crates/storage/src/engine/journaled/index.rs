//! sled: the log that is queried. Blocks of sealed records, each under the number of its first; filled behind the journal,
//! and never trusted: every record that is read is authenticated by its position, and the whole is rebuilt when in doubt.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::time::Duration;

use crate::bytes::{Put, Take};
use crate::disk::{Disk, OpenMode};
use crate::journal::FrameKind;
use crate::log::{Head, Position, TraceNumber};

use super::{LogOptions, SledOpener};

/// Most bytes of a block: far below the size at which sled would write leaf pages to blob files.
pub(super) const BLOCK: usize = 64 * 1024;
/// Larger segments and small blocks keep sled from writing blobs, which it never syncs.
const SEGMENT: usize = 8 << 20;
const CACHE: u64 = 64 << 20;

/// Opens sled as we use it: no background flush, no blobs, a bounded cache.
pub(super) fn open_sled(folder: &Path) -> sled::Result<sled::Db> {
    sled::Config::new().path(folder).cache_capacity(CACHE).segment_size(SEGMENT).flush_every_ms(None).open()
}

/// An open database and its trees.
#[derive(Clone)]
struct Opened {
    db: sled::Db,
    events: sled::Tree,
    traces: sled::Tree,
}

/// sled, or its absence.
pub(super) struct SledIndex {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    opener: SledOpener,
    patience: Duration,
    opened: RwLock<Option<Opened>>,
    suspect: Mutex<bool>,
}

/// Something went wrong in sled: it is left alone until it is rebuilt.
#[derive(Debug)]
pub(super) struct SledFailed;

impl SledIndex {
    /// Not open yet.
    pub(super) fn new(options: &LogOptions) -> Self {
        Self {
            disk: Arc::clone(&options.disk),
            folder: options.folder.join("sled"),
            opener: Arc::clone(&options.opener),
            patience: options.sled_patience,
            opened: RwLock::default(),
            suspect: Mutex::default(),
        }
    }

    /// Opens what is there. An error, a panic, a hang, blobs or a mark of suspicion: the caller rebuilds.
    pub(super) fn open(&self) -> Result<(), SledFailed> {
        if self.disk.exists(&self.suspect_path()).unwrap_or(true) || self.has_blobs() {
            return Err(SledFailed);
        }
        let opened = self.open_guarded()?;
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(())
    }

    /// sled may panic or hang on a damaged folder, so it is opened on a thread of its own, which is left behind if it
    /// does not come back.
    fn open_guarded(&self) -> Result<Opened, SledFailed> {
        let (send, receive) = mpsc::channel();
        let (opener, folder) = (Arc::clone(&self.opener), self.folder.clone());
        let guarded = move || {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let db = opener(&folder)?;
                let (events, traces) = (db.open_tree("events")?, db.open_tree("traces")?);
                sled::Result::Ok(Opened { db, events, traces })
            }));
            let _nobody_waits = send.send(outcome);
        };
        std::thread::Builder::new().name("sled-open".to_owned()).spawn(guarded).map_err(|_| SledFailed)?;
        match receive.recv_timeout(self.patience) {
            Ok(Ok(Ok(database))) => Ok(database),
            _ => Err(SledFailed),
        }
    }

    /// Begins anew in an empty folder.
    pub(super) fn rebuild(&self) -> Result<(), SledFailed> {
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = None;
        for path in [&self.folder, &self.suspect_path()] {
            let there = self.disk.exists(path).map_err(|_| SledFailed)?;
            if there && *path == self.folder {
                self.disk.remove_dir_all(path).map_err(|_| SledFailed)?;
            } else if there {
                self.disk.remove_file(path).map_err(|_| SledFailed)?;
            }
        }
        let opened = self.open_guarded()?;
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(())
    }

    fn suspect_path(&self) -> PathBuf {
        self.folder.with_extension("suspect")
    }

    /// Whether it is in use: after an orderly close it is not, and is not to blame for lacking anything.
    pub(super) fn is_open(&self) -> bool {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Marks sled to be rebuilt at the next start.
    pub(super) fn mark_suspect(&self) {
        let mut suspect = self.suspect.lock().unwrap_or_else(PoisonError::into_inner);
        if !*suspect {
            *suspect = true;
            let _best_effort = self.disk.open(&self.suspect_path(), OpenMode::CreateNew);
        }
    }

    fn has_blobs(&self) -> bool {
        let blobs = self.folder.join("blobs");
        match self.disk.exists(&blobs) {
            Ok(false) => false,
            Ok(true) => self.disk.list(&blobs).map_or(true, |files| !files.is_empty()),
            Err(_) => true,
        }
    }

    fn opened(&self) -> Option<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How far sled has been filled, as it says itself.
    pub(super) fn filled(&self, log_id: &[u8; 16]) -> Option<Head> {
        let value = self.opened()?.db.get("filled").ok()??;
        let mut take = Take(&value);
        let same_log = take.array::<16>()? == *log_id;
        let head = Head { position: Position(take.u64()?), traces: TraceNumber(take.u64()?), hash: take.array()? };
        same_log.then_some(head)
    }

    /// Says how far sled has been filled.
    pub(super) fn set_filled(&self, log_id: &[u8; 16], head: &Head) -> Result<(), SledFailed> {
        let mut value = Vec::with_capacity(64);
        value.put(log_id);
        value.put_u64(head.position.0);
        value.put_u64(head.traces.0);
        value.put(&head.hash);
        guard(|| self.opened().ok_or(SledFailed)?.db.insert("filled", value).map(drop).map_err(|_| SledFailed))
    }

    /// Puts a block of records in, under the number of its first.
    pub(super) fn insert(&self, kind: FrameKind, first: u64, block: &[u8]) -> Result<(), SledFailed> {
        guard(|| {
            let tree = self.tree(kind).ok_or(SledFailed)?;
            tree.insert(first.to_be_bytes(), block).map(drop).map_err(|_| SledFailed)
        })
    }

    fn tree(&self, kind: FrameKind) -> Option<sled::Tree> {
        let opened = self.opened()?;
        Some(match kind {
            FrameKind::Event => opened.events,
            FrameKind::Trace => opened.traces,
        })
    }

    /// The block with a record, and the number of its first.
    pub(super) fn block_with(&self, kind: FrameKind, number: u64) -> Option<(u64, sled::IVec)> {
        guard(|| {
            let (key, block) = self
                .tree(kind)
                .ok_or(SledFailed)?
                .get_lt((number + 1).to_be_bytes())
                .ok()
                .flatten()
                .ok_or(SledFailed)?;
            let first = key.first_chunk::<8>().copied().map(u64::from_be_bytes).ok_or(SledFailed)?;
            Ok((first, block))
        })
        .ok()
    }

    /// The last record of a kind, and its number.
    pub(super) fn last_record(&self, kind: FrameKind) -> Option<(u64, Vec<u8>)> {
        guard(|| {
            let last = self.tree(kind).ok_or(SledFailed)?.last().ok().flatten();
            let (key, block) = last.ok_or(SledFailed)?;
            let first = key.first_chunk::<8>().copied().map(u64::from_be_bytes).ok_or(SledFailed)?;
            let record = block_records(&block).zip(first..).last().ok_or(SledFailed)?;
            Ok((record.1, record.0.to_vec()))
        })
        .ok()
    }

    /// Brings everything to the device: sled's own flush, which does not sync (measured), then fdatasync on its files.
    pub(super) fn checkpoint(&self) -> Result<(), SledFailed> {
        guard(|| self.opened().ok_or(SledFailed)?.db.flush().map(drop).map_err(|_| SledFailed))?;
        let files = self.disk.list(&self.folder).map_err(|_| SledFailed)?;
        for path in files.iter().filter(|path| path.extension().is_none_or(|extension| extension != "tmp")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name == "db" || name == "conf" || name.starts_with("snap.") {
                let file = self.disk.open(path, OpenMode::ReadWrite).map_err(|_| SledFailed)?;
                file.sync_data().map_err(|_| SledFailed)?;
            }
        }
        self.disk.sync_dir(&self.folder).map_err(|_| SledFailed)
    }

    /// Lets go of the database.
    pub(super) fn close(&self) {
        let _dropped = guard(|| {
            drop(self.opened.write().unwrap_or_else(PoisonError::into_inner).take());
            Ok(())
        });
    }
}

/// A panic inside sled stays inside sled.
fn guard<T>(work: impl FnOnce() -> Result<T, SledFailed>) -> Result<T, SledFailed> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(Err(SledFailed))
}

/// Puts a record in a block.
pub(super) fn put_in_block(block: &mut Vec<u8>, sealed: &[u8]) {
    block.put_block(sealed);
}

/// The records of a block, in order.
pub(super) fn block_records(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut take = Take(block);
    std::iter::from_fn(move || take.block())
}
