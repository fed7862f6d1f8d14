//! Refusals on record: the first few of a kind from an address one by one, and how many more there were. Whoever sends rubbish
//! without end fills neither the disk nor the memory, and is counted to the last one.
//!
//! What is counted lies in memory until it is put on record. Should the program be killed, that much is lost: nothing that has
//! waited for longer than a minute, and of a kind and an address never more than is on record as a number from the same quarter of
//! an hour. A service that is ended loses nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::throttle::network;

/// How long refusals count together.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a counted refusal may wait until it is put on record.
const WAITS: TimeDelta = TimeDelta::minutes(1);
/// Refusals of one kind from one address that are on record one by one.
const APIECE: u32 = 5;
/// Refusals from all addresses together that are on record one by one.
const APIECE_OF_ALL: u32 = 200;
/// Refusals of one kind from one address after which what is brought is not looked at any more.
const LOOKED_AT: u64 = 100;
/// Most addresses that are counted apart. All others are counted together.
const MOST: usize = 1_000;
/// Stands for all the others.
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// What was refused, and where from.
type Source = (&'static str, IpAddr);

struct Window {
    began: DateTime<Utc>,
    /// All refusals in it.
    refused: u64,
    /// Those of them that are on record one by one.
    apiece: u32,
    /// Those that are on record as a number, or are being put there.
    told: u64,
    /// The others: how many, the first and the last.
    more: Option<More>,
}

impl Window {
    /// Takes out what waits to be put on record.
    fn take(&mut self) -> Option<More> {
        let more = self.more.take()?;
        self.told = self.told.saturating_add(more.times);
        Some(more)
    }
}

/// How a refusal comes on record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// By itself, before it is told.
    Alone,
    /// With those that wait, before it is told.
    With(Counted),
    /// With others, within a minute.
    Later,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct More {
    times: u64,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl More {
    fn and(self, other: Self) -> Self {
        let times = self.times.saturating_add(other.times);
        Self { times, from: self.from.min(other.from), until: self.until.max(other.until) }
    }
}

/// Refusals that are on record together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Counted {
    /// What was refused.
    pub(super) what: &'static str,
    /// From which network.
    pub(super) address: IpAddr,
    more: More,
}

impl Counted {
    /// How many.
    pub(super) const fn times(&self) -> u64 {
        self.more.times
    }

    /// When the first and the last of them were.
    pub(super) const fn span(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.more.from, self.more.until)
    }
}

/// Refusals so far.
#[derive(Default)]
pub(super) struct Refusals(Mutex<HashMap<Source, Window>>);

impl Refusals {
    fn windows(&self) -> MutexGuard<'_, HashMap<Source, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what is brought from an address is still looked at: after so many refusals it is refused unseen.
    pub(super) fn looks_at(&self, what: &'static str, address: IpAddr, now: DateTime<Utc>) -> bool {
        let windows = self.windows();
        let window = windows.get(&(what, network(address)));
        window.is_none_or(|window| now - window.began >= WINDOW || window.refused < LOOKED_AT)
    }

    /// Counts a refusal.
    pub(super) fn count(&self, what: &'static str, address: IpAddr, now: DateTime<Utc>) -> Told {
        let mut windows = self.windows();
        let of_all: u32 = windows.values().map(|window| window.apiece).sum();
        let source = (what, network(address));
        let source = if windows.len() < MOST || windows.contains_key(&source) { source } else { (what, ELSEWHERE) };
        let window = windows.entry(source).or_insert(Window { began: now, refused: 0, apiece: 0, told: 0, more: None });
        window.refused = window.refused.saturating_add(1);
        if window.apiece < APIECE && of_all < APIECE_OF_ALL {
            window.apiece += 1;
            return Told::Alone;
        }
        let one = More { times: 1, from: now, until: now };
        let more = window.more.map_or(one, |more| more.and(one));
        window.more = Some(more);
        let (what, address) = source;
        if more.times < window.told {
            return Told::Later;
        }
        window.take().map_or(Told::Later, |more| Told::With(Counted { what, address, more }))
    }

    /// Takes out what has waited for long enough, to be put on record, and forgets the windows that are over.
    pub(super) fn due(&self, now: DateTime<Utc>) -> Vec<Counted> {
        let is_over = |window: &Window| now - window.began >= WINDOW;
        let waited = |window: &Window| window.more.is_some_and(|more| now - more.from >= WAITS);
        self.taken(is_over, |window| waited(window) || is_over(window))
    }

    /// Takes out everything that was counted: before the service ends.
    pub(super) fn all(&self) -> Vec<Counted> {
        self.taken(|_| true, |_| true)
    }

    fn taken(&self, is_over: impl Fn(&Window) -> bool, is_due: impl Fn(&Window) -> bool) -> Vec<Counted> {
        let mut taken = Vec::new();
        self.windows().retain(|(what, address), window| {
            if is_due(window)
                && let Some(more) = window.take()
            {
                taken.push(Counted { what, address: *address, more });
            }
            !is_over(window)
        });
        taken
    }

    /// What is being put on record: counted on, unless it is said to be there.
    pub(super) const fn pending(&self, counted: Counted) -> Pending<'_> {
        Pending { refusals: self, counted, is_on_record: false }
    }

    fn give_back(&self, counted: Counted) {
        let Counted { what, address, more } = counted;
        let mut windows = self.windows();
        let window = Window { began: more.from, refused: more.times, apiece: APIECE, told: 0, more: None };
        let window = windows.entry((what, address)).or_insert(window);
        window.told = window.told.saturating_sub(more.times);
        window.more = Some(window.more.map_or(more, |other| other.and(more)));
    }
}

/// Refusals that are being put on record.
pub(super) struct Pending<'a> {
    refusals: &'a Refusals,
    counted: Counted,
    is_on_record: bool,
}

impl Pending<'_> {
    pub(super) const fn counted(&self) -> Counted {
        self.counted
    }

    /// They are.
    pub(super) fn recorded(mut self) {
        self.is_on_record = true;
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.is_on_record {
            self.refusals.give_back(self.counted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000 + second, 0).unwrap_or_default()
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + number).to_be_bytes())
    }

    #[test]
    fn the_first_five_stand_alone_and_the_others_are_numbers_within_a_minute() {
        let refusals = Refusals::default();
        let told: Vec<Told> = (0..12).map(|second| refusals.count("token", address(1), at(second))).collect();
        assert_eq!(told.iter().filter(|told| **told == Told::Alone).count(), 5);
        let with: Vec<_> = told
            .iter()
            .filter_map(
                |told| if let Told::With(counted) = told { Some((counted.times(), counted.span())) } else { None },
            )
            .collect();
        assert_eq!(with, [(1, (at(5), at(5))), (1, (at(6), at(6))), (2, (at(7), at(8)))]);
        assert_eq!(refusals.due(at(68)), []);
        let due = refusals.due(at(69));
        assert_eq!(due.iter().map(|one| (one.times(), one.span())).collect::<Vec<_>>(), [(3, (at(9), at(11)))]);
        assert_ne!(refusals.count("token", address(1), at(899)), Told::Alone, "the same window");
        assert_eq!(refusals.due(at(900)).iter().map(Counted::times).sum::<u64>(), 1);
        assert_eq!(refusals.count("token", address(1), at(900)), Told::Alone, "a new window");
        assert_eq!(refusals.all(), []);
    }

    #[test]
    fn never_more_waits_than_is_on_record_as_a_number_from_the_same_quarter_of_an_hour() {
        let refusals = Refusals::default();
        let (mut on_record, mut waits, mut traces) = (0, 0, 0);
        for _ in 0..100_000 {
            match refusals.count("token", address(1), at(0)) {
                Told::Alone => {}
                Told::With(counted) => {
                    on_record += counted.times();
                    (waits, traces) = (0, traces + 1);
                }
                Told::Later => waits += 1,
            }
            assert!(waits == 0 || waits < on_record, "{waits} wait, {on_record} are on record");
        }
        assert!(traces < 20, "a flood writes few traces: {traces}");
    }

    #[test]
    fn whatever_comes_from_wherever_is_counted_to_the_last_one_within_bounds() {
        let refusals = Refusals::default();
        let (mut alone, mut with) = (0, 0);
        for number in 0..20_000 {
            match refusals.count("token", address(number / 3), at(0)) {
                Told::Alone => alone += 1,
                Told::With(counted) => with += counted.times(),
                Told::Later => {}
            }
        }
        assert_eq!(alone, u64::from(APIECE_OF_ALL));
        let counted = refusals.all();
        assert!(counted.len() <= MOST + 1);
        assert_eq!(counted.iter().map(Counted::times).sum::<u64>() + alone + with, 20_000);
    }

    #[test]
    fn what_could_not_be_put_on_record_is_counted_on() {
        let refusals = Refusals::default();
        for second in 0..8 {
            if let Told::With(counted) = refusals.count("token", address(1), at(second)) {
                drop(refusals.pending(counted));
            }
        }
        for counted in refusals.due(at(900)) {
            assert_eq!(refusals.count("token", address(1), at(901)), Told::Alone);
            drop(refusals.pending(counted));
        }
        for counted in refusals.all() {
            assert_eq!(counted.times(), 3);
            refusals.pending(counted).recorded();
        }
        assert_eq!(refusals.all().iter().map(Counted::times).sum::<u64>(), 0);
    }

    #[test]
    fn after_a_hundred_nothing_more_is_looked_at_from_there_until_the_window_is_over() {
        let refusals = Refusals::default();
        for _ in 0..LOOKED_AT {
            assert!(refusals.looks_at("token", address(1), at(0)));
            refusals.count("token", address(1), at(0));
        }
        assert!(!refusals.looks_at("token", address(1), at(899)));
        assert!(refusals.looks_at("token", address(2), at(899)) && refusals.looks_at("token", address(1), at(900)));
    }
}
