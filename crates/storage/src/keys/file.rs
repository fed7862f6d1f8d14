//! The key file: a header, then chained batches of wrapped keys. Described byte by byte in `docs/formats.md`.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::bytes::{Put, Take, first};
use crate::keys::MasterKey;

/// Names a key. Random; says nothing of what the key is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub [u8; 16]);

/// What the key file says of one key.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: KeyId,
    pub(super) role: EntryRole,
    /// Wrapped; all zero once destroyed.
    pub(super) wrapped: [u8; WRAPPED],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryRole {
    /// Seals parts.
    Data,
    /// Has been destroyed: what it sealed is erased.
    Destroyed,
    /// Seals whole records.
    Log,
    /// Keys the fingerprints of commands.
    Fingerprint,
}

impl EntryRole {
    const fn code(self) -> u8 {
        match self {
            Self::Data => 1,
            Self::Destroyed => 2,
            Self::Log => 3,
            Self::Fingerprint => 4,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Data),
            2 => Some(Self::Destroyed),
            3 => Some(Self::Log),
            4 => Some(Self::Fingerprint),
            _ => None,
        }
    }
}

/// A wrapped key: 32 bytes and the tag.
const WRAPPED: usize = 48;
pub(super) const ENTRY: usize = 1 + 16 + WRAPPED;
const MAGIC: &[u8; 8] = b"mlogkeys";
const FORMAT: u16 = 1;
/// Magic, format, log id, master key id, checksum.
pub(super) const HEADER: usize = 8 + 2 + 16 + 8 + 32;
const BATCH_MAGIC: &[u8; 4] = b"KEYS";

/// What the header says.
pub(super) struct Header {
    pub(super) log_id: [u8; 16],
    pub(super) master_id: [u8; 8],
}

impl Header {
    /// The header's bytes and the hash that the first batch is chained to.
    pub(super) fn encode(&self) -> (Vec<u8>, [u8; 32]) {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.put(MAGIC);
        bytes.put_u16(FORMAT);
        bytes.put(&self.log_id);
        bytes.put(&self.master_id);
        let hash = *blake3::hash(&bytes).as_bytes();
        bytes.put(&hash);
        (bytes, hash)
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<(Self, [u8; 32])> {
        let mut take = Take(bytes);
        let body = Take(bytes).bytes(HEADER - 32)?;
        let known = take.array::<8>()? == *MAGIC && take.u16()? == FORMAT;
        let header = Self { log_id: take.array()?, master_id: take.array()? };
        let hash = take.array::<32>()?;
        (known && *blake3::hash(body).as_bytes() == hash).then_some((header, hash))
    }
}

/// One batch's bytes, chained to what stands before, and its own hash.
pub(super) fn encode_batch(before: &[u8; 32], entries: &[Entry]) -> (Vec<u8>, [u8; 32]) {
    let mut bytes = Vec::with_capacity(4 + 4 + entries.len() * ENTRY + 32);
    bytes.put(BATCH_MAGIC);
    bytes.put_u32(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    for entry in entries {
        bytes.put_u8(entry.role.code());
        bytes.put(&entry.id.0);
        bytes.put(&entry.wrapped);
    }
    let hash = chain(before, &bytes);
    bytes.put(&hash);
    (bytes, hash)
}

fn chain(before: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(before).update(bytes).finalize().as_bytes()
}

/// The batches after the header: their entries, the last hash, and how many bytes of them are whole.
pub(super) struct Batches {
    pub(super) entries: Vec<Entry>,
    pub(super) hash: [u8; 32],
    pub(super) whole: usize,
}

/// Reads batches until the bytes end or one is not whole.
pub(super) fn decode_batches(bytes: &[u8], after_header: [u8; 32]) -> Batches {
    let mut batches = Batches { entries: Vec::new(), hash: after_header, whole: 0 };
    let mut take = Take(bytes);
    while let Some((entries, hash)) = decode_batch(&mut take, &batches.hash) {
        batches.entries.extend(entries);
        batches.hash = hash;
        batches.whole = bytes.len() - take.0.len();
    }
    batches
}

fn decode_batch(take: &mut Take<'_>, before: &[u8; 32]) -> Option<(Vec<Entry>, [u8; 32])> {
    let start = *take;
    if take.array::<4>()? != *BATCH_MAGIC {
        return None;
    }
    let count = usize::try_from(take.u32()?).ok()?;
    let mut body = Take(take.bytes(count.checked_mul(ENTRY)?)?);
    let hashed = Take(start.0).bytes(8 + count * ENTRY)?;
    let hash = take.array::<32>()?;
    if chain(before, hashed) != hash {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    while !body.0.is_empty() {
        let role = EntryRole::from_code(body.u8()?)?;
        entries.push(Entry { role, id: KeyId(body.array()?), wrapped: body.array()? });
    }
    Some((entries, hash))
}

/// Wraps and unwraps keys under a master key. Each is bound to the log, its id and its role, so that none can be put in
/// another's place.
pub(super) struct Wrapper {
    key: LessSafeKey,
    log_id: [u8; 16],
}

impl Wrapper {
    pub(super) fn new(master: &MasterKey, log_id: [u8; 16]) -> Option<Self> {
        let derived = Zeroizing::new(blake3::derive_key("mentorlog 2026 key wrapping", master.bits()));
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, derived.as_slice()).ok()?);
        Some(Self { key, log_id })
    }

    fn bound_to(&self, id: KeyId, role: EntryRole) -> (Nonce, Vec<u8>) {
        let mut aad = Vec::with_capacity(33);
        aad.put(&self.log_id);
        aad.put(&id.0);
        aad.put_u8(role.code());
        (Nonce::assume_unique_for_key(first(&id.0)), aad)
    }

    pub(super) fn wrap(&self, id: KeyId, role: EntryRole, key: &[u8; 32]) -> Option<Entry> {
        let (nonce, aad) = self.bound_to(id, role);
        let mut bytes = Zeroizing::new(key.to_vec());
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(aad), bytes.as_mut_slice()).ok()?;
        bytes.extend_from_slice(tag.as_ref());
        Some(Entry { id, role, wrapped: bytes.as_slice().try_into().ok()? })
    }

    pub(super) fn unwrap(&self, entry: &Entry) -> Option<Zeroizing<[u8; 32]>> {
        let (nonce, aad) = self.bound_to(entry.id, entry.role);
        let mut bytes = Zeroizing::new(entry.wrapped);
        let key: [u8; 32] =
            (&*self.key.open_in_place(nonce, Aad::from(aad), bytes.as_mut_slice()).ok()?).try_into().ok()?;
        Some(Zeroizing::new(key))
    }
}
