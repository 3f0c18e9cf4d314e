//! Tickets of app servers.
//!
//! A ticket says who it signs in: an attempt begins with it, before anybody said who they are, and its answer is the ticket.
//! It works once, until its time is over or the app server takes it back, and never in the place of a second factor. It
//! is not guessed, so a wrong one is no failed try; what is wrong with one of ours is told to whoever holds it.

use futures::FutureExt as _;
use thyra_wire::{ErrorCode, Factor, Timestamp};

use super::contract::{Case, Proof, Saying, Strategy, Verdict, Who};
use super::tools::Tools;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::store::{
    Connection, StoreError, Ticket, TicketKind, TicketStatus, User, tickets, users,
};
use crate::token::id_of_ticket;

/// The field of the request that holds it.
const FIELD: &str = "ticket";

pub(crate) struct TicketStrategy;

impl Strategy for TicketStrategy {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::Ticket
    }

    fn factors<'a>(&'a self, _who: Who<'a>, _db: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        // Nobody can choose it: who has a ticket begins with it.
        async { Ok(Vec::new()) }.boxed()
    }

    fn decoys(&self, _tools: Tools<'_>, _typed: &Identifier, _level: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn opening(&self, _name: &thyra_wire::Strategy) -> Option<Factor> {
        Some(Factor::new(self.name()))
    }

    fn is_prepared(&self) -> bool {
        false
    }

    fn is_answered_at_once(&self) -> bool {
        true
    }

    fn check(&self, tools: Tools<'_>, answer: &Params) -> Result<(), ApiError> {
        id_in(tools, answer).map(drop)
    }

    fn attempt_within<'a>(
        &'a self,
        case: &'a Case<'a>,
        answer: &'a Params,
        db: &'a mut Connection,
    ) -> Option<Saying<'a, Verdict>> {
        Some(judge(case, answer, db).boxed())
    }

    fn spend<'a>(
        &'a self,
        case: &'a Case<'a>,
        spends: &'a str,
        db: &'a mut Connection,
    ) -> Saying<'a, bool> {
        async move { Ok(tickets::accept(db, spends, case.now).await?) }.boxed()
    }

    fn missed(&self, _case: &Case<'_>) -> ApiError {
        invalid()
    }
}

/// The id of what the ticket in the request stands for.
pub(crate) fn id_in(tools: Tools<'_>, request: &Params) -> Result<String, ApiError> {
    let ticket = request.required(FIELD)?;
    let id = id_of_ticket(tools.master, &ticket);
    id.map(str::to_owned).ok_or_else(invalid)
}

pub(crate) fn invalid() -> ApiError {
    ApiError::new(ErrorCode::TicketInvalid)
}

async fn judge(case: &Case<'_>, answer: &Params, db: &mut Connection) -> Result<Verdict, ApiError> {
    let id = id_in(case.tools, answer)?;
    let ticket = tickets::by_id(db, &id).await?.ok_or_else(invalid)?;
    if let Some(error) = why_not(&ticket, case.now) {
        return Ok(Verdict::Unanswerable { error });
    }
    Ok(match subject_of(&ticket, db).await? {
        Some(user_id) => Verdict::Proven(Proof {
            subject: Some(user_id),
            spends: Some(ticket.id),
            ..Proof::default()
        }),
        None => Verdict::Unanswerable {
            error: ApiError::new(ErrorCode::InvitationAccountNotExists),
        },
    })
}

/// Whom a ticket signs in. The invitation went to an address: whoever brings it back reads what is sent there.
pub(crate) async fn subject_of(
    ticket: &Ticket,
    db: &mut Connection,
) -> Result<Option<String>, StoreError> {
    let Some(address) = &ticket.email_address else {
        return Ok(ticket.user_id.clone());
    };
    let user = users::by_email_address(db, address).await?;
    let is_theirs = |user: &User| {
        let mut addresses = user.email_addresses.iter();
        addresses.any(|own| own.email_address == *address && own.verified_at.is_some())
    };
    Ok(user.filter(is_theirs).map(|user| user.id))
}

/// Why a ticket does not count any more.
pub(crate) fn why_not(ticket: &Ticket, now: Timestamp) -> Option<ApiError> {
    let code = match (ticket.status, ticket.kind) {
        (TicketStatus::Pending, _) if ticket.expires_at > now => return None,
        (TicketStatus::Pending, _) => ErrorCode::TicketExpired,
        (TicketStatus::Accepted, TicketKind::SignInToken) => ErrorCode::SignInTokenAlreadyUsed,
        (TicketStatus::Revoked, TicketKind::SignInToken) => ErrorCode::SignInTokenRevoked,
        (TicketStatus::Accepted, TicketKind::Invitation) => ErrorCode::InvitationAlreadyAccepted,
        (TicketStatus::Revoked, TicketKind::Invitation) => ErrorCode::InvitationAlreadyRevoked,
    };
    Some(ApiError::new(code))
}
