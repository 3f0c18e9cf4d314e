//! Time as a parameter.
//!
//! Nothing in this crate asks the system for the time but [`SystemClock`]. Tests hold a [`TestClock`] and move it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thyra_wire::Timestamp;

/// How far a time that was noted may lie ahead: clocks are put right by seconds, and those of two machines differ a little.
pub(crate) const AHEAD: Duration = Duration::from_secs(3600);

/// Whether a time that was noted cannot have been yet: the clock was wrong then, or is now. What was to last from then on
/// would last too long.
pub(crate) fn is_yet_to_come(noted: Timestamp, now: Timestamp) -> bool {
    noted > now + AHEAD
}

/// Tells what time it is.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The time of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock set before 1970 reads as 1970: every token is then expired, which is the safe side.
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
///
/// ```
/// use std::time::Duration;
/// use thyra_auth::{Clock, TestClock};
///
/// let clock = TestClock::default();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(600));
/// assert_eq!(clock.now().since(before), Duration::from_secs(600));
/// ```
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    /// Starts on 1 January 2026, UTC.
    fn default() -> Self {
        Self(AtomicI64::new(1_767_225_600_000))
    }
}

impl TestClock {
    /// Starts at the time of the machine, for tests whose other side has a clock of its own (a browser, an SDK).
    pub fn at_system_time() -> Self {
        Self(AtomicI64::new(SystemClock.now().as_millis()))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// Turns the clock back.
    pub fn turn_back(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_sub(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
