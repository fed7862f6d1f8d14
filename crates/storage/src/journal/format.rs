//! The bytes of a journal file: its header, and its frames.

use crate::bytes::{Put, Take};
use crate::log::{Head, Position, TraceNumber};

/// Bytes that a device writes whole or not at all.
pub const SECTOR: usize = 512;
const FILE_MAGIC: &[u8; 8] = b"mlogjrnl";
const FORMAT: u16 = 1;
const FILE_BODY: usize = 8 + 2 + 16 + 8 + 8 + 8 + 8 + 32;
const FRAME_MAGIC: &[u8; 4] = b"FRAM";
const FRAME_BODY: usize = 4 + 4 + 4 + 8 + 8 + 4 + 8 + 4 + 32;
/// A frame's header with its checksum.
pub(super) const FRAME_HEADER: usize = FRAME_BODY + 16;
const END: &[u8; 4] = b"ENDF";
/// What a frame has besides its payload and padding.
pub(super) const FRAME_EXTRA: usize = FRAME_HEADER + 32 + END.len();

/// What a journal file says of itself, in its first sector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileHeader {
    /// The log.
    pub log_id: [u8; 16],
    /// The file's number, from 1.
    pub number: u64,
    /// The file's size in bytes.
    pub size: u64,
    /// The head of the log before the file's first frame.
    pub before: Head,
}

impl FileHeader {
    /// The first sector.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SECTOR);
        bytes.put(FILE_MAGIC);
        bytes.put_u16(FORMAT);
        bytes.put(&self.log_id);
        bytes.put_u64(self.number);
        bytes.put_u64(self.size);
        bytes.put_u64(self.before.position.0);
        bytes.put_u64(self.before.traces.0);
        bytes.put(&self.before.hash);
        let checksum = *blake3::hash(&bytes).as_bytes();
        bytes.put(&checksum);
        bytes.resize(SECTOR, 0);
        bytes
    }

    /// Reads the first sector; `None`: it is not one.
    pub fn decode(sector: &[u8]) -> Option<Self> {
        let body = Take(sector).bytes(FILE_BODY)?;
        let mut take = Take(sector);
        let known = take.array::<8>()? == *FILE_MAGIC && take.u16()? == FORMAT;
        let header = Self {
            log_id: take.array()?,
            number: take.u64()?,
            size: take.u64()?,
            before: Head { position: Position(take.u64()?), traces: TraceNumber(take.u64()?), hash: take.array()? },
        };
        let whole = take.array::<32>()? == *blake3::hash(body).as_bytes() && take.0.iter().all(|byte| *byte == 0);
        (known && whole).then_some(header)
    }
}

/// What a record in a frame is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameKind {
    /// A sealed event.
    Event,
    /// A sealed trace.
    Trace,
}

impl FrameKind {
    const fn code(self) -> u8 {
        match self {
            Self::Event => 1,
            Self::Trace => 2,
        }
    }
}

/// One sealed record in a frame, with its number: an event's position, or a trace's number.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What it is.
    pub kind: FrameKind,
    /// Its position or trace number.
    pub number: u64,
    /// The sealed bytes.
    pub sealed: &'a [u8],
}

/// A frame's header, as read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FrameHeader {
    pub(super) length: usize,
    pub(super) payload: usize,
    pub(super) file: u64,
    pub(super) before: Head,
    pub(super) events: u32,
    pub(super) traces: u32,
}

impl FrameHeader {
    /// `None`: no header with a good checksum stands here.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let body = Take(bytes).bytes(FRAME_BODY)?;
        let mut take = Take(bytes);
        if take.array::<4>()? != *FRAME_MAGIC {
            return None;
        }
        let length = usize::try_from(take.u32()?).ok()?;
        let payload = usize::try_from(take.u32()?).ok()?;
        let file = take.u64()?;
        let position = Position(take.u64()?);
        let events = take.u32()?;
        let traces_before = TraceNumber(take.u64()?);
        let traces = take.u32()?;
        let hash = take.array()?;
        let checksum = take.array::<16>()?;
        let good = *blake3::hash(body).as_bytes().first_chunk::<16>()? == checksum;
        let before = Head { position, traces: traces_before, hash };
        (good && length == padded(payload)).then_some(Self { length, payload, file, before, events, traces })
    }
}

/// How long a frame with such a payload is: whole sectors.
pub(super) const fn padded(payload: usize) -> usize {
    (payload + FRAME_EXTRA).next_multiple_of(SECTOR)
}

/// A whole frame, checked against its checksum.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The log's head before it.
    pub before: Head,
    /// The log's head after it.
    pub after: Head,
    /// Its length in the file.
    pub length: usize,
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads the frame whose header was read. `None`: its checksum is wrong.
    pub(super) fn decode(header: &FrameHeader, bytes: &'a [u8]) -> Option<Self> {
        let frame = bytes.get(..header.length)?;
        let (hashed, rest) = frame.split_at_checked(FRAME_HEADER + header.payload)?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (padding, end) = rest.split_last_chunk::<4>()?;
        let whole = blake3::hash(hashed).as_bytes() == hash && end == END && padding.iter().all(|byte| *byte == 0);
        if !whole {
            return None;
        }
        let position = Position(header.before.position.0.checked_add(u64::from(header.events))?);
        let traces = TraceNumber(header.before.traces.0.checked_add(u64::from(header.traces))?);
        let after = Head { position, traces, hash: *hash };
        let payload = hashed.get(FRAME_HEADER..)?;
        let frame = Self { before: header.before, after, length: header.length, payload };
        frame.records_are_whole().then_some(frame)
    }

    /// The same without its checksum: for who authenticates each record.
    pub(super) fn unhashed(header: &FrameHeader, bytes: &'a [u8]) -> Option<Self> {
        let payload = bytes.get(FRAME_HEADER..FRAME_HEADER + header.payload)?;
        let position = Position(header.before.position.0.checked_add(u64::from(header.events))?);
        let traces = TraceNumber(header.before.traces.0.checked_add(u64::from(header.traces))?);
        let after = Head { position, traces, hash: header.before.hash };
        let frame = Self { before: header.before, after, length: header.length, payload };
        frame.records_are_whole().then_some(frame)
    }

    fn records_are_whole(&self) -> bool {
        let mut head = (self.before.position.0, self.before.traces.0);
        let mut rest = Take(self.payload);
        while !rest.0.is_empty() {
            let Some((kind, _)) = take_record(&mut rest) else { return false };
            let counted = match kind {
                FrameKind::Event => &mut head.0,
                FrameKind::Trace => &mut head.1,
            };
            // A header may say any number; one past the last is no number of a record.
            let Some(next) = counted.checked_add(1) else { return false };
            *counted = next;
        }
        head == (self.after.position.0, self.after.traces.0)
    }

    /// The frame's records, in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let (mut position, mut trace) = (self.before.position.0, self.before.traces.0);
        let mut rest = Take(self.payload);
        std::iter::from_fn(move || {
            let (kind, sealed) = take_record(&mut rest)?;
            let number = match kind {
                FrameKind::Event => &mut position,
                FrameKind::Trace => &mut trace,
            };
            *number += 1;
            Some(Record { kind, number: *number, sealed })
        })
    }
}

fn take_record<'a>(rest: &mut Take<'a>) -> Option<(FrameKind, &'a [u8])> {
    let kind = match rest.u8()? {
        1 => FrameKind::Event,
        2 => FrameKind::Trace,
        _ => return None,
    };
    Some((kind, rest.block()?))
}

/// Puts a record in a payload; `seal` appends the sealed bytes.
pub(super) fn put_record<E>(
    payload: &mut Vec<u8>,
    kind: FrameKind,
    seal: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = payload.len();
    payload.put_u8(kind.code());
    payload.put_u32(0);
    if let Err(error) = seal(payload) {
        payload.truncate(start);
        return Err(error);
    }
    let length = payload.len() - start - RECORD_EXTRA;
    if let Some(field) = payload.get_mut(start + 1..start + RECORD_EXTRA) {
        field.copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    Ok(())
}

/// What a record has in a payload besides its sealed bytes.
pub(super) const RECORD_EXTRA: usize = 1 + 4;

/// Finishes a frame in a buffer that holds [`FRAME_HEADER`] free bytes and the payload. Returns the hash.
pub(super) fn finish_frame(buffer: &mut Vec<u8>, file: u64, before: &Head, events: u32, traces: u32) -> [u8; 32] {
    let payload = buffer.len().saturating_sub(FRAME_HEADER);
    let length = padded(payload);
    let mut header = Vec::with_capacity(FRAME_HEADER);
    header.put(FRAME_MAGIC);
    header.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    header.put_u32(u32::try_from(payload).unwrap_or(u32::MAX));
    header.put_u64(file);
    header.put_u64(before.position.0);
    header.put_u32(events);
    header.put_u64(before.traces.0);
    header.put_u32(traces);
    header.put(&before.hash);
    let checksum = blake3::hash(&header);
    header.put(checksum.as_bytes().first_chunk::<16>().unwrap_or(&[0; 16]));
    if let Some(place) = buffer.get_mut(..FRAME_HEADER) {
        place.copy_from_slice(&header);
    }
    let hash = *blake3::hash(buffer).as_bytes();
    buffer.put(&hash);
    buffer.resize(length - END.len(), 0);
    buffer.put(END);
    hash
}
