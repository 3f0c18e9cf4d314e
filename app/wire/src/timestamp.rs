//! Points in time as the wire writes them.

mod rfc3339;

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time: whole milliseconds since the Unix epoch, as all of the API's JSON writes it.
///
/// Tokens and cookies count in seconds instead; [`Timestamp::as_seconds`] is for them.
///
/// ```
/// use std::time::Duration;
/// use thyra_wire::Timestamp;
///
/// let sent = Timestamp::from_millis(1_780_000_000_000);
/// let expires = sent + Duration::from_secs(600);
/// assert_eq!(expires.since(sent), Duration::from_secs(600));
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From a text as of RFC 3339, for example `2026-05-28T20:26:40.25+02:00`; `None` for any other.
    ///
    /// ```
    /// use thyra_wire::Timestamp;
    ///
    /// assert_eq!(Timestamp::parse("1970-01-01T00:00:01Z"), Some(Timestamp::from_seconds(1)));
    /// assert_eq!(Timestamp::parse("tomorrow"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        rfc3339::parse(text).map(Self)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_another_is_no_time_after_it() {
        let early = Timestamp::from_seconds(1);
        let late = Timestamp::from_seconds(2);

        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(late.since(early), Duration::from_secs(1));
    }

    #[test]
    fn seconds_round_down_also_before_the_epoch() {
        assert_eq!(Timestamp::from_millis(1999).as_seconds(), 1);
        assert_eq!(Timestamp::from_millis(-1).as_seconds(), -1);
    }
}
