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

/// How long the page has been there. The page's own clock stands still while the machine sleeps, and the other can be set:
/// the later one counts.
#[cfg(not(feature = "ssr"))]
pub(crate) fn page_age() -> std::time::Duration {
    let Some(performance) = leptos::prelude::window().performance() else {
        return std::time::Duration::ZERO;
    };
    let by_date = js_sys::Date::now() - performance.time_origin();
    std::time::Duration::from_millis(performance.now().max(by_date) as u64)
}

/// No time: it is being made.
#[cfg(feature = "ssr")]
pub(crate) fn page_age() -> std::time::Duration {
    std::time::Duration::ZERO
}
