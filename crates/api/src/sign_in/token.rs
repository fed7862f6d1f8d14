//! Secrets that are shown once and kept only as hashes.

use std::fmt::Write;
use std::sync::Arc;

/// Gives 256 random bits, or nothing where the system has none. The program passes the system's own.
pub type Chance = Arc<dyn Fn() -> Option<[u8; 32]> + Send + Sync>;

/// 256 random bits in hexadecimal digits. Not `Debug`: it must not get into a log.
pub(crate) struct Secret(String);

impl Secret {
    /// A fresh one; `None`: the system gives no random bits.
    pub(crate) fn fresh(chance: &Chance) -> Option<Self> {
        Some(Self(hex(&chance()?)))
    }

    /// What the other side is given.
    pub(crate) fn show(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> blake3::Hash {
        hash(&self.0)
    }
}

/// What is kept of a secret. Two hashes are compared in constant time.
pub(crate) fn hash(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}

/// Another secret that follows from this one for one purpose, and tells nothing of it.
pub(crate) fn derived(purpose: &'static str, secret: &str) -> String {
    hex(&blake3::derive_key(purpose, secret.as_bytes()))
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    hash(one) == hash(other)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}
