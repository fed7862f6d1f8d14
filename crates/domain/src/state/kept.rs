//! Maps whose values stay as a snapshot laid them out until somebody asks for them: a start then costs what is asked for, not
//! everything that was ever known.

use std::fmt;
use std::hash::Hash;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::ById;

/// The bytes of a snapshot. They stay in memory as long as anything in them has not been picked up.
pub type LaidBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// What can be picked up later.
pub(crate) trait Late: Clone {
    /// The value that bytes say, with more of it that stands elsewhere; `None`: they say none.
    fn late(own: &[u8], beside: &[u8]) -> Option<Self>;

    /// What stands in the place of one that cannot be picked up: as if nothing were known, or all of it were erased. The seal
    /// around the bytes vouches for them, so this is never so; but a wrong word about a person would be worse than none, and
    /// what is decided without it does not fit the log's versions and is refused.
    fn missing() -> Self;
}

/// Where in a snapshot something stands.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) whole: LaidBytes,
    pub(crate) own: Range<usize>,
    /// More of it, that stands with something else.
    pub(crate) beside: Range<usize>,
}

impl Piece {
    /// The bytes themselves.
    pub(crate) fn own(&self) -> &[u8] {
        (*self.whole).as_ref().get(self.own.clone()).unwrap_or_default()
    }

    fn beside(&self) -> &[u8] {
        (*self.whole).as_ref().get(self.beside.clone()).unwrap_or_default()
    }
}

struct Slot<V> {
    piece: Piece,
    known: OnceLock<V>,
}

impl<V: Late> Slot<V> {
    fn get(&self) -> &V {
        self.known.get_or_init(|| V::late(self.piece.own(), self.piece.beside()).unwrap_or_else(V::missing))
    }
}

/// A value, picked up or not.
#[derive(Clone)]
enum Later<V> {
    Known(V),
    Laid(Arc<Slot<V>>),
}

impl<V: Late> Later<V> {
    fn get(&self) -> &V {
        match self {
            Self::Known(known) => known,
            Self::Laid(slot) => slot.get(),
        }
    }

    fn get_mut(&mut self) -> &mut V {
        match self {
            Self::Known(known) => known,
            Self::Laid(slot) => {
                let known = slot.get().clone();
                *self = Self::Known(known);
                self.get_mut()
            }
        }
    }
}

/// A persistent map from ids. Cheap to clone, when its values are.
pub(crate) struct Kept<K, V>(ById<K, Later<V>>);

impl<K: Copy + Eq + Hash, V: Late> Kept<K, V> {
    /// What stands under an id.
    pub(crate) fn get(&self, id: &K) -> Option<&V> {
        self.0.get(id).map(Later::get)
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, id: &K) -> Option<&mut V> {
        self.0.get_mut(id).map(Later::get_mut)
    }

    /// Whether anything stands there; it is not picked up.
    pub(crate) fn contains_key(&self, id: &K) -> bool {
        self.0.contains_key(id)
    }

    /// Puts a value in the place of what stood there.
    pub(crate) fn insert(&mut self, id: K, value: V) {
        self.0.insert(id, Later::Known(value));
    }

    /// What a snapshot has of it.
    pub(crate) fn insert_laid(&mut self, id: K, piece: Piece) {
        self.0.insert(id, Later::Laid(Arc::new(Slot { piece, known: OnceLock::new() })));
    }

    /// Takes it away.
    pub(crate) fn remove(&mut self, id: &K) {
        self.0.remove(id);
    }

    /// Whether nothing stands anywhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every id, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        self.0.keys().copied()
    }

    /// Everything, in no order. All of it is picked up.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(id, value)| (id, value.get()))
    }

    /// Where a value stands in a snapshot, unless it has been changed since.
    pub(crate) fn piece(&self, id: &K) -> Option<&Piece> {
        match self.0.get(id)? {
            Later::Known(_) => None,
            Later::Laid(slot) => Some(&slot.piece),
        }
    }
}

impl<K: Copy + Eq + Hash, V: Late + Default> Kept<K, V> {
    /// Changes what stands under an id, which is there afterwards. The map is gone through once, unless the id is new:
    /// through an entry it would be twice.
    pub(crate) fn change<T>(&mut self, id: K, how: impl FnOnce(&mut V) -> T) -> T {
        if let Some(known) = self.get_mut(&id) {
            return how(known);
        }
        let mut new = V::default();
        let told = how(&mut new);
        self.insert(id, new);
        told
    }
}

impl<K: Clone, V: Clone> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(ById::default())
    }
}

impl<K: Copy + Eq + Hash, V: Late + PartialEq> PartialEq for Kept<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.iter().all(|(id, value)| other.get(id) == Some(value))
    }
}

impl<K: Copy + Eq + Hash, V: Late + Eq> Eq for Kept<K, V> {}

/// What has not been picked up is not shown.
impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Kept<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(id, value)| match value {
            Later::Known(known) => (id, Some(known)),
            Later::Laid(slot) => (id, slot.known.get()),
        });
        out.debug_map().entries(shown).finish()
    }
}
