//! Keys live apart (invariant 8): in a file of their own, wrapped under a master key that lies elsewhere.
//!
//! Data keys are made in batches ahead, without a purpose. What a key is for (subject, record class, retention period) is
//! learnt from the first record that names it, so that giving a key a purpose costs no sync of its own.

mod as_is;
mod cache;
mod file;
mod live;
mod loaded;
mod master;
mod ring;

pub(crate) use cache::CacheKey;
pub use file::KeyId;
pub use live::{KeyState, LiveKey};
pub use master::{MasterKey, MasterKeyError};
pub use ring::{KeyError, KeyRing};
