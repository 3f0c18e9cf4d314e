//! The lock of one second factor.
//!
//! Five wrong answers in a row close it for a quarter of an hour, and nothing is compared meanwhile: six digits that live
//! for minutes are guessed sooner than a password. It stands beside the lock of the account, which counts the same answers
//! with all others, and it closes nothing else: who has lost their app still gets in by a backup code.

use std::time::Duration;

use thyra_wire::{ErrorCode, Timestamp};

use crate::error::ApiError;
use crate::guard::{LockoutPolicy, TryDecision};
use crate::store::{Connection, StoreError, lockouts};

const MAX_FAILURES: u32 = 5;
const CLOSED_FOR: Duration = Duration::from_secs(15 * 60);
/// What a factor says that is closed until somebody opens it by hand.
const FOR_GOOD: Duration = Duration::from_secs(24 * 3600);

/// The lock of a user's factor of one strategy.
pub(super) struct FactorLock(String);

impl FactorLock {
    pub(super) fn new(user_id: &str, strategy: &thyra_wire::Strategy) -> Self {
        Self(lockouts::part_of(user_id, strategy.as_str()))
    }

    /// Counts a try, before anything is compared. The inner error is the answer while the factor is closed.
    pub(super) async fn count_try(
        &self,
        db: &mut Connection,
        now: Timestamp,
    ) -> Result<Result<(), ApiError>, StoreError> {
        let policy = LockoutPolicy::new(MAX_FAILURES, CLOSED_FOR);
        let lockout = lockouts::get(db, &self.0).await?;
        let opens_after = match lockout.may_try(now, &policy) {
            TryDecision::Allowed => {
                let counted = lockout.after_failure(now, &policy);
                lockouts::put(db, &self.0, counted, now).await?;
                return Ok(Ok(()));
            }
            TryDecision::Locked { opens_after } => opens_after,
            TryDecision::LockedForGood => FOR_GOOD,
        };
        let closed = ApiError::new(ErrorCode::TooManyRequests);
        Ok(Err(closed.with_retry_after(opens_after)))
    }

    /// The answer was right.
    pub(super) async fn clear(&self, db: &mut Connection) -> Result<(), StoreError> {
        lockouts::delete(db, &self.0).await
    }
}
