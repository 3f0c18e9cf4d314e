//! Calls about sessions.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::{AuthError, Flow};

/// Makes a session the active one of this browser.
#[server(name = ActivateSession, prefix = "/api/auth", endpoint = "session/activate", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn activate_session(
    /// The session (`sess_…`).
    session_id: String,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::complete;
    run(async move |exchange| complete::activate(exchange, &session_id).await).await
}

/// A session token for calling other services; `None` when nobody is signed in. It lives 60 seconds.
#[server(name = SessionToken, prefix = "/api/auth", endpoint = "session/token", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn session_token() -> Result<Option<Secret>, AuthError> {
    use super::gate::{enter, leave_with};
    let mut exchange = enter()?;
    let result = token(&mut exchange).await;
    leave_with(exchange, result)
}

/// Form: signs out of one session, or of all when none is named.
#[server(name = SignOut, prefix = "/api/auth", endpoint = "session/sign_out", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn sign_out(
    /// The session (`sess_…`).
    #[server(default)]
    session_id: Option<String>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    run(async move |exchange| end(exchange, session_id.as_deref(), &flow).await).await
}

/// The token that comes with the client, which the auth API makes fresh for every answer.
#[cfg(feature = "ssr")]
async fn token(exchange: &mut crate::auth_api::Exchange) -> Result<Option<Secret>, AuthError> {
    let client = exchange.load_client().await?;
    let session = client.and_then(|client| client.active_session());
    let token = session
        .and_then(|session| session.token())
        .map(Secret::from);
    exchange.sync_session_cookie();
    Ok(token)
}

#[cfg(feature = "ssr")]
async fn end(
    exchange: &mut crate::auth_api::Exchange,
    session_id: Option<&str>,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    use super::steps::complete;
    use crate::auth_api::Call;
    let call = match session_id.filter(|id| !id.is_empty()) {
        Some(id) => Call::post(format!(
            "/v1/client/sessions/{}/remove",
            complete::path_segment(id)?
        )),
        None => Call::delete("/v1/client/sessions"),
    };
    let ended = exchange.call::<Option<serde_json::Value>>(call).await;
    match ended {
        // Nobody was signed in any more: that is what was asked for.
        Err(error) if error.is(&thyra_wire::ErrorCode::AuthenticationInvalid) => {
            exchange.clear_session_cookie()
        }
        Err(error) => return Err(error),
        Ok(_) if session_id.is_none() => exchange.clear_session_cookie(),
        Ok(_) => {}
    }
    let target = complete::target_after_sign_out(exchange, flow);
    Ok(Outcome {
        redirect: Some(super::Redirect::Leave(target)),
        ..Outcome::default()
    })
}
