//! The one connection that writes.
//!
//! Transactions come one after the other, so one that reads before it writes needs no retry. Each takes SQLite's write
//! lock at once (`BEGIN IMMEDIATE`), because a command line tool may write from another process.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
use tokio::time::Instant;

use super::connection::BUSY_TIMEOUT;
use super::log::Log;
use super::{Connection, StoreError};

/// How long to wait before another process's lock is tried again.
const BUSY_PAUSE: Duration = Duration::from_millis(5);
/// After so many commits the log is moved into the database file. Some megabytes, and a moment at the next start.
const COMMITS_IN_LOG: u64 = 500;

/// What a transaction survives once it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The end of the process, however sudden. For attempts under way, their codes and messages: after a power cut
    /// people begin again.
    Attempt,
    /// A power cut too. For whatever makes or changes users, passwords, sessions, keys and secrets.
    Credential,
}

/// The connection, and whose turn it is. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    /// Absent once it was closed.
    connection: Arc<Mutex<Option<Connection>>>,
    log: Arc<Log>,
    commits_in_log: Arc<AtomicU64>,
}

/// A transaction. Nothing of it happened unless it is committed.
#[derive(Debug)]
pub(crate) struct Transaction {
    connection: OwnedMappedMutexGuard<Option<Connection>, Connection>,
    writer: Writer,
}

impl Writer {
    /// A writer by this connection, whose commits go into this log.
    pub(super) fn new(connection: Connection, log: Log) -> Result<Self, StoreError> {
        connection.never_wait()?;
        Ok(Self {
            connection: Arc::new(Mutex::new(Some(connection))),
            log: Arc::new(log),
            commits_in_log: Arc::default(),
        })
    }

    /// A transaction, when its turn comes.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        self.check()?;
        let guard = self.connection.clone().lock_owned().await;
        let connection =
            OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::closed())?;
        let mut transaction = Transaction {
            connection,
            writer: self.clone(),
        };
        transaction.take_lock().await?;
        Ok(transaction)
    }

    /// Whether a transaction could be promised to survive.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.log.check()
    }

    /// Waits for what is being written, then lets go of the file.
    pub(super) async fn close(&self) {
        self.connection.lock().await.take();
    }

    #[cfg(test)]
    pub(super) fn log(&self) -> Arc<Log> {
        self.log.clone()
    }
}

impl Transaction {
    async fn take_lock(&mut self) -> Result<(), StoreError> {
        let begin = Instant::now();
        loop {
            match self.connection.run("BEGIN IMMEDIATE") {
                Err(error) if is_busy(&error) && begin.elapsed() < BUSY_TIMEOUT => {
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                result => return Ok(result?),
            }
        }
    }

    /// Makes it happen: all of it, and for as long as `durability` says.
    pub(crate) async fn commit(self, durability: Durability) -> Result<(), StoreError> {
        self.connection.run("COMMIT")?;
        let commit = self.writer.log.note_commit();
        let log = self.writer.log.clone();
        self.checkpoint_when_due();
        match durability {
            Durability::Attempt => Ok(()),
            // A task of its own: whoever asked may go away, and the commit is there for others to see.
            Durability::Credential => {
                tokio::spawn(log.synchronise(commit))
                    .await
                    .map_err(|error| {
                        StoreError::Unavailable(format!("the log was not synchronised: {error}"))
                    })?
            }
        }
    }

    /// Moves the log into the database file every now and then. Writing waits meanwhile, or the log would never come to
    /// its end and grow for good; answering does not, and no asynchronous thread is held up by the disk.
    fn checkpoint_when_due(self) {
        let commits = self.writer.commits_in_log.fetch_add(1, Ordering::Relaxed) + 1;
        if commits < COMMITS_IN_LOG {
            return;
        }
        self.writer.commits_in_log.store(0, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = self.connection.checkpoint() {
                tracing::warn!(%error, "the log could not be moved into the database file");
            }
        });
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.connection.is_in_transaction()
            && let Err(error) = self.connection.run("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }
}
