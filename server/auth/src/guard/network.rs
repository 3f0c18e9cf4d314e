//! The network that a request comes from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who shares a limit: an IPv4 address, or the /64 of an IPv6 address, which is what one household is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Network(u64);

/// Before the four bytes of an IPv4 address. No /64 that is in use begins so.
const IPV4: u64 = 0xffff << 32;

impl Network {
    /// The one that stands for all for whom there is no room.
    pub(super) const REST: Self = Self(u64::MAX);

    /// The network of an address.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IPV4 | u64::from(u32::from(address))),
            IpAddr::V6(address) => Self((u128::from(address) >> 64) as u64),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 & !u64::from(u32::MAX) == IPV4 {
            let address = Ipv4Addr::from(self.0 as u32);
            return write!(f, "{address}");
        }
        let address = Ipv6Addr::from(u128::from(self.0) << 64);
        write!(f, "{address}/64")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn sec_c06_an_ipv6_network_is_its_64_bits_and_an_ipv4_address_is_itself() {
        assert_eq!(
            of("2001:db8:1:2::1"),
            of("2001:db8:1:2:ffff:ffff:ffff:ffff")
        );
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
        assert_ne!(of("::1"), of("127.0.0.1"));
    }

    #[test]
    fn a_network_is_written_as_people_write_it() {
        assert_eq!(of("203.0.113.7").to_string(), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }
}
