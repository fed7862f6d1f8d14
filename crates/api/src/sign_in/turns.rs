//! Whose try to sign in is looked at next: few are taken at once, and of one network so few that the others do not wait behind all
//! of its tries.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::throttle::network;

/// How many are taken at once.
#[derive(Clone, Copy)]
pub(super) struct AtOnce {
    of_all: usize,
    /// Of one network that are taken or next: what is more waits among its own.
    of_network: usize,
}

/// Passwords: each look takes 19 MiB and some tens of milliseconds of a core.
pub(super) const PASSWORDS: AtOnce = AtOnce { of_all: 4, of_network: 2 };
/// Codes that are exchanged at the provider, with our secret: whoever makes us ask there more often has us shut out there. Each takes
/// as long as the provider takes, and a whole school may come from one network in the morning.
pub(super) const EXCHANGES: AtOnce = AtOnce { of_all: 16, of_network: 4 };

/// The turns.
pub(super) struct Turns {
    at_once: AtOnce,
    all: Arc<Semaphore>,
    /// Of networks from which somebody waits or is looked at.
    networks: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Turns {
    /// So many at once.
    pub(super) fn of(at_once: AtOnce) -> Self {
        Self { at_once, all: Arc::new(Semaphore::new(at_once.of_all)), networks: Mutex::default() }
    }

    /// Waits for the turn of somebody at this address. `None`: never, for nobody ends the turns.
    pub(super) async fn wait(&self, address: IpAddr) -> Option<Turn> {
        let own = self.of_network(network(address)).acquire_owned().await.ok()?;
        let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Turn { _own: own, _all: all })
    }

    /// Nobody gets a turn any more.
    #[cfg(test)]
    pub(super) fn end(&self) {
        self.all.close();
    }

    fn of_network(&self, network: IpAddr) -> Arc<Semaphore> {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits or has a turn holds on to their network's: what nobody holds is forgotten.
        networks.retain(|_, turns| Arc::strong_count(turns) > 1);
        Arc::clone(networks.entry(network).or_insert_with(|| Arc::new(Semaphore::new(self.at_once.of_network))))
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn address(network: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, network])
    }

    /// A turn that is there at once.
    fn at_once(turns: &Turns, network: u8) -> Option<Turn> {
        turns.wait(address(network)).now_or_never().flatten()
    }

    #[test]
    fn one_network_gets_two_turns_and_all_together_four() {
        let turns = Turns::of(PASSWORDS);
        let first: Vec<_> = (0..100).filter_map(|_| at_once(&turns, 1)).collect();
        assert_eq!(first.len(), PASSWORDS.of_network);
        let others: Vec<_> = (2..100).filter_map(|network| at_once(&turns, network)).collect();
        assert_eq!(others.len(), PASSWORDS.of_all - PASSWORDS.of_network);
    }

    #[test]
    fn somebody_from_elsewhere_waits_behind_two_of_a_network_and_not_behind_all_of_them() {
        let turns = Turns::of(PASSWORDS);
        let mut held: Vec<_> = [1, 1, 2, 2].into_iter().filter_map(|network| at_once(&turns, network)).collect();
        assert_eq!(held.len(), PASSWORDS.of_all);
        let mut crowd: Vec<_> = (0..100).map(|_| Box::pin(turns.wait(address(1)))).collect();
        assert!(crowd.iter_mut().all(|waits| waits.now_or_never().is_none()));
        let mut one = Box::pin(turns.wait(address(3)));
        assert!((&mut one).now_or_never().is_none());
        held.remove(0);
        assert!(one.now_or_never().flatten().is_some(), "the next turn is theirs");
    }

    #[test]
    fn nothing_is_kept_of_who_has_gone() {
        let turns = Turns::of(PASSWORDS);
        for network in 0..100 {
            assert!(at_once(&turns, network).is_some());
        }
        assert!(turns.networks.lock().unwrap_or_else(PoisonError::into_inner).len() <= 1);
    }
}
