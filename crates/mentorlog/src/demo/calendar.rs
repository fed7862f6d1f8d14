//! The demo's two school years (läsår): terms, breaks (lov), public holidays and study days, the same for all six schools.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use domain::calendar::{SchoolCalendar, Season};
use domain::event::school::SchoolYearSet;
use domain::words::{DateSpan, Invalid};

/// The first and last day on which each school's first mentor is away.
pub(crate) const AWAY: ((i32, u32, u32), (i32, u32, u32)) = ((2020, 2, 3), (2020, 2, 14));

/// The day on which the demo lives when everything is recorded: a Wednesday, eight days before the spring term ends.
const TODAY: (i32, u32, u32) = (2020, 6, 3);

/// The day on which the demo lives, and from which its clock runs on.
pub(crate) fn today() -> Result<NaiveDate, Invalid> {
    date(TODAY.0, TODAY.1, TODAY.2)
}

/// The day before it: the last one of which attendance has been handed over, and the first one of whom pupils passed to.
pub(crate) fn yesterday() -> Result<NaiveDate, Invalid> {
    date(TODAY.0, TODAY.1, TODAY.2 - 1)
}

/// A date that must exist.
pub(crate) fn date(year: i32, month: u32, day: u32) -> Result<NaiveDate, Invalid> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or(Invalid { what: "date", why: "no such day" })
}

/// A moment of a day, in UTC.
pub(crate) fn moment(day: NaiveDate, hour: u32, minute: u32) -> Result<DateTime<Utc>, Invalid> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0)
        .ok_or(Invalid { what: "time of day", why: "no such hour or minute" })?;
    Ok(day.and_time(time).and_utc())
}

/// Both school years.
pub(crate) fn school_years() -> Result<[SchoolYearSet; 2], Invalid> {
    let span = |from: (i32, u32, u32), to: (i32, u32, u32)| {
        DateSpan::try_new(date(from.0, from.1, from.2)?, date(to.0, to.1, to.2)?)
    };
    let single = |year, month, day| span((year, month, day), (year, month, day));
    Ok([
        SchoolYearSet {
            starts_in: 2018,
            autumn: span((2018, 8, 20), (2018, 12, 20))?,
            spring: span((2019, 1, 8), (2019, 6, 11))?,
            breaks: vec![
                single(2018, 9, 21)?,
                span((2018, 10, 29), (2018, 11, 2))?,
                single(2018, 11, 19)?,
                span((2019, 2, 18), (2019, 2, 22))?,
                single(2019, 3, 18)?,
                span((2019, 4, 15), (2019, 4, 22))?,
                single(2019, 5, 1)?,
                span((2019, 5, 30), (2019, 5, 31))?,
                span((2019, 6, 6), (2019, 6, 7))?,
            ],
        },
        SchoolYearSet {
            starts_in: 2019,
            autumn: span((2019, 8, 19), (2019, 12, 20))?,
            spring: span((2020, 1, 8), (2020, 6, 11))?,
            breaks: vec![
                single(2019, 9, 20)?,
                span((2019, 10, 28), (2019, 11, 1))?,
                single(2019, 11, 18)?,
                span((2020, 2, 17), (2020, 2, 21))?,
                single(2020, 3, 16)?,
                span((2020, 4, 6), (2020, 4, 13))?,
                single(2020, 5, 1)?,
                span((2020, 5, 21), (2020, 5, 22))?,
            ],
        },
    ])
}

/// The days of a term on which there is school, in order.
pub(crate) fn school_days(year: &SchoolYearSet, season: Season) -> Vec<NaiveDate> {
    let mut calendar = SchoolCalendar::default();
    calendar.set(year.clone());
    let term = match season {
        Season::Autumn => year.autumn,
        Season::Spring => year.spring,
    };
    calendar.school_days(term).collect()
}

/// The Friday of the week that a day lies in: when the attendance of a week is handed over.
pub(crate) fn friday_of(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).first_day() + chrono::Duration::days(4)
}

/// When the attendance of a day's week is handed over: on its Friday, or as far as the demo comes.
pub(crate) fn handed_over_on(day: NaiveDate) -> Result<NaiveDate, Invalid> {
    Ok(friday_of(day).min(yesterday()?))
}

/// The Tuesday after it, on which what was registered wrongly is put right by the attendance system.
pub(crate) fn put_right_on(day: NaiveDate) -> NaiveDate {
    friday_of(day) + chrono::Duration::days(4)
}

/// Which of several groups of days lie in the same ISO week: (index of first, index after last) for each week.
pub(crate) fn weeks(days: &[NaiveDate]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut current = None;
    for (index, day) in days.iter().enumerate() {
        let week = Some(day.iso_week());
        match found.last_mut() {
            Some(last) if week == current => last.1 = index + 1,
            _ => found.push((index, index + 1)),
        }
        current = week;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_has_about_178_days_of_school() {
        for year in school_years().expect("valid years") {
            let days = school_days(&year, Season::Autumn).len() + school_days(&year, Season::Spring).len();
            assert!((172..=184).contains(&days), "{days} days in {}", year.starts_in);
        }
    }

    #[test]
    fn there_is_no_school_in_the_autumn_break_and_weeks_hold_at_most_five_days() {
        let [year, _] = school_years().expect("valid years");
        let days = school_days(&year, Season::Autumn);
        assert!(days.iter().all(|day| day.iso_week().week() != 44));
        assert!(weeks(&days).iter().all(|(from, to)| (1..=5).contains(&(to - from))));
        assert_eq!(weeks(&days).iter().map(|(from, to)| to - from).sum::<usize>(), days.len());
    }
}
