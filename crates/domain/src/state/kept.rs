//! Maps whose values stay as a snapshot laid them out until somebody asks for them: a start then costs what is asked for, not
//! everything that was ever known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{ById, IdHasher};

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

    fn into_value(self) -> V {
        match self {
            Self::Known(known) => known,
            Self::Laid(slot) => slot.get().clone(),
        }
    }
}

/// Maps that nobody clones until a long part of the log has been read: see [`Kept`].
pub(crate) trait Gathers {
    /// From now on what changes is gathered in a plain table.
    fn gather(&mut self);

    /// What was gathered becomes cheap to clone again.
    fn settle(&mut self);
}

/// A persistent map from ids. Cheap to clone, when its values are.
///
/// To change a value in it, each node on the way is asked whether another clone has it too. While a long part of the log is read
/// nobody has another, and asking was a fifth of what an event cost: until then what changes moves over to a plain table, where
/// it is changed in place, and all of it moves back at once. An id stands in one of the two.
pub(crate) struct Kept<K, V> {
    shared: ById<K, Later<V>>,
    gathered: Option<HashMap<K, V, BuildHasherDefault<IdHasher>>>,
}

impl<K: Copy + Eq + Hash, V: Late> Gathers for Kept<K, V> {
    fn gather(&mut self) {
        self.gathered.get_or_insert_default();
    }

    fn settle(&mut self) {
        let gathered = self.gathered.take().into_iter().flatten();
        self.shared.extend(gathered.map(|(id, value)| (id, Later::Known(value))));
    }
}

impl<K: Copy + Eq + Hash, V: Late> Kept<K, V> {
    /// What stands under an id.
    pub(crate) fn get(&self, id: &K) -> Option<&V> {
        let gathered = self.gathered.as_ref().and_then(|gathered| gathered.get(id));
        gathered.or_else(|| self.shared.get(id).map(Later::get))
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, id: &K) -> Option<&mut V> {
        let Some(gathered) = &mut self.gathered else { return self.shared.get_mut(id).map(Later::get_mut) };
        match gathered.entry(*id) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(place) => Some(place.insert(self.shared.remove(id)?.into_value())),
        }
    }

    /// Whether anything stands there; it is not picked up.
    pub(crate) fn contains_key(&self, id: &K) -> bool {
        self.gathered.as_ref().is_some_and(|gathered| gathered.contains_key(id)) || self.shared.contains_key(id)
    }

    /// Puts a value in the place of what stood there.
    pub(crate) fn insert(&mut self, id: K, value: V) {
        if let Some(gathered) = &mut self.gathered {
            self.shared.remove(&id);
            gathered.insert(id, value);
        } else {
            self.shared.insert(id, Later::Known(value));
        }
    }

    /// What a snapshot has of it.
    pub(crate) fn insert_laid(&mut self, id: K, piece: Piece) {
        self.shared.insert(id, Later::Laid(Arc::new(Slot { piece, known: OnceLock::new() })));
    }

    /// Takes it away.
    pub(crate) fn remove(&mut self, id: &K) {
        self.shared.remove(id);
        if let Some(gathered) = &mut self.gathered {
            gathered.remove(id);
        }
    }

    /// Whether nothing stands anywhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.shared.len() + self.gathered.as_ref().map_or(0, HashMap::len)
    }

    /// Every id, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        let gathered = self.gathered.iter().flat_map(HashMap::keys);
        self.shared.keys().chain(gathered).copied()
    }

    /// Everything, in no order. All of it is picked up.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let gathered = self.gathered.iter().flatten();
        self.shared.iter().map(|(id, value)| (id, value.get())).chain(gathered)
    }

    /// Where a value stands in a snapshot, unless it has been changed since.
    pub(crate) fn piece(&self, id: &K) -> Option<&Piece> {
        match self.shared.get(id)? {
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
        Self { shared: self.shared.clone(), gathered: self.gathered.clone() }
    }
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { shared: ById::default(), gathered: None }
    }
}

impl<K: Copy + Eq + Hash, V: Late + PartialEq> PartialEq for Kept<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(id, value)| other.get(id) == Some(value))
    }
}

impl<K: Copy + Eq + Hash, V: Late + Eq> Eq for Kept<K, V> {}

/// What has not been picked up is not shown.
impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Kept<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shared.iter().map(|(id, value)| match value {
            Later::Known(known) => (id, Some(known)),
            Later::Laid(slot) => (id, slot.known.get()),
        });
        let gathered = self.gathered.iter().flatten().map(|(id, known)| (id, Some(known)));
        out.debug_map().entries(shown.chain(gathered)).finish()
    }
}
