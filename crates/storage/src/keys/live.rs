//! What a key can do, and when it is made ready for that.

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

/// A key that opens what it sealed. A log has hundreds of thousands. Ready for use, each takes twenty times its own memory; to
/// make it ready takes no longer than to fetch so much from where it was kept: none is kept ready.
pub struct LiveKey(Zeroizing<[u8; 32]>);

impl LiveKey {
    pub(super) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// Looks at the key, so that it is near when it is used; whether its first byte is 0 says nothing of it.
    pub(super) fn begins_with_zero(&self) -> bool {
        self.0.first() == Some(&0)
    }

    /// The key, ready to open and to seal.
    pub(crate) fn ready(&self) -> Result<LessSafeKey, KeyError> {
        UnboundKey::new(&AES_256_GCM_SIV, &*self.0).map(LessSafeKey::new).map_err(|_| KeyError::NoChance)
    }
}
