//! Scalars: values with a text form of their own, exact to the last figure.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use domain::projection::percent;

/// Minutes added up: a whole number that may be larger than 32 bits hold, written as a JSON number.
#[derive(Clone, Copy)]
pub(crate) struct Minutes(pub(crate) u64);

/// Minutes added up: a whole number that may be larger than 32 bits hold, written as a JSON number.
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
pub(crate) struct Percent(String);

impl From<percent::Percent> for Percent {
    fn from(share: percent::Percent) -> Self {
        Self(share.to_string())
    }
}

impl From<percent::Points> for Percent {
    fn from(points: percent::Points) -> Self {
        Self(points.to_string())
    }
}

/// A per cent or a difference in percentage points: an exact decimal with two decimals as text, such as "9.16" or
/// "-1.24". Made from minutes and rounded last, half away from zero.
#[Scalar]
impl ScalarType for Percent {
    fn parse(value: Value) -> InputValueResult<Self> {
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.as_str())
    }
}
