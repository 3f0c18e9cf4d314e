//! Where the instance wants people to go when they are done.

use thyra_wire::DisplayConfig;

/// Picks the instance's target.
pub(crate) type OfInstance = fn(&DisplayConfig) -> &str;

/// After signing in.
pub(crate) fn after_sign_in(display: &DisplayConfig) -> &str {
    &display.after_sign_in_url
}

/// After signing up; an instance that names no place of its own for that leads where signing in does.
pub(crate) fn after_sign_up(display: &DisplayConfig) -> &str {
    match display.after_sign_up_url.as_str() {
        "" => &display.after_sign_in_url,
        own => own,
    }
}
