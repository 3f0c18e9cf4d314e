//! Text that must not be printed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A password, code or token on its way: it serialises as plain text, and never shows in `Debug` output.
///
/// It has no `PartialEq`: two secrets are compared in constant time by whoever holds the other one, or not at all.
///
/// ```
/// let password = thyra_wire::Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret(…)");
/// assert_eq!(password.expose(), "correct horse");
/// ```
///
/// ```compile_fail,E0369
/// let password = thyra_wire::Secret::from("correct horse");
/// assert!(password == password);
/// ```
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Every call is a place where it could leak: keep them few.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
