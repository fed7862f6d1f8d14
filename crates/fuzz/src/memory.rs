//! A file system in memory, as plain as it can be: nothing fails but what is not there.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::disk::{Disk, DiskFile, OpenMode};

type Bytes = Arc<Mutex<Vec<u8>>>;

/// What a name stands for.
#[derive(Clone)]
enum Entry {
    Folder,
    File(Bytes),
}

#[derive(Default)]
struct State {
    names: BTreeMap<PathBuf, Entry>,
    locks: HashSet<PathBuf>,
}

/// A file system in memory. Clones are the same one.
#[derive(Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<State>>);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl MemoryDisk {
    /// Puts a file there, and the folders above it.
    pub fn put(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = locked(&self.0);
        for folder in path.ancestors().skip(1) {
            state.names.insert(folder.to_owned(), Entry::Folder);
        }
        state.names.insert(path.to_owned(), Entry::File(Arc::new(Mutex::new(bytes))));
    }

    /// Every file with its bytes, sorted by path.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let state = locked(&self.0);
        let files = state.names.iter().filter_map(|(path, entry)| match entry {
            Entry::File(bytes) => Some((path.clone(), locked(bytes).clone())),
            Entry::Folder => None,
        });
        files.collect()
    }

    fn file(&self, path: &Path) -> io::Result<Bytes> {
        match locked(&self.0).names.get(path) {
            Some(Entry::File(bytes)) => Ok(Arc::clone(bytes)),
            Some(Entry::Folder) => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            None => Err(not_found()),
        }
    }
}

impl Disk for MemoryDisk {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = locked(&self.0);
        for folder in path.ancestors() {
            state.names.entry(folder.to_owned()).or_insert(Entry::Folder);
        }
        Ok(())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(locked(&self.0).names.contains_key(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let state = locked(&self.0);
        if !matches!(state.names.get(path), Some(Entry::Folder)) {
            return Err(not_found());
        }
        Ok(state.names.keys().filter(|name| name.parent() == Some(path)).cloned().collect())
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>> {
        if mode != OpenMode::CreateNew {
            return Ok(Box::new(MemoryFile(self.file(path)?)));
        }
        if self.exists(path)? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        self.put(path, Vec::new());
        Ok(Box::new(MemoryFile(self.file(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = locked(&self.0);
        let entry = state.names.remove(from).ok_or_else(not_found)?;
        state.names.insert(to.to_owned(), entry);
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        locked(&self.0).names.remove(path).map(drop).ok_or_else(not_found)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        locked(&self.0).names.retain(|name, _| !name.starts_with(path));
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>> {
        if locked(&self.0).locks.insert(path.to_owned()) {
            Ok(Box::new(Lock { disk: self.clone(), path: path.to_owned() }))
        } else {
            Err(io::Error::from(io::ErrorKind::WouldBlock))
        }
    }
}

struct Lock {
    disk: MemoryDisk,
    path: PathBuf,
}

impl Drop for Lock {
    fn drop(&mut self) {
        locked(&self.disk.0).locks.remove(&self.path);
    }
}

struct MemoryFile(Bytes);

impl DiskFile for MemoryFile {
    fn len(&self) -> io::Result<u64> {
        Ok(locked(&self.0).len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let bytes = locked(&self.0);
        let found = start.checked_add(buffer.len()).and_then(|end| bytes.get(start..end));
        buffer.copy_from_slice(found.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
        Ok(())
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let end = start + bytes.len();
        let mut content = locked(&self.0);
        if content.len() < end {
            content.resize(end, 0);
        }
        content[start..end].copy_from_slice(bytes);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        Ok(())
    }
}
