//! What happens to a school unit.

use chrono::NaiveDate;

use crate::event::EventKind;
use crate::id::StaffId;
use crate::words::{ClassName, DateSpan, Grade, Name, ProgrammeCode, SchoolCode, SchoolForm, SchoolUnitCode};

/// An event in a school's stream. Nothing here is about a pupil.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SchoolEvent {
    /// The unit was registered.
    Registered(SchoolRegistered),
    /// A school year was set, or set again.
    YearSet(SchoolYearSet),
    /// A principal was made responsible.
    PrincipalMadeResponsible(PrincipalMadeResponsible),
}

impl SchoolEvent {
    /// The event's kind.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Registered(_) => EventKind::SchoolRegistered,
            Self::YearSet(_) => EventKind::SchoolYearSet,
            Self::PrincipalMadeResponsible(_) => EventKind::PrincipalMadeResponsible,
        }
    }
}

/// A school unit (skolenhet) was registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchoolRegistered {
    /// The short code in everyday use, such as `LJU`.
    pub code: SchoolCode,
    /// The code of the national register (skolenhetskod).
    pub unit_code: SchoolUnitCode,
    /// The school's name.
    pub name: Name,
    /// Form of school, which decides the board (nämnd).
    pub form: SchoolForm,
    /// Lowest and highest grade taught.
    pub grades: (Grade, Grade),
}

/// A school year (läsår) was set: its two terms, its breaks (lov) and study days (studiedagar).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchoolYearSet {
    /// The calendar year in which it starts: 2019 for 2019/20.
    pub starts_in: u16,
    /// Autumn term (hösttermin).
    pub autumn: DateSpan,
    /// Spring term (vårtermin).
    pub spring: DateSpan,
    /// Days without school within the terms: breaks, public holidays and study days.
    pub breaks: Vec<DateSpan>,
}

/// What a principal answers for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Responsibility {
    /// The whole unit.
    Unit,
    /// One programme.
    Programme(ProgrammeCode),
    /// One class.
    Class(ClassName),
}

/// A principal (rektor) was made responsible for a unit, a programme or a class, from a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrincipalMadeResponsible {
    /// The principal.
    pub principal: StaffId,
    /// What they answer for.
    pub responsibility: Responsibility,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included, when it is known.
    pub until: Option<NaiveDate>,
}
