//! Credential stuffing: lists of addresses and passwords from elsewhere, tried one after the other.
//!
//! No account sees more than a try or two, so no account locks. What shows is the network: answers for very many different
//! people fail there. Such a network gets no further tries until that is some hours old.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thyra_wire::Timestamp;

use super::network::Network;
use crate::clock::is_yet_to_come;

/// So many different identifiers fail, within this time.
const IDENTIFIERS: usize = 15;
const WINDOW: Duration = Duration::from_secs(3 * 3600);
/// So many networks are watched. Some 10 MB when it is full.
const ROOM: usize = 30_000;

/// The identifiers that failed in each network.
#[derive(Debug, Default)]
pub(crate) struct Stuffing(Mutex<HashMap<Network, Failures>>);

/// Different identifiers, by a keyed digest, with the time when each failed last; the oldest first.
type Failures = Vec<(u64, Timestamp)>;

impl Stuffing {
    /// An answer for this identifier failed. Tells whether that is when the network becomes suspicious.
    pub(crate) fn note(&self, network: Network, identifier: u64, now: Timestamp) -> bool {
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= ROOM && !networks.contains_key(&network) {
            forget_half(&mut networks, now);
        }
        let failures = networks.entry(network).or_default();
        let was_blocked = wait(failures, now).is_some();
        failures.retain(|(known, _)| *known != identifier);
        failures.push((identifier, now));
        let surplus = failures.len().saturating_sub(IDENTIFIERS);
        failures.drain(..surplus);
        !was_blocked && wait(failures, now).is_some()
    }

    /// How long this network gets no further tries.
    pub(crate) fn blocked_for(&self, network: Network, now: Timestamp) -> Option<Duration> {
        let networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wait(networks.get(&network)?, now)
    }
}

/// Until the oldest of so many failures is old enough.
fn wait(failures: &Failures, now: Timestamp) -> Option<Duration> {
    let (_, oldest) = failures.first().filter(|_| failures.len() >= IDENTIFIERS)?;
    let until = *oldest + WINDOW;
    (now < until && !is_yet_to_come(*oldest, now)).then(|| until.since(now))
}

/// Makes room: whatever is over, and of the rest those who failed longest ago.
fn forget_half(networks: &mut HashMap<Network, Failures>, now: Timestamp) {
    let last = |failures: &Failures| failures.last().map_or(Timestamp::default(), |(_, at)| *at);
    let mut times: Vec<_> = networks.values().map(last).collect();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    networks.retain(|_, failures| last(failures) > middle && last(failures) + WINDOW > now);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn network(number: u32) -> Network {
        Network::of(Ipv4Addr::from(number).into())
    }

    #[test]
    fn sec_c12_the_fifteenth_identifier_that_fails_blocks_the_network_for_three_hours() {
        let stuffing = Stuffing::default();
        for identifier in 0..14 {
            assert!(!stuffing.note(network(7), identifier, NOW));
        }
        assert!(!stuffing.note(network(7), 3, NOW), "one of them again");
        assert_eq!(stuffing.blocked_for(network(7), NOW), None);

        assert!(stuffing.note(network(7), 14, NOW));

        assert_eq!(stuffing.blocked_for(network(7), NOW), Some(WINDOW));
        assert_eq!(stuffing.blocked_for(network(8), NOW), None);
        assert_eq!(stuffing.blocked_for(network(7), NOW + WINDOW), None);
    }

    #[test]
    fn sec_c13_a_flood_of_networks_takes_no_more_room() {
        let stuffing = Stuffing::default();
        for number in 0..100_000 {
            stuffing.note(
                network(number),
                1,
                NOW + Duration::from_millis(number.into()),
            );
        }

        let watched = stuffing.0.lock().unwrap();
        assert!(watched.len() <= ROOM, "{}", watched.len());
        assert!(watched.contains_key(&network(99_999)));
    }
}
