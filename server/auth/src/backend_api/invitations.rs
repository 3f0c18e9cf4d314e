//! Invitations: tickets that let somebody sign up with the address they were sent to.

use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::{Map, Value, json};
use thyra_wire::{ErrorCode, Timestamp};

use super::body::{JsonBody, JsonList};
use super::fields::Fields;
use super::param::ParamError;
use super::query::Query;
use super::tickets::{take_back, ticket_url};
use crate::delivery::{Channel, Message, invitation_letter};
use crate::error::ApiError;
use crate::http::ResourceId;
use crate::identifier::parse_email;
use crate::instance::{Instance, SharedInstance};
use crate::settings::Settings;
use crate::store::{
    Connection, Durability, InvitationColumn, InvitationFilter, InvitationOrder, InvitationState,
    Ticket, TicketDetails, TicketKind, TicketStatus, outbox, tickets, users,
};
use crate::token::{growing_id, ticket_of};

/// How long an invitation works when nothing else is asked for.
const DEFAULT_DAYS: u64 = 30;

/// How long it works at most.
const MAX_DAYS: u64 = 365;

/// How many are made by one request.
const MAX_BULK: usize = 100;

/// In characters.
const MAX_TEXT: usize = 2048;

const DAY: u64 = 24 * 3600;

/// An invitation as app servers see it.
#[derive(Debug, Serialize)]
pub(super) struct InvitationJson {
    object: &'static str,
    id: String,
    email_address: Option<String>,
    public_metadata: Map<String, Value>,
    revoked: bool,
    status: &'static str,
    url: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl InvitationJson {
    fn new(auth: &Instance, ticket: Ticket, now: Timestamp) -> Self {
        let state = InvitationState::of(&ticket, now);
        Self {
            object: ticket.kind.as_str(),
            url: ticket_url(&auth.settings, &ticket_of(&auth.master, &ticket.id)),
            id: ticket.id,
            email_address: ticket.email_address,
            public_metadata: ticket.details.public_metadata,
            revoked: state == InvitationState::Revoked,
            status: state.as_str(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

/// What an app server says about an invitation.
struct NewInvitation {
    email_address: String,
    days: u64,
    ignores_existing: bool,
    notifies: bool,
    details: TicketDetails,
}

impl NewInvitation {
    fn parse(settings: &Settings, mut fields: Fields) -> Result<Self, ApiError> {
        let typed = fields.text("email_address", MAX_TEXT)?.flatten();
        let typed = typed.ok_or_else(|| ParamError::missing("email_address"))?;
        let redirect_url = fields.text("redirect_url", MAX_TEXT)?.flatten();
        let invitation = Self {
            email_address: parse_email(&typed, "email_address")?,
            days: fields
                .number("expires_in_days", 1..=MAX_DAYS)?
                .unwrap_or(DEFAULT_DAYS),
            ignores_existing: fields.flag("ignore_existing")?,
            notifies: fields.flag_or("notify", true)?,
            details: TicketDetails {
                public_metadata: fields.metadata("public_metadata")?.unwrap_or_default(),
                redirect_url: redirect_url
                    .map(|url| allowed_target(settings, &url))
                    .transpose()?,
            },
        };
        // There is one letter for both.
        let template = fields.text("template_slug", MAX_TEXT)?.flatten();
        if template.is_some_and(|slug| slug != "invitation" && slug != "waitlist_invitation") {
            return Err(ParamError::value("template_slug").into());
        }
        fields.finish()?;
        Ok(invitation)
    }
}

/// A whole URL of the own origin or a listed one.
fn allowed_target(settings: &Settings, url: &str) -> Result<String, ParamError> {
    let target = settings.redirect_policy().check(url);
    let target = target.filter(|target| target.origin().is_some());
    target
        .map(|target| target.as_str().to_owned())
        .ok_or_else(|| ParamError::value("redirect_url"))
}

/// `POST /v1/invitations`.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    JsonBody(fields): JsonBody,
) -> Result<Json<InvitationJson>, ApiError> {
    let mut made = invite(&auth, vec![fields]).await?;
    let invitation = made.pop();
    let invitation = invitation.ok_or_else(|| ApiError::new(ErrorCode::RequestInvalid))?;
    Ok(Json(invitation))
}

/// `POST /v1/invitations/bulk`: all of them, or none.
pub(super) async fn create_bulk(
    State(auth): State<SharedInstance>,
    JsonList(list): JsonList,
) -> Result<Json<Vec<InvitationJson>>, ApiError> {
    if list.len() > MAX_BULK {
        return Err(ApiError::new(ErrorCode::FormParamMaxLengthExceeded));
    }
    Ok(Json(invite(&auth, list).await?))
}

async fn invite(auth: &Instance, list: Vec<Fields>) -> Result<Vec<InvitationJson>, ApiError> {
    let parse = |fields| NewInvitation::parse(&auth.settings, fields);
    let list: Vec<_> = list.into_iter().map(parse).collect::<Result<_, _>>()?;
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let mut made = Vec::with_capacity(list.len());
    for invitation in list {
        let ticket = invite_one(auth, &mut db, invitation, now).await?;
        made.push(InvitationJson::new(auth, ticket, now));
    }
    db.commit(Durability::Credential).await?;
    auth.wake_deliveries();
    Ok(made)
}

async fn invite_one(
    auth: &Instance,
    db: &mut Connection,
    new: NewInvitation,
    now: Timestamp,
) -> Result<Ticket, ApiError> {
    let address = &new.email_address;
    if !new.ignores_existing && users::has_email_address(db, address).await? {
        return Err(ApiError::of(
            ErrorCode::FormIdentifierExists,
            "email_address",
        ));
    }
    if !new.ignores_existing && tickets::is_invited(db, address, now).await? {
        return Err(ApiError::of(ErrorCode::DuplicateRecord, "email_address"));
    }
    let ticket = Ticket {
        id: growing_id("inv_", now),
        kind: TicketKind::Invitation,
        user_id: None,
        email_address: Some(new.email_address.clone()),
        details: new.details,
        status: TicketStatus::Pending,
        expires_at: now + Duration::from_secs(new.days * DAY),
        created_at: now,
        updated_at: now,
    };
    tickets::insert(db, &ticket).await?;
    if new.notifies {
        let url = ticket_url(&auth.settings, &ticket_of(&auth.master, &ticket.id));
        let letter = invitation_letter(&auth.settings.app_name, &url, new.days);
        let message = Message::email(&new.email_address, letter).with_link(&url, ticket.expires_at);
        let due = auth.sends(Channel::Email).then_some(now);
        let id = growing_id("msg_", now);
        // App servers decide whom they write to: the limit of an address is about what strangers ask for.
        outbox::insert(db, &id, Some(&message.seal(&auth.master)), due, now).await?;
    }
    Ok(ticket)
}

/// `POST /v1/invitations/{id}/revoke`: nobody signs up with it any more.
pub(super) async fn revoke(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<InvitationJson>, ApiError> {
    let now = auth.clock.now();
    match take_back(&auth, &id, TicketKind::Invitation).await? {
        Some(ticket) => Ok(Json(InvitationJson::new(&auth, ticket, now))),
        None => {
            let found = tickets::by_id(&mut *auth.store.read().await?, &id).await?;
            let is_revoked = found.is_some_and(|ticket| ticket.status == TicketStatus::Revoked);
            Err(ApiError::new(if is_revoked {
                ErrorCode::InvitationAlreadyRevoked
            } else {
                ErrorCode::InvitationAlreadyAccepted
            }))
        }
    }
}

/// `GET /v1/invitations`: with `paginated=true` a page and the total, else the bare list.
pub(super) async fn list(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let mut query = Query::parse(query.as_deref().unwrap_or_default());
    let is_paginated = query.one("paginated")?.as_deref() == Some("true");
    let filter = filter(query, auth.clock.now())?;
    let mut db = auth.store.read_snapshot().await?;
    let found = tickets::list_invitations(&mut db, &filter).await?;
    let data: Vec<_> = found
        .into_iter()
        .map(|ticket| InvitationJson::new(&auth, ticket, filter.now))
        .collect();
    if !is_paginated {
        return Ok(Json(json!(data)));
    }
    let total = tickets::count_invitations(&mut db, &filter).await?;
    Ok(Json(json!({ "data": data, "total_count": total })))
}

fn filter(mut query: Query, now: Timestamp) -> Result<InvitationFilter, ApiError> {
    let page = query.page()?;
    let status = query.one("status")?;
    let text = query.one("query")?.filter(|text| !text.is_empty());
    let filter = InvitationFilter {
        state: status.map(|text| state(&text)).transpose()?,
        query: text.map(|text| text.to_lowercase()),
        order: order(query.one("order_by")?.as_deref())?,
        now,
        limit: page.limit,
        offset: page.offset,
    };
    query.finish()?;
    Ok(filter)
}

fn state(text: &str) -> Result<InvitationState, ParamError> {
    let mut states = InvitationState::ALL.into_iter();
    states
        .find(|state| state.as_str() == text)
        .ok_or_else(|| ParamError::value("status"))
}

/// `+name` is ascending, as is the bare name; `-name` is descending. An unescaped plus arrives as a space.
fn order(text: Option<&str>) -> Result<InvitationOrder, ParamError> {
    let text = text.unwrap_or("-created_at");
    let column = match text.strip_prefix(['+', '-', ' ']).unwrap_or(text) {
        "created_at" => InvitationColumn::CreatedAt,
        "expires_at" => InvitationColumn::ExpiresAt,
        "email_address" => InvitationColumn::EmailAddress,
        _ => return Err(ParamError::value("order_by")),
    };
    Ok(InvitationOrder {
        column,
        is_descending: text.starts_with('-'),
    })
}
