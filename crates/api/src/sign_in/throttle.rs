//! How often a wrong password may be tried: by account and address together, by account, and by address; and how often codes may be
//! shown from an address with which the provider lets nobody in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How long failures count.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Failures of one account from one address.
const OF_PAIR: u32 = 5;
/// Failures of one account from anywhere: higher, so that nobody locks another out with ease.
const OF_ACCOUNT: u32 = 50;
/// Failures of whichever accounts from one address: a whole school may stand behind one.
const OF_ADDRESS: u32 = 100;
/// Codes from one address that came to nothing: each has us ask the provider.
const OF_CODES: u32 = 100;
/// Most windows kept.
const MOST: usize = 20_000;
/// How many are forgotten at once when there is no room.
const FORGOTTEN: usize = MOST / 16;

/// What is counted. Names only as hashes.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Counted {
    Pair(blake3::Hash, IpAddr),
    Account(blake3::Hash),
    Address(IpAddr),
    Codes(IpAddr),
}

impl Counted {
    const fn limit(self) -> u32 {
        match self {
            Self::Pair(..) => OF_PAIR,
            Self::Account(_) => OF_ACCOUNT,
            Self::Address(_) => OF_ADDRESS,
            Self::Codes(_) => OF_CODES,
        }
    }
}

/// When each window began, and how many failures there are in it.
type Windows = HashMap<Counted, (DateTime<Utc>, u32)>;

/// Failures so far.
#[derive(Default)]
pub(super) struct Throttle(Mutex<Windows>);

impl Throttle {
    /// Counts a try before the password is looked at, so that tries side by side are counted too. `false`: it may not be
    /// made now.
    pub(super) fn may_try(&self, account: &str, address: IpAddr, now: DateTime<Utc>) -> bool {
        self.may(counted(account, address), now)
    }

    /// Counts a code before the provider is asked about it. `false`: it may not be asked now.
    pub(super) fn may_ask(&self, address: IpAddr, now: DateTime<Utc>) -> bool {
        self.may([Counted::Codes(network(address))], now)
    }

    fn may<const N: usize>(&self, counted: [Counted; N], now: DateTime<Utc>) -> bool {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() + 3 > MOST {
            make_room(&mut windows, now);
        }
        let used_up = |counted: &Counted| {
            windows.get(counted).is_some_and(|(began, tries)| now - *began < WINDOW && *tries >= counted.limit())
        };
        if counted.iter().any(used_up) {
            return false;
        }
        for one in counted {
            let window = windows.entry(one).or_insert((now, 0));
            if now - window.0 >= WINDOW {
                *window = (now, 0);
            }
            window.1 += 1;
        }
        true
    }

    /// The try was right: it does not count.
    pub(super) fn was_right(&self, account: &str, address: IpAddr) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [pair, others @ ..] = counted(account, address);
        windows.remove(&pair);
        for one in others {
            does_not_count(&mut windows, &one);
        }
    }

    /// The code was right: it does not count.
    pub(super) fn was_let_in(&self, address: IpAddr) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        does_not_count(&mut windows, &Counted::Codes(network(address)));
    }
}

fn does_not_count(windows: &mut Windows, one: &Counted) {
    if let Some((_, tries)) = windows.get_mut(one) {
        *tries = tries.saturating_sub(1);
    }
}

/// Forgets what is over, or else where least was tried, the oldest first: whoever fills the memory with tries of made-up names
/// pushes out those, neither a window in which much was tried nor, by leaving no room, everybody else.
fn make_room(windows: &mut Windows, now: DateTime<Utc>) {
    windows.retain(|_, (began, _)| now - *began < WINDOW);
    if windows.len() + 3 <= MOST {
        return;
    }
    let mut least: Vec<(u32, DateTime<Utc>, Counted)> =
        windows.iter().map(|(counted, (began, tries))| (*tries, *began, *counted)).collect();
    least.sort_unstable_by_key(|(tries, began, _)| (*tries, *began));
    for (_, _, counted) in least.into_iter().take(FORGOTTEN) {
        windows.remove(&counted);
    }
}

fn counted(account: &str, address: IpAddr) -> [Counted; 3] {
    let account = super::token::hash(account);
    [Counted::Pair(account, site(address)), Counted::Account(account), Counted::Address(network(address))]
}

/// An IPv6 address stands for its network: whoever has one has a whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    within(address, 64)
}

/// As much as one line may be given is a /48 (RFC 6177): who tries one account from all of it is one. A whole municipality may have no
/// more, so nothing else is counted so.
fn site(address: IpAddr) -> IpAddr {
    within(address, 48)
}

fn within(address: IpAddr, bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let others = 128 - bits;
            IpAddr::V6(std::net::Ipv6Addr::from_bits(address.to_bits() >> others << others))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000 + minute * 60, 0).unwrap_or_default()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn a_hundred_codes_that_came_to_nothing_end_those_of_an_address_and_those_that_let_in_do_not_count() {
        let throttle = Throttle::default();
        for _ in 0..1000 {
            assert!(throttle.may_ask(address(1), at(0)));
            throttle.was_let_in(address(1));
        }
        assert_eq!((0..1000).filter(|_| throttle.may_ask(address(1), at(0))).count(), 100);
        assert!(throttle.may_ask(address(2), at(0)) && throttle.may_try("a", address(1), at(0)));
        assert!(throttle.may_ask(address(1), at(15)));
    }

    #[test]
    fn the_sixth_wrong_try_of_an_account_from_an_address_must_wait_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert!(throttle.may_try("a", address(1), at(0)));
        }
        assert!(!throttle.may_try("a", address(1), at(14)));
        assert!(throttle.may_try("a", address(2), at(14)), "the holder is not locked out elsewhere");
        assert!(throttle.may_try("b", address(1), at(14)), "nor is another behind the same address");
        assert!(throttle.may_try("a", address(1), at(15)));
    }

    #[test]
    fn tries_of_one_account_from_everywhere_and_of_one_address_have_limits_too() {
        let throttle = Throttle::default();
        let tried = (0..=255).filter(|last| throttle.may_try("a", address(*last), at(0))).count();
        assert_eq!(tried, OF_ACCOUNT as usize);
        let throttle = Throttle::default();
        let tried = (0..500).filter(|n| throttle.may_try(&format!("account {n}"), address(1), at(0))).count();
        assert_eq!(tried, OF_ADDRESS as usize);
    }

    #[test]
    fn whoever_gets_it_right_starts_anew() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            assert!(throttle.may_try("a", address(1), at(0)));
            throttle.was_right("a", address(1));
        }
    }

    #[test]
    fn whoever_fills_the_memory_keeps_nobody_out_and_does_not_start_anew() {
        let throttle = Throttle::default();
        let guesses = (0..10_u8).flat_map(|last| [last; 5]);
        assert!(guesses.clone().all(|last| throttle.may_try("guessed", address(last), at(0))));
        assert_eq!(guesses.count(), OF_ACCOUNT as usize);
        for n in 0..40_000_u32 {
            let network = IpAddr::from(std::net::Ipv6Addr::from_bits(u128::from(n / 100) << 64));
            assert!(throttle.may_try(&format!("made up {n}"), network, at(1)), "{n}");
        }
        assert!(throttle.0.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
        assert!(throttle.may_try("somebody new", address(200), at(2)), "nobody else waits for it");
        assert!(!throttle.may_try("guessed", address(1), at(2)), "the pair of before is remembered");
        assert!(!throttle.may_try("guessed", address(201), at(2)), "so is the account");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let throttle = Throttle::default();
        let one = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]);
        let tried = (0..100).filter(|host| throttle.may_try("a", one(*host), at(0))).count();
        assert_eq!(tried, OF_PAIR as usize);
    }

    /// Ten networks of one line are one: they do not use up what an account may be tried.
    #[test]
    fn nobody_locks_another_out_from_one_line() {
        let throttle = Throttle::default();
        let of_line = |n: u16| IpAddr::from(std::net::Ipv6Addr::new(0x2001, 0xdb8, 7, n, 0, 0, 0, 1));
        let tries = (0..10).flat_map(|n| [n; 5]);
        let taken = tries.filter(|n| throttle.may_try("guessed", of_line(*n), at(0))).count();
        assert_eq!(taken, 5);
        assert!(throttle.may_try("guessed", address(1), at(1)), "its holder");
    }
}
