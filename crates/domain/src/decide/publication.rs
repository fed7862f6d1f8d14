//! When figures are told outside a school: on days that are fixed in advance, so that nobody chooses the day by what the
//! figures say, and so far apart that what differs between two publications is never the coming or going of one pupil.

use chrono::{NaiveDate, TimeDelta};

use super::{Draft, Ruling, plausible, refuse};
use crate::calendar::Term;
use crate::refusal::{Code, Refusal};
use crate::state::RegisteredSchool;

/// How long before a day of publication it is adopted; from then on it stands.
const NOTICE: TimeDelta = TimeDelta::weeks(2);
/// How far from each other a school's days of publication lie.
const APART: TimeDelta = TimeDelta::weeks(4);
/// How long from its day on a publication may be made.
const OPEN: TimeDelta = TimeDelta::weeks(1);

/// Whether a term's day of publication may be adopted, or moved: in advance, after the term, far from the other terms' days, and
/// never once the day that was adopted before is near. A day that passed without a publication is no day any more.
pub(super) fn may_be_adopted(draft: &Draft<'_>, unit: &RegisteredSchool, term: Term, on: NaiveDate) -> Ruling {
    plausible(on, "on")?;
    if !unit.calendar.terms().contains(&term) || on <= term.last_day() {
        return refuse(Code::OutsidePeriod, "on");
    }
    if unit.published(term) {
        return refuse(Code::AlreadySo, "term");
    }
    let today = draft.today();
    let stands = |day: NaiveDate| day - today < NOTICE && today - day < OPEN;
    if unit.publication_day(term).is_some_and(stands) {
        return refuse(Code::PublicationFixed, "term");
    }
    if on - today < NOTICE {
        return refuse(Code::PublicationTooSoon, "on");
    }
    let mut others = unit.calendar.terms().into_iter().filter(|other| *other != term);
    if others.any(|other| unit.publication_day(other).is_some_and(|day| (day - on).abs() < APART)) {
        return refuse(Code::PublicationTooClose, "on");
    }
    Ok(())
}

/// Today, if a term's figures are published today: in the week of its day.
pub(super) fn on_its_day(draft: &Draft<'_>, unit: &RegisteredSchool, term: Term) -> Result<NaiveDate, Refusal> {
    let today = draft.today();
    match unit.publication_day(term) {
        None => refuse(Code::NotSo, "publicationDay"),
        Some(day) if day > today => refuse(Code::InTheFuture, "publicationDay"),
        Some(day) if today - day >= OPEN => refuse(Code::PublicationMissed, "publicationDay"),
        Some(_) => Ok(today),
    }
}
