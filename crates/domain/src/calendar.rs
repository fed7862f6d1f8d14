//! The school's calendar: terms, ISO weeks, and Swedish local time.

mod local;
mod school;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

pub use local::{IsoWeek, home_zone, local_date, start_of_day};
pub use school::{SchoolCalendar, YearFault};

/// Autumn or spring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Season {
    /// Autumn term (hösttermin, ht).
    Autumn,
    /// Spring term (vårtermin, vt).
    Spring,
}

/// A term (termin), named as schools name it: `ht18` is the autumn of 2018, `vt19` the spring that follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    /// The calendar year that it lies in.
    pub year: u16,
    /// Autumn or spring.
    pub season: Season,
}

impl Ord for Term {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |term: &Self| (term.year, term.season == Season::Autumn);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Term {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let season = match self.season {
            Season::Autumn => "ht",
            Season::Spring => "vt",
        };
        write!(f, "{season}{:02}", self.year % 100)
    }
}

/// Not the name of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a term is written ht18 or vt19")]
pub struct NotATerm;

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let (season, digits) = match text.split_at_checked(2) {
            Some(("ht", digits)) => (Season::Autumn, digits),
            Some(("vt", digits)) => (Season::Spring, digits),
            _ => return Err(NotATerm),
        };
        if digits.len() != 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotATerm);
        }
        let year: u16 = digits.parse().map_err(|_| NotATerm)?;
        Ok(Self { year: 2000 + year, season })
    }
}

impl Term {
    /// The term whose half of the year the date lies in. Terms never reach over New Year or midsummer's month end: a
    /// school year that would is not accepted (see [`SchoolCalendar::check`]).
    pub fn of(date: NaiveDate) -> Self {
        let season = if date.month() >= 7 { Season::Autumn } else { Season::Spring };
        Self { year: u16::try_from(date.year()).unwrap_or_default(), season }
    }

    /// The school year (läsår) that it belongs to, by that year's first calendar year.
    pub const fn school_year(self) -> u16 {
        match self.season {
            Season::Autumn => self.year,
            Season::Spring => self.year.saturating_sub(1),
        }
    }

    /// The first day that counts to it.
    pub fn first_day(self) -> NaiveDate {
        let month = match self.season {
            Season::Autumn => 7,
            Season::Spring => 1,
        };
        NaiveDate::from_ymd_opt(self.year.into(), month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The last day that counts to it.
    pub fn last_day(self) -> NaiveDate {
        let (month, day) = match self.season {
            Season::Autumn => (12, 31),
            Season::Spring => (6, 30),
        };
        NaiveDate::from_ymd_opt(self.year.into(), month, day).unwrap_or(NaiveDate::MAX)
    }
}
