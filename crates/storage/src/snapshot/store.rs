//! The folder of the snapshots: writing one whole or not at all, finding the newest that can be used, removing all.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::body::{BodyWriter, SealedBody, WriteFailed};
use super::format::{HEADER, Header};
use super::{SnapshotError, SnapshotPlace, Unusable, Why};
use crate::bytes::{first, hex};
use crate::disk::{Disk, OpenMode, make_folder};
use crate::log::{EventLog, Position};
use crate::seal::{ChunkKeys, Vault};

/// The ending of a snapshot's name, and of the name that it has while it is written.
const ENDINGS: (&str, &str) = ("snapshot", "new");

/// The snapshots of one log. One of these for each data folder that is open: its methods take turns.
pub struct Snapshots {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    log_id: [u8; 16],
    keys: ChunkKeys,
    removals: AtomicU64,
    changing: Mutex<()>,
}

/// A snapshot in the making. Take it before what is to be in the snapshot: if all are removed in between, it is refused.
#[derive(Clone, Copy, Debug)]
pub struct Begun(u64);

/// What was found.
#[derive(Debug)]
pub struct Newest<T> {
    /// The newest that can be used: of what it is, and what was read from it. `None`: begin with the log's first event.
    pub found: Option<(SnapshotPlace, T)>,
    /// What was passed over on the way, newest first: worth a line in the log for operators, and nothing more.
    pub unusable: Vec<Unusable>,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> SnapshotError + '_ {
    |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SnapshotError::DiskFull,
        _ => SnapshotError::Io { path: path.to_owned(), why: error.to_string() },
    }
}

impl Snapshots {
    /// The snapshots in a data folder, sealed under that log's key. Touches nothing yet.
    pub fn new(disk: Arc<dyn Disk>, data: &Path, vault: &Vault) -> Self {
        Self::within(disk, data.join("snapshots"), ChunkKeys::new(vault.ring()), vault.log_id())
    }

    /// The checkpoints of the ledger in a data folder: the same files, in a folder and under a key of their own.
    pub(crate) fn of_ledger(disk: Arc<dyn Disk>, data: &Path, vault: &Vault) -> Self {
        Self::within(disk, data.join("checkpoints"), ChunkKeys::of_checkpoints(vault.ring()), vault.log_id())
    }

    fn within(disk: Arc<dyn Disk>, folder: PathBuf, keys: ChunkKeys, log_id: [u8; 16]) -> Self {
        Self { disk, folder, log_id, keys, removals: AtomicU64::new(0), changing: Mutex::default() }
    }

    /// Begins a snapshot: first this, then take hold of what is to be in it, then [`Snapshots::write`].
    pub fn begin(&self) -> Begun {
        Begun(self.removals.load(Ordering::SeqCst))
    }

    /// Writes a snapshot and removes all but it and the newest before it. `body` gives what is to stand in it; nothing of it
    /// is kept in memory but one chunk. When this returns the snapshot is on disk; if it fails, what was there before still
    /// is. Returns the file's length in bytes. Blocks its thread for as long as that takes.
    pub fn write(
        &self,
        begun: Begun,
        place: &SnapshotPlace,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<u64, SnapshotError> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let removed = || self.removals.load(Ordering::SeqCst) != begun.0;
        if removed() {
            return Err(SnapshotError::Removed);
        }
        make_folder(&*self.disk, &self.folder).map_err(io_error(&self.folder))?;
        self.remove_unfinished()?;
        let salt = ChunkKeys::salt().ok_or(SnapshotError::NotSealed)?;
        let header = Header { log_id: self.log_id, place: *place, salt, length: 0 };
        let path = self.path_of(&header);
        let unfinished = path.with_added_extension(ENDINGS.1);
        let written = self.write_file(&unfinished, header, &removed, body).and_then(|length| {
            self.disk.rename(&unfinished, &path).map_err(io_error(&path))?;
            Ok(length)
        });
        if written.is_err() {
            // It takes space that others may need. What cannot be removed now is removed before the next is written.
            let _best_effort = self.forget(&unfinished);
        }
        let length = written?;
        self.disk.sync_dir(&self.folder).map_err(io_error(&self.folder))?;
        self.remove_older(&path, place);
        Ok(length)
    }

    fn write_file(
        &self,
        path: &Path,
        mut header: Header,
        removed: &dyn Fn() -> bool,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<u64, SnapshotError> {
        let file = self.disk.open(path, OpenMode::CreateNew).map_err(io_error(path))?;
        let seal = self.keys.seal(&header.salt, header.bound()).ok_or(SnapshotError::NotSealed)?;
        let mut writer = BodyWriter::new(&*file, seal, removed);
        let failed = |failure: WriteFailed| match failure {
            WriteFailed::Io(error) => io_error(path)(error),
            WriteFailed::Cipher => SnapshotError::NotSealed,
            WriteFailed::Removed => SnapshotError::Removed,
        };
        header.length = match body(&mut writer) {
            Ok(()) => writer.finish().map_err(failed)?,
            Err(error) => return Err(writer.failure().map_or_else(|| SnapshotError::Body(error.to_string()), failed)),
        };
        file.write_all_at(&header.encode(), 0).map_err(io_error(path))?;
        file.sync_all().map_err(io_error(path))?;
        file.len().map_err(io_error(path))
    }

    /// The newest snapshot of a version that this log agrees with. `read` is given its body, of which every byte is what was
    /// written. It may be called again for an older one. Blocks its thread while it reads.
    pub async fn newest<T, E: Display>(
        &self,
        log: &dyn EventLog,
        version: u32,
        mut read: impl FnMut(&SnapshotPlace, Zeroizing<Vec<u8>>) -> Result<T, E>,
    ) -> Newest<T> {
        let mut unusable = Vec::new();
        let paths = self.newest_first().unwrap_or_else(|error| {
            unusable.push(Unusable { path: self.folder.clone(), why: Why::Unreadable(error.to_string()) });
            Vec::new()
        });
        for path in paths {
            let tried = match self.open(&path, version) {
                Ok((place, body)) => match agrees(log, &place).await {
                    Ok(()) => body.open().and_then(|body| {
                        let read = read(&place, body).map_err(|error| Why::NotUnderstood(error.to_string()));
                        read.map(|content| (place, content))
                    }),
                    // That there was more is said only by one that was sealed with the log's key, to its last byte.
                    Err(why @ Why::AfterHead { .. }) => body.open().and(Err(why)),
                    Err(why) => Err(why),
                },
                Err(why) => Err(why),
            };
            match tried {
                Ok(found) => return Newest { found: Some(found), unusable },
                Err(why) => unusable.push(Unusable { path, why }),
            }
        }
        Newest { found: None, unusable }
    }

    /// The newest of a version that `read` takes, which opens the body if it wants it: of what was passed over nothing is told.
    /// For who has no log to compare with yet, and judges the place too.
    pub(crate) fn newest_taken<T>(
        &self,
        version: u32,
        mut read: impl FnMut(&SnapshotPlace, &dyn Fn() -> Option<Zeroizing<Vec<u8>>>) -> Option<T>,
    ) -> Option<T> {
        let mut tried = self.newest_first().unwrap_or_default().into_iter();
        tried.find_map(|path| {
            let (place, body) = self.open(&path, version).ok()?;
            read(&place, &|| body.open().ok())
        })
    }

    fn open(&self, path: &Path, version: u32) -> Result<(SnapshotPlace, SealedBody), Why> {
        let unreadable = |error: io::Error| Why::Unreadable(error.to_string());
        let file = self.disk.open(path, OpenMode::Read).map_err(unreadable)?;
        let length = file.len().map_err(unreadable)?;
        if length < HEADER as u64 {
            return Err(Why::Damaged("it is shorter than a header"));
        }
        let mut sector = vec![0; HEADER];
        file.read_exact_at(&mut sector, 0).map_err(unreadable)?;
        let header = Header::decode(&sector)?;
        if header.log_id != self.log_id {
            return Err(Why::OtherLog);
        }
        if header.place.version != version {
            return Err(Why::OtherVersion { found: header.place.version, wanted: version });
        }
        if header.file_length() != Some(length) {
            return Err(Why::Damaged("it is shorter or longer than it was written"));
        }
        let seal = self.keys.seal(&header.salt, header.bound());
        let seal = seal.ok_or_else(|| Why::Unreadable("the cipher failed".to_owned()))?;
        Ok((header.place, SealedBody::new(file, seal, &header)))
    }

    /// Every snapshot.
    pub fn all(&self) -> Result<Vec<PathBuf>, SnapshotError> {
        self.newest_first().map_err(io_error(&self.folder))
    }

    /// The snapshots that do not open with the keys that are here: those from before an erasure, under the key that it destroyed,
    /// and what was never a snapshot of this log. One that is being written is not among them, nor one whose header is
    /// overwritten: without its salt it opens with no key. Those of a later program's format are left to that one.
    pub fn not_of_these_keys(&self) -> Result<Vec<PathBuf>, SnapshotError> {
        let mut files = self.files().map_err(io_error(&self.folder))?;
        let is_snapshot =
            |path: &Path| path.extension().is_some_and(|ending| ending == ENDINGS.0 || ending == ENDINGS.1);
        files.retain(|path| is_snapshot(path) && !self.is_of_these_keys(path));
        Ok(files)
    }

    fn is_of_these_keys(&self, path: &Path) -> bool {
        let header = || {
            let file = self.disk.open(path, OpenMode::Read).ok()?;
            let mut sector = vec![0; HEADER];
            file.read_exact_at(&mut sector, 0).ok()?;
            Some((file, sector))
        };
        let Some((file, sector)) = header() else { return path.extension().is_some_and(|ending| ending == ENDINGS.1) };
        if sector.iter().all(|byte| *byte == 0) {
            return true;
        }
        match Header::decode(&sector) {
            Ok(header) if header.log_id == self.log_id => {
                let seal = self.keys.seal(&header.salt, header.bound());
                seal.is_some_and(|seal| SealedBody::new(file, seal, &header).begins_to_open())
            }
            Err(Why::NewerFormat(_)) => true,
            Ok(_) | Err(_) => false,
        }
    }

    /// Removes those that do not open with the keys that are here: for each start. Returns how many.
    pub fn remove_not_of_these_keys(&self) -> Result<usize, SnapshotError> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let files = self.not_of_these_keys()?;
        files.iter().try_for_each(|path| self.forget(path).map_err(io_error(path)))?;
        Ok(files.len())
    }

    /// Makes sure that no other program that builds a snapshot beside the service ends it after all have been removed: held
    /// while one is built, and while all are removed.
    pub fn lock(&self) -> Result<Box<dyn Send + Sync>, SnapshotError> {
        let path = self.folder.with_extension("lock");
        self.disk.lock(&path).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => SnapshotError::BeingBuilt(path.clone()),
            _ => io_error(&path)(error),
        })
    }

    /// Removes every snapshot, also one that is being written: it is refused. Returns how many files there were. Erasing is
    /// done only when this has succeeded, which it does not while another program builds one. Before a file is removed its header is overwritten, and with it the salt without
    /// which its key cannot be derived again.
    pub fn remove_all(&self) -> Result<usize, SnapshotError> {
        self.removals.fetch_add(1, Ordering::SeqCst);
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let _nobody_builds = self.lock()?;
        let files = self.files().map_err(io_error(&self.folder))?;
        for path in &files {
            self.forget(path).map_err(io_error(path))?;
        }
        if self.disk.exists(&self.folder).map_err(io_error(&self.folder))? {
            self.disk.sync_dir(&self.folder).map_err(io_error(&self.folder))?;
        }
        Ok(files.len())
    }

    fn forget(&self, path: &Path) -> io::Result<()> {
        if !self.disk.exists(path)? {
            return Ok(());
        }
        // Whether this succeeds or not, the file goes.
        let _best_effort = self.overwrite_header(path);
        self.disk.remove_file(path)
    }

    fn overwrite_header(&self, path: &Path) -> io::Result<()> {
        let file = self.disk.open(path, OpenMode::ReadWrite)?;
        if file.len()? < HEADER as u64 {
            return Ok(());
        }
        file.write_all_at(&[0; HEADER], 0)?;
        file.sync_data()
    }

    fn remove_unfinished(&self) -> Result<(), SnapshotError> {
        let files = self.files().map_err(io_error(&self.folder))?;
        files
            .iter()
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDINGS.1))
            .try_for_each(|path| self.forget(path).map_err(io_error(path)))
    }

    /// Removes all but the one just written and the newest before it, and the newest of a later version, which was built beside
    /// for the program that comes after this one. One that claims a later position is of another history. A failure is no
    /// harm: the next writing does it.
    fn remove_older(&self, written: &Path, place: &SnapshotPlace) {
        let Ok(paths) = self.newest_first() else { return };
        let (mut before, mut later) = (None, None);
        for path in paths.iter().filter(|path| *path != written && position_in(path) <= Some(place.position)) {
            let version = self.version_of(path);
            let kept = if version.is_some_and(|version| version > place.version) { &mut later } else { &mut before };
            kept.get_or_insert(path);
        }
        for path in paths.iter().filter(|path| *path != written && Some(*path) != before && Some(*path) != later) {
            let _best_effort = self.forget(path);
        }
    }

    /// The version that a snapshot says it is of.
    fn version_of(&self, path: &Path) -> Option<u32> {
        let mut sector = vec![0; HEADER];
        self.disk.open(path, OpenMode::Read).ok()?.read_exact_at(&mut sector, 0).ok()?;
        Header::decode(&sector).ok().map(|header| header.place.version)
    }

    /// Everything in the folder.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        if self.disk.exists(&self.folder)? { self.disk.list(&self.folder) } else { Ok(Vec::new()) }
    }

    fn newest_first(&self) -> io::Result<Vec<PathBuf>> {
        let mut paths = self.files()?;
        paths.retain(|path| position_in(path).is_some());
        paths.sort_unstable_by(|one, other| other.cmp(one));
        Ok(paths)
    }

    /// The position, so that the newest is known by its name, and some of the salt, so that no name comes twice: a file is
    /// never replaced, only removed.
    fn path_of(&self, header: &Header) -> PathBuf {
        let mark: [u8; 4] = first(&header.salt);
        self.folder.join(format!("{:020}-{}.{}", header.place.position.0, hex(&mark), ENDINGS.0))
    }
}

/// The position in a snapshot's name; `None`: it is no snapshot's name.
fn position_in(path: &Path) -> Option<Position> {
    if path.extension()? != ENDINGS.0 {
        return None;
    }
    let (position, _) = path.file_stem()?.to_str()?.split_once('-')?;
    position.parse().ok().map(Position)
}

async fn agrees(log: &dyn EventLog, place: &SnapshotPlace) -> Result<(), Why> {
    let head = log.head().position;
    if place.position > head {
        return Err(Why::AfterHead { position: place.position.0, head: head.0 });
    }
    let chain = log.chain_at(place.position).await.map_err(|error| Why::Unreadable(error.to_string()))?;
    if chain == place.chain { Ok(()) } else { Err(Why::OtherHistory) }
}
