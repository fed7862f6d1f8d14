//! Values laid out as bytes, side by side, for a snapshot of everything that is known: so that a start need not fold the
//! whole log again.
//!
//! The layout is nobody's but the snapshot's, which is sealed, thrown away freely, and never read by another version: what
//! is stored for good has stored forms of its own. A value whose bytes do not say what they should is none.
//!
//! Names stand in it, as they stand in memory; that is why a snapshot is sealed, lies in no backup, and is removed before
//! a person's keys are destroyed.

mod apart;
mod events;
mod projections;
mod words;

use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

pub use crate::state::LaidBytes;

use crate::personal::{Erasable, Personal};
use crate::projection::Projections;
use crate::state::Piece;

/// The version of the layout: to be raised whenever what is known, or how it is laid out, becomes another. A test fails
/// when it should have been.
pub const VERSION: u32 = 21;

/// Everything that is known, as bytes.
pub fn lay_out(known: &Projections) -> Vec<u8> {
    let mut out = Vec::new();
    known.lay(&mut out);
    out
}

/// What was laid out; `None`: these bytes do not say it. What most of it is about stays where it stands in them until it is
/// asked for.
pub fn pick_up(bytes: &LaidBytes) -> Option<Projections> {
    let mut from = Bytes { rest: (**bytes).as_ref(), whole: Some(bytes) };
    let known = Projections::pick(&mut from)?;
    from.rest.is_empty().then_some(known)
}

/// A value that bytes say, and nothing else.
fn picked<T: Laid>(bytes: &[u8]) -> Option<T> {
    let mut from = Bytes { rest: bytes, whole: None };
    let value = T::pick(&mut from)?;
    from.rest.is_empty().then_some(value)
}

/// How a program lays out what it knows, under its number: one does not read what another has laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The number.
    pub version: u32,
    /// Everything that is known, as bytes.
    pub lay_out: fn(&Projections) -> Vec<u8>,
    /// What was laid out; `None`: these bytes do not say it.
    pub pick_up: fn(&LaidBytes) -> Option<Projections>,
}

/// This program's.
pub const LAYOUT: Layout = Layout { version: VERSION, lay_out, pick_up };

/// Bytes that have not been read yet.
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
    /// All of them, where something may stay in them.
    whole: Option<&'a LaidBytes>,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    /// As many bytes as they say.
    fn block(&mut self) -> Option<&'a [u8]> {
        let count = self.count()?;
        self.take(count)
    }

    /// As many bytes as they say, to be picked up later.
    fn piece(&mut self) -> Option<Piece> {
        let whole = self.whole?;
        let length = self.block()?.len();
        let end = (**whole).as_ref().len().checked_sub(self.rest.len())?;
        Some(Piece { whole: Arc::clone(whole), own: end.checked_sub(length)?..end, beside: 0..0 })
    }

    /// How many things follow; never more than there are bytes for, so that nonsense reserves no memory.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(u32::pick(self)?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }
}

/// A value that can be laid out.
pub(crate) trait Laid: Sized {
    /// Lays it out behind what is there.
    fn lay(&self, out: &mut Vec<u8>);

    /// Picks it up from the front.
    fn pick(from: &mut Bytes<'_>) -> Option<Self>;
}

macro_rules! laid_numbers {
    ($($number:ty),+) => {$(
        impl Laid for $number {
            fn lay(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn pick(from: &mut Bytes<'_>) -> Option<Self> {
                from.array().map(Self::from_le_bytes)
            }
        }
    )+};
}

laid_numbers!(u8, u16, u32, u64, i32, i64);

/// Structs, field by field.
macro_rules! laid_fields {
    ($($type:ty { $($field:ident),* $(,)? })+) => {$(
        impl $crate::laid::Laid for $type {
            fn lay(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $( $crate::laid::Laid::lay($field, out); )*
            }

            fn pick(from: &mut $crate::laid::Bytes<'_>) -> Option<Self> {
                Some(Self { $( $field: $crate::laid::Laid::pick(from)? ),* })
            }
        }
    )+};
}
pub(crate) use laid_fields;

/// Enums, by a number and then what the variant holds: `Variant`, `Variant(value)` or `Variant { field }`.
macro_rules! laid_variants {
    ($($type:ty { $( $number:literal => $variant:ident $( ( $held:ident ) )? $( { $($field:ident),* } )? ),+ $(,)? })+) => {$(
        impl $crate::laid::Laid for $type {
            fn lay(&self, out: &mut Vec<u8>) {
                match self {
                    $( Self::$variant $( ($held) )? $( { $($field),* } )? => {
                        out.push($number);
                        $( $crate::laid::Laid::lay($held, out); )?
                        $( $( $crate::laid::Laid::lay($field, out); )* )?
                    } )+
                }
            }

            fn pick(from: &mut $crate::laid::Bytes<'_>) -> Option<Self> {
                let number = <u8 as $crate::laid::Laid>::pick(from)?;
                $( if number == $number {
                    $( let $held = $crate::laid::Laid::pick(from)?; )?
                    $( $( let $field = $crate::laid::Laid::pick(from)?; )* )?
                    return Some(Self::$variant $( ($held) )? $( { $($field),* } )?);
                } )+
                None
            }
        }
    )+};
}
pub(crate) use laid_variants;

impl Laid for bool {
    fn lay(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        match u8::pick(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Laid for [u8; 16] {
    fn lay(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        from.array()
    }
}

impl Laid for String {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let count = from.count()?;
        std::str::from_utf8(from.take(count)?).ok().map(str::to_owned)
    }
}

impl Laid for NaiveDate {
    fn lay(&self, out: &mut Vec<u8>) {
        self.num_days_from_ce().lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Self::from_num_days_from_ce_opt(i32::pick(from)?)
    }
}

impl Laid for DateTime<Utc> {
    fn lay(&self, out: &mut Vec<u8>) {
        self.timestamp_micros().lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Self::from_timestamp_micros(i64::pick(from)?)
    }
}

impl<T: Laid> Laid for Option<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        self.is_some().lay(out);
        if let Some(value) = self {
            value.lay(out);
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        if bool::pick(from)? { T::pick(from).map(Some) } else { Some(None) }
    }
}

impl<A: Laid, B: Laid> Laid for (A, B) {
    fn lay(&self, out: &mut Vec<u8>) {
        self.0.lay(out);
        self.1.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some((A::pick(from)?, B::pick(from)?))
    }
}

impl<A: Laid, B: Laid, C: Laid> Laid for (A, B, C) {
    fn lay(&self, out: &mut Vec<u8>) {
        self.0.lay(out);
        self.1.lay(out);
        self.2.lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some((A::pick(from)?, B::pick(from)?, C::pick(from)?))
    }
}

impl<T: Laid> Laid for Vec<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_all(self.len(), self, out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let count = from.count()?;
        let mut all = Self::with_capacity(count);
        for _ in 0..count {
            all.push(T::pick(from)?);
        }
        Some(all)
    }
}

impl<T: Laid> Laid for Arc<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        (**self).lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        T::pick(from).map(Self::new)
    }
}

impl<K, V, S> Laid for imbl::GenericHashMap<K, V, S, imbl::shared_ptr::DefaultSharedPtr>
where
    K: Laid + Hash + Eq + Ord + Clone,
    V: Laid + Clone,
    S: BuildHasher + Clone + Default,
{
    /// In the order of keys, so that the same is laid out the same.
    fn lay(&self, out: &mut Vec<u8>) {
        let mut all: Vec<(&K, &V)> = self.iter().collect();
        all.sort_unstable_by(|one, other| one.0.cmp(other.0));
        lay_count(all.len(), out);
        for (key, value) in all {
            key.lay(out);
            value.lay(out);
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        (0..from.count()?).map(|_| <(K, V)>::pick(from)).collect()
    }
}

impl<K: Laid + Ord + Clone, V: Laid + Clone> Laid for imbl::OrdMap<K, V> {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_count(self.len(), out);
        for (key, value) in self {
            key.lay(out);
            value.lay(out);
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        (0..from.count()?).map(|_| <(K, V)>::pick(from)).collect()
    }
}

impl<T: Laid + Ord + Clone> Laid for imbl::OrdSet<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        lay_all(self.len(), self, out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        (0..from.count()?).map(|_| T::pick(from)).collect()
    }
}

impl<T: Laid> Laid for Personal<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        self.reveal().lay(out);
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        T::pick(from).map(Self::new)
    }
}

impl<T: Laid> Laid for Erasable<T> {
    fn lay(&self, out: &mut Vec<u8>) {
        match self {
            Self::Present(value) => {
                out.push(1);
                value.lay(out);
            }
            Self::Erased => out.push(0),
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        Some(if bool::pick(from)? { Self::Present(T::pick(from)?) } else { Self::Erased })
    }
}

/// What is to be picked up later: how many bytes, and then they.
fn lay_apart(out: &mut Vec<u8>, lay: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    lay_count(0, out);
    let begin = out.len();
    lay(out);
    let length = u32::try_from(out.len() - begin).unwrap_or(u32::MAX);
    for (place, byte) in out.iter_mut().skip(at).zip(length.to_le_bytes()) {
        *place = byte;
    }
}

/// Bytes, and how many.
fn lay_block(bytes: &[u8], out: &mut Vec<u8>) {
    lay_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn lay_count(count: usize, out: &mut Vec<u8>) {
    // No list of this service comes near four thousand million.
    u32::try_from(count).unwrap_or(u32::MAX).lay(out);
}

fn lay_all<'a, T: Laid + 'a>(count: usize, all: impl IntoIterator<Item = &'a T>, out: &mut Vec<u8>) {
    lay_count(count, out);
    for one in all {
        one.lay(out);
    }
}
