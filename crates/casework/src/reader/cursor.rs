//! Cursors: where a list goes on. Of use only to the person and the list that they were given to: a foreign one is refused
//! (a cursor must not become a way to ask about somebody else's list).

use domain::actor::Actor;
use domain::refusal::{Code, Refusal};

use super::Reader;
use crate::answer::{Page, PageRequest};

/// Most items on a page.
const MOST: usize = 100;
/// Bytes of a cursor's seal.
const SEAL: usize = 12;

impl Reader {
    /// The cursor for a place in a list.
    pub(super) fn cursor(&self, list: &str, place: &[u8]) -> String {
        let mut bytes = place.to_vec();
        bytes.extend_from_slice(self.cursor_seal(list, place).as_bytes().get(..SEAL).unwrap_or_default());
        bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
            text
        })
    }

    /// The place that a cursor stands for.
    pub(super) fn place(&self, list: &str, cursor: &str) -> Result<Vec<u8>, Refusal> {
        let invalid = || Refusal::at(Code::CursorInvalid, "after");
        let bytes = unhex(cursor).ok_or_else(invalid)?;
        let (place, seal) =
            bytes.len().checked_sub(SEAL).and_then(|at| bytes.split_at_checked(at)).ok_or_else(invalid)?;
        let right = self.cursor_seal(list, place);
        // Comparing hashes of both sides tells nothing by the time that it takes.
        let same = blake3::hash(seal) == blake3::hash(right.as_bytes().get(..SEAL).unwrap_or_default());
        if same { Ok(place.to_vec()) } else { Err(invalid()) }
    }

    fn cursor_seal(&self, list: &str, place: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.casework.secret);
        let actor = match self.actor {
            Actor::Setup => [0; 16],
            Actor::Staff(staff) => staff.bits(),
        };
        hasher.update(b"cursor").update(&actor).update(&(list.len() as u64).to_le_bytes());
        hasher.update(list.as_bytes()).update(place).finalize()
    }

    /// One page of a list whose items have ids. The list may have changed since the cursor was given: it goes on after the
    /// item if that is still there, and otherwise where it was.
    pub(super) fn page_of_ids<T>(
        &self,
        list: &str,
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
                items.iter().position(|(item, _)| item == id).map_or(was, |found| found + 1)
            }
        };
        let first = checked_first(request)?;
        let has_next = total > skip.saturating_add(first);
        let items = (0_u64..)
            .zip(items)
            .skip(skip)
            .take(first)
            .map(|(at, (id, item))| {
                let place = [id.as_slice(), &at.to_le_bytes()].concat();
                (self.cursor(list, &place), item)
            })
            .collect();
        Ok(Page { items, has_next, total })
    }
}

/// How many items are asked for, within the limit.
pub(super) fn checked_first(request: &PageRequest) -> Result<usize, Refusal> {
    if (1..=MOST).contains(&request.first) { Ok(request.first) } else { Err(Refusal::at(Code::InvalidInput, "first")) }
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
