//! From what a client sent to the domain's types: a value that is not valid is refused by the name of its field.

use std::str::FromStr;

use async_graphql::ID;
use domain::event::pupil::Placement;
use domain::personal::Personal;
use domain::refusal::{Code, Refusal};
use domain::words::{ClassName, DateSpan, Grade, Invalid, Minutes, Name, ProgrammeCode};

/// The refusal of a value that is not valid.
pub(super) const fn invalid(field: &'static str) -> Refusal {
    Refusal::at(Code::InvalidInput, field)
}

/// The id that a text names.
pub(super) fn id<T: FromStr>(text: &ID, field: &'static str) -> Result<T, Refusal> {
    text.parse().map_err(|_| invalid(field))
}

/// A text that follows its own rule.
pub(super) fn valid<T>(value: Result<T, Invalid>, field: &'static str) -> Result<T, Refusal> {
    value.map_err(|_| invalid(field))
}

/// A person's name.
pub(super) fn name(text: String) -> Result<Personal<Name>, Refusal> {
    valid(Name::try_new(text), "name").map(Personal::new)
}

/// A grade.
pub(super) fn grade(number: i32, field: &'static str) -> Result<Grade, Refusal> {
    let number = u8::try_from(number).map_err(|_| invalid(field))?;
    valid(Grade::try_new(number), field)
}

/// Minutes, or another small number.
pub(super) fn small(number: i32, field: &'static str) -> Result<u16, Refusal> {
    u16::try_from(number).map_err(|_| invalid(field))
}

/// Minutes.
pub(super) fn minutes(number: i32, field: &'static str) -> Result<Minutes, Refusal> {
    small(number, field).map(Minutes)
}

/// Dates from and to.
pub(super) fn span(input: &DateSpanInput, field: &'static str) -> Result<DateSpan, Refusal> {
    valid(DateSpan::try_new(input.first_day, input.last_day), field)
}

/// Class, grade and programme.
pub(super) fn placement(class: String, number: i32, programme: Option<String>) -> Result<Placement, Refusal> {
    Ok(Placement {
        class: valid(ClassName::try_new(class), "className")?,
        grade: grade(number, "grade")?,
        programme: programme.map(|code| valid(ProgrammeCode::try_new(code), "programme")).transpose()?,
    })
}

/// Dates from and to, both included.
#[derive(async_graphql::InputObject)]
pub(crate) struct DateSpanInput {
    /// First day, included.
    first_day: chrono::NaiveDate,
    /// Last day, included.
    last_day: chrono::NaiveDate,
}
