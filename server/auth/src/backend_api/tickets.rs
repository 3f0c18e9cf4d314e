//! What all kinds of tickets have in common: where they lead, and how they are taken back.

use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::instance::Instance;
use crate::settings::Settings;
use crate::store::{Durability, Ticket, TicketKind, tickets};

/// How long a ticket works at most, in seconds: ten years.
pub(super) const MAX_LIFETIME: u64 = 315_360_000;

/// The longest id that is looked for, in characters.
pub(super) const MAX_ID: usize = 256;

/// Where a ticket is followed.
pub(super) fn ticket_url(settings: &Settings, ticket: &str) -> String {
    let Settings {
        public_url,
        api_path,
        ..
    } = settings;
    format!("{public_url}{api_path}/v1/tickets/accept?ticket={ticket}")
}

/// Takes a ticket back. `None` when it was used or taken back before.
pub(super) async fn take_back(
    auth: &Instance,
    id: &str,
    kind: TicketKind,
) -> Result<Option<Ticket>, ApiError> {
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let found = tickets::by_id(&mut db, id).await?;
    if found.is_none_or(|ticket| ticket.kind != kind) {
        return Err(ApiError::new(ErrorCode::ResourceNotFound));
    }
    if !tickets::revoke(&mut db, id, now).await? {
        return Ok(None);
    }
    let ticket = tickets::by_id(&mut db, id).await?;
    db.commit(Durability::Credential).await?;
    Ok(ticket)
}
