//! The vault: everything that seals and opens.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use crate::bytes::{Put, Take, first};
use crate::care::ErasuresKey;
use crate::journal::{AnchorKey, FrameKind};
use crate::keys::{KeyError, KeyId, KeyRing, KeyState, LiveKey};
use crate::log::{AppendError, KeyRef, LogError, NewPart, OpenedPart, PartContent, RecordClass};
use crate::seal::MAX_CONTENT;

/// Layout of a sealed record: one that was written when the log's anchor was sealed. The layout is bound in, so that no record
/// can be passed off as an older one.
const LAYOUT: u8 = 2;
/// The one before: nothing was known of sealed anchors.
const BEFORE_ANCHORS: u8 = 1;
pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

/// What kind of record is sealed: part of what the seal is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Event = 1,
    Trace = 2,
}

/// Seals and opens what one log holds.
pub struct Vault {
    ring: KeyRing,
    log_key: LessSafeKey,
    fingerprint_key: [u8; 32],
    /// Differs from run to run, so that a position written twice gets two nonces.
    run: [u8; 4],
}

impl Vault {
    /// A vault on these keys.
    pub fn new(ring: KeyRing) -> Result<Self, KeyError> {
        let unbound = UnboundKey::new(&AES_256_GCM_SIV, ring.log_key()).map_err(|_| KeyError::NoChance)?;
        let mut run = [0; 4];
        rand::fill(&mut run).map_err(|_| KeyError::NoChance)?;
        let fingerprint_key = *ring.fingerprint_key();
        Ok(Self { ring, log_key: LessSafeKey::new(unbound), fingerprint_key, run })
    }

    /// A vault for a log in memory.
    pub fn in_memory() -> Result<Self, KeyError> {
        Self::new(KeyRing::in_memory()?)
    }

    /// The keys.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The log that this belongs to.
    pub fn log_id(&self) -> [u8; 16] {
        self.ring.log_id()
    }

    /// What seals the anchors of this log's journal.
    pub fn anchor_key(&self) -> AnchorKey {
        AnchorKey::new(&self.ring)
    }

    /// What seals lists of what has been erased from this log.
    pub fn erasures_key(&self) -> ErasuresKey {
        ErasuresKey::new(&self.ring)
    }

    /// Whether a sealed record was written when the log had a sealed anchor. A record that says so wrongly does not open.
    pub(crate) fn is_anchored(sealed: &[u8]) -> bool {
        sealed.first() == Some(&LAYOUT)
    }

    /// A keyed fingerprint of a command's content: equal for equal contents, and telling nothing else.
    pub fn fingerprint(&self, content: &[u8]) -> [u8; 16] {
        first(blake3::keyed_hash(&self.fingerprint_key, content).as_bytes())
    }

    /// Seals a whole record, appending it to a buffer. `write` puts the plain record.
    pub(super) fn seal_record(
        &self,
        class: Class,
        number: u64,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), AppendError> {
        let nonce: [u8; NONCE] = first(&[number.to_le_bytes().as_slice(), &self.run].concat());
        out.put_u8(LAYOUT);
        out.put(&nonce);
        let start = out.len();
        write(out);
        let plain = out.get_mut(start..).ok_or_else(cipher_failed)?;
        let tag = self
            .log_key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.record_binding(LAYOUT, class, number).as_ref()),
                plain,
            )
            .map_err(|_| cipher_failed())?;
        out.put(tag.as_ref());
        Ok(())
    }

    /// Whether a sealed record is this log's, and has this number.
    pub(crate) fn opens(&self, kind: FrameKind, number: u64, sealed: &[u8]) -> bool {
        let class = match kind {
            FrameKind::Event => Class::Event,
            FrameKind::Trace => Class::Trace,
        };
        self.open_record(class, number, sealed).is_ok()
    }

    /// Opens a whole record: the plain bytes.
    pub(super) fn open_record(&self, class: Class, number: u64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, LogError> {
        let mut plain = Zeroizing::default();
        let length = self.open_record_in(&mut plain, class, number, sealed)?.len();
        plain.truncate(length);
        Ok(plain)
    }

    /// The same, in memory that was used before.
    pub(super) fn open_record_in<'a>(
        &self,
        room: &'a mut Zeroizing<Vec<u8>>,
        class: Class,
        number: u64,
        sealed: &[u8],
    ) -> Result<&'a [u8], LogError> {
        self.try_open_record(room, class, number, sealed).ok_or_else(|| LogError::Damaged {
            place: format!("{} {number}", if class == Class::Event { "position" } else { "trace" }),
            what: "the record does not open under the log's key".to_owned(),
        })
    }

    fn try_open_record<'a>(
        &self,
        room: &'a mut Zeroizing<Vec<u8>>,
        class: Class,
        number: u64,
        sealed: &[u8],
    ) -> Option<&'a [u8]> {
        let mut take = Take(sealed);
        let layout = take.u8()?;
        if layout != LAYOUT && layout != BEFORE_ANCHORS {
            return None;
        }
        let nonce = Nonce::assume_unique_for_key(take.array::<NONCE>()?);
        refill(room, take.0);
        let bound = self.record_binding(layout, class, number);
        self.log_key.open_in_place(nonce, Aad::from(bound.as_ref()), room.as_mut_slice()).ok().map(|plain| &*plain)
    }

    fn record_binding(&self, layout: u8, class: Class, number: u64) -> Bound {
        let mut bound = Bound::new();
        bound.put(&self.log_id());
        bound.put_u8(class as u8);
        bound.put_u64(number);
        if layout != BEFORE_ANCHORS {
            bound.put_u8(layout);
        }
        bound
    }

    /// Seals one part under the key of its purpose, which is made if it is new.
    pub(super) fn seal_part(
        &self,
        part: &NewPart,
        owner: &PartOwner<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), AppendError> {
        if part.plain.len() > MAX_CONTENT {
            return Err(AppendError::TooLarge { what: "a part" });
        }
        let (id, key) =
            self.ring.key_for(part.key).map_err(|error| AppendError::Stopped { reason: error.to_string() })?;
        let mut content = Zeroizing::new(part.plain.to_vec());
        let (nonce, bound) = (part_nonce(owner), self.part_binding(owner));
        let tag = key
            .seal_in_place_separate_tag(nonce, Aad::from(bound.as_ref()), content.as_mut_slice())
            .map_err(|_| cipher_failed())?;
        content.extend_from_slice(tag.as_ref());
        out.put(&part.key.subject);
        out.put_u8(part.key.class.0);
        out.put_u16(part.key.period);
        out.put(&id.0);
        out.put_block(&content);
        Ok(())
    }

    /// Opens one part, unless its key has been destroyed.
    pub(super) fn open_part(&self, part: &SealedPart<'_>, owner: &PartOwner<'_>) -> Result<OpenedPart, LogError> {
        let mut opened = part.to_open();
        self.open_in_place(part.key_id, owner, &mut opened)?;
        Ok(opened)
    }

    /// The same, where its sealed content stands already: see [`SealedPart::to_open`].
    pub(super) fn open_in_place(
        &self,
        key: KeyId,
        owner: &PartOwner<'_>,
        opened: &mut OpenedPart,
    ) -> Result<(), LogError> {
        self.ring.with_state(key, |state| match (state, &mut opened.content) {
            (None, _) => Err(LogError::KeyMissing),
            (Some(KeyState::Destroyed), content) => {
                *content = PartContent::Erased;
                Ok(())
            }
            (Some(KeyState::Live(key)), PartContent::Present(content)) => {
                self.open_content(owner, &ready(key)?, content)
            }
            (Some(KeyState::Live(_)), PartContent::Erased) => Ok(()),
        })
    }

    fn open_content(
        &self,
        owner: &PartOwner<'_>,
        key: &LessSafeKey,
        content: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), LogError> {
        let (nonce, bound) = (part_nonce(owner), self.part_binding(owner));
        let opened = key.open_in_place(nonce, Aad::from(bound.as_ref()), content.as_mut_slice());
        let length = opened
            .map_err(|_| LogError::Damaged {
                place: format!("part {} of an event of kind {}", owner.index, owner.kind),
                what: "the part does not open under its key".to_owned(),
            })?
            .len();
        content.truncate(length);
        Ok(())
    }

    fn part_binding(&self, owner: &PartOwner<'_>) -> Bound {
        let mut bound = Bound::new();
        bound.put(&self.log_id());
        bound.put(&owner.id);
        bound.put_u8(owner.index);
        bound.put(owner.kind.as_bytes());
        bound
    }
}

fn part_nonce(owner: &PartOwner<'_>) -> Nonce {
    let mut nonce: [u8; NONCE] = first(&owner.id);
    if let Some(last) = nonce.last_mut() {
        *last ^= owner.index;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// Puts bytes in the place of others. What is too small for them is wiped, not left behind by growing.
fn refill(room: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    if room.capacity() < bytes.len() {
        *room = Zeroizing::new(Vec::with_capacity(bytes.len()));
    }
    room.clear();
    room.extend_from_slice(bytes);
}

/// What a seal is bound to beside its content: so short that it needs no memory of its own.
struct Bound {
    bytes: [u8; Self::MOST],
    used: usize,
}

impl Bound {
    /// The log, an id, a number and a kind's name, whose length is one byte in a record.
    const MOST: usize = 16 + 16 + 1 + 255;

    const fn new() -> Self {
        Self { bytes: [0; Self::MOST], used: 0 }
    }
}

impl Put for Bound {
    fn put(&mut self, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.used..self.used + bytes.len()) {
            place.copy_from_slice(bytes);
            self.used += bytes.len();
        }
    }
}

impl AsRef<[u8]> for Bound {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}

/// What a part belongs to.
pub(super) struct PartOwner<'a> {
    pub(super) id: [u8; 16],
    pub(super) kind: &'a str,
    pub(super) index: u8,
}

/// One sealed part, as it stands in a record.
#[derive(Clone, Copy)]
pub(super) struct SealedPart<'a> {
    pub(super) key: KeyRef,
    pub(super) key_id: KeyId,
    content: &'a [u8],
}

impl<'a> SealedPart<'a> {
    pub(super) fn take(take: &mut Take<'a>) -> Option<Self> {
        let key = KeyRef { subject: take.array()?, class: RecordClass(take.u8()?), period: take.u16()? };
        Some(Self { key, key_id: KeyId(take.array()?), content: take.block()? })
    }

    /// A part that is opened where it stands: its content is sealed until then.
    pub(super) fn to_open(self) -> OpenedPart {
        let mut part = OpenedPart { key: self.key, content: PartContent::Erased };
        self.put_in(&mut part);
        part
    }

    /// The same, in the place of another.
    pub(super) fn put_in(self, part: &mut OpenedPart) {
        part.key = self.key;
        if let PartContent::Present(content) = &mut part.content {
            refill(content, self.content);
        } else {
            part.content = PartContent::Present(Zeroizing::new(self.content.to_vec()));
        }
    }
}

pub(super) fn cipher_failed() -> AppendError {
    AppendError::Stopped { reason: "sealing failed".to_owned() }
}

/// The key, ready to open.
fn ready(key: &LiveKey) -> Result<LessSafeKey, LogError> {
    key.ready().map_err(|_| LogError::KeyMissing)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Under one key no two parts may have the same: what is sealed twice under one nonce tells of both.
    #[test]
    fn each_part_of_an_event_has_a_nonce_of_its_own() {
        for id in [[0; 16], [0x5a; 16], [0xff; 16]] {
            let nonces = (0..=u8::MAX).map(|index| *part_nonce(&PartOwner { id, kind: "kind", index }).as_ref());
            assert_eq!(nonces.collect::<HashSet<_>>().len(), 256, "{id:?}");
        }
    }

    #[test]
    fn a_seal_is_bound_to_the_whole_of_the_longest_kind_and_to_no_more() {
        let bound = |last: u8| {
            let mut bound = Bound::new();
            bound.put(&[1; 16]);
            bound.put(&[2; 16]);
            bound.put_u8(3);
            bound.put(&[[b'k'; 254].as_slice(), &[last]].concat());
            bound
        };
        assert_eq!(bound(b'a').as_ref().len(), 288);
        assert_ne!(bound(b'a').as_ref(), bound(b'b').as_ref());
    }
}
