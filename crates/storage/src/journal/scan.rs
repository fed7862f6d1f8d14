//! Reading a whole journal and checking all of it, without keys and without sled.

use std::path::{Path, PathBuf};

use super::format::FrameHeader;
use super::{Anchor, FileHeader, Frame, JournalError, MAX_FRAME, SECTOR};
use crate::disk::{Disk, OpenMode, read_file};
use crate::log::Head;
use crate::seal::Vault;

/// Where a frame stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FramePlace {
    /// The file's number.
    pub file: u64,
    /// Offset in it, in bytes.
    pub offset: u64,
    /// Length in bytes.
    pub length: usize,
}

/// A last frame that never reached the disk whole, and so was never acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Torn {
    /// Where it begins, in the last file.
    pub offset: u64,
    /// How many bytes from there to the last that is not zero, in whole sectors.
    pub length: u64,
}

/// What a journal holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scan {
    /// The log.
    pub log_id: [u8; 16],
    /// The head: number of events and traces, and the hash over all.
    pub head: Head,
    /// The last file's number.
    pub file: u64,
    /// The last file's size, in bytes.
    pub size: u64,
    /// Where the next frame goes, in the last file.
    pub offset: u64,
    /// A torn last frame, to be cut before writing.
    pub torn: Option<Torn>,
    /// The anchor that was met on the way.
    pub anchor: Option<Anchor>,
    /// Whether a record among those read was written when the log had a sealed anchor.
    pub anchored: bool,
}

impl Scan {
    /// Refuses a journal of which the anchor has been taken away, or put back to one without a seal. Whether the seal is the
    /// log's is for who has the keys.
    pub(crate) fn must_have_its_anchor(&self, folder: &Path) -> Result<(), JournalError> {
        let what = match self.anchor {
            Some(Anchor { seal: None, .. }) if self.anchored => {
                "the anchor has no seal, and the log was written when it had one"
            }
            None if self.anchored => "the anchor is missing",
            Some(_) | None => return Ok(()),
        };
        Err(JournalError::Shortened { path: Anchor::path(folder), what: what.to_owned() })
    }
}

/// Where reading goes on in a journal of which the beginning is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Resume {
    /// The file.
    pub(crate) file: u64,
    /// Where in it the next frame would begin.
    pub(crate) offset: u64,
    /// The head there.
    pub(crate) head: Head,
    /// Whether what is known reaches as far as the anchor says that the log did.
    pub(crate) anchor_met: bool,
}

/// The path of a journal file.
pub fn file_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:08}.journal"))
}

/// How often the end of the last file is read again, with nothing more to be found there, before it is called damaged.
/// Who reads while the log is written may see a place before a frame was there and the next one's after.
const AGAIN: u32 = 3;

/// Reads every file in order and checks everything; each good frame is shown to `visit` as it is met. The log may be
/// written meanwhile: what is found then is a beginning of it.
pub fn scan(
    disk: &dyn Disk,
    folder: &Path,
    visit: &mut dyn FnMut(FramePlace, &Frame<'_>) -> Result<(), JournalError>,
) -> Result<Scan, JournalError> {
    scan_from(disk, folder, None, visit)
}

/// The same, from a place on: what is before it is not read.
pub(crate) fn scan_from(
    disk: &dyn Disk,
    folder: &Path,
    resume: Option<&Resume>,
    visit: &mut dyn FnMut(FramePlace, &Frame<'_>) -> Result<(), JournalError>,
) -> Result<Scan, JournalError> {
    // The anchor first: while the log is written, what is read later can only reach further.
    let anchor = Anchor::read(disk, folder)?;
    let paths = journal_files(disk, folder)?;
    let nowhere = |what: &str| JournalError::damaged(folder, 0, Head::default(), what);
    let known = resume.is_some_and(|resume| resume.anchor_met);
    let mut anchor_met = known || anchor.is_none_or(|anchor| anchor.head == Head::default());
    let mut anchored = false;
    let mut result: Option<Scan> = None;
    for (path, number) in paths.iter().zip(1..) {
        if *path != file_path(folder, number) {
            return Err(nowhere(&format!("journal file {number} is missing")));
        }
        let begin = resume.filter(|resume| resume.file >= number);
        if begin.is_some_and(|resume| resume.file > number) {
            continue;
        }
        let bytes = read_file(disk, path).map_err(|error| JournalError::io(path, error))?;
        let last = number == paths.len() as u64;
        let head = result.map_or_else(Head::default, |scan| scan.head);
        let mut file = FileScan::begin(path, number, bytes, begin.is_none().then_some(head))?;
        if let Some(resume) = begin {
            file.go_on(resume)?;
        }
        if result.is_some_and(|scan| scan.log_id != file.header.log_id) {
            return Err(file.damaged("the file belongs to another log"));
        }
        let mut met = |place: FramePlace, frame: &Frame<'_>| {
            anchor_met |= anchor.is_some_and(|anchor| anchor.head == frame.after);
            anchored |= frame.records().any(|record| Vault::is_anchored(record.sealed));
            visit(place, frame)
        };
        let torn = if last { file.last(disk, &mut met)? } else { file.followed(&mut met)? };
        result = Some(Scan {
            log_id: file.header.log_id,
            head: file.head,
            file: number,
            size: file.header.size,
            offset: file.offset as u64,
            torn,
            anchor,
            anchored,
        });
    }
    let result = result.ok_or_else(|| nowhere("the journal is missing"))?;
    if anchor.is_some_and(|anchor| anchor.log_id != result.log_id) {
        return Err(nowhere("the anchor belongs to another log"));
    }
    if !anchor_met {
        let path = file_path(folder, result.file);
        let what = "the journal ends before, or differs from, what the anchor says was recorded";
        return Err(JournalError::damaged(&path, result.offset, result.head, what));
    }
    Ok(result)
}

/// Reads one file that has others after it, or whose end is known, and checks all of it up to there. Returns the head after
/// it.
pub(crate) fn check_file(
    disk: &dyn Disk,
    folder: &Path,
    (number, before): (u64, Head),
    end: Option<u64>,
) -> Result<Head, JournalError> {
    let path = file_path(folder, number);
    let bytes = read_file(disk, &path).map_err(|error| JournalError::io(&path, error))?;
    let mut file = FileScan::begin(&path, number, bytes, Some(before))?;
    if let Some(end) = end {
        file.bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
    }
    file.followed(&mut |_, _| Ok(()))?;
    Ok(file.head)
}

fn journal_files(disk: &dyn Disk, folder: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let mut paths = disk.list(folder).map_err(|error| JournalError::io(folder, error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "journal"));
    paths.sort();
    Ok(paths)
}

/// Who is shown every good frame.
type Visit<'a> = &'a mut dyn FnMut(FramePlace, &Frame<'_>) -> Result<(), JournalError>;

struct FileScan<'a> {
    path: &'a Path,
    bytes: Vec<u8>,
    header: FileHeader,
    head: Head,
    offset: usize,
}

impl<'a> FileScan<'a> {
    /// `head`: the one before the file; `None`: whatever the file says.
    fn begin(path: &'a Path, number: u64, bytes: Vec<u8>, head: Option<Head>) -> Result<Self, JournalError> {
        let wrong = |what: &str| JournalError::damaged(path, 0, head.unwrap_or_default(), what);
        let header = bytes.get(..SECTOR).and_then(FileHeader::decode);
        let header = header.ok_or_else(|| wrong("the file's header is not whole"))?;
        if header.size != bytes.len() as u64 {
            return Err(wrong("the file is shorter or longer than it was made"));
        }
        if header.number != number || head.is_some_and(|head| header.before != head) {
            return Err(wrong("the file does not follow the one before it"));
        }
        Ok(Self { path, bytes, header, head: header.before, offset: SECTOR })
    }

    /// Goes on at a place in the file.
    fn go_on(&mut self, resume: &Resume) -> Result<(), JournalError> {
        self.head = resume.head;
        self.offset = usize::try_from(resume.offset).map_err(|_| self.damaged("no file is so long"))?;
        Ok(())
    }

    fn damaged(&self, what: &str) -> JournalError {
        JournalError::damaged(self.path, self.offset as u64, self.head, what)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    /// A frame's header that stands here and belongs here.
    fn header_here(&self) -> Result<Option<FrameHeader>, JournalError> {
        let Some(header) = FrameHeader::decode(self.rest()) else { return Ok(None) };
        let fits = header.length <= self.rest().len().min(MAX_FRAME);
        if header.file != self.header.number || header.before != self.head || !fits {
            return Err(self.damaged("a frame does not follow the one before it"));
        }
        Ok(Some(header))
    }

    fn frames(&mut self, visit: Visit<'_>) -> Result<(), JournalError> {
        while let Some(header) = self.header_here()? {
            let Some(frame) = Frame::decode(&header, self.rest()) else { break };
            visit(FramePlace { file: self.header.number, offset: self.offset as u64, length: frame.length }, &frame)?;
            let (after, length) = (frame.after, frame.length);
            self.head = after;
            self.offset += length;
        }
        Ok(())
    }

    /// A file that others follow: nothing but frames.
    fn followed(&mut self, visit: Visit<'_>) -> Result<Option<Torn>, JournalError> {
        self.frames(visit)?;
        self.end(false)
    }

    /// The last file, which may be written meanwhile: what looks like damage is read again.
    fn last(&mut self, disk: &dyn Disk, visit: Visit<'_>) -> Result<Option<Torn>, JournalError> {
        let mut again = AGAIN;
        loop {
            let begun = self.offset;
            self.frames(visit)?;
            let end = self.end(true);
            if end.is_ok() || again == 0 {
                return end;
            }
            again = if self.offset > begun { AGAIN } else { again - 1 };
            self.read_again(disk)?;
        }
    }

    /// Reads again what follows the last good frame.
    fn read_again(&mut self, disk: &dyn Disk) -> Result<(), JournalError> {
        let io = |error| JournalError::io(self.path, error);
        let file = disk.open(self.path, OpenMode::Read).map_err(io)?;
        let rest = self.bytes.get_mut(self.offset..).unwrap_or_default();
        file.read_exact_at(rest, self.offset as u64).map_err(io)
    }

    /// What follows the last good frame: nothing, or in the last file a torn frame. Anything else is damage.
    fn end(&self, last: bool) -> Result<Option<Torn>, JournalError> {
        let rest = self.rest();
        let Some(used) = rest.iter().rposition(|byte| *byte != 0) else { return Ok(None) };
        let used = (used + 1).next_multiple_of(SECTOR);
        if !last {
            return Err(self.damaged("a frame is damaged, and later ones follow it"));
        }
        let torn = Some(Torn { offset: self.offset as u64, length: used as u64 });
        if let Some(header) = self.header_here()? {
            // Its first sector arrived. It is torn if another did not: every sector of a written frame holds something.
            let frame = rest.get(..header.length).unwrap_or_default();
            let missing = frame.chunks(SECTOR).any(is_zero);
            return if missing && used <= header.length {
                Ok(torn)
            } else {
                Err(self.damaged("a frame's checksum is wrong"))
            };
        }
        // Its first sector did not arrive, others did. No frame can begin in what is left of it.
        let first_missing = rest.get(..SECTOR).is_some_and(is_zero);
        let begins =
            rest.get(..used).unwrap_or_default().chunks(SECTOR).any(|sector| FrameHeader::decode(sector).is_some());
        if first_missing && used <= MAX_FRAME && !begins {
            return Ok(torn);
        }
        Err(self.damaged("what stands here is neither a frame nor the end"))
    }
}

fn is_zero(sector: &[u8]) -> bool {
    sector.iter().all(|byte| *byte == 0)
}
