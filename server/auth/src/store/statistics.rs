//! What SQLite has noted about how many rows there are: nothing.
//!
//! `ANALYZE` and `PRAGMA optimize` count rows and leave statistics, by which plans are chosen from then on. They are not
//! counted again as the tables grow: those of a database with one user say for good that reading all users is cheap, and a
//! sign-in reads them all. Without statistics SQLite prefers an index wherever there is one, which is what every statement
//! here is written for. So they are dropped at the start, whoever made them, and never made.

use super::StoreError;

/// Every table in which statistics can stand.
const TABLES: [&str; 2] = ["sqlite_stat1", "sqlite_stat4"];

/// Whether there are any.
pub(super) fn exist(sqlite: &rusqlite::Connection) -> Result<bool, StoreError> {
    for table in TABLES {
        if sqlite.table_exists(None, table)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Drops what there is. To be called within a transaction.
pub(super) fn forget(sqlite: &rusqlite::Connection) -> Result<(), StoreError> {
    for table in TABLES {
        if sqlite.table_exists(None, table)? {
            sqlite.execute_batch(&format!("DROP TABLE {table}"))?;
        }
    }
    Ok(())
}
