//! `/v1/client/sessions/{id}` and what a session shows of its user.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use thyra_wire::{ErrorCode, SessionStatus, Token};

use super::render;
use super::reply::envelope;
use super::resource_id::ResourceId;
use super::visitor::{app_origin, client_token};
use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::service::{SessionService, Visit};

/// The session is used, and is the one to use from now on.
pub(super) async fn touch(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    mut visit: Visit,
) -> Response {
    let touched = touch_and_show(&auth, &mut visit, &id).await;
    envelope(&auth, visit, touched).await
}

async fn touch_and_show(
    auth: &SharedInstance,
    visit: &mut Visit,
    id: &str,
) -> Result<thyra_wire::Session, ApiError> {
    let service = SessionService(auth);
    service.touch(visit, id).await?;
    let (session, user) = service.find(visit, id).await?;
    let token = service.token(&session, &visit.origin, visit.now)?;
    Ok(render::session(&session, &user, token, visit.now))
}

/// A fresh token: one look-up and one signature, nothing else, because every open tab asks for one each minute.
/// Answered bare.
pub(super) async fn token(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let origin = app_origin(&auth.settings, &headers);
    let jwt = SessionService(&auth)
        .fresh_token(client_token(&headers), &id, origin)
        .await?;
    Ok(Json(Token {
        object: "token".to_owned(),
        jwt,
    })
    .into_response())
}

/// Ends the session.
pub(super) async fn end(state: State<SharedInstance>, id: ResourceId, visit: Visit) -> Response {
    end_as(state, id, visit, SessionStatus::Ended).await
}

/// Ends the session and takes it off the client.
pub(super) async fn remove(state: State<SharedInstance>, id: ResourceId, visit: Visit) -> Response {
    end_as(state, id, visit, SessionStatus::Removed).await
}

async fn end_as(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    mut visit: Visit,
    status: SessionStatus,
) -> Response {
    let ended = SessionService(&auth).end(&mut visit, &id, status).await;
    envelope(
        &auth,
        visit,
        ended.map(|session| render::ended_session(&session)),
    )
    .await
}

/// The sessions of the client that open something: a bare list, as clients expect it here.
pub(super) async fn active(
    State(auth): State<SharedInstance>,
    visit: Visit,
) -> Result<Response, ApiError> {
    let client = visit
        .client
        .as_ref()
        .ok_or_else(|| ApiError::new(ErrorCode::AuthenticationInvalid))?;
    let live = SessionService(&auth)
        .live_of_user(client, visit.now)
        .await?;
    Ok(Json(live.iter().map(render::ended_session).collect::<Vec<_>>()).into_response())
}
