//! `/v1/client`: the browser's own state.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use thyra_wire::ErrorCode;

use super::redirect::{redirect, redirect_target};
use super::reply::{client_of, envelope, set_cookies};
use super::visitor::{LogicalMethod, client_token};
use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::service::{CookieChange, SessionService, Visit};

/// The client, or `null` for a browser that has none yet. Changes nothing: it may be repeated.
pub(super) async fn show(State(auth): State<SharedInstance>, visit: Visit) -> Response {
    let client = client_of(&auth, &visit).await;
    let mut response = match client {
        Ok(client) => {
            axum::response::IntoResponse::into_response(axum::Json(thyra_wire::Envelope {
                response: client,
                client: None,
            }))
        }
        Err(error) => return axum::response::IntoResponse::into_response(error),
    };
    set_cookies(&auth, &visit, response.headers_mut());
    response
}

/// `POST /v1/client?_method=…`.
pub(super) async fn change(
    auth: State<SharedInstance>,
    method: LogicalMethod,
    visit: Visit,
) -> Response {
    match method.0.as_str() {
        "DELETE" => delete(auth, visit).await,
        "PUT" | "POST" => create(auth, visit).await,
        _ => {
            axum::response::IntoResponse::into_response(ApiError::new(ErrorCode::MethodNotAllowed))
        }
    }
}

/// Makes a client for a browser that has none.
pub(super) async fn create(State(auth): State<SharedInstance>, mut visit: Visit) -> Response {
    let made = SessionService(&auth).ensure_client(&mut visit).await;
    answer(&auth, visit, made).await
}

/// Signs out everywhere on this client, and forgets it.
pub(super) async fn delete(State(auth): State<SharedInstance>, mut visit: Visit) -> Response {
    let forgotten = SessionService(&auth).forget_client(&mut visit).await;
    answer(&auth, visit, forgotten).await
}

/// Signs out everywhere on this client, and keeps it.
pub(super) async fn end_sessions(
    State(auth): State<SharedInstance>,
    method: LogicalMethod,
    mut visit: Visit,
) -> Response {
    if method.0 != "DELETE" {
        return axum::response::IntoResponse::into_response(ApiError::new(
            ErrorCode::MethodNotAllowed,
        ));
    }
    let ended = SessionService(&auth).end_all(&mut visit).await;
    answer(&auth, visit, ended).await
}

/// The client as response and as piggyback.
async fn answer(auth: &SharedInstance, visit: Visit, result: Result<(), ApiError>) -> Response {
    let client = match result {
        Ok(()) => client_of(auth, &visit).await,
        Err(error) => Err(error),
    };
    envelope(auth, visit, client).await
}

/// A navigation that only exists so that a top-level answer sets the cookie again, with its whole lifetime before it.
/// Goes nowhere but to allowed targets. The cookie lives far longer than the 8 days below which clients take this way, so
/// `cookie_expires_at` says nothing and only who asks by themselves comes here.
pub(super) async fn touch(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    mut visit: Visit,
) -> Response {
    let target = redirect_target(&auth.settings, query.as_deref());
    let mut response = redirect(target.as_ref());
    if visit.is_repeated() {
        set_cookies(&auth, &visit, response.headers_mut());
    } else if let (Some(token), Some(client)) = (client_token(&headers), &visit.client)
        && SessionService(&auth).is_current(client).await
    {
        visit.kept.changes.cookie = CookieChange::Again(token.into());
        set_cookies(&auth, &visit, response.headers_mut());
    }
    response
}
