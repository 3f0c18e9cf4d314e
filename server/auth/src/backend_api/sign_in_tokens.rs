//! Sign-in tokens: tickets that sign a user in.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use thyra_wire::{ErrorCode, Timestamp};

use super::body::JsonBody;
use super::param::ParamError;
use super::tickets::{MAX_ID, MAX_LIFETIME, take_back, ticket_url};
use super::users;
use crate::error::ApiError;
use crate::http::ResourceId;
use crate::instance::{Instance, SharedInstance};
use crate::store::{Durability, Ticket, TicketDetails, TicketKind, TicketStatus, tickets};
use crate::token::{growing_id, ticket_of};

/// How long a sign-in token works when nothing else is asked for: 30 days.
const DEFAULT_LIFETIME: u64 = 2_592_000;

/// A sign-in token as app servers see it.
#[derive(Debug, Serialize)]
pub(super) struct SignInTokenJson {
    object: &'static str,
    id: String,
    user_id: Option<String>,
    token: String,
    status: &'static str,
    url: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl SignInTokenJson {
    fn new(auth: &Instance, ticket: Ticket) -> Self {
        let token = ticket_of(&auth.master, &ticket.id);
        Self {
            object: ticket.kind.as_str(),
            url: ticket_url(&auth.settings, &token),
            token,
            id: ticket.id,
            user_id: ticket.user_id,
            status: ticket.status.as_str(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

/// `POST /v1/sign_in_tokens`.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<SignInTokenJson>, ApiError> {
    let user_id = fields.text("user_id", MAX_ID)?.flatten();
    let user_id = user_id.ok_or_else(|| ParamError::missing("user_id"))?;
    let lifetime = fields.number("expires_in_seconds", 1..=MAX_LIFETIME)?;
    fields.finish()?;
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let user = users::find(&mut db, &user_id).await?;
    let ticket = Ticket {
        id: growing_id("sit_", now),
        kind: TicketKind::SignInToken,
        user_id: Some(user.id),
        email_address: None,
        details: TicketDetails::default(),
        status: TicketStatus::Pending,
        expires_at: now + Duration::from_secs(lifetime.unwrap_or(DEFAULT_LIFETIME)),
        created_at: now,
        updated_at: now,
    };
    tickets::insert(&mut db, &ticket).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(SignInTokenJson::new(&auth, ticket)))
}

/// `POST /v1/sign_in_tokens/{id}/revoke`: it signs nobody in any more.
pub(super) async fn revoke(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<SignInTokenJson>, ApiError> {
    let ticket = take_back(&auth, &id, TicketKind::SignInToken).await?;
    let ticket = ticket.ok_or_else(|| ApiError::new(ErrorCode::SignInTokenCannotBeRevoked))?;
    Ok(Json(SignInTokenJson::new(&auth, ticket)))
}
