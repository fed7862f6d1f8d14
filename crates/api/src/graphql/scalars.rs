//! Scalars: values with a text form of their own, exact to the last figure.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use domain::projection::absence::Sums;

/// Minutes added up: a whole number that may be larger than 32 bits hold, written as a JSON number.
#[derive(Clone, Copy)]
pub(crate) struct Minutes(pub(crate) u64);

#[Scalar]
impl ScalarType for Minutes {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Number(number) = &value else { return Err(InputValueError::expected_type(value)) };
        number.as_u64().map(Self).ok_or_else(|| InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// A per cent or a difference in percentage points: an exact decimal with two decimals as text, such as "9.16" or
/// "-1.24". Made from minutes and rounded last, half away from zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Percent {
    /// Hundredths of a per cent.
    hundredths: i128,
}

impl Percent {
    /// `part` of `whole`; `None` when there is no whole.
    pub(crate) fn of(part: u64, whole: u64) -> Option<Self> {
        Self::rounded(i128::from(part), i128::from(whole))
    }

    /// How much a share changed, in percentage points, from unrounded shares; `None` when either has no whole.
    pub(crate) fn change(part: fn(&Sums) -> u64, from: &Sums, to: &Sums) -> Option<Self> {
        let (from_part, from_whole) = (i128::from(part(from)), i128::from(from.offered));
        let (to_part, to_whole) = (i128::from(part(to)), i128::from(to.offered));
        Self::rounded(to_part * from_whole - from_part * to_whole, from_whole * to_whole)
    }

    /// A ratio in per cent, rounded half away from zero to two decimals.
    fn rounded(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let twice = numerator.checked_mul(20_000)?;
        let half = if twice < 0 { -denominator } else { denominator };
        Some(Self { hundredths: (twice + half) / (denominator * 2) })
    }
}

#[Scalar]
impl ScalarType for Percent {
    fn parse(value: Value) -> InputValueResult<Self> {
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let size = self.hundredths.unsigned_abs();
        Value::from(format!("{sign}{}.{:02}", size / 100, size % 100))
    }
}
