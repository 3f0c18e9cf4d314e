//! Calls about sessions.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::{AuthError, Flow};

/// Makes a session the active one of this browser.
#[server(name = ActivateSession, prefix = "/api/auth", endpoint = "session/activate")]
pub async fn activate_session(
    /// The session (`sess_…`).
    session_id: String,
) -> Result<Outcome, AuthError> {
    let _ = session_id;
    Err(AuthError::NotConfigured)
}

/// A session token for calling other services; `None` when nobody is signed in. It lives 60 seconds.
#[server(name = SessionToken, prefix = "/api/auth", endpoint = "session/token")]
pub async fn session_token() -> Result<Option<Secret>, AuthError> {
    Err(AuthError::NotConfigured)
}

/// Form: signs out of one session, or of all when none is named.
#[server(name = SignOut, prefix = "/api/auth", endpoint = "session/sign_out")]
pub async fn sign_out(
    /// The session (`sess_…`).
    #[server(default)]
    session_id: Option<String>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    let _ = (session_id, flow);
    Err(AuthError::NotConfigured)
}
