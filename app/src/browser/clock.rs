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

/// How long the page has been there.
#[cfg(not(feature = "ssr"))]
pub(crate) fn page_age() -> std::time::Duration {
    let performance = leptos::prelude::window().performance();
    let millis = performance.map_or(0.0, |performance| performance.now());
    std::time::Duration::from_millis(millis as u64)
}

/// No time: it is being made.
#[cfg(feature = "ssr")]
pub(crate) fn page_age() -> std::time::Duration {
    std::time::Duration::ZERO
}
