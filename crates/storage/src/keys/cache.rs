//! What snapshots are sealed under beside the log's key: a key that the key file has since the first erasure, and that is
//! another one after each. A snapshot from before an erasure opens with no key that is still there.

use std::sync::{Arc, PoisonError, RwLock};

use super::file::KeyId;
use super::loaded::OpenKey;

/// How the id of such a key ends. What stands before is random, as all of a data key's id is.
const ENDING: [u8; 8] = *b"snapshot";

/// Whether a key of the file is one of these.
pub(super) fn is_one(id: &KeyId) -> bool {
    id.0.ends_with(&ENDING)
}

/// The id of a new one.
pub(super) fn named(random: [u8; 8]) -> KeyId {
    let mut id = [0; 16];
    id.iter_mut().zip(random.into_iter().chain(ENDING)).for_each(|(to, from)| *to = from);
    KeyId(id)
}

/// The key that is in use now; none before the first erasure. Whoever has it follows its changes.
#[derive(Clone, Default)]
pub(crate) struct CacheKey(Arc<RwLock<Option<OpenKey>>>);

impl CacheKey {
    /// The key.
    pub(crate) fn now(&self) -> Option<OpenKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn change(&self, key: OpenKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }
}
