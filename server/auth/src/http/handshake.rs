//! `/v1/client/handshake`: where the official server SDKs send a browser whose cookies do not tell them who is there.
//!
//! They redirect the request of a page here when its session token has run out, is older than `__client_uat` says, or comes
//! from a link on another site. Only we see the `__client` cookie: the browser goes back with a fresh token, or with the
//! word that nobody is signed in. The cookies belong to the host that was asked, so the app has to be reached at the same
//! one, by a proxy URL. Nothing is written: a handshake may be repeated.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;

use super::redirect::{redirect, redirect_target};
use super::reply::{append_cookies, set_cookies};
use crate::error::ApiError;
use crate::instance::{Instance, SharedInstance};
use crate::service::{SessionService, Visit};
use crate::token::{CLIENT_COOKIE, client_uat_cookies, count_cookies, session_cookies};

/// Answers with a redirect, and with the cookies as they should be.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    visit: Visit,
) -> Response {
    let target = redirect_target(&auth.settings, query.as_deref());
    let mut response = redirect(target.as_ref());
    let Some(target) = target.filter(|_| comes_with_all_cookies(&headers)) else {
        return response;
    };
    let origin = target.origin().unwrap_or(&auth.settings.public_url);
    match cookies(&auth, &visit, origin).await {
        Ok(lines) => {
            if visit.is_repeated() {
                set_cookies(&auth, &visit, response.headers_mut());
            }
            append_cookies(lines, response.headers_mut());
            response
        }
        Err(error) if error.status().is_server_error() => error.into_response(),
        // Somebody signed in or out while we looked: whoever did that gave the browser its cookies.
        Err(_) => response,
    }
}

/// Whether the browser sent what it has, and nobody put anything beside it: of two `__client` cookies, one is from
/// another host of the same site. Into requests that another site's page makes for pictures, frames and the like
/// it puts no cookies of ours: their absence says nothing about who is signed in.
fn comes_with_all_cookies(headers: &HeaderMap) -> bool {
    if count_cookies(headers, CLIENT_COOKIE) > 1 {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-dest") {
        None | Some("document") => true,
        Some("iframe") => matches!(text("sec-fetch-site"), Some("same-origin" | "same-site")),
        Some(_) => false,
    }
}

async fn cookies(auth: &Instance, visit: &Visit, origin: &str) -> Result<Vec<String>, ApiError> {
    let service = SessionService(auth);
    let live = match &visit.client {
        Some(client) => service.live(client, visit.now).await?,
        None => Vec::new(),
    };
    let last = visit
        .client
        .as_ref()
        .and_then(|client| client.last_active_session_id.as_deref());
    let in_use = live
        .iter()
        .find(|(session, _)| Some(session.id.as_str()) == last);
    let session = in_use.or(live.first()).map(|(session, _)| session);
    let token = session.map(|session| service.token(session, origin, visit.now));
    let token = token.transpose()?;
    let changed_at = match (&token, &visit.client) {
        // Never later than the token was made: it would count as older than the client.
        (Some(_), Some(client)) => client.updated_at.min(visit.now).as_seconds(),
        _ => 0,
    };
    let secure = auth.settings.is_https();
    let suffix = &auth.cookie_suffix;
    let session = session_cookies(token.as_deref(), suffix, secure);
    let uat = client_uat_cookies(changed_at, suffix, secure);
    Ok(session.into_iter().chain(uat).collect())
}
