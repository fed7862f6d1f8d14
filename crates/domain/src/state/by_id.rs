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
    fn take(&mut self, half: u64) {
        let [one, other] = SPREAD;
        let mixed = (self.0.rotate_left(32) ^ half ^ one).wrapping_mul(other);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut half = [0; 8];
            for (place, byte) in half.iter_mut().zip(chunk) {
                *place = *byte;
            }
            self.take(u64::from_le_bytes(half));
        }
    }

    /// The length of an id, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
