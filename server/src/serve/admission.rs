//! Who gets a place among the connections.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ConnectionLimits;

/// The places: those of all, and those of each address.
pub(super) struct Admission {
    limits: Arc<ConnectionLimits>,
    free: Arc<Semaphore>,
    taken: Arc<Taken>,
}

/// How many places each network has taken. It has no entry for those who have none, so it is never larger than `total`.
#[derive(Default)]
struct Taken(Mutex<HashMap<IpAddr, usize>>);

/// A place. It is free again when this is dropped.
pub(super) struct Place {
    _of_all: OwnedSemaphorePermit,
    of_address: Option<(Arc<Taken>, IpAddr)>,
}

impl Admission {
    pub(super) fn new(limits: Arc<ConnectionLimits>) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.total)),
            limits,
            taken: Arc::default(),
        }
    }

    /// A place for a connection from this address, if there is one.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Place> {
        let of_all = self.free.clone().try_acquire_owned().ok()?;
        let peer = peer.to_canonical();
        let is_counted = !self.limits.uncounted.iter().any(|net| net.contains(&peer));
        let network = is_counted.then(|| network_of(peer));
        if let Some(network) = network {
            self.taken.take(network, self.limits.of_one_address)?;
        }
        Some(Place {
            _of_all: of_all,
            of_address: network.map(|network| (self.taken.clone(), network)),
        })
    }
}

impl Taken {
    fn take(&self, network: IpAddr, most: usize) -> Option<()> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&network).copied().unwrap_or(0);
        if count >= most {
            return None;
        }
        taken.insert(network, count + 1);
        Some(())
    }

    fn leave(&self, network: IpAddr) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&network)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((taken, network)) = &self.of_address {
            taken.leave(*network);
        }
    }
}

/// What counts as one address: in IPv6 a household has a whole /64.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(total: usize, of_one_address: usize) -> Admission {
        Admission::new(Arc::new(ConnectionLimits {
            total,
            of_one_address,
            uncounted: vec!["10.0.0.0/8".parse().unwrap()],
            ..ConnectionLimits::default()
        }))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn sec_c14_an_address_has_its_places_and_no_more() {
        let admission = admission(100, 2);
        let places = [(); 2].map(|()| admission.admit(address("192.0.2.1")).unwrap());

        assert!(admission.admit(address("192.0.2.1")).is_none());
        assert!(admission.admit(address("::ffff:192.0.2.1")).is_none());
        assert!(admission.admit(address("192.0.2.2")).is_some());

        drop(places);
        assert!(admission.admit(address("192.0.2.1")).is_some());
        assert!(admission.taken.0.lock().unwrap().is_empty());
    }

    #[test]
    fn sec_c06_a_network_of_ipv6_is_one_address() {
        let admission = admission(100, 1);
        let _place = admission.admit(address("2001:db8:0:1::1")).unwrap();

        assert!(admission.admit(address("2001:db8:0:1:ffff::2")).is_none());
        assert!(admission.admit(address("2001:db8:0:2::1")).is_some());
    }

    #[test]
    fn a_proxy_is_counted_in_all_only() {
        let admission = admission(3, 1);
        let places = [(); 3].map(|()| admission.admit(address("10.1.2.3")));

        assert!(places.iter().all(Option::is_some));
        assert!(admission.admit(address("192.0.2.1")).is_none());
    }

    #[test]
    fn who_gets_no_place_of_the_address_leaves_that_of_all() {
        let admission = admission(2, 1);
        let _place = admission.admit(address("192.0.2.1"));
        assert!(admission.admit(address("192.0.2.1")).is_none());

        assert!(admission.admit(address("192.0.2.2")).is_some());
    }
}
