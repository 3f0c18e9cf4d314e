//! How long a session lasts.
//!
//! Both limits are checked wherever a session is used; nothing has to run for a session to be over. A session that began at a
//! time that is yet to come, or was used then, opens nothing: it would outlive its limits by as much as the clock was wrong.

use std::time::Duration;

use thyra_wire::Timestamp;

use crate::clock::{AHEAD, is_yet_to_come};
use crate::settings::Settings;
use crate::store::{LiveAt, Session};

/// The limits of sessions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionLimits {
    lifetime: Duration,
    inactivity: Option<Duration>,
}

impl SessionLimits {
    /// The limits that the settings ask for.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            lifetime: settings.session_lifetime,
            inactivity: settings.session_inactivity,
        }
    }

    /// When a session that begins now ends whatever happens.
    pub(crate) fn expiry(self, now: Timestamp) -> Timestamp {
        now + self.lifetime
    }

    /// What [`SessionLimits::is_live`] asks of a session's times, for a list of many.
    pub(crate) fn at(self, now: Timestamp) -> LiveAt {
        LiveAt {
            now,
            idle_since: self.inactivity.map(|limit| now - limit),
            noted_until: now + AHEAD,
        }
    }

    /// Whether the session opens anything.
    pub(crate) fn is_live(self, session: &Session, now: Timestamp) -> bool {
        let last_active_at = session.last_active_at;
        let is_in_use = self.inactivity.is_none_or(|limit| {
            now < last_active_at + limit && !is_yet_to_come(last_active_at, now)
        });
        session.status.is_signed_in()
            && now < session.expire_at
            && !is_yet_to_come(session.created_at, now)
            && is_in_use
    }
}

#[cfg(test)]
mod tests {
    use thyra_wire::SessionStatus;

    use super::*;

    fn session(began: Timestamp, limits: SessionLimits) -> Session {
        Session {
            id: "sess_1".into(),
            client_id: "client_1".into(),
            user_id: "user_1".into(),
            status: SessionStatus::Active,
            first_factor_at: Some(began),
            second_factor_at: None,
            last_active_at: began,
            expire_at: limits.expiry(began),
            created_at: began,
            updated_at: began,
        }
    }

    #[test]
    fn sec_e05_a_session_ends_after_its_lifetime_however_active_it_is() {
        let limits = SessionLimits {
            lifetime: Duration::from_secs(7 * 86_400),
            inactivity: None,
        };
        let began = Timestamp::from_seconds(1_000_000);
        let mut session = session(began, limits);
        let end = began + limits.lifetime;

        session.last_active_at = end - Duration::from_millis(1);

        assert!(limits.is_live(&session, end - Duration::from_millis(1)));
        assert!(!limits.is_live(&session, end));
    }

    /// It used to live for 407 days when the clock had once been 400 days ahead.
    #[test]
    fn sec_e05_a_session_that_is_to_begin_in_the_future_opens_nothing() {
        let limits = SessionLimits {
            lifetime: Duration::from_secs(7 * 86_400),
            inactivity: None,
        };
        let now = Timestamp::from_seconds(1_000_000);

        let a_little_ahead = session(now + Duration::from_secs(60), limits);
        let of_a_wrong_clock = session(now + Duration::from_secs(400 * 86_400), limits);
        let limits_of_use = SessionLimits {
            inactivity: Some(Duration::from_secs(900)),
            ..limits
        };
        let mut used_by_a_wrong_clock = session(now, limits);
        used_by_a_wrong_clock.last_active_at = of_a_wrong_clock.created_at;

        assert!(limits.is_live(&a_little_ahead, now));
        assert!(!limits.is_live(&of_a_wrong_clock, now));
        assert!(limits.is_live(&used_by_a_wrong_clock, now));
        assert!(!limits_of_use.is_live(&used_by_a_wrong_clock, now));
    }

    #[test]
    fn sec_e05_a_session_that_nobody_uses_ends_before() {
        let limits = SessionLimits {
            lifetime: Duration::from_secs(12 * 3600),
            inactivity: Some(Duration::from_secs(900)),
        };
        let began = Timestamp::from_seconds(1_000_000);
        let session = session(began, limits);

        assert!(limits.is_live(&session, began + Duration::from_secs(899)));
        assert!(!limits.is_live(&session, began + Duration::from_secs(900)));
    }
}
