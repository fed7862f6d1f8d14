//! Whether the files of a journal are those that were there before: each file's presence, length, header and last frame. What
//! lies between is not read.

use std::path::Path;

use super::format::FrameHeader;
use super::reader::JournalReader;
use super::{Anchor, FileHeader, Frame, MAX_FRAME, Resume, SECTOR, file_path};
use crate::disk::{Disk, DiskFile, OpenMode};
use crate::log::Head;

/// Where the last frame of each file began, file after file, and the head after the last of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) last_frames: Vec<u64>,
    pub(crate) head: Head,
}

/// Where reading goes on, if the files end as is told, each chained to the one before; `None`: they do not, or cannot be read.
/// `reader` knows the places in them.
pub(crate) fn resume_after(
    disk: &dyn Disk,
    folder: &Path,
    log_id: &[u8; 16],
    ends: &Ends,
    reader: &JournalReader,
) -> Option<Resume> {
    let mut head = Head::default();
    let mut offset = SECTOR as u64;
    for (number, last_frame) in (1..).zip(&ends.last_frames) {
        let file = disk.open(&file_path(folder, number), OpenMode::Read).ok()?;
        let header = FileHeader::decode(&read(&*file, 0, SECTOR)?)?;
        let whole = header.number == number && header.log_id == *log_id && header.size == file.len().ok()?;
        if !whole || header.before != head {
            return None;
        }
        let frame = FrameHeader::decode(&read(&*file, *last_frame, SECTOR)?)?;
        if frame.file != number || frame.length > MAX_FRAME {
            return None;
        }
        let bytes = read(&*file, *last_frame, frame.length)?;
        head = Frame::decode(&frame, &bytes)?.after;
        offset = last_frame.checked_add(frame.length as u64)?;
    }
    if head != ends.head {
        return None;
    }
    let anchor = Anchor::read(disk, folder).ok()?;
    // An anchor further on is met by whoever reads on from here.
    let anchor_met = match anchor {
        None => true,
        Some(anchor) if anchor.log_id != *log_id => return None,
        Some(anchor) => anchor.head == head || reader.had(&anchor.head).ok()?,
    };
    Some(Resume { file: ends.last_frames.len() as u64, offset, head, anchor_met })
}

fn read(file: &dyn DiskFile, offset: u64, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}
