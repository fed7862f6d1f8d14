//! One long text, sealed in chunks so that neither writing nor reading it needs all of it in memory.
//!
//! Each text has a key of its own, derived from the log's key and the text's salt, so that a chunk's number can be its
//! nonce and never comes twice under a key. The number and whether it is the last are in the nonce: no chunk can be moved,
//! left out or added, and none can be cut off at the end. What the text says of itself in the open is bound to every chunk.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::keys::{CacheKey, KeyRing};
use crate::seal::vault::{NONCE, TAG};

/// What distinguishes one text's key from another's.
pub(crate) type Salt = [u8; 32];

/// Makes the keys of texts.
pub(crate) struct ChunkKeys {
    of_log: Zeroizing<[u8; 32]>,
    /// What changes at an erasure; `None`: what is sealed holds nothing that is erased.
    cache_key: Option<CacheKey>,
}

impl ChunkKeys {
    /// From the log's key and, since the first erasure, one that is another after each.
    pub(crate) fn new(ring: &KeyRing) -> Self {
        let of_log = Zeroizing::new(blake3::derive_key("mentorlog 2026 snapshots", ring.log_key()));
        Self { of_log, cache_key: Some(ring.cache_key().clone()) }
    }

    /// The same for checkpoints of the ledger, which must never open as snapshots.
    pub(crate) fn of_checkpoints(ring: &KeyRing) -> Self {
        let of_log = Zeroizing::new(blake3::derive_key("mentorlog 2026 checkpoints", ring.log_key()));
        Self { of_log, cache_key: None }
    }

    /// A salt for a new text. `None`: the system gives no random bytes.
    pub(crate) fn salt() -> Option<Salt> {
        let mut salt = [0; 32];
        rand::fill(&mut salt).ok()?;
        Some(salt)
    }

    fn now(&self) -> Zeroizing<[u8; 32]> {
        let Some(cache_key) = self.cache_key.as_ref().and_then(CacheKey::now) else { return self.of_log.clone() };
        let both = Zeroizing::new([self.of_log.as_slice(), cache_key.as_slice()].concat());
        Zeroizing::new(blake3::derive_key("mentorlog 2026 snapshots since an erasure", &both))
    }

    /// What seals and opens one text. `bound_to` is what it says of itself in the open.
    pub(crate) fn seal(&self, salt: &Salt, bound_to: Vec<u8>) -> Option<ChunkSeal> {
        let key = Zeroizing::new(*blake3::keyed_hash(&self.now(), salt).as_bytes());
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key.as_slice()).ok()?);
        Some(ChunkSeal { key, bound_to })
    }
}

/// Seals and opens one text, chunk by chunk.
pub(crate) struct ChunkSeal {
    key: LessSafeKey,
    bound_to: Vec<u8>,
}

impl ChunkSeal {
    /// What a sealed chunk has more than the plain one, in bytes.
    pub(crate) const EXTRA: usize = TAG;

    fn nonce(number: u64, last: bool) -> Nonce {
        let mut nonce = [0; NONCE];
        for (to, from) in nonce.iter_mut().zip(number.to_le_bytes().into_iter().chain([u8::from(last)])) {
            *to = from;
        }
        Nonce::assume_unique_for_key(nonce)
    }

    /// Seals a chunk in place and adds the tag. `None`: the cipher failed.
    pub(crate) fn seal(&self, number: u64, last: bool, chunk: &mut Vec<u8>) -> Option<()> {
        let aad = Aad::from(self.bound_to.as_slice());
        let tag = self.key.seal_in_place_separate_tag(Self::nonce(number, last), aad, chunk.as_mut_slice()).ok()?;
        chunk.extend_from_slice(tag.as_ref());
        Some(())
    }

    /// Opens a chunk in place: how many of its bytes are the plain ones. `None`: it is not the chunk that belongs here.
    pub(crate) fn open(&self, number: u64, last: bool, chunk: &mut [u8]) -> Option<usize> {
        let aad = Aad::from(self.bound_to.as_slice());
        self.key.open_in_place(Self::nonce(number, last), aad, chunk).ok().map(|plain| plain.len())
    }
}
