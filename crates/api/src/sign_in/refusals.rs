//! Refusals on record: the first few of a kind from an address one by one, and how many more there were when their quarter of an
//! hour is over. Whoever sends rubbish without end fills neither the disk nor the memory, and is counted to the last one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::throttle::network;

/// How long refusals count together.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
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
    /// The others: how many, the first and the last.
    more: Option<More>,
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

    /// Counts a refusal. `true`: it is to be on record by itself.
    pub(super) fn count(&self, what: &'static str, address: IpAddr, now: DateTime<Utc>) -> bool {
        let mut windows = self.windows();
        let of_all: u32 = windows.values().map(|window| window.apiece).sum();
        let source = (what, network(address));
        let source = if windows.len() < MOST || windows.contains_key(&source) { source } else { (what, ELSEWHERE) };
        let window = windows.entry(source).or_insert(Window { began: now, refused: 0, apiece: 0, more: None });
        window.refused = window.refused.saturating_add(1);
        if window.apiece < APIECE && of_all < APIECE_OF_ALL {
            window.apiece += 1;
            return true;
        }
        let one = More { times: 1, from: now, until: now };
        window.more = Some(window.more.map_or(one, |more| more.and(one)));
        false
    }

    /// Takes out what was counted in windows that are over, to be put on record.
    pub(super) fn over(&self, now: DateTime<Utc>) -> Vec<Counted> {
        self.taken(|window| now - window.began >= WINDOW)
    }

    /// Takes out everything that was counted: before the service ends.
    pub(super) fn all(&self) -> Vec<Counted> {
        self.taken(|_| true)
    }

    fn taken(&self, is_over: impl Fn(&Window) -> bool) -> Vec<Counted> {
        let mut taken = Vec::new();
        self.windows().retain(|(what, address), window| {
            let over = is_over(window);
            if over && let Some(more) = window.more {
                taken.push(Counted { what, address: *address, more });
            }
            !over
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
        let window = Window { began: more.from, refused: more.times, apiece: APIECE, more: None };
        let window = windows.entry((what, address)).or_insert(window);
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
    fn the_first_five_stand_alone_and_the_others_are_one_number_when_the_window_is_over() {
        let refusals = Refusals::default();
        let alone = (0..12).filter(|second| refusals.count("token", address(1), at(*second))).count();
        assert_eq!(alone, 5);
        assert_eq!(refusals.over(at(899)), []);
        let over = refusals.over(at(900));
        assert_eq!(over.iter().map(|one| (one.times(), one.span())).collect::<Vec<_>>(), [(7, (at(5), at(11)))]);
        assert!(refusals.count("token", address(1), at(900)), "a new window");
        assert_eq!(refusals.all(), []);
    }

    #[test]
    fn whatever_comes_from_wherever_is_counted_to_the_last_one_within_bounds() {
        let refusals = Refusals::default();
        let alone = (0..20_000).filter(|number| refusals.count("token", address(number / 3), at(0))).count();
        assert_eq!(alone, APIECE_OF_ALL as usize);
        let counted = refusals.all();
        assert!(counted.len() <= MOST + 1);
        assert_eq!(counted.iter().map(Counted::times).sum::<u64>() + alone as u64, 20_000);
    }

    #[test]
    fn what_could_not_be_put_on_record_is_counted_on() {
        let refusals = Refusals::default();
        assert_eq!((0..8).filter(|second| refusals.count("token", address(1), at(*second))).count(), 5);
        for counted in refusals.over(at(900)) {
            assert!(refusals.count("token", address(1), at(901)));
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
