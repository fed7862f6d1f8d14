//! One trace's record (invariant 11), sealed and opened.

use aws_lc_rs::rand;

use crate::bytes::{Put, Take};
use crate::log::{AppendError, LogError, NewTrace, OpenedTrace, TraceNumber};
use crate::seal::MAX_CONTENT;
use crate::seal::vault::{Class, NONCE, PartOwner, SealedPart, TAG, Vault, cipher_failed};

/// What a trace's sealed part is bound to, where an event has its kind.
const KIND: &str = "trace";

/// A trace whose subjects are sealed; what remains is to give it its place.
pub struct PreparedTrace {
    tail: Vec<u8>,
    /// When, in microseconds since 1970 UTC, by the caller's clock.
    pub recorded_micros: i64,
}

impl PreparedTrace {
    /// How many bytes its sealed record will have.
    pub fn sealed_len(&self) -> usize {
        1 + NONCE + 8 + self.tail.len() + TAG
    }
}

impl Vault {
    /// Checks a trace's limits and seals its subjects.
    pub fn prepare_trace(&self, trace: &NewTrace) -> Result<PreparedTrace, AppendError> {
        if trace.open.len() > MAX_CONTENT {
            return Err(AppendError::TooLarge { what: "a trace" });
        }
        let mut id = [0; 16];
        rand::fill(&mut id).map_err(|_| cipher_failed())?;
        let mut tail = Vec::with_capacity(16 + 4 + trace.open.len() + trace.subjects.plain.len() + 64);
        tail.put(&id);
        tail.put_block(&trace.open);
        self.seal_part(&trace.subjects, &PartOwner { id, kind: KIND, index: 0 }, &mut tail)?;
        Ok(PreparedTrace { tail, recorded_micros: trace.recorded_micros })
    }

    /// Seals the record of a prepared trace at its place, appending it to a buffer.
    pub fn seal_trace(
        &self,
        trace: &PreparedTrace,
        number: TraceNumber,
        recorded_micros: i64,
        out: &mut Vec<u8>,
    ) -> Result<(), AppendError> {
        self.seal_record(Class::Trace, number.0, out, |out| {
            out.put_i64(recorded_micros);
            out.put(&trace.tail);
        })
    }

    /// Learns from a trace what its key is for; returns when it was recorded.
    pub fn adopt_trace(&self, number: TraceNumber, sealed: &[u8]) -> Result<i64, LogError> {
        let bytes = self.open_record(Class::Trace, number.0, sealed)?;
        let plain = Plain::take(&bytes).ok_or_else(|| malformed(number))?;
        self.ring().adopt(plain.subjects.key_id, plain.subjects.key)?;
        Ok(plain.recorded_micros)
    }

    /// Opens a trace.
    pub fn open_trace(&self, number: TraceNumber, sealed: &[u8]) -> Result<OpenedTrace, LogError> {
        let bytes = self.open_record(Class::Trace, number.0, sealed)?;
        let plain = Plain::take(&bytes).ok_or_else(|| malformed(number))?;
        let subjects = self.open_part(&plain.subjects, &PartOwner { id: plain.id, kind: KIND, index: 0 })?;
        Ok(OpenedTrace { number, recorded_micros: plain.recorded_micros, open: plain.open.to_vec(), subjects })
    }
}

struct Plain<'a> {
    recorded_micros: i64,
    id: [u8; 16],
    open: &'a [u8],
    subjects: SealedPart<'a>,
}

impl<'a> Plain<'a> {
    fn take(bytes: &'a [u8]) -> Option<Self> {
        let mut take = Take(bytes);
        let plain = Self {
            recorded_micros: take.i64()?,
            id: take.array()?,
            open: take.block()?,
            subjects: SealedPart::take(&mut take)?,
        };
        take.end()?;
        Some(plain)
    }
}

fn malformed(number: TraceNumber) -> LogError {
    LogError::Damaged {
        place: format!("trace {}", number.0),
        what: "the record opens but is not laid out as a trace of this version".to_owned(),
    }
}
