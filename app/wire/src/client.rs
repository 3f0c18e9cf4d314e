//! The client: one browser, its sessions and its unfinished attempts.

use serde::{Deserialize, Serialize};

use crate::{Session, SignIn, SignUp, Strategy, Timestamp, null_as_default};

/// An answer of the auth API: the resource asked for, and the client as it is after the call.
///
/// ```
/// use thyra_wire::{Client, Envelope};
///
/// let nobody: Envelope<Option<Client>> = serde_json::from_str(r#"{"response": null, "client": null}"#).unwrap();
/// assert!(nobody.response.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// The resource asked for.
    pub response: T,
    /// The client after the call; absent when the call did not concern one.
    #[serde(default)]
    pub client: Option<Client>,
}

/// One browser (or app) as the auth API knows it, named by the `__client` cookie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Always `client`.
    #[serde(default = "client_object")]
    pub object: String,
    /// `client_…`.
    #[serde(default)]
    pub id: String,
    /// The sessions that are signed in.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sessions: Vec<Session>,
    /// The unfinished sign-in.
    #[serde(default)]
    pub sign_in: Option<SignIn>,
    /// The unfinished sign-up.
    #[serde(default)]
    pub sign_up: Option<SignUp>,
    /// The session to use when none is named.
    #[serde(default)]
    pub last_active_session_id: Option<String>,
    /// How the last sign-in on this client was done.
    #[serde(default)]
    pub last_authentication_strategy: Option<Strategy>,
    /// Whether this client is never asked for a captcha.
    #[serde(default)]
    pub captcha_bypass: bool,
    /// When the client's cookie ends; absent means that nobody needs to care.
    #[serde(default)]
    pub cookie_expires_at: Option<Timestamp>,
    /// When the client was first seen.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Grows with every change.
    #[serde(default)]
    pub updated_at: Timestamp,
}

fn client_object() -> String {
    "client".to_owned()
}

impl Client {
    /// The session to use: the last active one when it is signed in, else the first that is.
    pub fn active_session(&self) -> Option<&Session> {
        let signed_in = |session: &&Session| session.status.is_signed_in();
        let last = self.last_active_session_id.as_deref();
        self.sessions
            .iter()
            .filter(signed_in)
            .find(|session| Some(session.id.as_str()) == last)
            .or_else(|| self.sessions.iter().find(signed_in))
    }

    /// The session with this id.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}
