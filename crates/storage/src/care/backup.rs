//! Copying a log while it is written, and bringing a copy back. Keys are copied apart, and never with the log.

use std::path::{Path, PathBuf};

use super::{journal_of, keys_of};
use crate::disk::{Disk, OpenMode, read_file};
use crate::journal::{self, JournalError, Scan};
use crate::log::Head;

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The target holds something already.
    #[error("{0} is not empty: give an empty or a new folder")]
    NotEmpty(PathBuf),
    /// There is no key file.
    #[error("there is no key file in {0}")]
    NoKeys(PathBuf),
    /// The file system refused.
    #[error("{path}: {error}", path = .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> CareError + '_ {
    |error| CareError::Io { path: path.to_owned(), error }
}

/// How often a journal that is being written is read again when a frame was met half-way.
const TRIES: usize = 5;

/// Copies the log, up to a frame that is whole, into an empty folder. The service may go on writing. No keys are copied,
/// and no sled and no snapshots: they are made again, and nothing in a backup is left for erasing to look for. Returns the head of the copy, which has been read back and checked.
///
/// `first` puts into the new folder what has to be there whenever any of the log is.
pub fn backup<E: From<CareError>>(
    disk: &dyn Disk,
    data: &Path,
    target: &Path,
    first: impl FnOnce() -> Result<(), E>,
) -> Result<Head, E> {
    must_be_empty(disk, target)?;
    let scan = scan_while_written(disk, &journal_of(data)).map_err(CareError::from)?;
    first()?;
    copy_journal(disk, &journal_of(data), &journal_of(target), &scan)?;
    Ok(read_back(disk, target)?)
}

fn read_back(disk: &dyn Disk, copy: &Path) -> Result<Head, CareError> {
    Ok(journal::scan(disk, &journal_of(copy), &mut |_, _| Ok(()))?.head)
}

fn scan_while_written(disk: &dyn Disk, folder: &Path) -> Result<Scan, JournalError> {
    let scan = || scan_with_anchor(disk, folder);
    let mut scanned = scan();
    for _ in 1..TRIES {
        if scanned.is_ok() {
            break;
        }
        scanned = scan();
    }
    scanned
}

fn scan_with_anchor(disk: &dyn Disk, folder: &Path) -> Result<Scan, JournalError> {
    let scan = journal::scan(disk, folder, &mut |_, _| Ok(()))?;
    // A copy without would never be opened.
    scan.must_have_its_anchor(folder).map(|()| scan)
}

fn copy_journal(disk: &dyn Disk, from: &Path, to: &Path, scan: &Scan) -> Result<(), CareError> {
    disk.create_dir_all(to).map_err(io(to))?;
    for number in 1..=scan.file {
        let source = journal::file_path(from, number);
        let mut bytes = read_file(disk, &source).map_err(io(&source))?;
        if number == scan.file {
            // What has been written since, or was torn, is left out: the copy ends where the scan did.
            let end = usize::try_from(scan.offset).unwrap_or(usize::MAX).min(bytes.len());
            bytes.iter_mut().skip(end).for_each(|byte| *byte = 0);
        }
        write_new(disk, &journal::file_path(to, number), &bytes)?;
    }
    // The anchor as it was met: without the keys there is no sealing one that says more.
    scan.anchor.map_or(Ok(()), |anchor| anchor.write(disk, to).map_err(io(to)))?;
    disk.sync_dir(to).map_err(io(to))
}

/// Copies the key file into an empty folder. To be kept apart from backups of the log, and for a short time: a key in a
/// backup opens what has been erased since.
pub fn backup_keys(disk: &dyn Disk, keys: &Path, target: &Path) -> Result<(), CareError> {
    must_be_empty(disk, target)?;
    copy_keys(disk, keys, target)
}

fn copy_keys(disk: &dyn Disk, keys: &Path, target: &Path) -> Result<(), CareError> {
    let source = must_have_keys(disk, keys)?;
    disk.create_dir_all(target).map_err(io(target))?;
    let bytes = read_file(disk, &source).map_err(io(&source))?;
    write_new(disk, &target.join("keyring"), &bytes)?;
    disk.sync_dir(target).map_err(io(target))
}

/// Brings a backup back into an empty folder: the log, and, if given, its keys. The backup is read and checked first, and
/// what was written is read back. A log that was copied in part has no anchor, and is not opened.
///
/// `first` puts into the folder what has to be there whenever any of the log is: nothing that stops afterwards leaves a folder without.
pub fn restore<E: From<CareError>>(
    disk: &dyn Disk,
    (from, keys): (&Path, Option<&Path>),
    data: &Path,
    first: impl FnOnce() -> Result<(), E>,
) -> Result<Head, E> {
    must_be_empty(disk, data)?;
    let scan = scan_with_anchor(disk, &journal_of(from)).map_err(CareError::from)?;
    if let Some(keys) = keys {
        must_have_keys(disk, keys)?;
    }
    first()?;
    copy_journal(disk, &journal_of(from), &journal_of(data), &scan)?;
    if let Some(keys) = keys {
        copy_keys(disk, keys, &keys_of(data))?;
    }
    Ok(read_back(disk, data)?)
}

fn must_have_keys(disk: &dyn Disk, keys: &Path) -> Result<PathBuf, CareError> {
    let file = keys.join("keyring");
    if disk.exists(&file).map_err(io(&file))? { Ok(file) } else { Err(CareError::NoKeys(keys.to_owned())) }
}

fn must_be_empty(disk: &dyn Disk, folder: &Path) -> Result<(), CareError> {
    let there = disk.exists(folder).map_err(io(folder))?;
    if there && !disk.list(folder).map_err(io(folder))?.is_empty() {
        return Err(CareError::NotEmpty(folder.to_owned()));
    }
    disk.create_dir_all(folder).map_err(io(folder))
}

fn write_new(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), CareError> {
    let file = disk.open(path, OpenMode::CreateNew).map_err(io(path))?;
    file.write_all_at(bytes, 0).map_err(io(path))?;
    file.sync_all().map_err(io(path))
}
