//! The next journal file, filled with zeros ahead of its use, so that writing never waits for space.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::disk::{Disk, OpenMode, read_file};

const CHUNK: usize = 1024 * 1024;

/// Whether the next file is there.
pub(super) enum Spare {
    /// Not yet, or making it failed.
    Absent,
    /// A thread is making it.
    Making(JoinHandle<io::Result<()>>),
    /// It is there.
    Ready,
}

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("spare")
}

impl Spare {
    /// Finds out what is there: only a file of the right size and all zeros will do.
    pub(super) fn find(disk: &dyn Disk, folder: &Path, size: u64) -> io::Result<Self> {
        let path = path(folder);
        if !disk.exists(&path)? {
            return Ok(Self::Absent);
        }
        let bytes = read_file(disk, &path)?;
        if bytes.len() as u64 == size && bytes.iter().all(|byte| *byte == 0) {
            return Ok(Self::Ready);
        }
        disk.remove_file(&path)?;
        Ok(Self::Absent)
    }

    /// Starts making it beside the writer.
    pub(super) fn begin(disk: &Arc<dyn Disk>, folder: &Path, size: u64) -> Self {
        let (disk, folder) = (Arc::clone(disk), folder.to_owned());
        let making = thread::Builder::new().name("journal spare".into()).spawn(move || make(&*disk, &folder, size));
        making.map_or(Self::Absent, Self::Making)
    }

    /// Whether it is there or will probably be.
    pub(super) fn is_likely(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Makes sure that it is there: waits for the thread, or makes it here.
    pub(super) fn ensure(&mut self, disk: &dyn Disk, folder: &Path, size: u64) -> io::Result<()> {
        let made = match std::mem::replace(self, Self::Absent) {
            Self::Ready => Ok(()),
            Self::Absent => make(disk, folder, size),
            Self::Making(thread) => thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread failed"))),
        };
        if made.is_ok() {
            *self = Self::Ready;
        }
        made
    }

    /// Waits for the thread that makes it, if there is one.
    pub(super) fn settle(&mut self) {
        if let Self::Making(thread) = std::mem::replace(self, Self::Absent)
            && matches!(thread.join(), Ok(Ok(())))
        {
            *self = Self::Ready;
        }
    }
}

/// Makes the spare file. Whatever goes wrong, no half-made file takes the space.
pub(super) fn make(disk: &dyn Disk, folder: &Path, size: u64) -> io::Result<()> {
    let unfinished = folder.join("spare.new");
    let made = fill(disk, &unfinished, size).and_then(|()| {
        disk.rename(&unfinished, &path(folder))?;
        disk.sync_dir(folder)
    });
    if made.is_err() && disk.exists(&unfinished).unwrap_or(false) {
        let _ = disk.remove_file(&unfinished);
    }
    made
}

fn fill(disk: &dyn Disk, path: &Path, size: u64) -> io::Result<()> {
    if disk.exists(path)? {
        disk.remove_file(path)?;
    }
    let file = disk.open(path, OpenMode::CreateNew)?;
    let zeros = vec![0; CHUNK];
    let mut offset = 0;
    while offset < size {
        let length = usize::try_from(size - offset).unwrap_or(CHUNK).min(CHUNK);
        file.write_all_at(zeros.get(..length).unwrap_or_default(), offset)?;
        offset += length as u64;
    }
    file.sync_all()
}
