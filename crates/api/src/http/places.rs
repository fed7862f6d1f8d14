//! Places for those who have not said yet who they are: few for each network, and never all that there are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sign_in::network;

/// Most places of one network at once. Whoever brings a session needs none.
const OF_NETWORK: u32 = 16;
/// Most places at once: a quarter of all sockets, so that strangers from many networks leave room for those who are known.
const OF_ALL: u32 = 256;

/// The places that are taken, by network.
#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<IpAddr, u32>>);

/// One place, until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    /// Takes a place for somebody at this address; `None`: their network has its share, or there is none left.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = network(address);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&network).copied().unwrap_or_default();
        if own >= OF_NETWORK || taken.values().sum::<u32>() >= OF_ALL {
            return None;
        }
        taken.insert(network, own + 1);
        Some(Place { places: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.network) {
            Some(own) if *own > 1 => *own -= 1,
            Some(_) | None => {
                taken.remove(&self.network);
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
        let places = Arc::new(Places::default());
        let mut taken: Vec<_> = (0..100).filter_map(|host| places.take(address(1, host))).collect();
        assert_eq!(taken.len(), OF_NETWORK as usize);
        assert!(places.take(address(2, 1)).is_some(), "another network has its own");
        taken.pop();
        assert!(places.take(address(1, 1)).is_some());
        taken.clear();
        assert!(places.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty(), "nothing is kept of who has gone");
    }

    #[test]
    fn many_networks_together_do_not_get_all_sockets() {
        let places = Arc::new(Places::default());
        let taken: Vec<_> = (0..1_000).filter_map(|network| places.take(address(network, 1))).collect();
        assert_eq!(taken.len(), OF_ALL as usize);
    }
}
