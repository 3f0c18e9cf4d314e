//! The instance's messages: sent as they come, and shown in development.
//!
//! A few are on their way at once, so that a slow mail server of one recipient holds up nobody else. A message whose
//! code has run out is given up, not sent: the row stays for a while and says why.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{self, FuturesUnordered, StreamExt as _};
use thyra_wire::Timestamp;

use super::Auth;
use super::retention::HouseTimes;
use crate::delivery::{Message, OutboxMessage, SendError, next_try};
use crate::store::{Durability, OutboxRow, StoreError, outbox, users};

/// How many messages one round of deliveries takes up.
const BATCH: u32 = 50;
/// How many messages are on their way at once.
const AT_ONCE: u32 = 8;
/// How long deliveries sleep when nothing wakes them, and how often the keys are looked at.
const PAUSE: Duration = Duration::from_secs(5);

/// Why a message did not leave, and when it is tried again.
struct Undelivered {
    error: SendError,
    next: Option<Timestamp>,
}

impl Auth {
    /// Sends what is due, once. Gives how many messages left.
    ///
    /// # Errors
    /// When the database does not answer. A message that cannot be sent is no error: it is tried again later.
    pub async fn deliver_due_messages(&self) -> Result<usize, StoreError> {
        let rows = self.due(BATCH).await?;
        let at_once = usize::try_from(AT_ONCE).unwrap_or(1);
        let results: Vec<Result<bool, StoreError>> = stream::iter(rows)
            .map(|row| self.deliver(row))
            .buffer_unordered(at_once)
            .collect()
            .await;
        results
            .into_iter()
            .try_fold(0, |sent, is_sent| Ok(sent + usize::from(is_sent?)))
    }

    async fn due(&self, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let auth = &self.0;
        outbox::due(&mut *auth.store.read().await?, auth.clock.now(), limit).await
    }

    async fn deliver(&self, row: OutboxRow) -> Result<bool, StoreError> {
        let auth = &self.0;
        let result = self.hand_over(&row).await;
        let mut db = auth.store.write().await?;
        match &result {
            Ok(()) => outbox::mark_sent(&mut db, &row.id, auth.clock.now()).await?,
            Err(Undelivered { error, next }) => {
                let (tries, is_given_up) = (row.tries + 1, next.is_none());
                tracing::warn!(message_id = row.id, tries, is_given_up, %error, "a message was not sent");
                outbox::mark_failed(&mut db, &row.id, *next, &error.to_string()).await?;
            }
        }
        db.commit(Durability::Attempt).await?;
        Ok(result.is_ok() && row.sealed_message.is_some())
    }

    async fn hand_over(&self, row: &OutboxRow) -> Result<(), Undelivered> {
        let auth = &self.0;
        let given_up = |error| Undelivered { error, next: None };
        let Some(sealed) = &row.sealed_message else {
            return Ok(());
        };
        let message = Message::open(&auth.master, sealed)
            .map_err(|error| given_up(SendError::new(true, error)))?;
        if message.has_run_out(auth.clock.now()) {
            return Err(given_up(SendError::new(true, "its code has run out")));
        }
        if !self.is_wanted(&message).await {
            return Err(given_up(SendError::new(true, "its user is gone")));
        }
        auth.sender.send(&message).await.map_err(|error| {
            let next = next_try(
                row.tries + 1,
                message.last_use(row.created_at),
                auth.clock.now(),
            );
            Undelivered {
                next: next.filter(|_| !error.is_permanent),
                error,
            }
        })
    }

    /// Whether there still is who the message is for. When the database does not answer, it is sent.
    async fn is_wanted(&self, message: &Message) -> bool {
        let Some(user_id) = &message.user_id else {
            return true;
        };
        match self.0.store.read().await {
            Ok(mut db) => !matches!(users::by_id(&mut db, user_id).await, Ok(None)),
            Err(_) => true,
        }
    }

    /// Sends messages as they come, keeps the signing keys current and clears away what is over, until `shutdown`;
    /// then waits for the messages that are on their way.
    pub(super) async fn run_deliveries(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut deliveries = Deliveries::new(self);
        let mut housekeeping = tokio::time::interval(PAUSE);
        let mut times = HouseTimes::new(self, Instant::now());
        loop {
            deliveries.take_up().await;
            tokio::select! {
                () = &mut shutdown => break,
                () = deliveries.one_ends(), if !deliveries.is_empty() => {}
                () = self.0.deliveries_due.notified() => {}
                _ = housekeeping.tick() => {
                    deliveries.is_paused = false;
                    self.keep_house(&mut times, Instant::now()).await;
                }
            }
        }
        while !deliveries.is_empty() {
            deliveries.one_ends().await;
        }
    }

    /// The newest messages: the development outbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = outbox::newest(&mut *self.0.store.read().await?, limit).await?;
        let open = |row: OutboxRow| {
            let message = Message::open(&self.0.master, row.sealed_message.as_deref()?).ok()?;
            Some(message.into_outbox(row.created_at))
        };
        Ok(rows.into_iter().filter_map(open).collect())
    }
}

/// The messages that are on their way.
struct Deliveries<'a> {
    auth: &'a Auth,
    /// Each gives its message's id, and whether what became of it could be stored.
    running: FuturesUnordered<BoxFuture<'a, (String, bool)>>,
    ids: HashSet<String>,
    /// The database does not answer: what is sent now would be sent again and again.
    is_paused: bool,
}

impl<'a> Deliveries<'a> {
    fn new(auth: &'a Auth) -> Self {
        Self {
            auth,
            running: FuturesUnordered::new(),
            ids: HashSet::new(),
            is_paused: false,
        }
    }

    fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Takes up what is due, as far as there is room.
    async fn take_up(&mut self) {
        let at_once = usize::try_from(AT_ONCE).unwrap_or(1);
        if self.is_paused || self.ids.len() >= at_once {
            return;
        }
        // Those on their way are due as well: among this many there is one more, if there is any.
        let rows = match self.auth.due(AT_ONCE).await {
            Ok(rows) => rows,
            Err(error) => return self.pause(&error),
        };
        for row in rows {
            if self.ids.len() < at_once && self.ids.insert(row.id.clone()) {
                self.running.push(deliver_one(self.auth, row).boxed());
            }
        }
    }

    /// Waits until one of them is sent, or not.
    async fn one_ends(&mut self) {
        if let Some((id, is_stored)) = self.running.next().await {
            self.ids.remove(&id);
            self.is_paused |= !is_stored;
        }
    }

    fn pause(&mut self, error: &StoreError) {
        tracing::error!(%error, "the outbox cannot be read");
        self.is_paused = true;
    }
}

async fn deliver_one(auth: &Auth, row: OutboxRow) -> (String, bool) {
    let id = row.id.clone();
    let delivered = auth.deliver(row).await;
    if let Err(error) = &delivered {
        tracing::error!(%error, message_id = id, "what became of a message cannot be stored");
    }
    (id, delivered.is_ok())
}
