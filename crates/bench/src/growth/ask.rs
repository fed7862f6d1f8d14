//! The questions that a mentor and a principal ask all day, asked of what is known after so many events.
//!
//! At each length as many different ones are asked about, anywhere in the history. *Warm*: each again and again, so that what
//! is asked for lies in the processor's caches at every length: what is left is the work. *Cold*: before every single
//! question other memory is read, so that nothing of what is asked for lies in a cache at any length: how many places are
//! looked up is what then costs. Between the two lies what a service does all day.
//!
//! One read of a place that is in no cache costs more the more memory it is one of, whatever is read: a cold question is
//! therefore compared with what as many reads of as much memory have come to cost, beside it in the same run.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use chrono::Days;
use domain::calendar::Term;
use domain::projection::workload::Span;
use domain::projection::{AsOf, Projections};

use super::Row;
use super::history::{History, enrolment, mentor, monday, pupil, school};
use crate::stats::Spread;
use crate::{Failure, Options};

/// What the rows are called that say what the machine itself can do.
const LIMIT: &str = "the limit";
/// How many different ones are asked about at every length: as many mentors as the shortest history has.
const DISTINCT: u32 = 48;
/// How often each is asked about in a warm measurement: a measurement lasts long enough for the clock.
const ROUNDS: u32 = 400;
/// Memory that is read to empty the caches, in bytes: several times the largest cache that one core can have to itself.
const OTHER: usize = 192 << 20;

/// What it is called, warm and cold, and asking it about the pupil with this number.
type Question<'a> = (&'static str, &'static str, &'a dyn Fn(u32) -> usize);

/// What was measured at the shortest length.
pub(super) type Shortest = Vec<(&'static str, Spread)>;

/// Places that are read one after the other, each telling where the next is.
struct Chain(Vec<[u64; 8]>);

impl Chain {
    fn of(bytes: usize) -> Self {
        let places = (bytes / 64).max(DISTINCT as usize * 4);
        let mut lines = vec![[0; 8]; places];
        let mut at = 1_u64;
        for line in &mut lines {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            line[0] = at >> 20;
        }
        Self(lines)
    }

    /// One read from each of so many places, beginning anywhere.
    fn read(&self, from: u32) -> usize {
        let places = self.0.len() as u64;
        let mut at = u64::from(from).wrapping_mul(0x9e37_79b9_7f4a_7c15) % places;
        for turn in 0..16 {
            let next = usize::try_from(at).ok().and_then(|at| self.0.get(at)).map_or(0, |line| line[0]);
            at = next.wrapping_add(turn) % places;
        }
        usize::try_from(at).unwrap_or(0)
    }
}

/// Reads other memory, so that what is asked for is in no cache.
fn empty_caches(other: &[u64]) {
    black_box(other.iter().step_by(8).fold(0_u64, |sum, one| sum.wrapping_add(*one)));
}

fn chosen(pupils: u32) -> Vec<u32> {
    // Spread over the whole history, in no order of it.
    let step = (pupils / DISTINCT).max(1);
    (0..DISTINCT).map(|one| one.wrapping_mul(29) % DISTINCT * step + one % step).collect()
}

/// Measures all of it at one length.
pub(super) fn measure(
    events: u64,
    options: &Options,
    shortest: &mut Shortest,
    rows: &mut Vec<Row>,
) -> Result<(), Failure> {
    let mut known = Projections::default();
    let history = History::of(events)?;
    let pupils = history.pupils;
    known.hold();
    let count = history.tell(&mut |recorded| Ok(known.apply(&recorded)?))?;
    known.settle();
    // Side by side in memory as after a start, not as the events came.
    let laid = domain::laid::lay_out(&known);
    drop(known);
    // As much as is known takes when it is laid out: what the allocator keeps back says nothing of what is read.
    let chain = Chain::of(laid.len());
    let laid: domain::laid::LaidBytes = Arc::new(laid);
    let known = domain::laid::pick_up(&laid).ok_or("it is laid out in another way")?;
    let last = monday(35)? + Days::new(4);
    let (now, then) = (AsOf::now(last), AsOf { day: monday(12)?, known: known.past.end_of(monday(12)?) });
    let (term, monday) = (Term::of(monday(2)?), monday(20)?);
    let week = Span { first: monday, last: monday + Days::new(6), known: u64::MAX };
    let questions: [Question<'_>; 6] = [
        (
            "the limit: 16 reads anywhere in as much memory, warm",
            "the limit: 16 reads anywhere in as much memory, cold",
            &|number| chain.read(number),
        ),
        ("caseload, warm", "caseload, cold", &|number| caseload(&known, number, now)),
        ("caseload as of a past day on both axes, warm", "caseload as of a past day on both axes, cold", &|number| {
            caseload(&known, number, then)
        }),
        ("timeline, a page, warm", "timeline, a page, cold", &|number| {
            known.timeline.newest_first((pupil(number), enrolment(number)), None, now).take(20).count()
        }),
        ("workload of a week, warm", "workload of a week, cold", &|number| {
            usize::try_from(known.workload.of(mentor(number), week).contacts).unwrap_or(0)
        }),
        ("absence of a school in a term, warm", "absence of a school in a term, cold", &|number| {
            usize::try_from(known.absence.of_school(school(number), term, None, None).all.pupils).unwrap_or(0)
        }),
    ];
    let (asked, other) = (chosen(pupils), vec![1_u64; OTHER / 8]);
    let mut limit = 1.0;
    for (warm_name, cold_name, question) in questions {
        let (mut warm, mut cold) = (Vec::new(), Vec::new());
        for _ in 0..options.repetitions() {
            warm.push(Spread::of(asked.iter().map(|one| warmly(question, *one)).collect()).median);
            cold.push(Spread::of(asked.iter().map(|one| coldly(question, *one, &other)).collect()).median);
        }
        push(count, warm_name, Spread::of(warm), shortest, rows, 1.0);
        let grown = push(count, cold_name, Spread::of(cold), shortest, rows, limit);
        if cold_name.starts_with(LIMIT) {
            limit = f64::max(grown, 1.0);
        }
    }
    Ok(())
}

/// Adds a row, and says how many times it is what it was at the shortest length. `limit`: how many times that may be by the
/// machine alone.
fn push(
    count: u64,
    what: &'static str,
    figures: Spread,
    shortest: &mut Shortest,
    rows: &mut Vec<Row>,
    limit: f64,
) -> f64 {
    let row = Row::of(count, what, "µs", figures);
    let Some((_, first)) = shortest.iter().find(|(known, _)| *known == what) else {
        shortest.push((what, figures));
        rows.push(row);
        return 1.0;
    };
    let ratio = figures.median / first.median;
    let most = (first.most / first.least).max(figures.most / figures.least).max(1.25) * limit;
    let target = if what.ends_with("cold") {
        "no more than the limit's growth, times the spread or 1.25"
    } else {
        "no more than the spread or 1.25"
    };
    let row = row.to(ratio);
    rows.push(if what.starts_with(LIMIT) { row } else { row.should(target, ratio <= most) });
    ratio
}

/// What a question costs that is asked again and again, in microseconds.
fn warmly(question: &dyn Fn(u32) -> usize, one: u32) -> f64 {
    black_box(question(one));
    let begin = Instant::now();
    for _ in 0..ROUNDS {
        black_box(question(black_box(one)));
    }
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}

/// What a question costs that is asked once, after other memory was read, in microseconds.
fn coldly(question: &dyn Fn(u32) -> usize, one: u32, other: &[u64]) -> f64 {
    empty_caches(other);
    let begin = Instant::now();
    black_box(question(one));
    begin.elapsed().as_secs_f64() * 1e6
}

/// A mentor's caseload, with those for whose mentor they stand in, and with what a row of it shows.
fn caseload(known: &Projections, number: u32, at: AsOf) -> usize {
    let own = known.held_by(mentor(number), at).into_iter().map(|(_, facts)| facts);
    let covered = known.covered_by(mentor(number), at).into_iter().map(|(.., facts)| facts);
    let rows = own.chain(covered).map(|facts| {
        let class = facts.placement_on(at.day).map(|(_, placement)| placement.class.clone());
        (class, known.caseload.contacts(facts.latest.id, at, |_| true))
    });
    rows.map(black_box).count()
}
