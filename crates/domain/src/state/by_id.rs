//! Maps whose keys are our own ids. An id is random already, and nobody outside chooses it: a slow hash protects nothing here.

use std::hash::{BuildHasherDefault, Hasher};

/// A persistent map from ids.
pub type ById<K, V> = imbl::GenericHashMap<K, V, BuildHasherDefault<IdHasher>, imbl::shared_ptr::DefaultSharedPtr>;

/// Takes the 128 bits of an id as they are, mixed to 64.
#[derive(Clone, Copy, Default, Debug)]
pub struct IdHasher(u64);

/// Two odd numbers without a pattern (of the digits of the golden ratio and of the square root of two): so that ids that
/// were made in a row, as tests make them, spread too.
const SPREAD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0x6a09_e667_f3bc_c909];

impl IdHasher {
    /// Both halves of the product: the lower alone would hold nothing of what differs above.
    #[allow(clippy::cast_possible_truncation, reason = "each half is taken")]
    const fn take(&mut self, half: u64) {
        let [one, other] = SPREAD;
        let product = (self.0.rotate_left(32) ^ half ^ one) as u128 * other as u128;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (halves, rest) = bytes.as_chunks();
        for half in halves {
            self.take(u64::from_le_bytes(*half));
        }
        for byte in rest {
            self.take((*byte).into());
        }
    }

    /// The length of an id, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::*;
    use crate::id::PupilId;

    #[test]
    fn ids_that_were_made_in_a_row_spread_as_random_ones_do() {
        let hash =
            |number: u128| BuildHasherDefault::<IdHasher>::default().hash_one(PupilId::from_bits(number.to_be_bytes()));
        for (lowest, places) in [(0, "the last places"), (1 << 64, "the places above the last 64 bits")] {
            let step = lowest.max(1);
            let hashes = (0..4096).map(|number| hash(number * step));
            // Of 4096 random ones, those that fall on different places of as many are 2589.
            let low: HashSet<_> = hashes.clone().map(|hash| hash & 0xfff).collect();
            let high: HashSet<_> = hashes.map(|hash| hash >> 52).collect();
            assert!(low.len() > 2400 && high.len() > 2400, "{places}: {} and {}", low.len(), high.len());
        }
    }
}
