//! One pupil's days, packed: a day that follows the one before in the same week, with the same lessons and nobody absent, is
//! one byte. There are more days than anything else, and whoever asks about a pupil's days reads them in order.

use chrono::{Datelike, NaiveDate};

use super::days::Day;
use crate::attendance::DayMinutes;
use crate::words::Minutes;

/// Bytes that there is room for before a day is put in. Where there is not, room is made for half as many again as there are, and
/// for what a few weeks take.
const ROOM: usize = 32;

/// What a day's first byte says.
const NEXT_DATE: u8 = 1;
const SAME_PLACE: u8 = 2;
const SAME_LESSONS: u8 = 4;
/// From here on: which of the figures are not 0, in the order of [`figures`].
const FIRST_FIGURE: u8 = 8;

/// Days in the order of their dates, each date once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct DayRows {
    bytes: Vec<u8>,
    last: Option<Day>,
}

impl DayRows {
    /// The days, in order.
    pub(crate) fn iter(&self) -> Unpacking<'_> {
        Unpacking { rest: &self.bytes, before: Before::default() }
    }

    /// Puts a day in, in place of what was known of the date; returns that.
    pub(super) fn put(&mut self, day: Day) -> Option<Day> {
        if self.last.is_none_or(|last| last.date < day.date) {
            self.push(day);
            return None;
        }
        let mut all: Vec<Day> = self.iter().collect();
        let replaced = match all.binary_search_by_key(&day.date, |known| known.date) {
            Ok(at) => all.get_mut(at).map(|known| std::mem::replace(known, day)),
            Err(at) => {
                all.insert(at, day);
                None
            }
        };
        *self = all.into_iter().collect();
        replaced
    }

    /// Only these days stay.
    pub(super) fn keep(&mut self, stays: impl Fn(&Day) -> bool) {
        *self = self.iter().filter(stays).collect();
    }

    /// The day with this date.
    pub(super) fn on(&self, date: NaiveDate) -> Option<Day> {
        self.last.filter(|last| last.date >= date)?;
        self.iter().find(|day| day.date >= date).filter(|day| day.date == date)
    }

    /// As packed.
    pub(crate) fn packed(&self) -> &[u8] {
        &self.bytes
    }

    /// From what was packed; `None`: these bytes are no days in order.
    pub(crate) fn unpacked(bytes: &[u8]) -> Option<Self> {
        let mut days = Unpacking { rest: bytes, before: Before::default() };
        let mut last: Option<Day> = None;
        while !days.rest.is_empty() {
            let next = days.next()?;
            if last.is_some_and(|last| last.date >= next.date) {
                return None;
            }
            last = Some(next);
        }
        Some(Self { bytes: bytes.to_vec(), last })
    }

    fn push(&mut self, day: Day) {
        if self.bytes.capacity() - self.bytes.len() < ROOM {
            self.bytes.reserve_exact(self.bytes.len() / 2 + ROOM * 2);
        }
        let before = self.last.map(Before::of).unwrap_or_default();
        pack(&before, &day, &mut self.bytes);
        self.last = Some(day);
    }
}

impl FromIterator<Day> for DayRows {
    fn from_iter<T: IntoIterator<Item = Day>>(days: T) -> Self {
        let mut rows = Self::default();
        for day in days {
            rows.push(day);
        }
        rows
    }
}

/// What of the day before a day is packed against.
#[derive(Clone, Copy, Default)]
struct Before {
    date: i32,
    recorded: u64,
    offered: u16,
    lessons: u16,
}

impl Before {
    fn of(day: Day) -> Self {
        let (offered, lessons) = (day.minutes.offered.0, day.minutes.lessons);
        Self { date: day.date.num_days_from_ce(), recorded: day.recorded, offered, lessons }
    }
}

/// The figures that are 0 on most days. Unregistered lessons and minutes stand together.
fn figures(minutes: &mut DayMinutes) -> [&mut Minutes; 5] {
    let DayMinutes { notified, unnotified, valid, invalid, unregistered, .. } = minutes;
    [notified, unnotified, valid, invalid, unregistered]
}

fn pack(before: &Before, day: &Day, out: &mut Vec<u8>) {
    let this = Before::of(*day);
    let mut minutes = day.minutes;
    let unregistered_lessons = minutes.unregistered_lessons;
    let mut flags = 0;
    flags |= if this.date == before.date.wrapping_add(1) { NEXT_DATE } else { 0 };
    flags |= if this.recorded == before.recorded { SAME_PLACE } else { 0 };
    let same_lessons = (this.offered, this.lessons) == (before.offered, before.lessons);
    flags |= if same_lessons { SAME_LESSONS } else { 0 };
    let figures = figures(&mut minutes);
    for (place, figure) in figures.iter().enumerate() {
        let told = figure.0 != 0 || (place == 4 && unregistered_lessons != 0);
        flags |= if told { FIRST_FIGURE << place } else { 0 };
    }
    out.push(flags);
    if flags & NEXT_DATE == 0 {
        put(zigzag(i64::from(this.date) - i64::from(before.date)), out);
    }
    if flags & SAME_PLACE == 0 {
        put(zigzag(this.recorded.wrapping_sub(before.recorded).cast_signed()), out);
    }
    if flags & SAME_LESSONS == 0 {
        put(this.offered.into(), out);
        put(this.lessons.into(), out);
    }
    for (place, figure) in figures.into_iter().enumerate() {
        if flags & (FIRST_FIGURE << place) != 0 {
            put(figure.0.into(), out);
        }
    }
    if flags & (FIRST_FIGURE << 4) != 0 {
        put(unregistered_lessons.into(), out);
    }
}

/// Packed days, read one by one.
pub(crate) struct Unpacking<'a> {
    rest: &'a [u8],
    before: Before,
}

impl Unpacking<'_> {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut bits) = (0_u64, 0);
        loop {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f).checked_shl(bits)?;
            bits += 7;
            if *byte < 0x80 {
                return Some(number);
            }
        }
    }

    fn small(&mut self) -> Option<u16> {
        self.number().and_then(|number| u16::try_from(number).ok())
    }
}

impl Iterator for Unpacking<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        let (&flags, rest) = self.rest.split_first()?;
        self.rest = rest;
        let mut this = self.before;
        this.date = if flags & NEXT_DATE != 0 {
            this.date.checked_add(1)?
        } else {
            i32::try_from(i64::from(this.date).checked_add(unzigzag(self.number()?))?).ok()?
        };
        if flags & SAME_PLACE == 0 {
            this.recorded = this.recorded.wrapping_add(unzigzag(self.number()?).cast_unsigned());
        }
        if flags & SAME_LESSONS == 0 {
            (this.offered, this.lessons) = (self.small()?, self.small()?);
        }
        let mut minutes = DayMinutes { offered: Minutes(this.offered), lessons: this.lessons, ..DayMinutes::default() };
        if flags >= FIRST_FIGURE {
            for (place, figure) in figures(&mut minutes).into_iter().enumerate() {
                if flags & (FIRST_FIGURE << place) != 0 {
                    *figure = Minutes(self.small()?);
                }
            }
            if flags & (FIRST_FIGURE << 4) != 0 {
                minutes.unregistered_lessons = self.small()?;
            }
        }
        self.before = this;
        Some(Day { date: NaiveDate::from_num_days_from_ce_opt(this.date)?, recorded: this.recorded, minutes })
    }
}

fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

/// Small numbers of either sign as small numbers.
const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on must fail, and say where")]
mod tests {
    use super::*;

    fn day(date: i32, recorded: u64, figures: [u16; 8]) -> Day {
        let [offered, notified, unnotified, valid, invalid, unregistered, lessons, unregistered_lessons] = figures;
        let minutes = DayMinutes {
            offered: Minutes(offered),
            notified: Minutes(notified),
            unnotified: Minutes(unnotified),
            valid: Minutes(valid),
            invalid: Minutes(invalid),
            unregistered: Minutes(unregistered),
            lessons,
            unregistered_lessons,
        };
        Day { date: NaiveDate::from_num_days_from_ce_opt(date).unwrap(), recorded, minutes }
    }

    #[test]
    fn days_come_out_as_they_went_in_whatever_their_order() {
        let days = [
            day(737_000, 7, [300, 0, 0, 0, 0, 0, 5, 0]),
            day(737_001, 7, [300, 0, 0, 0, 0, 0, 5, 0]),
            day(737_002, 3, [1440, 400, 200, 100, 300, 60, 900, 1]),
            day(737_007, u64::MAX, [u16::MAX, 0, 0, 0, 0, 0, u16::MAX, 2]),
            day(-300, 0, [0; 8]),
            day(737_100, 8, [300, 0, 60, 0, 0, 0, 5, 0]),
        ];
        let mut rows = DayRows::default();
        for known in days {
            assert_eq!(rows.put(known), None);
        }
        let mut sorted = days.to_vec();
        sorted.sort_by_key(|day| day.date);
        assert_eq!(rows.iter().collect::<Vec<_>>(), sorted);
        assert_eq!(DayRows::unpacked(rows.packed()), Some(rows.clone()));
        assert_eq!(rows.on(sorted[2].date), Some(sorted[2]));
        assert_eq!(rows.on(sorted[0].date.pred_opt().unwrap()), None);
        let again = day(737_001, 9, [200, 0, 0, 0, 0, 0, 4, 0]);
        assert_eq!(rows.put(again), Some(sorted[2]));
        assert_eq!(rows.iter().nth(2), Some(again));
        rows.keep(|day| day.recorded != 9);
        assert_eq!(rows.iter().count(), 5);
    }

    #[test]
    fn a_usual_week_takes_few_bytes() {
        let week = (0..5).map(|at| day(737_000 + at, 1_000_000, [300, 0, 0, 0, 0, 0, 5, 0]));
        let next = (0..5).map(|at| day(737_007 + at, 1_200_000, [300, 0, 0, 0, 0, 0, 5, 0]));
        let one: DayRows = week.clone().collect();
        let two: DayRows = week.chain(next).collect();
        assert!(two.packed().len() - one.packed().len() <= 10, "{}", two.packed().len());
    }

    #[test]
    fn bytes_that_are_no_days_are_none() {
        let rows: DayRows = [day(737_000, 7, [300, 0, 9, 0, 0, 0, 5, 0])].into_iter().collect();
        for cut in 1..rows.packed().len() {
            assert_eq!(DayRows::unpacked(&rows.packed()[..cut]), None, "{cut}");
        }
        let twice = [rows.packed(), &[SAME_PLACE | SAME_LESSONS, 0]].concat();
        assert_eq!(DayRows::unpacked(&twice), None, "the same date twice");
    }
}
