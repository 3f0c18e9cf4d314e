//! When an account is locked against guessing.
//!
//! Failures are counted for the account, across everything guessable, until somebody succeeds. Every tenth failure in
//! a row locks for an hour; a lock that ends by itself does not forget what led to it, so that nobody ever has more
//! than a hundred tries: then the account stays locked until it is unlocked by hand. A try during a lock is refused
//! before anything is checked, and does not count.

use std::time::Duration;

use thyra_wire::Timestamp;

use crate::clock::is_yet_to_come;

/// No setting allows more failures in a row than this.
pub(crate) const FAILURE_CEILING: u32 = 100;

/// How many failures lock, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockoutPolicy {
    /// Every so many failures in a row lock.
    max_failures: u32,
    lock_for: Duration,
}

impl Default for LockoutPolicy {
    fn default() -> Self {
        Self::new(10, Duration::from_secs(3600))
    }
}

impl LockoutPolicy {
    /// Settings out of bounds (5 to 100 failures, a minute or more) are brought to the nearest bound.
    pub(crate) fn new(max_failures: u32, lock_for: Duration) -> Self {
        Self {
            max_failures: max_failures.clamp(5, FAILURE_CEILING),
            lock_for: lock_for.max(Duration::from_secs(60)),
        }
    }
}

/// Until when an account is locked that somebody locked by hand.
const FOR_EVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// What is known about one account's failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lockout {
    /// In a row, since the last success.
    pub failures: u32,
    /// Until when nothing is checked; absent when nothing stands in the way.
    pub locked_until: Option<Timestamp>,
}

/// Whether something may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TryDecision {
    /// It may.
    Allowed,
    /// The account is locked for this long.
    Locked { opens_after: Duration },
    /// The account is locked until it is unlocked by hand.
    LockedForGood,
}

impl Lockout {
    /// Locked until it is unlocked by hand.
    pub(crate) fn by_hand() -> Self {
        Self {
            failures: FAILURE_CEILING,
            locked_until: Some(FOR_EVER),
        }
    }

    /// Whether that is so: then no try that was under way opens it, whatever came of it.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.locked_until == Some(FOR_EVER)
    }

    /// Whether something may be tried now. A lock that would last longer than one that begins now is none: the clock was
    /// wrong when it began.
    pub(crate) fn may_try(&self, now: Timestamp, policy: &LockoutPolicy) -> TryDecision {
        if self.failures >= FAILURE_CEILING {
            return TryDecision::LockedForGood;
        }
        let locks =
            |until: &Timestamp| now < *until && !is_yet_to_come(*until, now + policy.lock_for);
        let Some(until) = self.locked_until.filter(locks) else {
            return TryDecision::Allowed;
        };
        TryDecision::Locked {
            opens_after: until.since(now),
        }
    }

    /// Of something that belongs to nobody yet: it is locked for a while again after each further failure, and never for good.
    pub(crate) fn of_nobody(self) -> Self {
        Self {
            failures: self.failures.min(FAILURE_CEILING - 1),
            ..self
        }
    }

    /// What is known after one more failure.
    pub(crate) fn after_failure(self, now: Timestamp, policy: &LockoutPolicy) -> Self {
        let counted = Self {
            failures: self.failures.saturating_add(1).min(FAILURE_CEILING),
            locked_until: None,
        };
        Self {
            locked_until: counted.locks(policy).then(|| now + policy.lock_for),
            ..counted
        }
    }

    /// What is known when the last thing counted turns out to be no failure.
    pub(crate) fn without_last_failure(self) -> Self {
        if self.is_by_hand() {
            return self;
        }
        Self {
            failures: self.failures.saturating_sub(1),
            locked_until: None,
        }
    }

    /// How many more failures until the next lock.
    pub(crate) fn remaining(&self, policy: &LockoutPolicy) -> u32 {
        if self.failures >= FAILURE_CEILING {
            return 0;
        }
        policy.max_failures - self.failures % policy.max_failures
    }

    fn locks(&self, policy: &LockoutPolicy) -> bool {
        self.failures > 0 && self.failures.is_multiple_of(policy.max_failures)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);
    const HOUR: Duration = Duration::from_secs(3600);

    fn after(failures: u32, policy: &LockoutPolicy) -> Lockout {
        (0..failures).fold(Lockout::default(), |lockout, _| {
            lockout.after_failure(NOW, policy)
        })
    }

    #[test]
    fn sec_c02_ten_failures_in_a_row_lock_for_an_hour() {
        let policy = LockoutPolicy::default();

        let nine = after(9, &policy);
        assert_eq!(nine.may_try(NOW, &policy), TryDecision::Allowed);
        assert_eq!(nine.remaining(&policy), 1);

        let ten = nine.after_failure(NOW, &policy);
        assert_eq!(
            ten.may_try(NOW, &policy),
            TryDecision::Locked { opens_after: HOUR }
        );
        assert_eq!(ten.may_try(NOW + HOUR, &policy), TryDecision::Allowed);
    }

    #[test]
    fn sec_c02_what_belongs_to_nobody_is_never_locked_for_good() {
        let policy = LockoutPolicy::default();
        let often = after(500, &policy);
        assert_eq!(often.may_try(NOW, &policy), TryDecision::LockedForGood);

        let locked = often.of_nobody();
        assert_eq!(
            locked.may_try(NOW, &policy),
            TryDecision::Locked { opens_after: HOUR }
        );
        assert_eq!(locked.may_try(NOW + HOUR, &policy), TryDecision::Allowed);
        let again = locked.after_failure(NOW + HOUR, &policy).of_nobody();
        assert_eq!(
            again.may_try(NOW + HOUR, &policy),
            TryDecision::Locked { opens_after: HOUR }
        );
    }

    /// It used to last for 400 days more when the clock had once been so far ahead.
    #[test]
    fn a_lock_that_a_wrong_clock_began_is_none() {
        let policy = LockoutPolicy::default();
        let ahead = after(9, &policy).after_failure(NOW + 400 * 24 * HOUR, &policy);

        assert_eq!(ahead.may_try(NOW, &policy), TryDecision::Allowed);
        assert_eq!(
            Lockout::by_hand().may_try(NOW, &policy),
            TryDecision::LockedForGood
        );
    }

    #[test]
    fn sec_c02_settings_cannot_leave_the_bounds() {
        let loose = LockoutPolicy::new(1_000_000, Duration::ZERO);
        assert_eq!(
            (loose.max_failures, loose.lock_for),
            (100, Duration::from_secs(60))
        );

        assert_eq!(LockoutPolicy::new(0, HOUR).max_failures, 5);
    }

    proptest! {
        #[test]
        fn sec_c02_no_patience_gives_more_than_a_hundred_tries(
            max_failures in 0u32..200,
            lock_seconds in 0u64..100_000,
            pauses in proptest::collection::vec(0u64..200_000, 300),
        ) {
            let policy = LockoutPolicy::new(max_failures, Duration::from_secs(lock_seconds));
            let (mut lockout, mut now, mut evaluated) = (Lockout::default(), NOW, 0);

            for pause in pauses {
                now = now + Duration::from_secs(pause);
                if lockout.may_try(now, &policy) == TryDecision::Allowed {
                    evaluated += 1;
                    lockout = lockout.after_failure(now, &policy);
                }
            }

            prop_assert!(evaluated <= FAILURE_CEILING);
        }

        #[test]
        fn sec_c02_within_one_lock_no_more_than_the_limit_is_tried(
            max_failures in 5u32..=100,
            tries in 1usize..300,
        ) {
            let policy = LockoutPolicy::new(max_failures, HOUR);
            let (mut lockout, mut evaluated) = (Lockout::default(), 0);

            for _ in 0..tries {
                if lockout.may_try(NOW, &policy) == TryDecision::Allowed {
                    evaluated += 1;
                    lockout = lockout.after_failure(NOW, &policy);
                }
            }

            prop_assert!(evaluated <= max_failures);
        }

        #[test]
        fn remaining_failures_are_exactly_those_until_the_lock(failures in 0u32..99) {
            let policy = LockoutPolicy::default();
            let mut lockout = after(failures, &policy);

            for _ in 0..lockout.remaining(&policy) {
                prop_assert_eq!(lockout.may_try(NOW + HOUR, &policy), TryDecision::Allowed);
                lockout = lockout.after_failure(NOW + HOUR, &policy);
            }

            let locked = lockout.may_try(NOW + HOUR, &policy);
            prop_assert!(!matches!(locked, TryDecision::Allowed));
        }
    }
}
