//! Per cent and percentage points: kept as exact ratios and rounded last.

use std::fmt;
use std::num::NonZeroU64;

/// A share as an exact ratio. Written in per cent with two decimals, half up: `9.16`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Percent {
    part: u64,
    whole: NonZeroU64,
}

impl Percent {
    /// A share of a whole; `None` of nothing at all.
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        NonZeroU64::new(whole).map(|whole| Self { part, whole })
    }

    /// The share in hundredths of a per cent, rounded half up.
    pub fn hundredths(self) -> u64 {
        let whole = u128::from(self.whole.get());
        let twice = u128::from(self.part) * 20_000;
        u64::try_from((twice + whole) / (2 * whole)).unwrap_or(u64::MAX)
    }

    /// How much it changes to a later share, from the exact ratios.
    pub fn change_to(self, later: Self) -> Points {
        let product = |part: u64, whole: NonZeroU64| {
            i128::try_from(u128::from(part) * u128::from(whole.get())).unwrap_or(i128::MAX)
        };
        let difference = product(later.part, self.whole).saturating_sub(product(self.part, later.whole));
        let whole = u128::from(self.whole.get()) * u128::from(later.whole.get());
        Points { rises: difference >= 0, part: difference.unsigned_abs(), whole }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.hundredths();
        write!(f, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// A change in percentage points (procentenheter), as an exact ratio. Written with two decimals and a minus when it
/// falls: `-1.24`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Points {
    rises: bool,
    part: u128,
    whole: u128,
}

impl Points {
    /// The change in hundredths of a percentage point; a half is rounded away from zero.
    pub fn hundredths(self) -> i64 {
        let size = self.part.saturating_mul(20_000).saturating_add(self.whole) / self.whole.saturating_mul(2).max(1);
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        if self.rises { size } else { -size }
    }
}

/// Hundredths of a percentage point that came from elsewhere than a ratio: a mean.
impl From<i64> for Points {
    fn from(hundredths: i64) -> Self {
        Self { rises: hundredths >= 0, part: u128::from(hundredths.unsigned_abs()), whole: 10_000 }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.hundredths();
        let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
        write!(f, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(part: u64, whole: u64) -> String {
        Percent::of(part, whole).unwrap().to_string()
    }

    #[test]
    fn a_share_is_written_with_two_decimals_rounded_half_up() {
        assert_eq!(text(916, 10_000), "9.16");
        assert_eq!(text(1, 3), "33.33");
        assert_eq!(text(2, 3), "66.67");
        assert_eq!(text(1, 20_000), "0.01");
        assert_eq!(text(0, 5), "0.00");
        assert_eq!(text(5, 5), "100.00");
    }

    #[test]
    fn hundredths_stay_what_they_are() {
        for hundredths in [-124, -1, 0, 7, 10_000] {
            assert_eq!(Points::from(hundredths).hundredths(), hundredths);
        }
    }

    #[test]
    fn of_nothing_offered_there_is_no_per_cent() {
        assert_eq!(Percent::of(0, 0), None);
    }

    #[test]
    fn a_change_comes_from_the_exact_ratios_not_from_the_rounded() {
        let before = Percent::of(9_155, 100_000).unwrap();
        let after = Percent::of(7_914, 100_000).unwrap();
        assert_eq!((before.to_string().as_str(), after.to_string().as_str()), ("9.16", "7.91"));
        assert_eq!(before.change_to(after).to_string(), "-1.24");
        assert_eq!(after.change_to(before).to_string(), "1.24");
        assert_eq!(after.change_to(after).to_string(), "0.00");
    }
}
