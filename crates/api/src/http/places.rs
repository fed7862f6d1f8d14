//! Places for sockets: few for each network of those who have not said yet who they are, few for each person who has, and for
//! neither all that there are.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use domain::actor::Actor;

use crate::sign_in::network;

/// Most sockets at once of one network of those who have not said yet who they are. Whoever brings a session needs none of these.
const OF_NETWORK: u32 = 16;
/// Most of them at once: a quarter of all sockets, so that strangers from many networks leave room for those who are known.
const OF_STRANGERS: u32 = 256;
/// Most sockets at once of one person, by whichever sessions and tokens: pages in many windows, and far from all that there are.
const OF_PERSON: u32 = 16;

/// The places that are taken, by whom.
pub(super) struct Places<K: Eq + Hash> {
    taken: Mutex<HashMap<K, u32>>,
    /// Most of one, and of all together.
    most: (u32, u32),
}

/// Places of those who have not said yet who they are, by their network.
pub(super) type Strangers = Places<IpAddr>;
/// Places of those who are known.
pub(super) type Known = Places<Actor>;

/// One place, until it is dropped.
pub(super) struct Place<K: Eq + Hash> {
    places: Arc<Places<K>>,
    whose: K,
}

impl Strangers {
    /// Nobody has one.
    pub(super) fn of_strangers() -> Self {
        Self { taken: Mutex::default(), most: (OF_NETWORK, OF_STRANGERS) }
    }

    /// Takes a place for somebody at this address; `None`: their network has its share, or there is none left.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place<IpAddr>> {
        self.take_of(network(address))
    }
}

impl Known {
    /// Nobody has one.
    pub(super) fn of_known() -> Self {
        Self { taken: Mutex::default(), most: (OF_PERSON, u32::MAX) }
    }
}

impl<K: Copy + Eq + Hash> Places<K> {
    /// Takes a place; `None`: they have their share, or there is none left.
    pub(super) fn take_of(self: &Arc<Self>, whose: K) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&whose).copied().unwrap_or_default();
        let (of_one, of_all) = self.most;
        if own >= of_one || taken.values().sum::<u32>() >= of_all {
            return None;
        }
        taken.insert(whose, own + 1);
        Some(Place { places: Arc::clone(self), whose })
    }
}

impl<K: Eq + Hash> Place<K> {
    /// Whether it is theirs.
    pub(super) fn is_of(&self, whose: &K) -> bool {
        self.whose == *whose
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.whose) {
            Some(own) if *own > 1 => *own -= 1,
            Some(_) | None => {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(network: u16, host: u16) -> IpAddr {
        IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, host])
    }

    #[test]
    fn a_network_has_its_share_and_gets_each_place_back() {
        let places = Arc::new(Places::of_strangers());
        let mut taken: Vec<_> = (0..100).filter_map(|host| places.take(address(1, host))).collect();
        assert_eq!(taken.len(), OF_NETWORK as usize);
        assert!(places.take(address(2, 1)).is_some(), "another network has its own");
        taken.pop();
        assert!(places.take(address(1, 1)).is_some());
        taken.clear();
        assert!(
            places.taken.lock().unwrap_or_else(PoisonError::into_inner).is_empty(),
            "nothing is kept of who has gone"
        );
    }

    #[test]
    fn many_networks_together_do_not_get_all_sockets() {
        let places = Arc::new(Places::of_strangers());
        let taken: Vec<_> = (0..1_000).filter_map(|network| places.take(address(network, 1))).collect();
        assert_eq!(taken.len(), OF_STRANGERS as usize);
    }
}
