//! One event's record, sealed and opened.

use crate::bytes::{Put, Take};
use crate::keys::KeyId;
use zeroize::Zeroizing;

use crate::log::{AppendError, CommitId, KeyRef, LogError, NewEvent, OpenedEvent, Position, StreamId};
use crate::seal::vault::{Class, NONCE, PartOwner, SealedPart, TAG, Vault};
use crate::seal::{MAX_CONTENT, MAX_KIND, MAX_PARTS, MAX_RECORD};

/// An event whose parts are sealed; what remains is to give it its place.
pub struct PreparedEvent {
    stream: StreamId,
    event_id: [u8; 16],
    /// Kind, form, open content and sealed parts, as they will stand in the record.
    tail: Vec<u8>,
}

impl PreparedEvent {
    /// Its stream.
    pub fn stream(&self) -> StreamId {
        self.stream
    }

    /// How many bytes its sealed record will have.
    pub fn sealed_len(&self) -> usize {
        1 + NONCE + HEAD + self.tail.len() + TAG
    }
}

/// Bytes of a plain record before its tail.
const HEAD: usize = 1 + 16 + 8 + 16 + 16 + 16 + 8 + 2 + 2;

/// Where an event is put.
#[derive(Clone, Copy, Debug)]
pub struct SealPlace {
    /// Place in the log.
    pub position: Position,
    /// Place in its stream.
    pub version: u64,
    /// The commit that it comes with.
    pub commit: CommitId,
    /// That commit's fingerprint.
    pub fingerprint: [u8; 16],
    /// When, in microseconds since 1970 UTC.
    pub recorded_micros: i64,
    /// Its place in the commit, from 0.
    pub index: u16,
    /// Events in the commit.
    pub of: u16,
}

/// What recovery needs to know of a record: everything but its content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordHeader {
    /// The stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub version: u64,
    /// The event's id.
    pub event_id: [u8; 16],
    /// The commit that it came with.
    pub commit: CommitId,
    /// That commit's fingerprint.
    pub fingerprint: [u8; 16],
    /// When, in microseconds since 1970 UTC.
    pub recorded_micros: i64,
    /// Its place in the commit, from 0.
    pub index: u16,
    /// Events in the commit.
    pub of: u16,
    /// The keys that its parts are sealed under.
    pub keys: Vec<(KeyRef, KeyId)>,
}

struct Plain<'a> {
    header: RecordHeader,
    kind: &'a str,
    form: u16,
    open: &'a [u8],
    parts: Vec<SealedPart<'a>>,
}

impl<'a> Plain<'a> {
    fn take(bytes: &'a [u8]) -> Option<Self> {
        let mut take = Take(bytes);
        let header = RecordHeader {
            stream: StreamId { kind: take.u8()?, id: take.array()? },
            version: take.u64()?,
            event_id: take.array()?,
            commit: CommitId(take.array()?),
            fingerprint: take.array()?,
            recorded_micros: take.i64()?,
            index: take.u16()?,
            of: take.u16()?,
            keys: Vec::new(),
        };
        let form = take.u16()?;
        let kind_len = usize::from(take.u8()?);
        let kind = std::str::from_utf8(take.bytes(kind_len)?).ok()?;
        let open = take.block()?;
        let count = take.u8()?;
        let mut parts = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            parts.push(SealedPart::take(&mut take)?);
        }
        take.end()?;
        Some(Self { header, kind, form, open, parts })
    }

    fn keys(&self) -> Vec<(KeyRef, KeyId)> {
        self.parts.iter().map(|part| (part.key, part.key_id)).collect()
    }
}

fn malformed(position: Position) -> LogError {
    LogError::Damaged {
        place: format!("position {}", position.0),
        what: "the record opens but is not laid out as a record of this version".to_owned(),
    }
}

impl Vault {
    /// Checks an event's limits and seals its parts. Keys that are new are on disk when this returns.
    pub fn prepare(&self, event: &NewEvent) -> Result<PreparedEvent, AppendError> {
        let kind_len = u8::try_from(event.kind.len()).ok().filter(|len| usize::from(*len) <= MAX_KIND);
        let Some(kind_len) = kind_len else { return Err(AppendError::TooLarge { what: "a kind's name" }) };
        if event.open.len() > MAX_CONTENT {
            return Err(AppendError::TooLarge { what: "open content" });
        }
        let count = u8::try_from(event.parts.len()).ok().filter(|count| usize::from(*count) <= MAX_PARTS);
        let Some(count) = count else { return Err(AppendError::TooLarge { what: "the number of parts" }) };
        let plain: usize = event.parts.iter().map(|part| part.plain.len() + 64).sum();
        let mut tail = Vec::with_capacity(2 + 1 + event.kind.len() + 4 + event.open.len() + 1 + plain);
        tail.put_u16(event.form);
        tail.put_u8(kind_len);
        tail.put(event.kind.as_bytes());
        tail.put_block(&event.open);
        tail.put_u8(count);
        for (index, part) in (0_u8..).zip(&event.parts) {
            let owner = PartOwner { id: event.event_id, kind: &event.kind, index };
            self.seal_part(part, &owner, &mut tail)?;
        }
        let prepared = PreparedEvent { stream: event.stream, event_id: event.event_id, tail };
        if prepared.sealed_len() > MAX_RECORD {
            return Err(AppendError::TooLarge { what: "an event" });
        }
        Ok(prepared)
    }

    /// Seals the record of a prepared event at its place, appending it to a buffer.
    pub fn seal_event(&self, event: &PreparedEvent, place: &SealPlace, out: &mut Vec<u8>) -> Result<(), AppendError> {
        self.seal_record(Class::Event, place.position.0, out, |out| {
            out.put_u8(event.stream.kind);
            out.put(&event.stream.id);
            out.put_u64(place.version);
            out.put(&event.event_id);
            out.put(&place.commit.0);
            out.put(&place.fingerprint);
            out.put_i64(place.recorded_micros);
            out.put_u16(place.index);
            out.put_u16(place.of);
            out.put(&event.tail);
        })
    }

    /// Opens a record as far as recovery needs it: no part is opened.
    pub fn open_header(&self, position: Position, sealed: &[u8]) -> Result<RecordHeader, LogError> {
        let bytes = self.open_record(Class::Event, position.0, sealed)?;
        let plain = Plain::take(&bytes).ok_or_else(|| malformed(position))?;
        Ok(RecordHeader { keys: plain.keys(), ..plain.header })
    }

    /// Learns from a record what its keys are for.
    pub fn adopt(&self, header: &RecordHeader) -> Result<(), LogError> {
        header.keys.iter().try_for_each(|(purpose, id)| self.ring().adopt(*id, *purpose))
    }

    /// Opens a record and its parts.
    pub fn open_event(&self, position: Position, sealed: &[u8]) -> Result<OpenedEvent, LogError> {
        let mut room = Room::default();
        self.unwrap_in(&mut room, position, sealed)?;
        self.open_parts(&mut room)?;
        Ok(room.event)
    }

    /// Opens a record where another was opened before, and none of its parts yet: for who opens many, and keeps none.
    pub fn unwrap_in(&self, room: &mut Room, position: Position, sealed: &[u8]) -> Result<(), LogError> {
        let Room { record, event, keys } = room;
        let bytes = self.open_record_in(record, Class::Event, position.0, sealed)?;
        let plain = Plain::take(bytes).ok_or_else(|| malformed(position))?;
        event.position = position;
        event.stream = plain.header.stream;
        event.version = plain.header.version;
        event.event_id = plain.header.event_id;
        event.commit = plain.header.commit;
        event.kind.clear();
        event.kind.push_str(plain.kind);
        event.form = plain.form;
        event.recorded_micros = plain.header.recorded_micros;
        event.open.clear();
        event.open.extend_from_slice(plain.open);
        event.parts.truncate(plain.parts.len());
        keys.clear();
        for (index, part) in plain.parts.iter().enumerate() {
            keys.push(part.key_id);
            match event.parts.get_mut(index) {
                Some(room) => part.put_in(room),
                None => event.parts.push(part.to_open()),
            }
        }
        Ok(())
    }

    /// Brings the keys near that the parts of these are sealed under. There are many keys, anywhere in memory: looked up one
    /// after another without waiting, they are there when they are used.
    pub fn bring_near(&self, rooms: &[Room]) {
        std::hint::black_box(self.ring().near(rooms.iter().flat_map(|room| &room.keys)));
    }

    /// Opens the parts of a record that [`Self::unwrap_in`] opened.
    pub fn open_parts<'a>(&self, room: &'a mut Room) -> Result<&'a OpenedEvent, LogError> {
        let Room { event, keys, .. } = room;
        for (index, (key, part)) in (0_u8..).zip(keys.iter().zip(&mut event.parts)) {
            let owner = PartOwner { id: event.event_id, kind: &event.kind, index };
            self.open_in_place(*key, &owner, part)?;
        }
        Ok(event)
    }
}

/// Where one event after another is opened, so that not each needs memory of its own. What was opened there is wiped with it.
pub struct Room {
    record: Zeroizing<Vec<u8>>,
    event: OpenedEvent,
    /// The key of each part.
    keys: Vec<KeyId>,
}

impl Default for Room {
    fn default() -> Self {
        let event = OpenedEvent {
            position: Position(0),
            stream: StreamId { kind: 0, id: [0; 16] },
            version: 0,
            event_id: [0; 16],
            commit: CommitId([0; 16]),
            kind: String::new(),
            form: 0,
            recorded_micros: 0,
            open: Vec::new(),
            parts: Vec::new(),
        };
        Self { record: Zeroizing::default(), event, keys: Vec::new() }
    }
}
