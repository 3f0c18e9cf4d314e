//! The browser's clock. It can be wrong by any amount: good for hints only.

use thyra_wire::Timestamp;

/// Now, as the browser believes.
#[cfg(not(feature = "ssr"))]
pub(crate) fn now() -> Timestamp {
    // A date in milliseconds fits an f64 exactly until the year 287396.
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// Now.
#[cfg(feature = "ssr")]
pub(crate) fn now() -> Timestamp {
    crate::clock::now()
}
