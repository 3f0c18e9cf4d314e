//! Sessions of a client: use, tokens, end.

use thyra_wire::{ErrorCode, SessionStatus, Timestamp};

use super::{OldCookie, Visit, confirmed};
use crate::error::ApiError;
use crate::flow::SessionLimits;
use crate::instance::Instance;
use crate::store::{
    Client, Connection, Durability, Session, SessionFilter, StoreError, User, clients, sessions,
    users,
};
use crate::token::{SessionClaims, growing_id};

/// How many sessions a list shows.
const MAX_LISTED: u32 = 100;

/// A session that begins now.
pub(crate) fn new_session(
    auth: &Instance,
    client_id: &str,
    user_id: &str,
    factors_at: (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Session {
    Session {
        id: growing_id("sess_", now),
        client_id: client_id.to_owned(),
        user_id: user_id.to_owned(),
        status: SessionStatus::Active,
        first_factor_at: factors_at.0,
        second_factor_at: factors_at.1,
        last_active_at: now,
        expire_at: SessionLimits::of(&auth.settings).expiry(now),
        created_at: now,
        updated_at: now,
    }
}

/// What a client can do with its sessions.
pub(crate) struct SessionService<'a>(pub(crate) &'a Instance);

impl SessionService<'_> {
    /// The client's sessions that open something, with their users.
    pub(crate) async fn live(
        &self,
        client: &Client,
        now: Timestamp,
    ) -> Result<Vec<(Session, User)>, ApiError> {
        let mut db = self.0.store.read_snapshot().await?;
        let client = confirmed(&mut db, client).await?;
        Ok(self.live_in(&mut db, &client, now).await?)
    }

    /// Whether the client still has the cookie by which it was found.
    pub(crate) async fn is_current(&self, client: &Client) -> bool {
        match self.0.store.read().await {
            Ok(mut db) => confirmed(&mut db, client).await.is_ok(),
            Err(_) => false,
        }
    }

    /// The same, as this connection sees it.
    pub(super) async fn live_in(
        &self,
        db: &mut Connection,
        client: &Client,
        now: Timestamp,
    ) -> Result<Vec<(Session, User)>, StoreError> {
        let mut live = Vec::new();
        if !client.has_history() {
            return Ok(live);
        }
        let limits = SessionLimits::of(&self.0.settings);
        for session in sessions::of_client(db, &client.id).await? {
            if !limits.is_live(&session, now) {
                continue;
            }
            let user = users::by_id(db, &session.user_id).await?;
            live.extend(
                user.filter(|user| !user.is_banned)
                    .map(|user| (session, user)),
            );
        }
        Ok(live)
    }

    /// The sessions, on any client, of whoever is signed in on this one.
    pub(crate) async fn live_of_user(
        &self,
        client: &Client,
        now: Timestamp,
    ) -> Result<Vec<Session>, ApiError> {
        let signed_in = self.live(client, now).await?;
        let (_, user) = signed_in
            .first()
            .ok_or_else(|| ApiError::new(ErrorCode::AuthenticationInvalid))?;
        let filter = SessionFilter {
            user_id: Some(user.id.clone()),
            status: Some(SessionStatus::Active.to_string()),
            limit: MAX_LISTED,
            ..SessionFilter::default()
        };
        let limits = SessionLimits::of(&self.0.settings);
        let sessions = sessions::list(&mut *self.0.store.read().await?, &filter).await?;
        Ok(sessions
            .into_iter()
            .filter(|session| limits.is_live(session, now))
            .collect())
    }

    /// Makes a client for a browser that has none.
    pub(crate) async fn ensure_client(&self, visit: &mut Visit) -> Result<(), ApiError> {
        let mut db = self.0.store.write().await?;
        visit.ensure_client(self.0, &mut db).await?;
        visit.commit(db, Durability::Attempt).await?;
        Ok(())
    }

    /// One of them. Another client's session does not exist here.
    pub(crate) async fn find(&self, visit: &Visit, id: &str) -> Result<(Session, User), ApiError> {
        let signed_out = || ApiError::new(ErrorCode::AuthenticationInvalid);
        let client = visit.client.as_ref().ok_or_else(signed_out)?;
        let mut db = self.0.store.read_snapshot().await?;
        let session = sessions::by_id(&mut db, id)
            .await?
            .filter(|session| session.client_id == client.id);
        let session = session.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        if !SessionLimits::of(&self.0.settings).is_live(&session, visit.now) {
            return Err(signed_out());
        }
        let user = users::by_id(&mut db, &session.user_id).await?;
        let user = user.filter(|user| !user.is_banned).ok_or_else(signed_out)?;
        Ok((session, user))
    }

    /// The user of one of them, as this transaction sees them.
    pub(super) async fn owner(
        &self,
        visit: &Visit,
        db: &mut Connection,
        id: &str,
    ) -> Result<User, ApiError> {
        let signed_out = || ApiError::new(ErrorCode::AuthenticationInvalid);
        let client = visit.client.as_ref().ok_or_else(signed_out)?;
        let session = sessions::by_id(db, id).await?;
        let session = session.filter(|session| session.client_id == client.id);
        let session = session.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
        if !SessionLimits::of(&self.0.settings).is_live(&session, visit.now) {
            return Err(signed_out());
        }
        let user = users::by_id(db, &session.user_id).await?;
        user.filter(|user| !user.is_banned).ok_or_else(signed_out)
    }

    /// Notes that the session is used, and makes it the one the client uses.
    pub(crate) async fn touch(&self, visit: &mut Visit, id: &str) -> Result<(), ApiError> {
        self.find(visit, id).await?;
        let mut db = self.0.store.write().await?;
        visit.refresh_client(&mut db).await?;
        if !sessions::touch(&mut db, id, visit.now).await? {
            return Err(ApiError::new(ErrorCode::AuthenticationInvalid));
        }
        if let Some(client) = &mut visit.client {
            client.last_active_session_id = Some(id.to_owned());
        }
        visit.save_client(&mut db).await?;
        visit.commit(db, Durability::Credential).await?;
        Ok(())
    }

    /// Ends one session.
    pub(crate) async fn end(
        &self,
        visit: &mut Visit,
        id: &str,
        status: SessionStatus,
    ) -> Result<Session, ApiError> {
        self.find(visit, id).await?;
        let mut db = self.0.store.write().await?;
        visit.refresh_client(&mut db).await?;
        sessions::end(&mut db, id, &status, visit.now).await?;
        if let Some(client) = &mut visit.client {
            client.last_active_session_id.take_if(|last| last == id);
        }
        visit.rotate_token(self.0, &mut db, OldCookie::Dies).await?;
        visit.changes.sessions_changed = true;
        visit.save_client(&mut db).await?;
        let session = sessions::by_id(&mut db, id).await?;
        visit.commit(db, Durability::Credential).await?;
        session.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
    }

    /// Ends all sessions of the client. The client stays: it is how a device stays known.
    pub(crate) async fn end_all(&self, visit: &mut Visit) -> Result<(), ApiError> {
        let Some(client) = visit.client.clone() else {
            return Ok(());
        };
        let mut db = self.0.store.write().await?;
        visit.refresh_client(&mut db).await?;
        sessions::end_of_client(&mut db, &client.id, visit.now).await?;
        if let Some(client) = &mut visit.client {
            client.last_active_session_id = None;
            client.sign_in_id = None;
            client.sign_up_id = None;
        }
        visit.rotate_token(self.0, &mut db, OldCookie::Dies).await?;
        visit.changes.sessions_changed = true;
        visit.save_client(&mut db).await?;
        visit.commit(db, Durability::Credential).await?;
        Ok(())
    }

    /// Ends all sessions of the client, and forgets it.
    pub(crate) async fn forget_client(&self, visit: &mut Visit) -> Result<(), ApiError> {
        let Some(client) = visit.client.take() else {
            return Ok(());
        };
        let mut db = self.0.store.write().await?;
        let client = confirmed(&mut db, &client).await?;
        sessions::end_of_client(&mut db, &client.id, visit.now).await?;
        clients::delete(&mut db, &client.id).await?;
        visit.changes.cookie = super::CookieChange::Remove;
        visit.changes.sessions_changed = true;
        visit.commit(db, Durability::Credential).await?;
        Ok(())
    }

    /// A fresh token of the session that this cookie's client has.
    pub(crate) async fn fresh_token(
        &self,
        client_token: Option<&str>,
        id: &str,
        origin: &str,
    ) -> Result<String, ApiError> {
        let signed_out = || ApiError::new(ErrorCode::AuthenticationInvalid);
        let digest = client_token.map(|token| Visit::token_digest(self.0, token));
        let digest = digest.ok_or_else(signed_out)?;
        let now = self.0.clock.now();
        let session = sessions::of_token(&mut *self.0.store.read().await?, &digest, id).await?;
        let session =
            session.filter(|session| SessionLimits::of(&self.0.settings).is_live(session, now));
        match session {
            Some(session) => self.token(&session, origin, now),
            None => Err(self.why_not(client_token, id).await?),
        }
    }

    /// Why there is no token: the browser is signed out, or the session is another browser's.
    async fn why_not(&self, client_token: Option<&str>, id: &str) -> Result<ApiError, ApiError> {
        let client = Visit::find_client(self.0, client_token).await?;
        let session = sessions::by_id(&mut *self.0.store.read().await?, id).await?;
        let is_elsewhere = client
            .is_some_and(|client| session.is_none_or(|session| session.client_id != client.id));
        let code = if is_elsewhere {
            ErrorCode::ResourceNotFound
        } else {
            ErrorCode::AuthenticationInvalid
        };
        Ok(ApiError::new(code))
    }

    /// A fresh token of the session.
    pub(crate) fn token(
        &self,
        session: &Session,
        origin: &str,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        let ages = factor_ages(session, now);
        let origin = Some(origin.to_owned());
        let claims = SessionClaims::new(
            &self.0.issuer,
            &session.user_id,
            &session.id,
            origin,
            ages,
            now,
        );
        self.0
            .keyring
            .sign(&claims, now)
            .map_err(ApiError::internal)
    }
}

/// Minutes since each factor was verified; -1 for never.
pub(crate) fn factor_ages(session: &Session, now: Timestamp) -> [i64; 2] {
    let minutes = |at: Timestamp| i64::try_from(now.since(at).as_secs() / 60).unwrap_or(i64::MAX);
    [session.first_factor_at, session.second_factor_at].map(|at| at.map_or(-1, minutes))
}
