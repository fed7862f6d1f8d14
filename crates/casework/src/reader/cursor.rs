//! Cursors: where a list goes on. Of use only to the person and the list that they were given to: a foreign one is refused
//! (a cursor must not become a way to ask about somebody else's list).

use std::sync::Arc;

use domain::actor::Actor;
use domain::refusal::{Code, Refusal};

use super::Reader;
use crate::answer::{Cursor, Page, PageRequest, Place};

/// Most items on a page.
const MOST: usize = 100;
/// Bytes of a cursor's seal.
const SEAL: usize = 12;

impl Reader {
    /// Makes the cursors for places in a list.
    pub(super) fn cursors(&self, list: &str) -> impl Fn(Vec<u8>) -> Cursor + use<> {
        let key = Arc::new(self.list_key(list));
        move |place| Cursor(Place::Sealed { key: Arc::clone(&key), place })
    }

    /// The place that a cursor stands for.
    pub(super) fn place(&self, list: &str, cursor: &str) -> Result<Vec<u8>, Refusal> {
        let invalid = || Refusal::at(Code::CursorInvalid, "after");
        let bytes = unhex(cursor).ok_or_else(invalid)?;
        let (place, seal) =
            bytes.len().checked_sub(SEAL).and_then(|at| bytes.split_at_checked(at)).ok_or_else(invalid)?;
        let right = blake3::keyed_hash(&self.list_key(list), place);
        // Comparing hashes of both sides tells nothing by the time that it takes.
        let same = blake3::hash(seal) == blake3::hash(right.as_bytes().get(..SEAL).unwrap_or_default());
        if same { Ok(place.to_vec()) } else { Err(invalid()) }
    }

    /// What seals the cursors of one list for one person.
    fn list_key(&self, list: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.casework.secret);
        let actor = match self.actor {
            Actor::Setup => [0; 16],
            Actor::Staff(staff) => staff.bits(),
        };
        hasher.update(b"cursor").update(&actor).update(&(list.len() as u64).to_le_bytes());
        *hasher.update(list.as_bytes()).finalize().as_bytes()
    }

    /// One page of a list whose items have ids. The list may have changed since the cursor was given: it goes on as [`GoesOn`] says.
    pub(super) fn page_of_ids<T>(
        &self,
        (list, goes_on): (&str, GoesOn),
        items: Vec<([u8; 16], T)>,
        request: &PageRequest,
    ) -> Result<Page<T>, Refusal> {
        let total = items.len();
        let skip = match &request.after {
            None => 0,
            Some(cursor) => {
                let place = self.place(list, cursor)?;
                let (id, at) = place.split_at_checked(16).ok_or(Refusal::at(Code::CursorInvalid, "after"))?;
                let was = at.first_chunk::<8>().map_or(0, |at| u64::from_le_bytes(*at));
                let was = usize::try_from(was).unwrap_or(usize::MAX);
                match goes_on {
                    GoesOn::AfterTheItem => {
                        items.iter().position(|(item, _)| item == id).map_or(was, |found| found + 1)
                    }
                    GoesOn::AtThePlace => was.saturating_add(1),
                }
            }
        };
        let first = checked_first(request)?;
        let cursor = self.cursors(list);
        let has_next = total > skip.saturating_add(first);
        let items = (0_u64..)
            .zip(items)
            .skip(skip)
            .take(first)
            .map(|(at, (id, item))| {
                let place = [id.as_slice(), &at.to_le_bytes()].concat();
                (cursor(place), item)
            })
            .collect();
        Ok(Page { items, has_next, total })
    }
}

/// How a page goes on in a list that has changed since the page before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum GoesOn {
    /// After the item if that is still there, and otherwise where it was: who turns the pages one by one sees no item twice.
    AfterTheItem,
    /// After as many items as then: whoever follows several pages at once has each item in one of them, whatever moves.
    AtThePlace,
}

/// A place with its seal, as text.
pub(crate) fn sealed(key: &[u8; 32], place: &[u8]) -> String {
    let mut bytes = place.to_vec();
    bytes.extend_from_slice(blake3::keyed_hash(key, place).as_bytes().get(..SEAL).unwrap_or_default());
    hex(&bytes)
}

/// How many items are asked for, within the limit.
pub(super) fn checked_first(request: &PageRequest) -> Result<usize, Refusal> {
    if (1..=MOST).contains(&request.first) { Ok(request.first) } else { Err(Refusal::at(Code::InvalidInput, "first")) }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + (value - 10) });
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    text
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > 200 || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| pair.iter().try_fold(0_u8, |value, byte| Some((value << 4) | digit(byte)?)))
        .collect()
}
