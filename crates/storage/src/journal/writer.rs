//! Writing: one write and one sync for a frame. A failed one is final.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::spare::{self, Spare};
use super::{FileHeader, FrameBuilder, FramePlace, MAX_FRAME, SECTOR, Scan, file_path};
use crate::disk::{Disk, DiskFile, OpenMode, make_folder};
use crate::log::Head;

/// How a journal is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriterOptions {
    /// Size of a journal file in bytes: whole sectors.
    pub file_size: u64,
    /// What events may not use of the last file while no next one can be made: it pays for traces. In bytes.
    pub reserve: u64,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { file_size: 32 * 1024 * 1024, reserve: 8 * 1024 * 1024 }
    }
}

/// Why a frame was not written.
#[derive(Debug, PartialEq, Eq)]
pub enum WriteError {
    /// There is no space. Nothing was written, and writing may be tried again.
    Full,
    /// It is unknown what was written. Writing is over until a restart.
    Failed(String),
}

fn failed(error: &io::Error) -> WriteError {
    WriteError::Failed(error.to_string())
}

fn no_space(error: &io::Error) -> WriteError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => WriteError::Full,
        _ => failed(error),
    }
}

/// The end of a journal, where frames are added.
pub struct JournalWriter {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    options: WriterOptions,
    log_id: [u8; 16],
    file: Box<dyn DiskFile>,
    number: u64,
    size: u64,
    offset: u64,
    head: Head,
    spare: Spare,
}

/// Makes the first file of a new journal.
pub fn create(disk: &dyn Disk, folder: &Path, log_id: [u8; 16], options: &WriterOptions) -> io::Result<()> {
    make_folder(disk, folder)?;
    spare::make(disk, folder, options.file_size)?;
    let header = FileHeader { log_id, number: 1, size: options.file_size, before: Head::default() };
    put_in_place(disk, folder, &header)?;
    Ok(())
}

/// Makes the spare the journal's next file.
fn put_in_place(disk: &dyn Disk, folder: &Path, header: &FileHeader) -> io::Result<Box<dyn DiskFile>> {
    let path = spare::path(folder);
    let file = disk.open(&path, OpenMode::ReadWrite)?;
    file.write_all_at(&header.encode(), 0)?;
    file.sync_all()?;
    disk.rename(&path, &file_path(folder, header.number))?;
    disk.sync_dir(folder)?;
    Ok(file)
}

impl JournalWriter {
    /// Goes on where a scan ended; a torn last frame is cut. What the scan saw is synced first: after a crash of the
    /// program alone it may be in the machine's memory only.
    pub fn open(disk: Arc<dyn Disk>, folder: &Path, scan: &Scan, options: WriterOptions) -> io::Result<Self> {
        let file = disk.open(&file_path(folder, scan.file), OpenMode::ReadWrite)?;
        if let Some(torn) = scan.torn {
            let length = usize::try_from(torn.length).map_err(io::Error::other)?;
            file.write_all_at(&vec![0; length], torn.offset)?;
        }
        file.sync_all()?;
        disk.sync_dir(folder)?;
        let spare = Spare::find(&*disk, folder, options.file_size)?;
        let spare = if spare.is_likely() { spare } else { Spare::begin(&disk, folder, options.file_size) };
        Ok(Self {
            folder: folder.to_owned(),
            options,
            log_id: scan.log_id,
            file,
            number: scan.file,
            size: scan.size,
            offset: scan.offset,
            head: scan.head,
            spare,
            disk,
        })
    }

    /// The longest frame that this journal takes.
    pub fn max_frame(&self) -> usize {
        let sectors = usize::try_from(self.options.file_size).unwrap_or(usize::MAX);
        sectors.saturating_sub(SECTOR).min(MAX_FRAME)
    }

    /// Whether a frame of this length can be taken. Events may not use the reserve while there is no next file.
    pub fn admit(&mut self, length: usize, traces_only: bool) -> Result<(), WriteError> {
        let after = (self.size - self.offset).checked_sub(length as u64);
        let within = match after {
            None => false,
            Some(_) if traces_only => true,
            Some(left) => left >= self.options.reserve.min(self.options.file_size / 2),
        };
        if within || matches!(self.spare, Spare::Ready) {
            return Ok(());
        }
        self.spare.ensure(&*self.disk, &self.folder, self.options.file_size).map_err(|error| no_space(&error))
    }

    /// Writes a frame and syncs it. When this returns, it is on disk.
    pub fn write(&mut self, frame: &mut FrameBuilder) -> Result<(FramePlace, Head), WriteError> {
        if frame.length_with(0) as u64 > self.size - self.offset {
            self.roll()?;
        }
        let (bytes, after) = frame.finish(self.number, &self.head);
        let place = FramePlace { file: self.number, offset: self.offset, length: bytes.len() };
        self.file.write_all_at(bytes, self.offset).map_err(|error| failed(&error))?;
        self.file.sync_data().map_err(|error| failed(&error))?;
        self.offset += bytes.len() as u64;
        self.head = after;
        Ok((place, after))
    }

    fn roll(&mut self) -> Result<(), WriteError> {
        let size = self.options.file_size;
        self.spare.ensure(&*self.disk, &self.folder, size).map_err(|error| no_space(&error))?;
        self.spare = Spare::Absent;
        let header = FileHeader { log_id: self.log_id, number: self.number + 1, size, before: self.head };
        self.file = put_in_place(&*self.disk, &self.folder, &header).map_err(|error| failed(&error))?;
        (self.number, self.size, self.offset) = (header.number, size, SECTOR as u64);
        self.spare = Spare::begin(&self.disk, &self.folder, size);
        Ok(())
    }
}

impl Drop for JournalWriter {
    fn drop(&mut self) {
        self.spare.settle();
    }
}
