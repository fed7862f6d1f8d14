//! All our file access goes through [`Disk`], so that every failure can be played (invariant 3).

mod fault;
mod real;

use std::io;
use std::path::{Path, PathBuf};

pub use fault::{DiskCall, FaultDisk};
pub use real::RealDisk;

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenMode {
    /// It must exist; for reading.
    Read,
    /// It must exist; for reading and writing.
    ReadWrite,
    /// It must not exist; for reading and writing.
    CreateNew,
}

/// A file system, or something that plays one.
pub trait Disk: Send + Sync + 'static {
    /// Makes a folder and those above it.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Whether something is there.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// What a folder holds, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>>;
    /// Opens a file.
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name, replacing what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder and all in it.
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Brings a folder's entries (new names, renames) to the device.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Takes an exclusive lock, held until the answer is dropped. Fails when another holds it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send + Sync>>;
}

/// An open file.
pub trait DiskFile: Send + Sync {
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Reads exactly so many bytes at an offset.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all bytes at an offset.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Brings the content to the device (fdatasync).
    fn sync_data(&self) -> io::Result<()>;
    /// Brings content and metadata to the device (fsync).
    fn sync_all(&self) -> io::Result<()>;
}

/// Reads a whole file.
pub fn read_file(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path, OpenMode::Read)?;
    let length = usize::try_from(file.len()?).map_err(|_| io::Error::other("file too large"))?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// Makes a folder and those above it, and brings their names to the device: a folder whose name never arrived takes
/// everything in it along.
pub fn make_folder(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let mut above = Vec::new();
    for folder in path.ancestors() {
        above.extend(folder.parent());
        // The nearest is synced in any case: who made this folder may have been stopped before syncing it.
        if folder.parent().is_none_or(|parent| parent.as_os_str().is_empty()) || disk.exists(folder)? {
            break;
        }
    }
    disk.create_dir_all(path)?;
    above.into_iter().try_for_each(|folder| disk.sync_dir(folder))
}

/// Puts a file in place whole or not at all: temporary file, sync, rename, folder sync.
pub fn replace_file(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    if disk.exists(&temporary)? {
        disk.remove_file(&temporary)?;
    }
    let file = disk.open(&temporary, OpenMode::CreateNew)?;
    file.write_all_at(bytes, 0)?;
    file.sync_all()?;
    drop(file);
    disk.rename(&temporary, path)?;
    path.parent().map_or(Ok(()), |folder| disk.sync_dir(folder))
}
