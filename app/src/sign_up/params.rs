//! What a sign-up can be given.

use serde::{Deserialize, Serialize};
use thyra_wire::Secret;

/// What a sign-up can be given, at its beginning or later. Everything is optional.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpParams {
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The username.
    pub username: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// Whether the terms are accepted. For a remote auth API: the embedded one asks for no consent and refuses it.
    pub legal_accepted: Option<bool>,
    /// JSON text that is kept with the user, readable and writable by the browser.
    pub unsafe_metadata: Option<String>,
    /// Takes over what the current sign-in has verified. For a remote auth API: the embedded one refuses it.
    pub transfer: Option<bool>,
    /// A ticket made by the Backend API. For a remote auth API: the embedded one refuses it.
    pub ticket: Option<String>,
}

/// Begins with an e-mail address.
impl From<&str> for SignUpParams {
    fn from(email_address: &str) -> Self {
        Self {
            email_address: Some(email_address.to_owned()),
            ..Self::default()
        }
    }
}

/// An e-mail address and a password: `("ada@example.com", password)`.
impl<Address: Into<String>, Password: Into<Secret>> From<(Address, Password)> for SignUpParams {
    fn from((email_address, password): (Address, Password)) -> Self {
        Self {
            email_address: Some(email_address.into()),
            password: Some(password.into()),
            ..Self::default()
        }
    }
}
