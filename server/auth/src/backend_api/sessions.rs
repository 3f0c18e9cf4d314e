//! Sessions.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::Value;
use thyra_wire::{ErrorCode, SessionStatus, Timestamp};

use super::param::ParamError;
use super::query::Query;
use crate::error::ApiError;
use crate::flow::SessionLimits;
use crate::http::ResourceId;
use crate::instance::{Instance, SharedInstance};
use crate::store::{
    Connection, Durability, Session, SessionFilter, SessionTime, StoreError, clients, sessions,
};

/// A session as app servers see it.
#[derive(Debug, Serialize)]
pub(super) struct SessionJson {
    object: &'static str,
    id: String,
    client_id: String,
    user_id: String,
    status: SessionStatus,
    last_active_organization_id: Option<String>,
    actor: Option<Value>,
    last_active_at: Timestamp,
    expire_at: Timestamp,
    abandon_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl SessionJson {
    fn new(auth: &Instance, session: Session) -> Self {
        let is_live = SessionLimits::of(&auth.settings).is_live(&session, auth.clock.now());
        let is_over = session.status.is_signed_in() && !is_live;
        Self {
            object: "session",
            id: session.id,
            client_id: session.client_id,
            user_id: session.user_id,
            // Nothing runs when a session's time is over: it is known when somebody looks.
            status: if is_over {
                SessionStatus::Expired
            } else {
                session.status
            },
            last_active_organization_id: None,
            actor: None,
            last_active_at: session.last_active_at,
            expire_at: session.expire_at,
            abandon_at: session.expire_at + crate::http::ABANDONED_AFTER,
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}

/// `GET /v1/sessions`: with `paginated=true` a page and the total, else the bare list.
pub(super) async fn list(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let mut query = Query::parse(query.as_deref().unwrap_or_default());
    let is_paginated = query.one("paginated")?.as_deref() == Some("true");
    let filter = filter(&auth, query)?;
    let mut db = auth.store.read().await?;
    let sessions = sessions::list(&mut db, &filter).await?;
    let data: Vec<_> = sessions
        .into_iter()
        .map(|session| SessionJson::new(&auth, session))
        .collect();
    if !is_paginated {
        return Ok(Json(serde_json::json!(data)));
    }
    let total = sessions::count(&mut db, &filter).await?;
    Ok(Json(
        serde_json::json!({ "data": data, "total_count": total }),
    ))
}

/// `GET /v1/sessions/{id}`.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<SessionJson>, ApiError> {
    let session = find(&mut *auth.store.read().await?, &id).await?;
    Ok(Json(SessionJson::new(&auth, session)))
}

/// `POST /v1/sessions/{id}/revoke`: no token comes from it any more. Revoking what is over changes nothing.
pub(super) async fn revoke(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<SessionJson>, ApiError> {
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    if sessions::end(&mut db, &id, &SessionStatus::Revoked, now).await? {
        let session = find(&mut db, &id).await?;
        take_off_client(&mut db, &session, now).await?;
    }
    let session = find(&mut db, &id).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(SessionJson::new(&auth, session)))
}

async fn take_off_client(
    db: &mut Connection,
    session: &Session,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut client) = clients::by_id(db, &session.client_id).await? else {
        return Ok(());
    };
    client
        .last_active_session_id
        .take_if(|last| *last == session.id);
    clients::update(db, &mut client, now).await
}

async fn find(db: &mut Connection, id: &str) -> Result<Session, ApiError> {
    let session = sessions::by_id(db, id).await?;
    session.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
}

fn filter(auth: &Instance, mut query: Query) -> Result<SessionFilter, ApiError> {
    let page = query.page()?;
    let status = query
        .one("status")?
        .map(|text| known_status(&text))
        .transpose()?;
    let (status, time) = stored_status(auth, status);
    let filter = SessionFilter {
        client_id: query.one("client_id")?,
        user_id: query.one("user_id")?,
        status,
        time,
        limit: page.limit,
        offset: page.offset,
    };
    query.finish()?;
    Ok(filter)
}

fn known_status(text: &str) -> Result<SessionStatus, ParamError> {
    match SessionStatus::from(text) {
        SessionStatus::Unknown(_) => Err(ParamError::value("status")),
        status => Ok(status),
    }
}

/// What a status means in the database, where a session that only ran out of time is still active.
fn stored_status(auth: &Instance, status: Option<SessionStatus>) -> (Option<String>, SessionTime) {
    let limits = SessionLimits::of(&auth.settings).at(auth.clock.now());
    match status {
        None => (None, SessionTime::Any),
        Some(SessionStatus::Expired) => (None, SessionTime::Over(limits)),
        Some(status) if status.is_signed_in() => {
            (Some(status.to_string()), SessionTime::Live(limits))
        }
        Some(status) => (Some(status.to_string()), SessionTime::Any),
    }
}
