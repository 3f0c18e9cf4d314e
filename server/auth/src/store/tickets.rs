//! Tickets: what app servers let people in by.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thyra_wire::Timestamp;

use super::{Connection, QueryBuilder, Row, StoreError, count_of, query, time};

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TicketKind {
    /// Signs a user in.
    SignInToken,
    /// Lets somebody sign up, with an address that is theirs because they got the ticket there.
    Invitation,
}

/// What became of a ticket. Whether its time is over is not said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TicketStatus {
    /// Nothing yet.
    Pending,
    /// It was used.
    Accepted,
    /// The app server took it back.
    Revoked,
}

/// What only some tickets have. Stored as JSON: what is added has a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TicketDetails {
    /// What an invited user's public metadata begins with.
    pub(crate) public_metadata: Map<String, Value>,
    /// The page that uses the ticket, where it is not the instance's own.
    pub(crate) redirect_url: Option<String>,
}

/// A ticket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticket {
    pub(crate) id: String,
    pub(crate) kind: TicketKind,
    /// Whom it signs in; absent for an invitation.
    pub(crate) user_id: Option<String>,
    /// Whom it invites, canonical; absent for all others.
    pub(crate) email_address: Option<String>,
    pub(crate) details: TicketDetails,
    pub(crate) status: TicketStatus,
    pub(crate) expires_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl TicketKind {
    const ALL: [Self; 2] = [Self::SignInToken, Self::Invitation];

    /// Its name in the database, and as `object` on the wire: never renamed.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SignInToken => "sign_in_token",
            Self::Invitation => "invitation",
        }
    }
}

impl TicketStatus {
    const ALL: [Self; 3] = [Self::Pending, Self::Accepted, Self::Revoked];

    /// Its name in the database and on the wire: never renamed.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
        }
    }
}

impl Ticket {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        let kind: String = row.get("kind")?;
        let status: String = row.get("status")?;
        let details: String = row.get("details")?;
        let kinds = TicketKind::ALL.into_iter();
        let statuses = TicketStatus::ALL.into_iter();
        Ok(Self {
            id: row.get("id")?,
            kind: known(kinds, |known| known.as_str() == kind, &kind)?,
            user_id: row.get("user_id")?,
            email_address: row.get("email_address")?,
            details: serde_json::from_str(&details).map_err(unreadable)?,
            status: known(statuses, |known| known.as_str() == status, &status)?,
            expires_at: time(row.get("expires_at")?),
            created_at: time(row.get("created_at")?),
            updated_at: time(row.get("updated_at")?),
        })
    }
}

fn known<T>(
    mut all: impl Iterator<Item = T>,
    is_it: impl FnMut(&T) -> bool,
    text: &str,
) -> Result<T, StoreError> {
    all.find(is_it)
        .ok_or_else(|| corrupt(format!("{text} is not known")))
}

fn unreadable(error: serde_json::Error) -> StoreError {
    corrupt(error.to_string())
}

fn corrupt(why: String) -> StoreError {
    StoreError::Corrupt {
        what: "ticket",
        why,
    }
}

pub(crate) async fn insert(db: &mut Connection, ticket: &Ticket) -> Result<(), StoreError> {
    let details = serde_json::to_string(&ticket.details).map_err(unreadable)?;
    query(
        "INSERT INTO tickets (id, kind, user_id, email_address, details, status, expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&ticket.id)
    .bind(ticket.kind.as_str())
    .bind(&ticket.user_id)
    .bind(&ticket.email_address)
    .bind(details)
    .bind(ticket.status.as_str())
    .bind(ticket.expires_at.as_millis())
    .bind(ticket.created_at.as_millis())
    .bind(ticket.updated_at.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(db: &mut Connection, id: &str) -> Result<Option<Ticket>, StoreError> {
    let row = query("SELECT * FROM tickets WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(Ticket::from_row).transpose()
}

/// Uses the ticket up. False when it was used or revoked before, or has run out.
pub(crate) async fn accept(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let accepted = query(
        "UPDATE tickets SET status = 'accepted', updated_at = $2
         WHERE id = $1 AND status = 'pending' AND expires_at > $2 RETURNING id",
    )
    .bind(id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(accepted.is_some())
}

/// Takes the ticket back. False when it was used or revoked before.
pub(crate) async fn revoke(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let revoked = query(
        "UPDATE tickets SET status = 'revoked', updated_at = $2 WHERE id = $1 AND status = 'pending' RETURNING id",
    )
    .bind(id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(revoked.is_some())
}

/// Which invitations a list holds. Every filter that is given has to fit.
#[derive(Clone, Debug)]
pub(crate) struct InvitationFilter {
    pub(crate) state: Option<InvitationState>,
    /// A part of the address.
    pub(crate) query: Option<String>,
    pub(crate) order: InvitationOrder,
    pub(crate) now: Timestamp,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

/// What became of an invitation, with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvitationState {
    /// It can be accepted.
    Pending,
    /// Somebody signed up with it.
    Accepted,
    /// The app server took it back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvitationOrder {
    pub(crate) column: InvitationColumn,
    pub(crate) is_descending: bool,
}

/// What orders a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvitationColumn {
    CreatedAt,
    ExpiresAt,
    EmailAddress,
}

impl InvitationState {
    pub(crate) const ALL: [Self; 4] = [Self::Pending, Self::Accepted, Self::Revoked, Self::Expired];

    /// Its name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// What became of this one.
    pub(crate) fn of(ticket: &Ticket, now: Timestamp) -> Self {
        match ticket.status {
            TicketStatus::Accepted => Self::Accepted,
            TicketStatus::Revoked => Self::Revoked,
            TicketStatus::Pending if ticket.expires_at > now => Self::Pending,
            TicketStatus::Pending => Self::Expired,
        }
    }
}

impl InvitationColumn {
    fn as_sql(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::ExpiresAt => "expires_at",
            Self::EmailAddress => "email_address",
        }
    }
}

impl InvitationFilter {
    fn push_to(&self, statement: &mut QueryBuilder) {
        statement.push(" WHERE kind = 'invitation'");
        let now = self.now.as_millis();
        match self.state {
            None => {}
            Some(InvitationState::Pending) => {
                statement.push(" AND status = 'pending' AND expires_at > ");
                statement.push_bind(now);
            }
            Some(InvitationState::Expired) => {
                statement.push(" AND status = 'pending' AND expires_at <= ");
                statement.push_bind(now);
            }
            Some(state) => {
                statement
                    .push(" AND status = ")
                    .push_bind(state.as_str().to_owned());
            }
        }
        if let Some(text) = &self.query {
            statement.push(" AND email_address LIKE ");
            statement.push_bind(containing(text)).push(" ESCAPE '!'");
        }
    }
}

/// The pattern of texts that contain this one.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// The invitations that fit.
pub(crate) async fn list_invitations(
    db: &mut Connection,
    filter: &InvitationFilter,
) -> Result<Vec<Ticket>, StoreError> {
    let mut statement = QueryBuilder::new("SELECT * FROM tickets");
    filter.push_to(&mut statement);
    let direction = if filter.order.is_descending {
        " DESC"
    } else {
        ""
    };
    statement
        .push(" ORDER BY ")
        .push(filter.order.column.as_sql());
    statement.push(direction).push(", id").push(direction);
    statement.push(" LIMIT ").push_bind(i64::from(filter.limit));
    statement
        .push(" OFFSET ")
        .push_bind(i64::from(filter.offset));
    let rows = statement.build().fetch_all(db).await?;
    rows.iter().map(Ticket::from_row).collect()
}

/// How many invitations fit.
pub(crate) async fn count_invitations(
    db: &mut Connection,
    filter: &InvitationFilter,
) -> Result<u64, StoreError> {
    let mut statement = QueryBuilder::new("SELECT COUNT(*) FROM tickets");
    filter.push_to(&mut statement);
    count_of(statement.build().fetch_optional(db).await?)
}

/// Whether an invitation of this address can be accepted.
pub(crate) async fn is_invited(
    db: &mut Connection,
    email_address: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = query(
        "SELECT id FROM tickets WHERE email_address = $1 AND status = 'pending' AND expires_at > $2",
    )
    .bind(email_address)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}
