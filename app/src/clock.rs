//! The server's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use thyra_wire::Timestamp;

/// Now. Everything that decides by time takes it as a parameter; this is where the parameter comes from.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
