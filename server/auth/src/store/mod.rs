//! SQL, and nothing else.
//!
//! Nothing above this module knows which database it is, and here only the files that carry statements out do:
//! `connection`, `query`, `readers`, `writer`, `log`, `migrations`, `statistics`, `open`, `backup`. Every statement is a constant with bound
//! parameters. Writes go through one connection, one transaction after the other. What was acknowledged survives the
//! end of the process; what makes or changes a credential survives a power cut too, see [`Durability`].

pub(crate) mod attempts;
mod backup;
pub(crate) mod backup_codes;
pub(crate) mod challenges;
pub(crate) mod clients;
mod connection;
pub(crate) mod instance;
pub(crate) mod lockouts;
mod log;
pub(crate) mod mails_to;
mod migrations;
mod open;
pub(crate) mod outbox;
pub(crate) mod phone_numbers;
mod query;
mod readers;
mod retention;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
mod statistics;
pub(crate) mod tickets;
pub(crate) mod totp;
pub(crate) mod user_list;
pub(crate) mod users;
mod writer;

use std::sync::atomic::{AtomicU64, Ordering};

use thyra_wire::Timestamp;

pub use backup::BackupError;
pub(crate) use backup::back_up;
pub(crate) use challenges::{Challenge, ChallengeKey, NewChallenge};
pub(crate) use clients::{Client, Predecessor};
pub(crate) use connection::Connection;
pub(crate) use open::path_of;
pub(crate) use outbox::OutboxRow;
pub(crate) use phone_numbers::{NewPhoneNumber, PhoneNumber, PhoneNumberUpdate};
pub(crate) use retention::{LITTER, Litter};
pub(crate) use sessions::{LiveAt, Session, SessionFilter, SessionTime};
pub(crate) use tickets::{
    InvitationColumn, InvitationFilter, InvitationOrder, InvitationState, Ticket, TicketDetails,
    TicketKind, TicketStatus,
};
pub(crate) use totp::Totp;
pub(crate) use user_list::{UserColumn, UserFilter, UserOrder};
pub(crate) use users::{EmailAddress, NewEmailAddress, User, UserUpdate};
pub(crate) use writer::{Durability, Transaction};

use query::{QueryBuilder, Row, query};
use readers::{Reader, Readers};
use writer::Writer;

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
    Refused(#[source] rusqlite::Error),
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

impl StoreError {
    fn closed() -> Self {
        Self::Unavailable("it was closed".to_owned())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Refused(error);
        };
        match code.extended_code {
            UNIQUE | PRIMARY_KEY => Self::Conflict(column_of(message.as_deref())),
            code if is_passing(code) => Self::Unavailable(error.to_string()),
            _ => Self::Refused(error),
        }
    }
}

const UNIQUE: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
const PRIMARY_KEY: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY;

/// `UNIQUE constraint failed: email_addresses.email_address` → `email_address`.
fn column_of(message: Option<&str>) -> String {
    let column = message.and_then(|message| message.rsplit('.').next());
    column.unwrap_or_default().to_owned()
}

/// SQLite's result codes for a busy, full, read-only, broken or missing database; extended ones in the low byte.
fn is_passing(code: i32) -> bool {
    const BUSY_LOCKED_READONLY_IO_CORRUPT_FULL_CANTOPEN: [i32; 7] = [5, 6, 8, 10, 11, 13, 14];
    BUSY_LOCKED_READONLY_IO_CORRUPT_FULL_CANTOPEN.contains(&(code & 0xff))
}

/// The database.
#[derive(Debug)]
pub(crate) struct Store {
    readers: Readers,
    writer: Writer,
    file: open::DatabaseFile,
    round_trips: AtomicU64,
}

impl Store {
    /// A connection for reading.
    pub(crate) async fn read(&self) -> Result<Reader, StoreError> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        self.readers.take()
    }

    /// A connection for reading several things that belong together.
    pub(crate) async fn read_snapshot(&self) -> Result<Reader, StoreError> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        self.readers.take_snapshot()
    }

    /// A transaction, when its turn comes.
    pub(crate) async fn write(&self) -> Result<Transaction, StoreError> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        // SQLite goes on writing into a deleted file: people would get answers for what no restart will find.
        self.file.check()?;
        self.writer.begin().await
    }

    /// Whether the database answers.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        self.file.check()?;
        self.writer.check()?;
        query("SELECT 1")
            .fetch_optional(&mut *self.read().await?)
            .await
            .map(drop)
    }

    /// How many connections and transactions were taken so far: tests compare two ways through the same code.
    #[cfg(test)]
    pub(crate) fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::Relaxed)
    }
}

/// What `SELECT COUNT(*)` found.
fn count_of(row: Option<Row>) -> Result<u64, StoreError> {
    let count = row.map_or(Ok(0), |row| row.first::<i64>())?;
    Ok(u64::try_from(count).unwrap_or(0))
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
pub(crate) use query::recorded;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
