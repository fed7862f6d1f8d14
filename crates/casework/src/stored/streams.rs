//! The four kinds of stream, as the log numbers them. Stable for ever.

use domain::id::{GuardianId, PupilId, SchoolId, StaffId};
use domain::recorded::StreamRef;
use storage::StreamId;

/// The log's name of a stream.
pub const fn stream_id(stream: StreamRef) -> StreamId {
    match stream {
        StreamRef::School(id) => StreamId { kind: 1, id: id.bits() },
        StreamRef::Staff(id) => StreamId { kind: 2, id: id.bits() },
        StreamRef::Pupil(id) => StreamId { kind: 3, id: id.bits() },
        StreamRef::Guardian(id) => StreamId { kind: 4, id: id.bits() },
    }
}

/// The stream that the log names so; `None`: no kind has this number.
pub const fn stream_ref(stream: StreamId) -> Option<StreamRef> {
    match stream.kind {
        1 => Some(StreamRef::School(SchoolId::from_bits(stream.id))),
        2 => Some(StreamRef::Staff(StaffId::from_bits(stream.id))),
        3 => Some(StreamRef::Pupil(PupilId::from_bits(stream.id))),
        4 => Some(StreamRef::Guardian(GuardianId::from_bits(stream.id))),
        _ => None,
    }
}
