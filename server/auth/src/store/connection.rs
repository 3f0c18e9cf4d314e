//! One connection to SQLite, and how it is set up.
//!
//! Statements run on the thread that asks for them. They take microseconds: nothing they do waits for the disk, because
//! the log is synchronised by [`super::log`] and checkpoints are made by [`super::writer`]. Handing each statement to a
//! thread of its own, as asynchronous drivers do, cost ten times what the statement itself does.

use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;

use super::StoreError;

/// How long a transaction waits for another process's.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a checkpoint waits for readers, and everybody who writes with it. Ours take microseconds.
const CHECKPOINT_PATIENCE: Duration = Duration::from_millis(100);
/// More than there are statements.
const CACHED_STATEMENTS: usize = 128;

/// One connection; the argument of every statement function of this module.
pub(crate) struct Connection(rusqlite::Connection);

impl Connection {
    /// A connection that reads and writes, to a database that exists.
    ///
    /// `synchronous` is `NORMAL`: a commit goes into the log and is not synchronised with the disk by SQLite itself.
    /// That is done for many transactions at once, see [`super::log`].
    pub(super) fn open_writer(path: &Path) -> Result<Self, StoreError> {
        let connection = Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let sqlite = &connection.0;
        sqlite.pragma_update(None, "journal_mode", "WAL")?;
        sqlite.pragma_update(None, "synchronous", "NORMAL")?;
        sqlite.pragma_update(None, "wal_autocheckpoint", 0)?;
        sqlite.pragma_update(None, "foreign_keys", true)?;
        Ok(connection)
    }

    /// A connection that reads.
    pub(super) fn open_reader(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn open(path: &Path, access: OpenFlags) -> Result<Self, StoreError> {
        // Nobody else's thread uses a connection while we have it: SQLite need not lock it.
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        Ok(Self(connection))
    }

    /// From now on, says at once when another process writes: whoever waits for it does so without holding a thread.
    pub(super) fn never_wait(&self) -> Result<(), StoreError> {
        Ok(self.0.busy_timeout(Duration::ZERO)?)
    }

    /// Runs a statement that has no values and gives no rows.
    pub(super) fn run(&self, sql: &'static str) -> Result<(), rusqlite::Error> {
        self.0.prepare_cached(sql)?.execute([]).map(drop)
    }

    /// Whether a transaction is open.
    pub(super) fn is_in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }

    /// Moves what is in the log into the database file and begins the log anew. Readers that still need the old one are
    /// waited for: under load there is always one, and the log would grow for ever.
    ///
    /// Waits for the disk, so no asynchronous thread may do it.
    pub(super) fn checkpoint(&self) -> Result<(), StoreError> {
        self.0.busy_timeout(CHECKPOINT_PATIENCE)?;
        let is_done = self
            .0
            .query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| {
                Ok(row.get::<_, i64>(0)? == 0)
            });
        self.0.busy_timeout(Duration::ZERO)?;
        if is_done? {
            // SQLite synchronises the head of a new log when something is written: better here than in somebody's
            // transaction. The value is the one that stands there.
            self.0.pragma_update(None, "application_id", 0)?;
        }
        Ok(())
    }

    /// Writes all that the database holds at this moment into an empty file.
    pub(super) fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        let name = file
            .to_str()
            .ok_or_else(|| StoreError::Unavailable(format!("{} is no text", file.display())))?;
        self.0.execute("VACUUM INTO $1", [name])?;
        Ok(())
    }

    pub(super) fn sqlite(&self) -> &rusqlite::Connection {
        &self.0
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection(…)")
    }
}
