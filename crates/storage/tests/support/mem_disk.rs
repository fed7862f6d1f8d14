//! A file system in memory that can lose its power: it keeps what was synced, and of the rest any part.
//!
//! A sector of 512 bytes arrives whole or not at all. A name (made, changed, removed) is certain only when its folder was
//! synced, the names of folders too. A file's content is certain only when the file was synced.
#![allow(clippy::indexing_slicing, reason = "a test that cannot go on must fail, and say where")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::disk::{Disk, DiskFile, OpenMode};

use super::Chance;

const SECTOR: usize = 512;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Folder,
    File(usize),
}

/// Changes of names that belong together: what each stands for from now on.
type NameChange = Vec<(PathBuf, Option<Entry>)>;

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    certain: Vec<u8>,
    unsynced: BTreeSet<usize>,
}

#[derive(Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, Entry>,
    certain_names: BTreeMap<PathBuf, Entry>,
    changes: Vec<NameChange>,
    locks: HashSet<PathBuf>,
    calls: u64,
    cut_at: Option<u64>,
    off: bool,
}

/// A file system in memory. Clones are the same one.
#[derive(Clone, Default)]
pub struct MemDisk(Arc<Mutex<State>>);

impl MemDisk {
    /// An empty one, with the folder `/`.
    pub fn new() -> Self {
        let disk = Self::default();
        let root = PathBuf::from("/");
        disk.state().names.insert(root.clone(), Entry::Folder);
        disk.state().certain_names.insert(root, Entry::Folder);
        disk
    }

    /// The power goes at the `nth` changing call from now on (from 1).
    pub fn cut_at(&self, nth: u64) {
        let mut state = self.state();
        state.cut_at = Some(state.calls + nth);
    }

    /// Whether the power has gone.
    pub fn is_off(&self) -> bool {
        self.state().off
    }

    /// What the device holds after the power has gone: all that was synced, and of the rest any part.
    pub fn after_cut(&self, chance: &mut Chance) -> Self {
        let state = self.state();
        let in_order = chance.below(2) == 0;
        let kept = chance.below(state.changes.len() as u64 + 1);
        let mut names = state.certain_names.clone();
        for (change, index) in state.changes.iter().zip(0..) {
            if if in_order { index < kept } else { chance.below(2) == 0 } {
                apply(&mut names, change);
            }
        }
        // What lies in a folder that never arrived did not arrive either.
        let reachable = |path: &Path| path.ancestors().skip(1).all(|above| names.get(above) == Some(&Entry::Folder));
        let names: BTreeMap<_, _> =
            names.iter().filter(|(path, _)| reachable(path)).map(|(path, entry)| (path.clone(), *entry)).collect();
        let files = state.files.iter().map(|file| file.after_cut(chance)).collect();
        let certain_names = names.clone();
        Self(Arc::new(Mutex::new(State { files, names, certain_names, ..State::default() })))
    }

    /// The bytes of a file as they are read now.
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        match state.names.get(path)? {
            Entry::Folder => None,
            Entry::File(file) => Some(state.files[*file].now.clone()),
        }
    }

    /// Puts a file there, certain at once.
    pub fn put(&self, path: &Path, bytes: &[u8]) {
        let mut state = self.state();
        let content = Content { now: bytes.to_vec(), certain: bytes.to_vec(), unsynced: BTreeSet::new() };
        state.files.push(content);
        let entry = Entry::File(state.files.len() - 1);
        state.names.insert(path.to_owned(), entry);
        state.certain_names.insert(path.to_owned(), entry);
    }

    /// Another file system with the same files, all certain.
    pub fn copy(&self) -> Self {
        let state = self.state();
        let files = state.files.iter();
        let files =
            files.map(|file| Content { certain: file.now.clone(), now: file.now.clone(), ..Content::default() });
        Self(Arc::new(Mutex::new(State {
            files: files.collect(),
            names: state.names.clone(),
            certain_names: state.names.clone(),
            ..State::default()
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_power() -> io::Error {
    io::Error::other("the power is off")
}

fn apply(names: &mut BTreeMap<PathBuf, Entry>, change: &NameChange) {
    for (path, entry) in change {
        match entry {
            Some(entry) => drop(names.insert(path.clone(), *entry)),
            None => drop(names.remove(path)),
        }
    }
}

impl State {
    /// Counts a changing call. The one at which the power goes has begun, and never ends.
    fn begin(&mut self) -> io::Result<bool> {
        if self.off {
            return Err(no_power());
        }
        self.calls += 1;
        self.off = self.cut_at.is_some_and(|at| self.calls >= at);
        Ok(self.off)
    }

    fn alive(&self) -> io::Result<()> {
        if self.off { Err(no_power()) } else { Ok(()) }
    }

    fn rename(&mut self, change: NameChange) -> io::Result<()> {
        let cut = self.begin()?;
        apply(&mut self.names, &change);
        self.changes.push(change);
        if cut { Err(no_power()) } else { Ok(()) }
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        match self.names.get(path) {
            Some(Entry::File(file)) => Ok(*file),
            Some(Entry::Folder) => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    fn must_be_folder(&self, path: &Path) -> io::Result<()> {
        match self.names.get(path) {
            Some(Entry::Folder) => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, format!("no folder {}", path.display()))),
        }
    }
}

impl Content {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.now.len() < end {
            self.now.resize(end, 0);
        }
        self.now[offset..end].copy_from_slice(bytes);
        self.unsynced.extend(offset / SECTOR..end.div_ceil(SECTOR));
    }

    fn sync(&mut self) {
        self.certain.clone_from(&self.now);
        self.unsynced.clear();
    }

    fn after_cut(&self, chance: &mut Chance) -> Self {
        let mut bytes = self.certain.clone();
        if chance.below(4) == 0 && bytes.len() < self.now.len() {
            bytes.resize(self.now.len(), 0);
        }
        // Nothing, everything, or any part: each is a kind of device.
        let kind = chance.below(4);
        for sector in &self.unsynced {
            let keep = match kind {
                0 => false,
                1 => true,
                _ => chance.below(2) == 0,
            };
            if !keep {
                continue;
            }
            let (start, end) = (sector * SECTOR, ((sector + 1) * SECTOR).min(self.now.len()));
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(&self.now[start..end]);
        }
        Self { now: bytes.clone(), certain: bytes, unsynced: BTreeSet::new() }
    }
}

impl Disk for MemDisk {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.alive()?;
        let above: Vec<_> = path.ancestors().collect();
        for folder in above.into_iter().rev() {
            if !state.names.contains_key(folder) {
                state.rename(vec![(folder.to_owned(), Some(Entry::Folder))])?;
            }
        }
        Ok(())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let state = self.state();
        state.alive()?;
        Ok(state.names.contains_key(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let state = self.state();
        state.alive()?;
        state.must_be_folder(path)?;
        Ok(state.names.keys().filter(|name| name.parent() == Some(path)).cloned().collect())
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.alive()?;
        let file = if mode == OpenMode::CreateNew {
            state.must_be_folder(path.parent().unwrap())?;
            if state.names.contains_key(path) {
                return Err(io::Error::from(io::ErrorKind::AlreadyExists));
            }
            state.files.push(Content::default());
            let file = state.files.len() - 1;
            state.rename(vec![(path.to_owned(), Some(Entry::File(file)))])?;
            file
        } else {
            state.file(path)?
        };
        Ok(Box::new(MemFile { disk: self.clone(), file }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let file = state.file(from)?;
        state.rename(vec![(from.to_owned(), None), (to.to_owned(), Some(Entry::File(file)))])
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.file(path)?;
        state.rename(vec![(path.to_owned(), None)])
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let gone: NameChange =
            state.names.keys().filter(|name| name.starts_with(path)).map(|name| (name.clone(), None)).collect();
        state.rename(gone)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.must_be_folder(path)?;
        if state.begin()? {
            return Err(no_power());
        }
        let (now_certain, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut state.changes)
            .into_iter()
            .partition(|change| change.iter().any(|(name, _)| name.parent() == Some(path)));
        state.changes = rest;
        for change in &now_certain {
            apply(&mut state.certain_names, change);
        }
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>> {
        let mut state = self.state();
        state.alive()?;
        if state.locks.insert(path.to_owned()) {
            Ok(Box::new(Lock { disk: self.clone(), path: path.to_owned() }))
        } else {
            Err(io::Error::from(io::ErrorKind::WouldBlock))
        }
    }
}

struct Lock {
    disk: MemDisk,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.disk.state().locks.remove(&self.path);
    }
}

struct MemFile {
    disk: MemDisk,
    file: usize,
}

impl DiskFile for MemFile {
    fn len(&self) -> io::Result<u64> {
        let state = self.disk.state();
        state.alive()?;
        Ok(state.files[self.file].now.len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let state = self.disk.state();
        state.alive()?;
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let bytes = state.files[self.file].now.get(start..start + buffer.len());
        buffer.copy_from_slice(bytes.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
        Ok(())
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let cut = state.begin()?;
        state.files[self.file].write(bytes, usize::try_from(offset).map_err(io::Error::other)?);
        if cut { Err(no_power()) } else { Ok(()) }
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        if state.begin()? {
            return Err(no_power());
        }
        state.files[self.file].sync();
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }
}
