//! SQL, and nothing else.
//!
//! Nothing above this module knows which database it is. Every statement is a constant with bound parameters. Writes
//! go through one connection, so that a transaction that reads before it writes needs no retry; it takes SQLite's
//! write lock at once (`BEGIN IMMEDIATE`), because a command line tool may write from another process. `synchronous`
//! is `FULL`: what was acknowledged survives a power cut.

pub(crate) mod clients;
pub(crate) mod codes;
pub(crate) mod instance;
pub(crate) mod lockouts;
pub(crate) mod mails_to;
mod open;
pub(crate) mod outbox;
mod retention;
pub(crate) mod sessions;
pub(crate) mod sign_ins;
pub(crate) mod sign_ups;
pub(crate) mod signing_keys;
pub(crate) mod user_list;
pub(crate) mod users;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::pool::PoolConnection;
use sqlx::{Pool, Sqlite, Transaction};
use thyra_wire::Timestamp;

pub(crate) use clients::Client;
pub(crate) use codes::{Code, NewCode};

pub(crate) use outbox::OutboxRow;
pub(crate) use retention::{LITTER, Litter};
pub(crate) use sessions::{LiveAt, Session, SessionFilter, SessionTime};
pub(crate) use user_list::{UserColumn, UserFilter, UserOrder};
pub(crate) use users::{EmailAddress, NewEmailAddress, User, UserUpdate};

/// The database engine. Only this module's files name it.
pub(crate) type Database = Sqlite;
/// One connection; the argument of every statement function below.
pub(crate) type Connection = <Sqlite as sqlx::Database>::Connection;
type Row = <Sqlite as sqlx::Database>::Row;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another row has this value in a column where each value may stand once.
    #[error("another row has this {0}")]
    Conflict(String),
    /// The database cannot be reached, read or written at the moment.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row does not hold what it should.
    #[error("a stored {what} cannot be read: {why}")]
    Corrupt {
        /// What the row stands for.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The database refused a statement.
    #[error("the database refused a statement: {0}")]
    Refused(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether trying again later can help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether `column` is the one in which another row has the value.
    pub(crate) fn is_conflict_on(&self, column: &str) -> bool {
        matches!(self, Self::Conflict(at) if at == column)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        match &error {
            Database(database) if database.is_unique_violation() => {
                Self::Conflict(column_of(database.message()))
            }
            Database(database) if is_passing(database.code().as_deref()) => {
                Self::Unavailable(error.to_string())
            }
            Io(_) | PoolClosed | PoolTimedOut | WorkerCrashed => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Refused(error),
        }
    }
}

/// `UNIQUE constraint failed: email_addresses.email_address` → `email_address`.
fn column_of(message: &str) -> String {
    message.rsplit('.').next().unwrap_or_default().to_owned()
}

/// SQLite's result codes for a busy, full, read-only, broken or missing database; extended ones in the low byte.
fn is_passing(code: Option<&str>) -> bool {
    const BUSY_LOCKED_READONLY_IO_CORRUPT_FULL_CANTOPEN: [u32; 7] = [5, 6, 8, 10, 11, 13, 14];
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| BUSY_LOCKED_READONLY_IO_CORRUPT_FULL_CANTOPEN.contains(&(code & 0xff)))
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    readers: Pool<Database>,
    writer: Pool<Database>,
    file: Option<open::DatabaseFile>,
    round_trips: Arc<AtomicU64>,
}

impl Store {
    /// A connection for reading.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Database>, StoreError> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        Ok(self.readers.acquire().await?)
    }

    /// A transaction. Nothing of it happened unless it is committed.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Database>, StoreError> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        // SQLite goes on writing into a deleted file: people would get answers for what no restart will find.
        if let Some(file) = &self.file {
            file.check()?;
        }
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether the database answers.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        if let Some(file) = &self.file {
            file.check()?;
        }
        sqlx::query("SELECT 1")
            .execute(&mut *self.read().await?)
            .await?;
        Ok(())
    }

    /// How many connections and transactions were taken so far: tests compare two ways through the same code.
    #[cfg(test)]
    pub(crate) fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::Relaxed)
    }
}

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn json(text: &str, what: &'static str) -> Result<serde_json::Value, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        what,
        why: error.to_string(),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
