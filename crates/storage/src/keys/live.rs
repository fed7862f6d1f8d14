//! What a key can do, and when it is made ready for that.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::aead::{AES_256_GCM_SIV, LessSafeKey, UnboundKey};
use zeroize::Zeroizing;

use super::ring::KeyError;

/// What a key can do now.
pub enum KeyState {
    /// It opens what it sealed.
    Live(LiveKey),
    /// It has been destroyed: what it sealed is erased.
    Destroyed,
}

/// A key that opens what it sealed. A log has hundreds of thousands, and most are not used in a run: each is made ready, which
/// takes many times its own memory, when it is first used.
pub struct LiveKey {
    key: Zeroizing<[u8; 32]>,
    ready: OnceLock<Arc<LessSafeKey>>,
}

impl LiveKey {
    pub(super) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self { key, ready: OnceLock::new() }
    }

    /// Whether it has been made ready. Looks into what was made, so that it is near when it is used.
    pub(super) fn is_ready(&self) -> bool {
        self.ready.get().is_some_and(|ready| *ready.algorithm() == AES_256_GCM_SIV)
    }

    /// The key, ready to open and to seal.
    pub(crate) fn ready(&self) -> Result<&Arc<LessSafeKey>, KeyError> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        let unbound = UnboundKey::new(&AES_256_GCM_SIV, &*self.key).map_err(|_| KeyError::NoChance)?;
        Ok(self.ready.get_or_init(|| Arc::new(LessSafeKey::new(unbound))))
    }
}
