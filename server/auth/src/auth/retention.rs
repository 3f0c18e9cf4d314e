//! Clearing away what is over.

use std::time::{Duration, Instant};

use thyra_wire::Timestamp;

use super::Auth;
use super::clock_watch::ClockWatch;
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
    /// - sign-in tokens and invitations, 30 days after they ran out;
    /// - browsers without sessions: 2 days after their last request when nobody ever signed in, else 30 days;
    /// - failed tries at identifiers that nobody has, after 30 days;
    /// - messages that were sent or given up, and the development outbox, after 7 days.
    ///
    /// An open instance does it every hour, by itself, but not while it has reason to doubt the clock: in the first ten
    /// minutes, and for a day after the clock jumped.
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

    /// Keeps the signing keys current, and sweeps when the last time is long enough ago and the clock can be believed.
    pub(super) async fn keep_house(&self, times: &mut HouseTimes, at: Instant) {
        let is_believed = times.clock.is_believed(self.0.clock.now(), at);
        if let Err(error) = self.refresh_keys(is_believed).await {
            tracing::error!(%error, "the signing keys cannot be read");
        }
        if !is_believed || !times.is_sweep_due(at) {
            return;
        }
        times.swept_at = Some(at);
        match self.sweep().await {
            Ok(count) => tracing::debug!(count, "rows that nobody needs were deleted"),
            Err(error) => tracing::error!(%error, "what is over cannot be deleted"),
        }
    }
}

/// When the housekeeping did what. In time that went by, not by the clock, which may be put back.
#[derive(Debug)]
pub(super) struct HouseTimes {
    clock: ClockWatch,
    swept_at: Option<Instant>,
}

impl HouseTimes {
    /// Of a house that was opened at this moment.
    pub(super) fn new(auth: &Auth, at: Instant) -> Self {
        Self {
            clock: ClockWatch::new(auth.0.clock.now(), at),
            swept_at: None,
        }
    }

    fn is_sweep_due(&self, at: Instant) -> bool {
        self.swept_at.is_none_or(|swept_at| at >= swept_at + EVERY)
    }
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
