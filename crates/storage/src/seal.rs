//! Sealing (invariants 4 and 7), in two layers: each part under the key of its subject, record class and retention
//! period; around them the whole record under the log's own key.
//!
//! Both use AES-256-GCM-SIV: a nonce that comes twice (a position written again after a torn tail was cut) shows at most
//! that two texts were equal, never the texts. What a part belongs to (log, event id, kind, place) and where a record
//! stands (log, class, position) are bound in, so that nothing sealed can be moved. A snapshot, which is one long text and
//! no record, is sealed in chunks under a key of its own, derived from the log's.

mod chunk;
mod event;
mod trace;
mod vault;

pub(crate) use chunk::{ChunkKeys, ChunkSeal, Salt};
pub use event::{PreparedEvent, RecordHeader, Room, SealPlace};
pub use trace::PreparedTrace;
pub use vault::Vault;

/// Most bytes of open content or of one part, before sealing.
pub const MAX_CONTENT: usize = 32 * 1024;
/// Most bytes of a sealed record: a block of them must stay far below what makes sled write blobs.
pub const MAX_RECORD: usize = 48 * 1024;
/// Most parts of an event.
pub const MAX_PARTS: usize = 8;
/// Most bytes of a kind's name.
pub const MAX_KIND: usize = 64;
