//! What is picked up later: where it stands, and what it is.

use std::hash::Hash;
use std::sync::Arc;

use chrono::NaiveDate;

use super::projections::{lay_pupil, pick_pupil};
use super::{Bytes, Laid, lay_apart, lay_block, lay_count, picked};
use crate::id::{AssignmentId, PupilId};
use crate::projection::absence::days::PupilDays;
use crate::projection::caseload::{ContactLog, Held};
use crate::projection::change::Change;
use crate::projection::corrected::Corrected;
use crate::projection::rows::Rows;
use crate::projection::timeline::Case;
use crate::projection::workload::{Development, Months, Opening};
use crate::state::{Guardian, Kept, Late, Pupil};

/// A value that can be laid out apart from all others.
pub(crate) trait Apart: Late {
    /// Lays it out.
    fn lay_out(&self, out: &mut Vec<u8>);
}

/// What is laid out in one place, and has an empty one to stand for it.
macro_rules! apart {
    ($($type:ty),+ $(,)?) => {$(
        impl Late for $type {
            fn late(own: &[u8], _: &[u8]) -> Option<Self> {
                picked(own)
            }

            fn missing() -> Self {
                Self::default()
            }
        }

        impl Apart for $type {
            fn lay_out(&self, out: &mut Vec<u8>) {
                Laid::lay(self, out);
            }
        }
    )+};
}

apart! {
    Case, ContactLog, Months, Corrected, Arc<PupilDays>, Arc<Vec<PupilId>>, Arc<Vec<(u64, NaiveDate, Change)>>, Rows<(u64, NaiveDate)>,
    Rows<(NaiveDate, u64)>, Rows<Arc<Held>>, Rows<Opening>, Rows<Development>, imbl::OrdSet<PupilId>,
    imbl::OrdMap<AssignmentId, Arc<Held>>,
}

impl Late for Arc<Guardian> {
    fn late(own: &[u8], _: &[u8]) -> Option<Self> {
        picked(own)
    }

    fn missing() -> Self {
        Self::new(Guardian::Erased { version: 0 })
    }
}

impl Apart for Arc<Guardian> {
    fn lay_out(&self, out: &mut Vec<u8>) {
        Laid::lay(self, out);
    }
}

/// What is so in the case follows from what changed it, which stands with what is known of the past.
impl Late for Arc<Pupil> {
    fn late(own: &[u8], beside: &[u8]) -> Option<Self> {
        pick_pupil(own, beside).map(Self::new)
    }

    fn missing() -> Self {
        Self::new(Pupil::Erased { version: 0 })
    }
}

impl Apart for Arc<Pupil> {
    fn lay_out(&self, out: &mut Vec<u8>) {
        lay_pupil(self, out);
    }
}

impl<K: Laid + Hash + Ord + Copy, V: Apart> Laid for Kept<K, V> {
    /// In the order of keys, so that the same is laid out the same. What has not been picked up is laid out as it was.
    fn lay(&self, out: &mut Vec<u8>) {
        let mut keys: Vec<K> = self.keys().collect();
        keys.sort_unstable();
        lay_count(keys.len(), out);
        for key in keys {
            key.lay(out);
            if let Some(piece) = self.piece(&key) {
                lay_block(piece.own(), out);
            } else if let Some(value) = self.get(&key) {
                lay_apart(out, |out| value.lay_out(out));
            }
        }
    }

    fn pick(from: &mut Bytes<'_>) -> Option<Self> {
        let mut all = Self::default();
        for _ in 0..from.count()? {
            all.insert_laid(K::pick(from)?, from.piece()?);
        }
        Some(all)
    }
}
