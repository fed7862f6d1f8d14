//! How fast: no domain is handed more in a minute than it is meant to take. A domain that is handed too many at once refuses
//! them all.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// What has gone to each domain in the last minute. One for all rounds of a sender.
#[derive(Default)]
pub struct Pace(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// When the messages of the last minute went, for each domain.
    gone: HashMap<Domain, VecDeque<DateTime<Utc>>>,
    /// The domain of an address, by the position of its event: so that who waits is not opened again each minute.
    of: HashMap<u64, Domain>,
}

/// A domain, without its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Domain(u64);

impl Domain {
    /// The domain of an address; one that is none has its own.
    pub(crate) fn of(address: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        address.rsplit('@').next().unwrap_or_default().to_lowercase().hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl Pace {
    pub(crate) fn known(&self, position: u64) -> Option<Domain> {
        self.kept(|kept| kept.of.get(&position).copied())
    }

    pub(crate) fn learn(&self, position: u64, domain: Domain) {
        self.kept(|kept| kept.of.insert(position, domain));
    }

    /// Takes a place for one message, if there is one in this minute.
    pub(crate) fn takes(&self, domain: Domain, now: DateTime<Utc>, most: u32) -> bool {
        self.kept(|kept| {
            let gone = kept.gone.entry(domain).or_default();
            while gone.front().is_some_and(|first| now - *first >= Duration::minutes(1)) {
                gone.pop_front();
            }
            let free = gone.len() < usize::try_from(most).unwrap_or(usize::MAX);
            if free {
                gone.push_back(now);
            }
            free
        })
    }

    /// Gives the place back: nothing was handed over.
    pub(crate) fn gives_back(&self, domain: Domain) {
        self.kept(|kept| kept.gone.get_mut(&domain).and_then(VecDeque::pop_back));
    }

    fn kept<T>(&self, ask: impl FnOnce(&mut Kept) -> T) -> T {
        ask(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_no_minute_more_than_so_many_go_however_often_it_is_asked() {
        let (pace, start) = (Pace::default(), DateTime::from_timestamp(1_600_000_000, 0).unwrap_or_default());
        let domain = Domain::of("a@Home.example");
        assert!(domain == Domain::of("b@home.example") && domain != Domain::of("a@school.example"));
        let mut went = Vec::new();
        for second in 0..600 {
            let now = start + Duration::seconds(second);
            while pace.takes(domain, now, 7) {
                went.push(second);
            }
        }
        assert_eq!(went.len(), 70, "and all that may go does");
        for (index, second) in went.iter().enumerate() {
            let in_a_minute = went.iter().skip(index).take_while(|later| **later < second + 60).count();
            assert!(in_a_minute <= 7);
        }
        let now = start + Duration::hours(1);
        assert!(pace.takes(domain, now, 1) && !pace.takes(domain, now, 1));
        pace.gives_back(domain);
        assert!(pace.takes(domain, now, 1), "a place that was given back is free");
    }
}
