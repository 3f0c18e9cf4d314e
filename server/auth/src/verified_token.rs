//! Session tokens, checked in the process that holds the keys.
//!
//! For servers that mount [`Auth`] themselves: no key set to fetch, no other library to trust. A token is believed when
//! one of our keys signed it, its time has come and is not over, it is ours, and it was made for an origin that the
//! settings list. It says that the session was live up to a minute ago; a route for which that is too long asks
//! [`Auth::is_session_live`] as well.

use thyra_wire::Timestamp;

use crate::auth::Auth;
use crate::flow::SessionLimits;
use crate::store::{StoreError, sessions, users};
use crate::token::{TokenError, VerifyRules};

/// What a session token says that was believed: who it speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// `user_…`.
    pub user_id: String,
    /// `sess_…`.
    pub session_id: String,
    /// Minutes since the first and the second factor were verified when the token was made; -1 for never.
    pub factor_verification_age: [i64; 2],
    /// When the token ends.
    pub expires_at: Timestamp,
}

impl Auth {
    /// Who this session token speaks for.
    ///
    /// # Errors
    /// When the token is not to be believed; nothing was looked up in the database then, nor otherwise.
    pub fn verify_session_token(&self, token: &str) -> Result<VerifiedToken, TokenError> {
        let auth = &self.0;
        let policy = auth.settings.redirect_policy();
        let rules = VerifyRules {
            issuer: &auth.issuer,
            authorized_parties: policy.origins(),
        };
        let claims = auth.keyring.verify(token, auth.clock.now(), &rules)?;
        Ok(VerifiedToken {
            user_id: claims.sub,
            session_id: claims.sid,
            factor_verification_age: claims.fva,
            expires_at: Timestamp::from_seconds(claims.exp),
        })
    }

    /// Whether the session opens anything at this moment: it was not ended, its time is not over, and its user exists
    /// and is not banned.
    ///
    /// # Errors
    /// When the database does not answer; then it opens nothing.
    pub async fn is_session_live(&self, session_id: &str) -> Result<bool, StoreError> {
        let auth = &self.0;
        let limits = SessionLimits::of(&auth.settings);
        let mut db = auth.store.read().await?;
        let session = sessions::by_id(&mut db, session_id).await?;
        let live = session.filter(|session| limits.is_live(session, auth.clock.now()));
        let Some(session) = live else {
            return Ok(false);
        };
        let user = users::by_id(&mut db, &session.user_id).await?;
        Ok(user.is_some_and(|user| !user.is_banned))
    }
}
