//! Whether two sets of times can be told apart: the rank-sum test of Mann and Whitney (1947), with the normal
//! approximation and its correction for ties.

use std::fmt::Write;

use serde_json::{Value, json};

/// Below this the two are told apart.
const LEVEL: f64 = 0.01;

/// What the test says.
pub(crate) struct Rank {
    samples: usize,
    /// Medians, in microseconds: of the refused, of the missing.
    medians: (f64, f64),
    /// How far the rank sum lies from what chance gives, in standard deviations.
    z: f64,
    /// How often chance alone gives as much, both sides.
    p: f64,
}

impl Rank {
    /// Two sets of times, in nanoseconds.
    pub(crate) fn of(first: &[u128], second: &[u128]) -> Self {
        let mut all: Vec<(u128, bool)> = first.iter().map(|time| (*time, true)).collect();
        all.extend(second.iter().map(|time| (*time, false)));
        all.sort_unstable();
        let (n, m) = (float(first.len()), float(second.len()));
        let total = n + m;
        let (mut ranks, mut ties, mut below) = (0.0, 0.0, 0.0);
        for alike in all.chunk_by(|a, b| a.0 == b.0) {
            let count = float(alike.len());
            let own = float(alike.iter().filter(|(_, of_first)| *of_first).count());
            ranks += own * (below + f64::midpoint(count, 1.0));
            ties += count.powi(3) - count;
            below += count;
        }
        let u = ranks - n * (n + 1.0) / 2.0;
        let variance = n * m / 12.0 * ((total + 1.0) - ties / (total * (total - 1.0)).max(1.0));
        let z = (u - n * m / 2.0) / variance.max(f64::MIN_POSITIVE).sqrt();
        Self { samples: first.len() + second.len(), medians: (median(first), median(second)), z, p: both_sides(z) }
    }

    /// Whether chance alone would hardly ever give as much.
    pub(crate) fn told_apart(&self) -> bool {
        self.p < LEVEL
    }

    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        let (refused, missing) = self.medians;
        json!({ "samples": self.samples, "median_micros": { "refused": refused, "missing": missing }, "z": self.z, "p": self.p })
    }

    /// For people.
    pub(crate) fn tell(&self, what: &str, text: &mut String) -> std::fmt::Result {
        let (refused, missing) = self.medians;
        let said = if self.told_apart() { "told apart" } else { "not told apart" };
        writeln!(
            text,
            "\n{what} of what is refused and of what is missing, asked in turns over HTTP, {} samples: medians {refused:.1} and \
             {missing:.1} µs; rank test z = {:.2}, p = {:.3}: {said} at {LEVEL}.",
            self.samples, self.z, self.p,
        )
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
const fn float(count: usize) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "times here are far below 2^52 nanoseconds")]
fn median(times: &[u128]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).map_or(0.0, |time| *time as f64 / 1000.0)
}

/// How often a standard normal deviate lies as far out, on either side: Abramowitz and Stegun (1964), 7.1.26, whose error
/// is below 1.5e-7.
fn both_sides(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (0.327_591_1 * x + 1.0);
    let coefficients = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let series = coefficients.iter().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    series * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_not_told_apart_and_what_is_slower_is() {
        let one: Vec<u128> = (0..500).map(|n| 1000 + n * 7 % 500).collect();
        let slower: Vec<u128> = one.iter().map(|time| time + 50).collect();
        assert!(Rank::of(&one, &one).p > 0.99);
        assert!(Rank::of(&one, &slower).p < 1e-4);
    }

    #[test]
    fn the_tails_of_the_normal_distribution() {
        assert!((both_sides(1.959_964) - 0.05).abs() < 1e-5);
        assert!((both_sides(-2.575_829) - 0.01).abs() < 1e-5);
    }
}
