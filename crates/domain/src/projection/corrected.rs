//! Which entries were corrected, and since when that has been known: what a corrected entry says counts nowhere from then
//! on, and counts still for whoever asks what was known before.

use crate::projection::rows::Rows;

/// Corrected entries by position, each with the position of its correction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Corrected(pub(crate) Rows<(u64, u64)>);

impl Corrected {
    /// An entry was corrected.
    pub(super) fn put(&mut self, entry: u64, by: u64) {
        self.0.put((entry, by), |pair| *pair);
    }

    /// The position of the entry's correction, as known at a position.
    pub fn by(&self, entry: u64, known: u64) -> Option<u64> {
        let found = self.0.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
        self.0.get(found).map(|(_, by)| *by).filter(|by| *by <= known)
    }

    /// Whether the entry still counts, as known at a position. Most cases hold no correction, and ask nothing more.
    pub fn counts(&self, entry: u64, known: u64) -> bool {
        self.0.is_empty() || self.by(entry, known).is_none()
    }
}
