//! Repeatable chance: the same seed throws the same numbers on every machine. Never used where a secret is needed.

/// A stream of numbers that follows from a seed and a label.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one purpose: each label has a stream of its own, so that a change in one place moves nothing elsewhere.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_be_bytes()).update(label.as_bytes());
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        Self(u64::from_be_bytes(first))
    }

    /// The next number (`SplitMix64`).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * (limit as u128);
        usize::try_from(wide >> 64).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u16, high: u16) -> u16 {
        let span = usize::from(high.saturating_sub(low)) + 1;
        low + u16::try_from(self.below(span)).unwrap_or_default()
    }

    /// Whether a thing happens that happens this many times of a thousand.
    pub(crate) fn permille(&mut self, times: usize) -> bool {
        self.below(1000) < times
    }

    /// One of these; `None` only when there are none.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_numbers_and_another_label_does_not() {
        let throw = |mut dice: Dice| (0..50).map(|_| dice.below(1000)).collect::<Vec<_>>();
        assert_eq!(throw(Dice::new(1, "names")), throw(Dice::new(1, "names")));
        assert_ne!(throw(Dice::new(1, "names")), throw(Dice::new(1, "minutes")));
        assert_ne!(throw(Dice::new(1, "names")), throw(Dice::new(2, "names")));
    }

    #[test]
    fn numbers_stay_within_what_was_asked_for() {
        let mut dice = Dice::new(7, "limits");
        assert!((0..10_000).all(|_| dice.below(3) < 3 && (5..=9).contains(&dice.between(5, 9))));
        assert_eq!(dice.below(0), 0);
    }
}
