//! The beginning of a sign-up, and what it may begin with: an invitation, or what a sign-in has proven.
//!
//! An invitation is not used up by whoever only begins: it is accepted with the account that is made by it, so that somebody
//! who gives up can come back.

use serde_json::Value;
use thyra_wire::{ErrorCode, Strategy, Timestamp};

use super::sign_up::{SignUpFields, SignUpService, refused};
use super::{OldCookie, SessionService, Visit};
use crate::error::ApiError;
use crate::flow::{SignIn, SignUp, SignUpEffect, SignUpEvent};
use crate::store::{Connection, Durability, Ticket, attempts, tickets, users};
use crate::strategy::{invalid_ticket, why_ticket_ended};
use crate::token::growing_id;

impl SignUpService<'_> {
    /// Begins an attempt, with all that is known already.
    pub(crate) async fn create(
        &self,
        visit: &mut Visit,
        fields: SignUpFields,
    ) -> Result<SignUp, ApiError> {
        self.refuse_when_signed_in(visit).await?;
        let (locale, ticket_id) = (fields.locale.clone(), fields.ticket_id.clone());
        let is_transfer = fields.transfer;
        let filled = self.check(fields).await?;
        let mut db = self.0.store.write().await?;
        let filled = self.look_again(&mut db, filled).await?;
        visit.refresh_or_forget_client(&mut db).await?;
        let proven = match ticket_id {
            Some(id) => Some(self.invitation(&mut db, &id, visit.now).await?),
            None if is_transfer => Some(self.take_over(&mut db, visit).await?),
            None => None,
        };
        visit.rotate_token(self.0, &mut db, OldCookie::Dies).await?;
        let client_id = visit.ensure_client(self.0, &mut db).await?;
        let mut attempt = SignUp::new(growing_id("sua_", visit.now), client_id, visit.now);
        attempt.locale = locale;
        let mut effects = Vec::new();
        for event in proven.into_iter().chain([filled]) {
            let (next, more) = attempt
                .apply(event, self.rules(), visit.now)
                .map_err(refused)?;
            attempt = next;
            effects.extend(more);
        }
        attempts::insert(&mut db, &attempt, visit.now).await?;
        if let Some(client) = &mut visit.client {
            client.sign_up_id = Some(attempt.id.clone());
        }
        visit.save_client(&mut db).await?;
        let mut durability = Durability::Attempt;
        for effect in effects {
            let SignUpEffect::CreateUser = effect;
            durability = Durability::Credential;
            attempt = self.create_user(visit, &mut db, attempt).await?;
            attempts::update(&mut db, &attempt).await?;
        }
        visit.commit(db, durability).await?;
        Ok(attempt)
    }

    async fn refuse_when_signed_in(&self, visit: &Visit) -> Result<(), ApiError> {
        let Some(client) = &visit.client else {
            return Ok(());
        };
        let live = SessionService(self.0).live(client, visit.now).await?;
        match live.first() {
            Some((session, _)) => {
                Err(ApiError::new(ErrorCode::SessionExists).with_session(&session.id))
            }
            None => Ok(()),
        }
    }

    /// What a ticket says about whoever signs up with it.
    async fn invitation(
        &self,
        db: &mut Connection,
        ticket_id: &str,
        now: Timestamp,
    ) -> Result<SignUpEvent, ApiError> {
        let ticket = open_invitation(db, ticket_id, now).await?;
        // Nothing else of ours signs up.
        let email_address = ticket.email_address.ok_or_else(invalid_ticket)?;
        refuse_proven_if_taken(db, &email_address).await?;
        Ok(SignUpEvent::Transferred {
            email_address,
            strategy: Strategy::Ticket,
            ticket_id: Some(ticket.id),
        })
    }

    /// What the client's sign-in has proven about somebody who has no account. It is taken over once: the sign-in is the client's
    /// no more.
    async fn take_over(
        &self,
        db: &mut Connection,
        visit: &mut Visit,
    ) -> Result<SignUpEvent, ApiError> {
        let nothing = || ApiError::new(ErrorCode::AccountTransferInvalid);
        let client = visit.client.as_mut().ok_or_else(nothing)?;
        let id = client.sign_in_id.take().ok_or_else(nothing)?;
        let attempt: Option<SignIn> = attempts::find(db, &id, &client.id).await?;
        let attempt = attempt.filter(|attempt| !attempt.is_abandoned(visit.now));
        let attempt = attempt.ok_or_else(nothing)?;
        let (email_address, strategy) = attempt.transferable().ok_or_else(nothing)?;
        refuse_proven_if_taken(db, email_address).await?;
        Ok(SignUpEvent::Transferred {
            email_address: email_address.to_owned(),
            strategy: strategy.clone(),
            ticket_id: None,
        })
    }

    /// Uses the attempt's invitation up, and gives what the new user's public metadata begins with.
    pub(super) async fn accept_invitation(
        &self,
        db: &mut Connection,
        attempt: &SignUp,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let Some(ticket_id) = &attempt.ticket_id else {
            return Ok(Value::Object(serde_json::Map::new()));
        };
        let ticket = open_invitation(db, ticket_id, now).await?;
        if !tickets::accept(db, ticket_id, now).await? {
            return Err(invalid_ticket());
        }
        Ok(Value::Object(ticket.details.public_metadata))
    }
}

/// Whoever has proven that an address is theirs may know that it has an account.
async fn refuse_proven_if_taken(db: &mut Connection, email_address: &str) -> Result<(), ApiError> {
    if users::has_email_address(db, email_address).await? {
        return Err(ApiError::of(
            ErrorCode::FormIdentifierExists,
            "email_address",
        ));
    }
    Ok(())
}

/// The ticket, while it counts: it may have run out, or been taken back, since the attempt began.
async fn open_invitation(
    db: &mut Connection,
    ticket_id: &str,
    now: Timestamp,
) -> Result<Ticket, ApiError> {
    let ticket = tickets::by_id(db, ticket_id).await?;
    let ticket = ticket.ok_or_else(invalid_ticket)?;
    match why_ticket_ended(&ticket, now) {
        Some(error) => Err(error),
        None => Ok(ticket),
    }
}
