//! Rows of one pupil, in order, side by side in memory: a case holds hundreds, and there are many cases.

use std::ops::Deref;
use std::sync::Arc;

/// Rows in the order of their keys. Cheap to clone: clones share the rows until one of them changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rows<Row>(pub(crate) Arc<Vec<Row>>);

impl<Row> Default for Rows<Row> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Row> Deref for Rows<Row> {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.0
    }
}

impl<Row: Clone> Rows<Row> {
    /// Puts a row behind those with the same key or a smaller one. Most rows are the newest, and go last.
    pub(crate) fn put<Key: Ord>(&mut self, row: Row, key: impl Fn(&Row) -> Key) {
        let own = key(&row);
        let at = if self.0.last().is_none_or(|last| key(last) <= own) {
            self.0.len()
        } else {
            self.0.partition_point(|known| key(known) <= own)
        };
        let rows = Arc::make_mut(&mut self.0);
        if rows.len() == rows.capacity() {
            // There are many of these, and most do not grow much more: room is made sparingly. To move the rows is not free either,
            // and was a sixth of what an event of a long log cost.
            rows.reserve_exact(rows.len() / 2 + 4);
        }
        rows.insert(at, row);
    }

    /// Only these rows stay.
    pub(crate) fn keep(&mut self, stays: impl FnMut(&Row) -> bool) {
        Arc::make_mut(&mut self.0).retain(stays);
    }

    /// The rows, to change what is not their key.
    pub(crate) fn each_mut(&mut self) -> std::slice::IterMut<'_, Row> {
        Arc::make_mut(&mut self.0).iter_mut()
    }
}
