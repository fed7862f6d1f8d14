//! Swedish local time: which date a moment falls on, when a date begins, and which ISO week it lies in.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Stockholm;

use super::Term;
use crate::words::Invalid;

/// The date that the moment falls on in Sweden.
pub fn local_date(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&Stockholm).date_naive()
}

/// The time zone of Sweden.
pub const fn home_zone() -> chrono_tz::Tz {
    Stockholm
}

/// The moment at which the date begins in Sweden. A day is 23 hours when summer time begins, and 25 when it ends.
pub fn start_of_day(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    // Clocks are moved at two or three in the morning, so midnight is there, once; the fallback is for dates that no
    // time zone is known for.
    Stockholm
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// A week (vecka), as ISO 8601 counts them: from Monday, and the first is the one with the year's first Thursday.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IsoWeek {
    year: u16,
    week: u8,
}

impl IsoWeek {
    /// Accepts a week that the year has.
    pub fn try_new(year: u16, week: u8) -> Result<Self, Invalid> {
        match NaiveDate::from_isoywd_opt(i32::from(year), u32::from(week), Weekday::Mon) {
            Some(_) => Ok(Self { year, week }),
            None => Err(Invalid { what: "week", why: "the year has no such week" }),
        }
    }

    /// The week that the date lies in.
    pub fn of(date: NaiveDate) -> Self {
        let week = date.iso_week();
        let year = u16::try_from(week.year()).unwrap_or_default();
        Self { year, week: u8::try_from(week.week()).unwrap_or_default() }
    }

    /// The year that the week belongs to; not always the date's own.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The number, 1 to 53.
    pub const fn week(self) -> u8 {
        self.week
    }

    /// The term that it counts to: the one in which its Thursday lies, as ISO 8601 gives each week to one year.
    pub fn term(self) -> Term {
        let thursday = NaiveDate::from_isoywd_opt(i32::from(self.year), u32::from(self.week), Weekday::Thu);
        Term::of(thursday.unwrap_or(NaiveDate::MIN))
    }

    /// Monday and Sunday.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let day = |day| NaiveDate::from_isoywd_opt(i32::from(self.year), u32::from(self.week), day);
        day(Weekday::Mon).zip(day(Weekday::Sun))
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for IsoWeek {
    type Err = Invalid;

    /// Reads `2019-W36`, and nothing else.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let not = Invalid { what: "week", why: "a week is written 2019-W36" };
        let (year, week) = text.split_once("-W").ok_or(not)?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return Err(not);
        }
        Self::try_new(year.parse().map_err(|_| not)?, week.parse().map_err(|_| not)?)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn length(day: &str) -> Duration {
        let day = date(day);
        start_of_day(day.succ_opt().unwrap()) - start_of_day(day)
    }

    #[test]
    fn the_day_on_which_summer_time_begins_has_23_hours() {
        assert_eq!(length("2019-03-31"), Duration::hours(23));
    }

    #[test]
    fn the_day_on_which_summer_time_ends_has_25_hours() {
        assert_eq!(length("2019-10-27"), Duration::hours(25));
    }

    #[test]
    fn any_other_day_has_24_hours() {
        assert_eq!(length("2019-10-26"), Duration::hours(24));
    }

    #[test]
    fn a_late_evening_in_utc_is_the_next_day_in_sweden() {
        let summer: DateTime<Utc> = "2019-08-20T22:00:00Z".parse().unwrap();
        let winter: DateTime<Utc> = "2019-12-01T22:59:59Z".parse().unwrap();
        assert_eq!(local_date(summer), date("2019-08-21"));
        assert_eq!(local_date(winter), date("2019-12-01"));
        assert_eq!(local_date(winter + Duration::seconds(1)), date("2019-12-02"));
    }

    #[test]
    fn every_moment_of_the_two_days_on_which_clocks_move_falls_on_them() {
        for day in ["2019-03-31", "2019-10-27"] {
            let day = date(day);
            let (start, end) = (start_of_day(day), start_of_day(day.succ_opt().unwrap()));
            assert_eq!(local_date(start), day);
            assert_eq!(local_date(end - Duration::nanoseconds(1)), day);
            assert_ne!(local_date(start - Duration::nanoseconds(1)), day);
            assert_ne!(local_date(end), day);
        }
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(IsoWeek::of(date("2021-01-03")).to_string(), "2020-W53");
        assert_eq!(IsoWeek::of(date("2018-12-31")).to_string(), "2019-W01");
        assert_eq!(IsoWeek::of(date("2021-01-04")).to_string(), "2021-W01");
    }
}
