//! The lock of an account.
//!
//! Failed tries belong to the account, or to the identifier when nobody has it; a fresh attempt, cookie or address
//! resets nothing. A try counts as failed before it is evaluated, in a transaction that no other one overlaps, so that
//! parallel guesses are never evaluated more often than the limit allows: either in the same transaction, or in one that
//! was committed before. A sign-in clears the counter; a first factor alone does not, or a right password would buy
//! endless guesses at the second one.

use std::time::Duration;

use thyra_wire::{ErrorCode, Timestamp};

use crate::error::ApiError;
use crate::flow::{SignIn, Subject};
use crate::guard::{LockoutPolicy, TryDecision};
use crate::instance::Instance;
use crate::store::{Connection, Durability, StoreError, lockouts};
use crate::token::Purpose;

/// What an account that is locked for good says about when it opens: clients show a time, so it has to be one.
const FOR_GOOD: Duration = Duration::from_secs(365 * 24 * 3600);

/// Whose tries are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountLock {
    account: String,
    /// Whether there is somebody whom a lock for good protects.
    is_owned: bool,
}

impl AccountLock {
    /// The lock of the account that the attempt is about.
    pub(crate) fn of(auth: &Instance, attempt: &SignIn) -> Self {
        match &attempt.subject {
            Subject::User(user_id) => Self::owned(user_id.clone()),
            Subject::Nobody | Subject::Newcomer | Subject::Unknown => {
                // Who says nothing about themselves is told apart by their browser: nobody else's tries are theirs. No
                // identifier looks like the id of a client.
                let identifier = attempt.identifier.as_deref();
                let account = identifier.unwrap_or(&attempt.client_id);
                // A digest: the table must not list whom somebody looked for.
                let digest = auth.master.mac(Purpose::UnknownAccount, account.as_bytes());
                // As for an account: what happens to the lock must not tell that there is none.
                Self::owned(digest.to_text())
            }
        }
    }

    fn owned(account: String) -> Self {
        Self {
            account,
            is_owned: true,
        }
    }

    /// The lock of an address that somebody wants to prove as theirs, whether or not it has an account already.
    pub(crate) fn of_new_address(auth: &Instance, address: &str) -> Self {
        let digest = auth.master.mac(Purpose::NewAddress, address.as_bytes());
        Self {
            account: digest.to_text(),
            is_owned: false,
        }
    }

    /// The lock of a user's account.
    pub(crate) fn of_user(user_id: &str) -> Self {
        Self::owned(user_id.to_owned())
    }

    /// Counts a try. The inner error is the answer while the account is locked.
    pub(crate) async fn count_try(
        &self,
        db: &mut Connection,
        policy: &LockoutPolicy,
        now: Timestamp,
    ) -> Result<Result<(), ApiError>, StoreError> {
        let lockout = lockouts::get(db, &self.account).await?;
        let lockout = match self.is_owned {
            true => lockout,
            false => lockout.of_nobody(),
        };
        let decision = lockout.may_try(now, policy);
        if decision == TryDecision::Allowed {
            let counted = lockout.after_failure(now, policy);
            lockouts::put(db, &self.account, counted, now).await?;
        }
        Ok(match decision {
            TryDecision::Allowed => Ok(()),
            TryDecision::Locked { opens_after } => Err(locked(opens_after)),
            TryDecision::LockedForGood => Err(locked(FOR_GOOD)),
        })
    }

    /// The try was no guess, or was right and more is asked for. What earlier tries left stays.
    pub(crate) async fn take_back(
        &self,
        db: &mut Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let lockout = lockouts::get(db, &self.account)
            .await?
            .without_last_failure();
        lockouts::put(db, &self.account, lockout, now).await
    }

    /// Takes back a try that ended in an error without having been a wrong answer.
    pub(crate) async fn settle<T>(
        &self,
        auth: &Instance,
        result: Result<T, ApiError>,
        was_guess: bool,
        now: Timestamp,
    ) -> Result<T, ApiError> {
        if result.is_err() && !was_guess {
            let mut db = auth.store.write().await?;
            self.take_back(&mut db, now).await?;
            db.commit(Durability::Attempt).await?;
        }
        result
    }

    /// Somebody signed in.
    pub(crate) async fn clear(&self, db: &mut Connection) -> Result<(), StoreError> {
        if lockouts::get(db, &self.account).await?.is_by_hand() {
            return Ok(());
        }
        lockouts::delete(db, &self.account).await
    }

    /// The answer to whoever was right, when the account was locked by hand while that was found out.
    pub(crate) async fn by_hand(
        &self,
        db: &mut Connection,
    ) -> Result<Option<ApiError>, StoreError> {
        let lockout = lockouts::get(db, &self.account).await?;
        Ok(lockout.is_by_hand().then(|| locked(FOR_GOOD)))
    }
}

fn locked(opens_after: Duration) -> ApiError {
    ApiError::new(ErrorCode::UserLocked).with_lockout(opens_after)
}
