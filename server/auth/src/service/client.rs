//! The client as an answer shows it.

use super::{SessionService, Visit, confirmed};
use crate::error::ApiError;
use crate::flow::{SignIn, SignUp};
use crate::instance::Instance;
use crate::store::{Client, Session, User, attempts};

/// Everything an answer says about a client.
pub(crate) struct ClientView {
    pub(crate) client: Client,
    /// The sessions that open something, with their users and a fresh token each.
    pub(crate) sessions: Vec<(Session, User, String)>,
    /// The attempts that can be continued.
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) sign_up: Option<SignUp>,
}

impl ClientView {
    /// Reads it.
    pub(crate) async fn load(auth: &Instance, visit: &Visit) -> Result<Option<Self>, ApiError> {
        let Some(client) = &visit.kept.client else {
            return Ok(None);
        };
        let service = SessionService(auth);
        let mut db = auth.store.read_snapshot().await?;
        let client = if visit.kept.made_cookie() {
            client.clone()
        } else {
            confirmed(&mut db, client).await?
        };
        let live = match &visit.kept.changes.sessions {
            Some(known) => known.clone(),
            None => service.live_in(&mut db, &client, visit.now).await?,
        };
        let known = visit.kept.changes.sign_in.as_ref();
        let sign_in = match &client.sign_in_id {
            Some(id) => match known.filter(|attempt| attempt.id == *id) {
                Some(attempt) => Some(attempt.clone()),
                None => attempts::find(&mut db, id, &client.id).await?,
            },
            None => None,
        };
        let sign_up = match &client.sign_up_id {
            Some(id) => attempts::find::<SignUp>(&mut db, id, &client.id).await?,
            None => None,
        };
        // Signing takes longer than all of this did: nobody waits for it.
        drop(db);
        let mut sessions = Vec::new();
        for (session, user) in live {
            let token = service.token(&session, &visit.origin, visit.now)?;
            sessions.push((session, user, token));
        }
        Ok(Some(Self {
            client,
            sessions,
            sign_in: sign_in.filter(|attempt| !attempt.is_abandoned(visit.now)),
            sign_up: sign_up.filter(|attempt| !attempt.is_abandoned(visit.now)),
        }))
    }
}
