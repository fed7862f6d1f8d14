//! The ledger as bytes, for a checkpoint. Nobody else reads them, and another version's are passed over.

use super::{Ledger, Name, Places};
use crate::bytes::{Put, Take};
use crate::journal::Ends;
use crate::log::{CommitId, Head, Position, StreamId, TraceNumber};

impl Ledger {
    /// Lays it out behind what is there.
    pub(in crate::engine) fn lay(&self, out: &mut Vec<u8>) {
        lay_count(self.ends.last_frames.len(), out);
        self.ends.last_frames.iter().for_each(|offset| out.put_u64(*offset));
        out.put_u64(self.ends.head.position.0);
        out.put_u64(self.ends.head.traces.0);
        out.put(&self.ends.head.hash);
        out.put_u64(self.offset);
        out.put_i64(self.latest_micros);
        lay_count(self.streams.len(), out);
        for (stream, places) in &self.streams {
            let (count, last, steps) = places.laid();
            out.put_u8(stream.kind);
            out.put(&stream.id);
            out.put_u64(count);
            out.put_u64(last);
            out.put_block(steps);
        }
        lay_count(self.names.len(), out);
        for (id, name) in &self.names {
            out.put(&id.0);
            out.put(&name.fingerprint);
            out.put_u64(name.first);
            out.put_u64(name.last);
            out.put_i64(name.recorded_micros);
        }
    }

    /// Picks it up from the front; `None`: these bytes do not say it.
    pub(in crate::engine) fn pick(take: &mut Take<'_>) -> Option<Self> {
        let mut ledger = Self::default();
        let files = take_count(take, 8)?;
        let last_frames = (0..files).map(|_| take.u64()).collect::<Option<Vec<_>>>()?;
        let head = Head { position: Position(take.u64()?), traces: TraceNumber(take.u64()?), hash: take.array()? };
        ledger.ends = Ends { last_frames, head };
        ledger.offset = take.u64()?;
        ledger.latest_micros = take.i64()?;
        let streams = take_count(take, 1 + 16 + 8 + 8 + 4)?;
        ledger.streams.reserve(streams);
        for _ in 0..streams {
            let stream = StreamId { kind: take.u8()?, id: take.array()? };
            let places = Places::picked(take.u64()?, take.u64()?, take.block()?);
            ledger.streams.insert(stream, places);
        }
        let names = take_count(take, 16 + 16 + 8 + 8 + 8)?;
        ledger.names.reserve(names);
        for _ in 0..names {
            let id = CommitId(take.array()?);
            let fingerprint = take.array()?;
            let (first, last, recorded_micros) = (take.u64()?, take.u64()?, take.i64()?);
            ledger.names.insert(id, Name { fingerprint, first, last, recorded_micros });
        }
        Some(ledger)
    }
}

/// A count.
pub(in crate::engine) fn lay_count(count: usize, out: &mut Vec<u8>) {
    out.put_u64(count as u64);
}

/// A count of things that take at least so many bytes each: never more than there are bytes for.
pub(in crate::engine) fn take_count(take: &mut Take<'_>, least: usize) -> Option<usize> {
    let count = usize::try_from(take.u64()?).ok()?;
    (count <= take.0.len() / least.max(1)).then_some(count)
}
