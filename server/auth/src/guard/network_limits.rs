//! How much one network may ask for.
//!
//! Each kind of work has a budget that fills up again evenly (a leaky bucket: one time is kept for each network and kind).
//! What is refused costs nothing of it. The counters live in this process: with several servers each has its own, so
//! that a network gets a budget from each; what belongs to accounts and recipients is counted in the database.
//!
//! Memory is bounded. Networks whose budgets are full again are forgotten when the room is used up; when that makes no
//! room, all newcomers share one budget: a flood from everywhere makes newcomers wait, and never lets more through.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thyra_wire::Timestamp;

use super::network::Network;

/// So many networks have budgets of their own. Some 30 MB when it is full.
const ROOM: usize = 400_000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// A sign-in or sign-up is begun, or a sign-up gets more fields.
    Begin,
    /// A code or a link is asked for.
    Send,
    /// An answer is tried: a password, a code.
    Answer,
    /// A session token is renewed, or something else is changed.
    Refresh,
}

/// So many at once, and as many again in each period.
struct Budget {
    count: u32,
    period: Duration,
}

impl Work {
    /// What the product whose protocol this is allows too.
    const fn budget(self) -> Budget {
        let (count, seconds) = match self {
            Self::Begin | Self::Send => (5, 10),
            Self::Answer => (3, 10),
            Self::Refresh => (150, 300),
        };
        Budget {
            count,
            period: Duration::from_secs(seconds),
        }
    }
}

impl Budget {
    fn step(&self) -> Duration {
        self.period / self.count
    }
}

/// What each network has left.
#[derive(Debug)]
pub(crate) struct NetworkLimits {
    room: usize,
    /// When the budget of a network will be full again; absent when it is.
    full_at: Mutex<HashMap<(Network, Work), Timestamp>>,
}

impl Default for NetworkLimits {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl NetworkLimits {
    fn with_room(room: usize) -> Self {
        Self {
            room,
            full_at: Mutex::default(),
        }
    }

    /// Takes one from the budget.
    ///
    /// # Errors
    /// How long it is until there is one, when it is used up.
    pub(crate) fn take(
        &self,
        network: Network,
        work: Work,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let budget = work.budget();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (network, work);
        if full_at.len() >= self.room && !full_at.contains_key(&key) {
            full_at.retain(|_, full_at| *full_at > now);
            if full_at.len() >= self.room {
                key = (Network::REST, work);
            } else {
                full_at.shrink_to(self.room / 8);
            }
        }
        let noted = full_at.get(&key).copied();
        // A budget that would take longer than it can was noted by a clock that was ahead.
        let noted = noted.filter(|at| *at > now && *at <= now + budget.period);
        let next = noted.unwrap_or(now) + budget.step();
        let limit = now + budget.period;
        if next > limit {
            return Err(next.since(limit));
        }
        full_at.insert(key, next);
        Ok(())
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.full_at.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn network(number: u64) -> Network {
        Network::of(Ipv6Addr::from(u128::from(number) << 64).into())
    }

    #[test]
    fn sec_c06_five_begin_at_once_and_the_sixth_is_told_when() {
        let limits = NetworkLimits::default();
        let begin = |now| limits.take(network(7), Work::Begin, now);

        for _ in 0..5 {
            assert_eq!(begin(NOW), Ok(()));
        }
        assert_eq!(begin(NOW), Err(Duration::from_secs(2)));
        assert_eq!(limits.take(network(8), Work::Begin, NOW), Ok(()));
        assert_eq!(limits.take(network(7), Work::Answer, NOW), Ok(()));

        assert_eq!(begin(NOW + Duration::from_secs(2)), Ok(()));
        assert!(begin(NOW + Duration::from_secs(2)).is_err());
    }

    #[test]
    fn a_clock_that_was_ahead_locks_nobody_out() {
        let limits = NetworkLimits::default();
        let ahead = NOW + Duration::from_secs(400 * 24 * 3600);
        while limits.take(network(7), Work::Answer, ahead).is_ok() {}

        assert_eq!(limits.take(network(7), Work::Answer, NOW), Ok(()));
    }

    #[test]
    fn sec_c13_a_flood_of_networks_takes_no_more_room_and_lets_no_more_through() {
        let limits = NetworkLimits::with_room(1000);

        let through = (0..100_000).filter(|number| {
            let taken = limits.take(network(*number), Work::Answer, NOW);
            taken.is_ok()
        });

        assert_eq!(through.count(), 1000 + 3);
        assert!(limits.len() <= 1001, "{}", limits.len());
        let later = NOW + Duration::from_secs(60);
        assert_eq!(limits.take(network(200_000), Work::Answer, later), Ok(()));
        assert_eq!(
            limits.len(),
            1,
            "those whose budget is full again are forgotten"
        );
    }

    proptest! {
        #[test]
        fn sec_c06_however_one_asks_no_ten_seconds_have_more_than_twice_the_budget(
            pauses in proptest::collection::vec(0u64..4000, 200),
        ) {
            let limits = NetworkLimits::default();
            let (mut taken, mut now) = (Vec::new(), NOW);
            for pause in pauses {
                now = now + Duration::from_millis(pause);
                if limits.take(network(7), Work::Answer, now).is_ok() {
                    taken.push(now);
                }
            }

            // Three at once, and one more for each third of the ten seconds.
            for window in taken.windows(7) {
                prop_assert!(window[6].since(window[0]) >= Duration::from_secs(10));
            }
        }
    }
}
