//! Answers: envelopes, errors, cookies.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use thyra_wire::{ApiErrors, Client, Envelope};

use super::render;
use crate::error::ApiError;
use crate::instance::{Instance, SharedInstance};
use crate::service::{ClientView, CookieChange, Visit, seal};
use crate::token::{
    client_cookie, client_uat_cookies, expired_client_cookie, random_id, seal_cookie,
};

const MAX_COOKIE_AGE_SECONDS: u64 = 400 * 24 * 3600;

/// The answer of a call that has a visitor: an envelope, or the errors with the client as it is after them.
pub(super) async fn envelope<T: Serialize>(
    auth: &SharedInstance,
    visit: Visit,
    result: Result<T, ApiError>,
) -> Response {
    // Clients believe what they are told of themselves, and an error of ours may have left anything behind.
    if let Err(error) = &result
        && error.status().is_server_error()
    {
        return without_client(auth, &visit, error);
    }
    let client = match client_of(auth, &visit).await {
        Ok(client) => client,
        Err(error) => return without_client(auth, &visit, &error),
    };
    let mut response = match result {
        Ok(response) => Json(Envelope { response, client }).into_response(),
        Err(error) => error_response(&error, client),
    };
    set_cookies(auth, &visit, response.headers_mut());
    response
}

fn without_client(auth: &SharedInstance, visit: &Visit, error: &ApiError) -> Response {
    let mut response = error_response(error, None);
    set_cookies(auth, visit, response.headers_mut());
    response
}

/// The client as the answer shows it.
pub(super) async fn client_of(
    auth: &SharedInstance,
    visit: &Visit,
) -> Result<Option<Client>, ApiError> {
    let view = ClientView::load(auth, visit).await?;
    Ok(view.map(|view| render::client(auth, view, visit.now)))
}

/// Writes what became of the browser's cookies.
pub(super) fn set_cookies(auth: &Instance, visit: &Visit, headers: &mut HeaderMap) {
    let secure = auth.settings.is_https();
    let client = match &visit.kept.changes.cookie {
        CookieChange::None => Vec::new(),
        CookieChange::Set(token) | CookieChange::Repeat(token) => {
            let token = token.expose();
            vec![
                client_cookie(token, secure, MAX_COOKIE_AGE_SECONDS),
                seal_cookie(Some(&seal(auth, token)), secure),
            ]
        }
        CookieChange::Again(token) => {
            let token = token.expose();
            let client = client_cookie(token, secure, MAX_COOKIE_AGE_SECONDS);
            let is_sealed = visit.is_sealed();
            let seal = is_sealed.then(|| seal_cookie(Some(&seal(auth, token)), secure));
            std::iter::once(client).chain(seal).collect()
        }
        CookieChange::Remove => vec![expired_client_cookie(secure), seal_cookie(None, secure)],
    };
    let uat = visit.kept.changes.sessions_changed.then(|| {
        let is_signed_in = visit
            .kept
            .client
            .as_ref()
            .is_some_and(|client| client.last_active_session_id.is_some());
        let seconds = if is_signed_in {
            visit.now.as_seconds()
        } else {
            0
        };
        client_uat_cookies(seconds, &auth.cookie_suffix, secure)
    });
    let uat = uat.into_iter().flatten();
    append_cookies(client.into_iter().chain(uat), headers);
}

/// Writes whole `Set-Cookie` lines.
pub(super) fn append_cookies(lines: impl IntoIterator<Item = String>, headers: &mut HeaderMap) {
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// An error as it goes over the wire. What broke is logged under the id that the answer names.
pub(crate) fn error_response(error: &ApiError, client: Option<Client>) -> Response {
    let trace_id = error.cause().map(|cause| {
        let trace_id = random_id("trace_");
        tracing::error!(trace_id, cause = %cause, "a request failed");
        trace_id
    });
    let body = ApiErrors {
        errors: vec![error.to_wire()],
        clerk_trace_id: trace_id,
        client: client.map(Box::new),
    };
    let mut response = (error.status(), Json(body)).into_response();
    if let Some(wait) = error.retry_after() {
        let seconds = wait.as_secs().max(1);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        error_response(&self, None)
    }
}
