//! Clearing away what is over.

use std::time::Duration;

use thyra_wire::Timestamp;

use super::Auth;
use crate::store::{Durability, LITTER, Litter, StoreError};

/// How often it is looked for.
const EVERY: Duration = Duration::from_secs(3600);
/// How many rows go in one transaction: others wait no longer than for a few milliseconds.
const BATCH: u32 = 200;

impl Auth {
    /// Deletes what nobody needs any more, and gives how much that was, in names that were found:
    ///
    /// - sessions, 30 days after the last moment they could have been used;
    /// - sign-ins and sign-ups after 2 days (they can be continued for one), codes a day after they ran out;
    /// - browsers without sessions: 2 days after their last request when nobody ever signed in, else 30 days;
    /// - failed tries at identifiers that nobody has, after 30 days;
    /// - messages that were sent or given up, and the development outbox, after 7 days.
    ///
    /// An open instance does it every hour, by itself.
    ///
    /// # Errors
    /// When the database does not answer. What was deleted until then stays deleted.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.0.clock.now();
        let mut count = 0;
        for litter in &LITTER {
            count += self.sweep_kind(litter, now).await?;
        }
        Ok(count)
    }

    async fn sweep_kind(&self, litter: &Litter, now: Timestamp) -> Result<usize, StoreError> {
        let mut count = 0;
        loop {
            // Found by a reader: a search through a large table must not hold up those who write.
            let names = litter
                .find(&mut *self.0.store.read().await?, now, BATCH)
                .await?;
            let mut db = self.0.store.write().await?;
            for name in &names {
                litter.delete(&mut db, now, name).await?;
            }
            db.commit(Durability::Attempt).await?;
            count += names.len();
            if names.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                return Ok(count);
            }
        }
    }

    /// Sweeps when the last time is long enough ago.
    pub(super) async fn sweep_when_due(&self, swept_at: &mut Option<Timestamp>) {
        let now = self.0.clock.now();
        if swept_at.is_some_and(|at| now < at + EVERY) {
            return;
        }
        *swept_at = Some(now);
        match self.sweep().await {
            Ok(count) => tracing::debug!(count, "rows that nobody needs were deleted"),
            Err(error) => tracing::error!(%error, "what is over cannot be deleted"),
        }
    }
}
