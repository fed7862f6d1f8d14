//! What the keys in use tell of themselves.

use std::collections::HashSet;
use std::sync::PoisonError;

use super::KeyRing;
use crate::keys::{KeyId, KeyState};
use crate::log::KeyRef;

impl KeyRing {
    /// What there are keys for that open something: as far as stored records have told, see [`Self::adopt`].
    pub fn in_use(&self) -> Vec<KeyRef> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.current.keys().copied().collect()
    }

    /// What tells the master key that the keys are under from another; `None`: they are in no file.
    pub fn master_id(&self) -> Option<[u8; 8]> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.place.as_ref().map(|place| place.header.master_id)
    }

    /// Whose records there are or were, as far as stored records have told.
    pub fn subjects(&self) -> HashSet<[u8; 16]> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.purposes.values().map(|purpose| purpose.subject).collect()
    }

    /// Whether something was erased by a program that left snapshots under the same key as before: nobody can tell which of them
    /// are from before.
    pub fn cannot_tell_old_snapshots(&self) -> bool {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        self.cache_key.now().is_none() && table.states.values().any(|state| matches!(state, KeyState::Destroyed))
    }

    /// Everything that stored records have told of keys: what each is for, and whether it is the one that seals now.
    pub(crate) fn learned(&self) -> Vec<(KeyId, KeyRef, bool)> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let current = |id: &KeyId, purpose: &KeyRef| table.current.get(purpose) == Some(id);
        table.purposes.iter().map(|(id, purpose)| (*id, *purpose, current(id, purpose))).collect()
    }
}
