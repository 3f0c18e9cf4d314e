//! A new password, where a sign-in asks for one.
//!
//! Setting it proves nothing: a second factor is asked for afterwards as ever. Whoever knew the old password may be
//! signed in somewhere, so all sessions of the user end unless they say otherwise, and the owner hears of it by mail.

use thyra_wire::{ErrorCode, SignInStatus};

use super::notices::tell_owner;
use super::sign_in::{OpenSignIn, refused};
use super::{AccountLock, SignInService, Visit};
use crate::delivery::Notice;
use crate::error::ApiError;
use crate::flow::{Event, SignIn, Subject};
use crate::params::Params;
use crate::store::{Connection, Durability, User, UserUpdate, sessions, users};

impl SignInService<'_> {
    /// Sets the password that the attempt asks for.
    pub(crate) async fn reset_password(
        &self,
        visit: &mut Visit,
        id: &str,
        request: &Params,
    ) -> Result<SignIn, ApiError> {
        let password = request.secret("password")?;
        let password = password.ok_or_else(|| ApiError::of(ErrorCode::FormParamNil, "password"))?;
        let ends_sessions = request.flag("sign_out_of_other_sessions")?.unwrap_or(true);
        // Hashing is work: nobody has it done for an attempt that does not ask for it.
        let seen = self.find(visit, id).await?;
        if visit.is_repeated() && seen.is_over() {
            return Ok(seen);
        }
        expect_due(&seen)?;
        let about: Vec<_> = seen.identifier.iter().map(String::as_str).collect();
        let tools = self.0.tools();
        tools.check_new_password(&password, "password", &about)?;
        let hash = self.0.hasher.hash(password).await?;
        let OpenSignIn { attempt, mut db } = self.open(visit, id).await?;
        let user = self.owner(&mut db, &attempt).await?;
        let attempt = match self.known(&mut db, &attempt).await? {
            Some(known) => attempt.with_second_factors(known.second_factors),
            None => attempt,
        };
        let event = Event::NewPasswordSet;
        let (mut attempt, effects) = attempt.apply(event, visit.now).map_err(refused)?;
        let change = UserUpdate {
            password_hash: Some(Some(hash)),
            ..UserUpdate::default()
        };
        users::update(&mut db, &user.id, &change, visit.now).await?;
        if ends_sessions {
            sessions::revoke_of_user(&mut db, &user.id, visit.now).await?;
            visit.changes.sessions_changed = true;
        }
        let changed = Notice::PasswordChanged;
        tell_owner(self.0, &mut db, &user, changed, visit.now).await?;
        if effects.is_empty() {
            self.save(visit, &mut db, &attempt).await?;
        } else {
            attempt = self.complete(visit, &mut db, attempt, effects).await?;
        }
        visit.commit(db, Durability::Credential).await?;
        self.0.wake_deliveries();
        Ok(attempt)
    }

    /// Whose password it is. Much may have happened since they proved that it is theirs.
    async fn owner(&self, db: &mut Connection, attempt: &SignIn) -> Result<User, ApiError> {
        let gone = || ApiError::new(ErrorCode::ResourceNotFound);
        let Subject::User(user_id) = &attempt.subject else {
            return Err(gone());
        };
        let user = users::by_id(db, user_id).await?.ok_or_else(gone)?;
        if user.is_banned {
            return Err(ApiError::new(ErrorCode::UserBanned));
        }
        match AccountLock::of_user(user_id).by_hand(db).await? {
            Some(locked) => Err(locked),
            None => Ok(user),
        }
    }
}

fn expect_due(attempt: &SignIn) -> Result<(), ApiError> {
    (attempt.status() == SignInStatus::NeedsNewPassword)
        .then_some(())
        .ok_or_else(|| ApiError::new(ErrorCode::StrategyForUserInvalid))
}
