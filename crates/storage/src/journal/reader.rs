//! Reading single frames again: what is used when sled does not have a record, or not rightly.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::format::{Frame, FrameHeader, FrameKind, SECTOR};
use super::{JournalError, file_path};
use crate::disk::{Disk, DiskFile, OpenMode};
use crate::log::{Head, Position};

/// How far apart the places are that are kept in memory, in bytes of the journal.
const STEP: u64 = 64 * 1024;

/// Where a frame begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    /// Position before it.
    pub(crate) position: u64,
    /// Traces before it.
    pub(crate) traces: u64,
    /// File number.
    pub(crate) file: u64,
    /// Offset in the file.
    pub(crate) offset: u64,
}

/// Finds frames by position: a sparse index in memory, and reading on from there.
pub struct JournalReader {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    places: RwLock<Vec<Mark>>,
}

impl JournalReader {
    /// A reader that knows no places yet.
    pub fn new(disk: Arc<dyn Disk>, folder: PathBuf) -> Self {
        Self { disk, folder, places: RwLock::default() }
    }

    /// Remembers where a frame begins, unless the last place remembered is near.
    pub fn note(&self, before: &Head, file: u64, offset: u64) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        let far = places.last().is_none_or(|last| last.file != file || offset - last.offset >= STEP);
        if far {
            places.push(Mark { position: before.position.0, traces: before.traces.0, file, offset });
        }
    }

    /// The places that are remembered before a head.
    pub(crate) fn marks_before(&self, head: &Head) -> Vec<Mark> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let (position, traces) = (head.position.0, head.traces.0);
        // A frame holds something, so who begins at the head is not before it.
        let before = places.partition_point(|mark| {
            mark.position <= position && mark.traces <= traces && (mark.position, mark.traces) != (position, traces)
        });
        places.get(..before).unwrap_or_default().to_vec()
    }

    /// Remembers places that were remembered before.
    pub(crate) fn remember(&self, marks: Vec<Mark>) {
        *self.places.write().unwrap_or_else(PoisonError::into_inner) = marks;
    }

    /// Forgets every place.
    pub(crate) fn forget(&self) {
        self.remember(Vec::new());
    }

    /// Whether the log once had this head: a frame says so that follows it.
    pub(crate) fn had(&self, head: &Head) -> Result<bool, JournalError> {
        if *head == Head::default() {
            return Ok(true);
        }
        let Some(start) = self.place_before(FrameKind::Event, head.position.0) else { return Ok(false) };
        let found = self.walk(start, |standing| {
            let before = &standing.header.before;
            let past = before.position > head.position || before.traces > head.traces;
            Ok((before == head || past).then_some(before == head))
        })?;
        Ok(found.unwrap_or(false))
    }

    /// Visits the sealed records of a kind from a number on, in order, until `visit` says that it has enough.
    pub fn read_from(
        &self,
        kind: FrameKind,
        number: u64,
        mut visit: impl FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), JournalError> {
        let Some(start) = self.place_before(kind, number) else { return Ok(()) };
        let (mut file, mut offset) = (start.file, start.offset);
        loop {
            let Some(standing) = self.header_at(file, offset)? else {
                if !self.exists(file + 1)? {
                    return Ok(());
                }
                (file, offset) = (file + 1, SECTOR as u64);
                continue;
            };
            let bytes = standing.bytes()?;
            let frame = standing.frame(&bytes)?;
            for record in frame.records().filter(|record| record.kind == kind && record.number >= number) {
                if !visit(record.number, record.sealed) {
                    return Ok(());
                }
            }
            offset += frame.length as u64;
        }
    }

    /// The same, for who reads a long part once and authenticates every record: many frames are read at a time, and their
    /// checksums are not looked at.
    pub(crate) fn read_on(
        &self,
        kind: FrameKind,
        number: u64,
        mut visit: impl FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), JournalError> {
        let Some(start) = self.place_before(kind, number) else { return Ok(()) };
        let mut window = Window { file: start.file, offset: start.offset, bytes: Vec::new(), used: 0 };
        loop {
            let Some(header) = self.next_header(&mut window)? else { return Ok(()) };
            let frame = window.bytes.get(window.used..).and_then(|bytes| Frame::unhashed(&header, bytes));
            let Some(frame) = frame else { return Err(self.no_frame(&window)) };
            // The numbers of a frame whose records are all before are not looked at one by one.
            let last = match kind {
                FrameKind::Event => frame.after.position.0,
                FrameKind::Trace => frame.after.traces.0,
            };
            if last >= number {
                for record in frame.records().filter(|record| record.kind == kind && record.number >= number) {
                    if !visit(record.number, record.sealed) {
                        return Ok(());
                    }
                }
            }
            window.used += header.length;
        }
    }

    /// The header of the frame where a window stands, with all of the frame in the window; `None`: the journal ends there.
    fn next_header(&self, window: &mut Window) -> Result<Option<FrameHeader>, JournalError> {
        loop {
            let rest = window.bytes.get(window.used..).unwrap_or_default();
            match rest.get(..SECTOR) {
                Some(sector) if sector.iter().all(|byte| *byte == 0) => {
                    if !self.exists(window.file + 1)? {
                        return Ok(None);
                    }
                    *window = Window { file: window.file + 1, offset: SECTOR as u64, bytes: Vec::new(), used: 0 };
                    self.fill(window, SECTOR)?;
                }
                Some(sector) => {
                    let header = FrameHeader::decode(sector).ok_or_else(|| self.no_frame(window))?;
                    if rest.len() >= header.length {
                        return Ok(Some(header));
                    }
                    if !self.fill(window, header.length)? {
                        return Err(self.no_frame(window));
                    }
                }
                None => {
                    if !self.fill(window, SECTOR)? {
                        if !self.exists(window.file + 1)? {
                            return Ok(None);
                        }
                        *window = Window { file: window.file + 1, offset: SECTOR as u64, bytes: Vec::new(), used: 0 };
                    }
                }
            }
        }
    }

    /// Reads on from where a window stands, at least so many bytes; `false`: the file has fewer.
    fn fill(&self, window: &mut Window, least: usize) -> Result<bool, JournalError> {
        let path = file_path(&self.folder, window.file);
        let io = |error: std::io::Error| JournalError::io(&path, error);
        let file = self.disk.open(&path, OpenMode::Read).map_err(io)?;
        window.offset += window.used as u64;
        window.used = 0;
        let left = file.len().map_err(io)?.saturating_sub(window.offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(least.max(WINDOW));
        window.bytes.resize(length, 0);
        file.read_exact_at(&mut window.bytes, window.offset).map_err(io)?;
        Ok(length >= least)
    }

    fn no_frame(&self, window: &Window) -> JournalError {
        let path = file_path(&self.folder, window.file);
        JournalError::damaged(&path, window.offset + window.used as u64, Head::default(), "no frame stands here")
    }

    /// The hash of the chain after the frame that holds an event; `None`: the journal does not reach so far. Of the frames
    /// on the way only the headers are read.
    pub fn chain_at(&self, position: Position) -> Result<Option<[u8; 32]>, JournalError> {
        let Some(start) = self.place_before(FrameKind::Event, position.0) else { return Ok(None) };
        self.walk(start, |standing| {
            let header = &standing.header;
            let holds = header.before.position.0.saturating_add(u64::from(header.events)) >= position.0;
            if holds { Ok(Some(standing.frame(&standing.bytes()?)?.after.hash)) } else { Ok(None) }
        })
    }

    /// Goes from frame to frame, their headers read, until `found` has what is looked for; `None`: the journal ends before.
    fn walk<T>(
        &self,
        start: Mark,
        mut found: impl FnMut(&Standing) -> Result<Option<T>, JournalError>,
    ) -> Result<Option<T>, JournalError> {
        let (mut file, mut offset) = (start.file, start.offset);
        loop {
            let Some(standing) = self.header_at(file, offset)? else {
                if !self.exists(file + 1)? {
                    return Ok(None);
                }
                (file, offset) = (file + 1, SECTOR as u64);
                continue;
            };
            if let Some(found) = found(&standing)? {
                return Ok(Some(found));
            }
            offset += standing.header.length as u64;
        }
    }

    fn place_before(&self, kind: FrameKind, number: u64) -> Option<Mark> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let after = places.partition_point(|place| match kind {
            FrameKind::Event => place.position < number,
            FrameKind::Trace => place.traces < number,
        });
        places.get(after.saturating_sub(1)).copied()
    }

    fn exists(&self, file: u64) -> Result<bool, JournalError> {
        let path = file_path(&self.folder, file);
        self.disk.exists(&path).map_err(|error| JournalError::io(&path, error))
    }

    /// The frame at an offset, its header read; `None`: the file's frames end there.
    fn header_at(&self, number: u64, offset: u64) -> Result<Option<Standing>, JournalError> {
        let path = file_path(&self.folder, number);
        let io = |error: std::io::Error| JournalError::io(&path, error);
        let file = self.disk.open(&path, OpenMode::Read).map_err(io)?;
        if offset + SECTOR as u64 > file.len().map_err(io)? {
            return Ok(None);
        }
        let mut sector = vec![0; SECTOR];
        file.read_exact_at(&mut sector, offset).map_err(io)?;
        if sector.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = FrameHeader::decode(&sector)
            .ok_or_else(|| JournalError::damaged(&path, offset, Head::default(), "no frame stands here"))?;
        Ok(Some(Standing { path, file, offset, header }))
    }
}

/// A part of a file, read at once.
struct Window {
    file: u64,
    /// Where in the file it begins.
    offset: u64,
    bytes: Vec<u8>,
    /// How many of its bytes have been looked at.
    used: usize,
}

/// Bytes that are read at once: no more than a processor's own cache holds.
const WINDOW: usize = 1 << 18;

/// A frame in its file, of which the header has been read.
struct Standing {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    offset: u64,
    header: FrameHeader,
}

impl Standing {
    fn bytes(&self) -> Result<Vec<u8>, JournalError> {
        let mut bytes = vec![0; self.header.length];
        let read = self.file.read_exact_at(&mut bytes, self.offset);
        read.map_err(|error| JournalError::io(&self.path, error))?;
        Ok(bytes)
    }

    /// The frame, if its checksum is right.
    fn frame<'a>(&self, bytes: &'a [u8]) -> Result<Frame<'a>, JournalError> {
        Frame::decode(&self.header, bytes).ok_or_else(|| {
            JournalError::damaged(&self.path, self.offset, Head::default(), "the frame's checksum is wrong")
        })
    }
}
