//! Where a ticket leads. Nothing is changed by looking.

use super::{SessionService, Visit};
use crate::error::ApiError;
use crate::instance::Instance;
use crate::store::tickets;
use crate::strategy::subject_of_ticket;
use crate::token::id_of_ticket;

/// What the page that a ticket leads to has to do, in the words of its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TicketStatus {
    /// Sign in with it.
    SignIn,
    /// Sign up with it.
    SignUp,
    /// Nothing: whom it would sign in is signed in.
    Complete,
}

impl TicketStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Complete => "complete",
        }
    }
}

/// Where a ticket leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TicketEnd {
    pub(crate) status: TicketStatus,
    pub(crate) url: String,
}

impl TicketEnd {
    /// Whether there is nothing left to use the ticket for.
    pub(crate) fn is_complete(&self) -> bool {
        self.status == TicketStatus::Complete
    }
}

/// What can be done with a ticket before it is used.
pub(crate) struct TicketService<'a>(pub(crate) &'a Instance);

impl TicketService<'_> {
    /// Where it leads. One that is not ours leads where it is refused in words.
    pub(crate) async fn look(&self, visit: &Visit, ticket: &str) -> Result<TicketEnd, ApiError> {
        let id = id_of_ticket(&self.0.master, ticket).unwrap_or_default();
        let mut db = self.0.store.read_snapshot().await?;
        let Some(ticket) = tickets::by_id(&mut db, id).await? else {
            return Ok(self.end(TicketStatus::SignIn, None));
        };
        let Some(user_id) = subject_of_ticket(&ticket, &mut db).await? else {
            return Ok(self.end(TicketStatus::SignUp, ticket.details.redirect_url));
        };
        let signed_in = match &visit.client {
            Some(client) => {
                let service = SessionService(self.0);
                service.live_in(&mut db, client, visit.now).await?
            }
            None => Vec::new(),
        };
        let is_signed_in = signed_in.iter().any(|(_, user)| user.id == user_id);
        let status = if is_signed_in {
            TicketStatus::Complete
        } else {
            TicketStatus::SignIn
        };
        Ok(self.end(status, ticket.details.redirect_url))
    }

    /// The page that the app server named, else the instance's for what there is to do.
    fn end(&self, status: TicketStatus, named: Option<String>) -> TicketEnd {
        let settings = &self.0.settings;
        let own = match status {
            TicketStatus::SignIn => &settings.sign_in_url,
            TicketStatus::SignUp => &settings.sign_up_url,
            TicketStatus::Complete => &settings.after_sign_in_url,
        };
        TicketEnd {
            status,
            url: named.unwrap_or_else(|| own.clone()),
        }
    }
}
