//! What is stored is not what is in memory (invariant 14): each kind of event has a stored form with a version, a JSON
//! Schema in `schema/events/` and examples in `tests/stored/` that are never edited.
//!
//! The *open* content is sealed under the log's key only: who did it, and, for what is about no pupil, when and what. What
//! is about a person is in *parts*, each under the key of its subject, record class and retention period; the first part
//! holds the event, later ones what is kept for a time of its own (a note, a name).

pub mod classes;
mod decode;
mod encode;
pub mod forms;
mod schemas;
mod streams;
mod upgrade;

pub use decode::{DecodeError, decode};
pub use encode::encode;
pub use schemas::schemas;
pub use streams::{stream_id, stream_ref};

/// The version of every stored form that is written now.
pub const FORM: u16 = 1;
