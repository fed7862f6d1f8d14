//! A school's calendar: which days are in a term, and which are school days.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::calendar::{Season, Term};
use crate::event::school::SchoolYearSet;
use crate::words::DateSpan;

/// The school years (läsår) of one school unit. Setting a year again replaces it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SchoolCalendar {
    years: imbl::OrdMap<u16, SchoolYearSet>,
}

/// Why a school year is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum YearFault {
    /// The autumn term does not lie between 1 July and New Year of the year in which the school year starts.
    #[error("the autumn term lies outside July to December")]
    Autumn,
    /// The spring term does not lie between New Year and the end of June of the year after.
    #[error("the spring term lies outside January to June of the year after")]
    Spring,
    /// A break does not lie within a term.
    #[error("a break lies outside both terms")]
    Break,
}

impl SchoolCalendar {
    /// Whether a school year can be true: autumn lies in the second half of its year, spring in the first half of the
    /// next (so they never overlap, and a date's term is known from the date), and breaks lie within a term.
    pub fn check(year: &SchoolYearSet) -> Result<(), YearFault> {
        let starts_in = i32::from(year.starts_in);
        let within = |span: DateSpan, year: i32, months: std::ops::RangeInclusive<u32>| {
            [span.first(), span.last()].iter().all(|date| date.year() == year && months.contains(&date.month()))
        };
        if !within(year.autumn, starts_in, 7..=12) {
            return Err(YearFault::Autumn);
        }
        if !within(year.spring, starts_in + 1, 1..=6) {
            return Err(YearFault::Spring);
        }
        let inside = |span: &DateSpan| {
            [year.autumn, year.spring].iter().any(|term| term.contains(span.first()) && term.contains(span.last()))
        };
        if year.breaks.iter().all(inside) { Ok(()) } else { Err(YearFault::Break) }
    }

    /// Sets a year, or sets it again.
    pub fn set(&mut self, year: SchoolYearSet) {
        self.years.insert(year.starts_in, year);
    }

    /// The school years, oldest first.
    pub fn years(&self) -> impl Iterator<Item = &SchoolYearSet> {
        self.years.values()
    }

    /// The terms that have been set, oldest first.
    pub fn terms(&self) -> Vec<Term> {
        let two = |year: &SchoolYearSet| [Term::of(year.autumn.first()), Term::of(year.spring.first())];
        self.years.values().flat_map(two).collect()
    }

    /// First and last day of a term, when its year is set.
    pub fn span(&self, term: Term) -> Option<DateSpan> {
        let starts_in = match term.season {
            Season::Autumn => term.year,
            Season::Spring => term.year.checked_sub(1)?,
        };
        let year = self.years.get(&starts_in)?;
        Some(match term.season {
            Season::Autumn => year.autumn,
            Season::Spring => year.spring,
        })
    }

    /// Whether the school year around the date (1 July to 30 June) has been set.
    pub fn knows(&self, date: NaiveDate) -> bool {
        self.span(Term::of(date)).is_some()
    }

    /// The term that the date lies in; `None` between terms, and when the year is not set.
    pub fn term_of(&self, date: NaiveDate) -> Option<Term> {
        let term = Term::of(date);
        self.span(term)?.contains(date).then_some(term)
    }

    /// Whether there is school on the date: in a term, no weekend, no break.
    pub fn is_school_day(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let free = || self.years.values().any(|year| year.breaks.iter().any(|span| span.contains(date)));
        !weekend && self.term_of(date).is_some() && !free()
    }

    /// The school days in a span, in order.
    pub fn school_days(&self, span: DateSpan) -> impl Iterator<Item = NaiveDate> {
        span.first().iter_days().take_while(move |date| *date <= span.last()).filter(|date| self.is_school_day(*date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(first: &str, last: &str) -> DateSpan {
        DateSpan::try_new(date(first), date(last)).unwrap()
    }

    fn year() -> SchoolYearSet {
        SchoolYearSet {
            starts_in: 2019,
            autumn: span("2019-08-20", "2019-12-19"),
            spring: span("2020-01-08", "2020-06-11"),
            breaks: vec![span("2019-10-28", "2019-11-01"), span("2020-02-17", "2020-02-21")],
        }
    }

    fn calendar() -> SchoolCalendar {
        let mut calendar = SchoolCalendar::default();
        calendar.set(year());
        calendar
    }

    #[test]
    fn a_date_knows_its_term() {
        let calendar = calendar();
        assert_eq!(calendar.term_of(date("2019-08-20")).unwrap().to_string(), "ht19");
        assert_eq!(calendar.term_of(date("2020-06-11")).unwrap().to_string(), "vt20");
        assert_eq!(calendar.term_of(date("2019-12-20")), None);
        assert_eq!(calendar.term_of(date("2018-09-03")), None);
        assert!(calendar.knows(date("2019-12-20")));
        assert!(!calendar.knows(date("2018-09-03")));
        assert_eq!(calendar.terms().iter().map(Term::to_string).collect::<Vec<_>>(), ["ht19", "vt20"]);
    }

    #[test]
    fn weekends_and_breaks_are_no_school_days() {
        let calendar = calendar();
        assert!(calendar.is_school_day(date("2019-10-25")));
        assert!(!calendar.is_school_day(date("2019-10-26")));
        assert!(!calendar.is_school_day(date("2019-10-30")));
        assert!(!calendar.is_school_day(date("2020-01-07")));
        assert_eq!(calendar.school_days(span("2019-10-21", "2019-11-10")).count(), 10);
    }

    #[test]
    fn setting_a_year_again_replaces_it() {
        let mut calendar = calendar();
        calendar.set(SchoolYearSet { breaks: Vec::new(), ..year() });
        assert!(calendar.is_school_day(date("2019-10-30")));
    }

    #[test]
    fn a_year_that_cannot_be_true_is_refused() {
        assert_eq!(SchoolCalendar::check(&year()), Ok(()));
        let early = SchoolYearSet { autumn: span("2019-06-20", "2019-12-19"), ..year() };
        assert_eq!(SchoolCalendar::check(&early), Err(YearFault::Autumn));
        let overlapping = SchoolYearSet { autumn: span("2019-08-20", "2020-01-10"), ..year() };
        assert_eq!(SchoolCalendar::check(&overlapping), Err(YearFault::Autumn));
        let long = SchoolYearSet { spring: span("2020-01-08", "2020-07-01"), ..year() };
        assert_eq!(SchoolCalendar::check(&long), Err(YearFault::Spring));
        let swapped = SchoolYearSet { autumn: year().spring, spring: year().autumn, ..year() };
        assert_eq!(SchoolCalendar::check(&swapped), Err(YearFault::Autumn));
        let outside = SchoolYearSet { breaks: vec![span("2019-12-18", "2019-12-27")], ..year() };
        assert_eq!(SchoolCalendar::check(&outside), Err(YearFault::Break));
    }
}
