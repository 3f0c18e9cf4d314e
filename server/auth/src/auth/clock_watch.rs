//! Whether the clock can be believed when something is deleted by it.
//!
//! What was deleted by a clock that was wrong for a minute does not come back when it is put right. So the clock is held
//! against the time that really went by: when the two part, nothing is deleted for a day, and after that the clock's new time
//! counts. After a start it has a few minutes in which to be put right.

use std::time::{Duration, Instant};

use thyra_wire::Timestamp;

use crate::clock::AHEAD;

/// How long after a start nothing is deleted.
const SETTLES_WITHIN: Duration = Duration::from_secs(10 * 60);
/// How long after a jump nothing is deleted.
const DISTRUSTED_FOR: Duration = Duration::from_secs(24 * 3600);

/// What the clock said when it was looked at, and how much time went by since.
#[derive(Debug)]
pub(super) struct ClockWatch {
    said: Timestamp,
    at: Instant,
    believed_from: Instant,
}

impl ClockWatch {
    /// Watches a clock that says this at this moment.
    pub(super) fn new(now: Timestamp, at: Instant) -> Self {
        Self {
            said: now,
            at,
            believed_from: at + SETTLES_WITHIN,
        }
    }

    /// Looks at the clock again: whether it went on as time did, for long enough.
    pub(super) fn is_believed(&mut self, now: Timestamp, at: Instant) -> bool {
        let expected = self.said + at.saturating_duration_since(self.at);
        let off_by = now.since(expected).max(expected.since(now));
        if off_by > AHEAD {
            tracing::warn!(?off_by, "the clock jumped: nothing is deleted for a day");
            self.believed_from = at + DISTRUSTED_FOR;
        }
        self.said = now;
        self.at = at;
        at >= self.believed_from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);
    const MINUTE: Duration = Duration::from_secs(60);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn a_clock_that_goes_on_as_time_does_is_believed_after_a_few_minutes() {
        let start = Instant::now();
        let mut watch = ClockWatch::new(NOW, start);

        assert!(!watch.is_believed(NOW + 9 * MINUTE, start + 9 * MINUTE));
        // It was put right by a minute.
        assert!(watch.is_believed(NOW + 11 * MINUTE, start + 10 * MINUTE));
    }

    #[test]
    fn a_clock_that_jumps_is_not_believed_for_a_day() {
        for (jump, back) in [(400 * DAY, false), (400 * DAY, true), (2 * DAY, true)] {
            let start = Instant::now();
            let mut watch = ClockWatch::new(NOW, start);
            assert!(watch.is_believed(NOW + 20 * MINUTE, start + 20 * MINUTE));
            let jumped = NOW + jump;

            assert!(!watch.is_believed(jumped, start + 21 * MINUTE));
            assert!(!watch.is_believed(jumped + 60 * MINUTE, start + 81 * MINUTE));

            let (now, since) = if back {
                (NOW + 90 * MINUTE, 90 * MINUTE)
            } else {
                (jumped + 69 * MINUTE, 21 * MINUTE)
            };
            assert!(!watch.is_believed(now, start + 90 * MINUTE));
            let over = start + since + DAY;
            let later = over - (start + 90 * MINUTE);
            assert!(watch.is_believed(now + later, over), "{jump:?} {back}");
        }
    }
}
