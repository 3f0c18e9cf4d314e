//! Loading the state of a page.

use leptos::prelude::*;

use super::AuthState;
use crate::AuthError;

/// Loads what the instance allows and who is signed in.
///
/// # Errors
/// [`AuthError::NotConfigured`] without an `AuthApi`; [`AuthError::Transport`] when it does not answer.
///
/// # Server rendering
/// `SessionLayer` does this before a page is rendered; without it, `<AuthProvider>` calls this function while it is.
#[server(name = Load, prefix = "/api/auth", endpoint = "load", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn load() -> Result<AuthState, AuthError> {
    use super::gate::{enter, leave_with};
    let mut exchange = enter()?;
    let state = load_state(&mut exchange).await;
    leave_with(exchange, state)
}

/// The state of a page, without the session tokens; the session cookie is renewed when it is about to end.
#[cfg(feature = "ssr")]
pub(crate) async fn load_state(
    exchange: &mut crate::auth_api::Exchange,
) -> Result<AuthState, AuthError> {
    let environment = exchange.environment().await?;
    let client = exchange.load_client().await?.cloned();
    let loaded_at = crate::clock::now();
    if !has_fresh_token(exchange, loaded_at) {
        exchange.sync_session_cookie();
    }
    let redirects = exchange.api().origins().redirects(exchange.headers());
    Ok(super::gate::without_tokens(AuthState {
        environment,
        client,
        loaded_at,
        redirect_origins: redirects.origins().to_vec(),
        api_path: exchange.api().path().to_owned(),
    }))
}

/// Whether the session cookie will last a while, so that this page need not set it again.
#[cfg(feature = "ssr")]
fn has_fresh_token(exchange: &crate::auth_api::Exchange, now: thyra_wire::Timestamp) -> bool {
    const WORTH_KEEPING_SECONDS: i64 = 10;
    let signed_in = exchange
        .client()
        .is_some_and(|client| client.active_session().is_some());
    let mut tokens = exchange.jar().session_tokens();
    signed_in && tokens.any(|token| crate::session::outlives(token, WORTH_KEEPING_SECONDS, now))
}
