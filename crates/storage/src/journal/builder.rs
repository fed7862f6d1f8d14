//! Building a frame: records are sealed straight into the buffer that is written.

use super::format::{FRAME_EXTRA, FRAME_HEADER, FrameKind, RECORD_EXTRA, finish_frame, padded, put_record};
use crate::log::{Head, Position, TraceNumber};

/// A frame in the making. Its buffer is used again for the next.
pub struct FrameBuilder {
    buffer: Vec<u8>,
    events: u32,
    traces: u32,
}

impl Default for FrameBuilder {
    fn default() -> Self {
        Self { buffer: vec![0; FRAME_HEADER], events: 0, traces: 0 }
    }
}

impl FrameBuilder {
    /// What a record of so many sealed bytes takes.
    pub const fn cost(sealed: usize) -> usize {
        sealed + RECORD_EXTRA
    }

    /// The frame's length when so many bytes of records are added.
    pub const fn length_with(&self, more: usize) -> usize {
        padded(self.buffer.len() - FRAME_HEADER + more)
    }

    /// Most bytes of records in a frame of a given length.
    pub const fn capacity(length: usize) -> usize {
        length.saturating_sub(FRAME_EXTRA)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(&self) -> bool {
        self.events == 0 && self.traces == 0
    }

    /// Adds a record; `seal` appends the sealed bytes.
    pub fn push<E>(&mut self, kind: FrameKind, seal: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        put_record(&mut self.buffer, kind, seal)?;
        match kind {
            FrameKind::Event => self.events += 1,
            FrameKind::Trace => self.traces += 1,
        }
        Ok(())
    }

    /// Where it stands, to go back to when the rest of a commit cannot be added.
    pub const fn mark(&self) -> (usize, u32, u32) {
        (self.buffer.len(), self.events, self.traces)
    }

    /// Takes out what was added since a mark.
    pub fn back_to(&mut self, mark: (usize, u32, u32)) {
        self.buffer.truncate(mark.0);
        (self.events, self.traces) = (mark.1, mark.2);
    }

    /// Gives up the finished bytes, for readers to read while sled does not have them yet.
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// Finishes it: the bytes to write, and the head after it.
    pub fn finish(&mut self, file: u64, before: &Head) -> (&[u8], Head) {
        let hash = finish_frame(&mut self.buffer, file, before, self.events, self.traces);
        let after = Head {
            position: Position(before.position.0 + u64::from(self.events)),
            traces: TraceNumber(before.traces.0 + u64::from(self.traces)),
            hash,
        };
        (&self.buffer, after)
    }

    /// Empties it for the next frame.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.buffer.resize(FRAME_HEADER, 0);
        (self.events, self.traces) = (0, 0);
    }
}
