//! Users as app servers see them.

use serde::Serialize;
use thyra_wire::Timestamp;

use crate::error::ApiError;
use crate::guard::{Lockout, TryDecision};
use crate::instance::Instance;
use crate::store::{Connection, User, lockouts};

/// What the user themselves may see, and what only the app's server may.
#[derive(Debug, Serialize)]
pub(super) struct UserJson {
    #[serde(flatten)]
    public: thyra_wire::User,
    password_last_updated_at: Option<Timestamp>,
    private_metadata: serde_json::Value,
    banned: bool,
    locked: bool,
    lockout_expires_in_seconds: Option<u64>,
    verification_attempts_remaining: u32,
    last_active_at: Option<Timestamp>,
    locale: Option<String>,
}

impl UserJson {
    /// The user, with the state of their lock read from the database.
    pub(super) async fn load(
        auth: &Instance,
        db: &mut Connection,
        user: User,
    ) -> Result<Self, ApiError> {
        let lockout = lockouts::get(db, &user.id).await?;
        Ok(Self::new(auth, user, lockout))
    }

    /// The same for several users, read at once.
    pub(super) async fn load_all(
        auth: &Instance,
        db: &mut Connection,
        users: Vec<User>,
    ) -> Result<Vec<Self>, ApiError> {
        let ids: Vec<_> = users.iter().map(|user| user.id.as_str()).collect();
        let mut lockouts = lockouts::of_all(db, &ids).await?;
        let with_own = |user: User| {
            let lockout = lockouts.remove(&user.id).unwrap_or_default();
            Self::new(auth, user, lockout)
        };
        Ok(users.into_iter().map(with_own).collect())
    }

    fn new(auth: &Instance, user: User, lockout: Lockout) -> Self {
        let decision = lockout.may_try(auth.clock.now(), &auth.lockout_policy);
        let opens_after = match decision {
            TryDecision::Locked { opens_after } => Some(opens_after.as_secs()),
            _ => None,
        };
        Self {
            public: crate::http::user(&user),
            password_last_updated_at: user.password_updated_at,
            private_metadata: user.private_metadata,
            banned: user.is_banned,
            locked: opens_after.is_some() || decision == TryDecision::LockedForGood,
            lockout_expires_in_seconds: opens_after,
            verification_attempts_remaining: lockout.remaining(&auth.lockout_policy),
            last_active_at: user.last_active_at,
            locale: None,
        }
    }
}

/// What is left of a resource that was deleted.
#[derive(Debug, Serialize)]
pub(super) struct Deleted {
    object: &'static str,
    id: String,
    deleted: bool,
}

impl Deleted {
    pub(super) fn new(object: &'static str, id: String) -> Self {
        Self {
            object,
            id,
            deleted: true,
        }
    }
}
