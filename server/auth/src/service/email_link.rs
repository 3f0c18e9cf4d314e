//! A link that was mailed, followed.
//!
//! Whoever follows it need not be in the browser that asked for it. By default nothing happens then but that they are told:
//! the attempt goes on waiting, so that a link that was forwarded, or opened by somebody who was talked into it, ends
//! nothing and lets nobody in. Looking at a link changes nothing, whoever looks and however often; a press of the button on
//! its page uses it up. The session belongs to the browser that asked, never to one that only followed the link.

use thyra_wire::Timestamp;

use super::sign_in::refused;
use super::{AccountLock, SignInService, Visit, confirmed};
use crate::error::ApiError;
use crate::flow::{Event, Level, SignIn, Subject};
use crate::instance::Instance;
use crate::store::{
    Challenge, Client, Connection, Durability, User, attempts, challenges, clients,
};
use crate::strategy::{LinkPayload, attempt_of_token, link_key, token_digest};

/// What became of a link, in the words of the query in which the page behind it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkStatus {
    /// It proved the address.
    Verified,
    /// It proved an address that nobody has: the attempt goes on as a sign-up, where it began.
    Transferable,
    /// It is too old, or was overtaken: by another attempt, another link, another password.
    Expired,
    /// It was used already, or the account is closed.
    Failed,
    /// It was opened in another browser than the one that asked for it.
    ClientMismatch,
}

impl LinkStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Transferable => "transferable",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::ClientMismatch => "client_mismatch",
        }
    }
}

/// Where whoever followed a link goes, and with which news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkEnd {
    pub(crate) status: LinkStatus,
    pub(crate) redirect_url: String,
    pub(crate) session_id: Option<String>,
}

/// A link that can be followed, as its page shows it.
#[derive(Clone, Debug)]
pub(crate) struct OpenLink {
    /// The address it was sent to.
    pub(crate) address: String,
    pub(crate) asked_at: Timestamp,
    pub(crate) redirect_url: String,
    /// Whether it is opened in the browser that asked for it.
    pub(crate) is_same_client: bool,
}

/// A link as the database has it.
struct Link {
    attempt_id: String,
    challenge: Challenge,
    payload: LinkPayload,
}

/// What can be done with a link.
pub(crate) struct EmailLinkService<'a>(pub(crate) &'a Instance);

impl EmailLinkService<'_> {
    /// What a look at the link shows; the end it has come to already, as the inner error. `None` for a link that never
    /// was one of ours, or is forgotten.
    pub(crate) async fn look(
        &self,
        visit: &Visit,
        token: &str,
    ) -> Result<Option<Result<OpenLink, LinkEnd>>, ApiError> {
        let mut db = self.0.store.read_snapshot().await?;
        let Some(link) = self.find(&mut db, token).await? else {
            return Ok(None);
        };
        if let Some(status) = self.why_not(&link, visit) {
            return Ok(Some(Err(link.end(status, None))));
        }
        Ok(Some(Ok(OpenLink {
            is_same_client: link.is_of(visit),
            address: link.challenge.target,
            asked_at: link.challenge.created_at,
            redirect_url: link.payload.redirect_url,
        })))
    }

    /// Follows the link: the button was pressed.
    pub(crate) async fn follow(
        &self,
        visit: &mut Visit,
        token: &str,
    ) -> Result<Option<LinkEnd>, ApiError> {
        let mut db = self.0.store.write().await?;
        let Some(link) = self.find(&mut db, token).await? else {
            return Ok(None);
        };
        if let Some(status) = self.why_not(&link, visit) {
            return Ok(Some(link.end(status, None)));
        }
        let Some(client) = self.asking_client(&mut db, &link, visit).await? else {
            return Ok(Some(link.end(LinkStatus::Expired, None)));
        };
        let follower = visit.client.as_ref().map(|client| client.id.clone());
        let mut absent;
        let of_asker = if link.is_of(visit) {
            visit
        } else {
            absent = Visit::of_absent(client, visit.origin.clone(), visit.now);
            &mut absent
        };
        let (attempt, event) = match self.judge(&mut db, &link, of_asker.now).await? {
            Ok(judged) => judged,
            Err(status) => return Ok(Some(link.end(status, None))),
        };
        let consumed = challenges::consume(
            &mut db,
            link_key(&link.attempt_id),
            &link.challenge.id,
            of_asker.now,
        );
        if !consumed.await? {
            return Ok(Some(link.end(LinkStatus::Failed, None)));
        }
        let (mut attempt, effects) = attempt.apply(event, of_asker.now).map_err(refused)?;
        if let Some(first) = &mut attempt.first {
            first.shown.verified_at_client = follower;
        }
        let service = SignInService(self.0);
        if effects.is_empty() {
            service.save(of_asker, &mut db, &attempt).await?;
        } else {
            attempt = service
                .complete(of_asker, &mut db, attempt, effects)
                .await?;
        }
        of_asker.commit(db, Durability::Credential).await?;
        let status = match attempt.transferable() {
            Some(_) => LinkStatus::Transferable,
            None => LinkStatus::Verified,
        };
        Ok(Some(link.end(status, attempt.session_id)))
    }

    async fn find(&self, db: &mut Connection, token: &str) -> Result<Option<Link>, ApiError> {
        let tools = self.0.tools();
        let Some(attempt_id) = attempt_of_token(token) else {
            return Ok(None);
        };
        let digest = token_digest(tools, token);
        let found = challenges::by_digest(db, link_key(attempt_id), &digest).await?;
        Ok(found.and_then(|challenge| {
            let sealed = challenge.sealed_payload.as_deref()?;
            Some(Link {
                attempt_id: attempt_id.to_owned(),
                payload: LinkPayload::open(tools, sealed)?,
                challenge,
            })
        }))
    }

    /// Why the link leads nowhere, as far as it says so itself.
    fn why_not(&self, link: &Link, visit: &Visit) -> Option<LinkStatus> {
        if link.challenge.is_consumed {
            Some(LinkStatus::Failed)
        } else if link.challenge.expires_at <= visit.now {
            Some(LinkStatus::Expired)
        } else if self.0.settings.email_link_same_client && !link.is_of(visit) {
            Some(LinkStatus::ClientMismatch)
        } else {
            None
        }
    }

    /// The client that asked for the link, as it is now. A cookie of its that was replaced meanwhile is none.
    async fn asking_client(
        &self,
        db: &mut Connection,
        link: &Link,
        visit: &Visit,
    ) -> Result<Option<Client>, ApiError> {
        match &visit.client {
            Some(client) if link.is_of(visit) => Ok(Some(confirmed(db, client).await?)),
            _ => Ok(clients::by_id(db, &link.payload.client_id).await?),
        }
    }

    /// The attempt as it will be with the proof, or why the link proves nothing any more.
    async fn judge(
        &self,
        db: &mut Connection,
        link: &Link,
        now: Timestamp,
    ) -> Result<Result<(SignIn, Event), LinkStatus>, ApiError> {
        let attempt: Option<SignIn> =
            attempts::find(db, &link.attempt_id, &link.payload.client_id).await?;
        let Some(attempt) = attempt.filter(|attempt| !attempt.is_abandoned(now)) else {
            return Ok(Err(LinkStatus::Expired));
        };
        // Another factor was chosen since, or proven: the link answers nothing that is asked.
        let strategy = thyra_wire::Strategy::EmailLink;
        let asked = attempt.state(Level::First).cloned();
        let asked = asked.filter(|state| state.factor.strategy == strategy);
        let Some(factor) = asked.map(|state| state.factor) else {
            return Ok(Err(LinkStatus::Expired));
        };
        if !attempt.awaits(Level::First, &factor) {
            return Ok(Err(LinkStatus::Expired));
        }
        if attempt.subject != Subject::Newcomer {
            let user = SignInService(self.0).user_of(db, &attempt).await?;
            if let Some(status) = self.why_not_user(db, link, user.as_ref()).await? {
                return Ok(Err(status));
            }
        }
        let event = Event::Proven {
            level: Level::First,
            factor,
            subject: SignInService(self.0).known(db, &attempt).await?,
        };
        Ok(Ok((attempt, event)))
    }

    async fn why_not_user(
        &self,
        db: &mut Connection,
        link: &Link,
        user: Option<&User>,
    ) -> Result<Option<LinkStatus>, ApiError> {
        let Some(user) = user.filter(|user| !user.is_banned) else {
            return Ok(Some(LinkStatus::Failed));
        };
        if AccountLock::of_user(&user.id).by_hand(db).await?.is_some() {
            return Ok(Some(LinkStatus::Failed));
        }
        let is_as_before = user.password_updated_at == link.payload.password_updated_at;
        Ok((!is_as_before).then_some(LinkStatus::Expired))
    }
}

impl Link {
    fn is_of(&self, visit: &Visit) -> bool {
        let client = visit.client.as_ref();
        client.is_some_and(|client| client.id == self.payload.client_id)
    }

    fn end(&self, status: LinkStatus, session_id: Option<String>) -> LinkEnd {
        LinkEnd {
            status,
            redirect_url: self.payload.redirect_url.clone(),
            session_id,
        }
    }
}
