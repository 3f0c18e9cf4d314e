//! The instance's messages: sent as they come, and shown in development.

use std::time::Duration;

use super::Auth;
use crate::delivery::{Message, OutboxMessage, SendError, next_try};
use crate::store::{Durability, OutboxRow, StoreError, outbox};

/// How many messages one round of deliveries takes up.
const BATCH: u32 = 50;
/// How long deliveries sleep when nothing wakes them.
const PAUSE: Duration = Duration::from_secs(5);

impl Auth {
    /// Sends what is due, once. Gives how many messages left.
    ///
    /// # Errors
    /// When the database does not answer. A message that cannot be sent is no error: it is tried again later.
    pub async fn deliver_due_messages(&self) -> Result<usize, StoreError> {
        let auth = &self.0;
        let rows = outbox::due(&mut *auth.store.read().await?, auth.clock.now(), BATCH).await?;
        let mut sent = 0;
        for row in rows {
            sent += usize::from(self.deliver(&row).await?);
        }
        Ok(sent)
    }

    async fn deliver(&self, row: &OutboxRow) -> Result<bool, StoreError> {
        let auth = &self.0;
        let result = match Message::open(&auth.master, &row.sealed_message) {
            Ok(message) => auth.sender.send(&message).await,
            Err(error) => Err(SendError::new(true, error)),
        };
        let now = auth.clock.now();
        let mut db = auth.store.write().await?;
        let is_sent = match result {
            Ok(()) => {
                outbox::mark_sent(&mut db, &row.id, now).await?;
                true
            }
            Err(error) => {
                let next = if error.is_permanent {
                    None
                } else {
                    next_try(row.tries + 1, row.created_at, now)
                };
                tracing::warn!(message_id = row.id, tries = row.tries + 1, %error, "a message was not sent");
                outbox::mark_failed(&mut db, &row.id, next, &error.to_string()).await?;
                false
            }
        };
        db.commit(Durability::Attempt).await?;
        Ok(is_sent)
    }

    /// Sends messages as they come, and keeps the signing keys current, until `shutdown`.
    pub async fn run_deliveries(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            if let Err(error) = self.deliver_due_messages().await {
                tracing::error!(%error, "the outbox cannot be read");
            }
            if let Err(error) = self.refresh_keys().await {
                tracing::error!(%error, "the signing keys cannot be read");
            }
            tokio::select! {
                () = &mut shutdown => return,
                () = self.0.deliveries_due.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// The newest messages: the development outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = outbox::newest(&mut *self.0.store.read().await?, limit).await?;
        let open = |row: OutboxRow| {
            let message = Message::open(&self.0.master, &row.sealed_message).ok()?;
            Some(message.into_outbox(row.created_at))
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }
}
