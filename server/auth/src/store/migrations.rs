//! The tables, brought up to date.

use super::{Connection, StoreError, statistics};

/// Every migration, oldest first. One that was released is never changed.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_initial.sql"),
    include_str!("../../migrations/0002_mails_to.sql"),
    include_str!("../../migrations/0003_retention.sql"),
    include_str!("../../migrations/0004_fewer_pages.sql"),
    include_str!("../../migrations/0005_challenges.sql"),
    include_str!("../../migrations/0006_grace.sql"),
    include_str!("../../migrations/0007_user_search.sql"),
    include_str!("../../migrations/0008_second_factors.sql"),
    include_str!("../../migrations/0009_tickets.sql"),
    include_str!("../../migrations/0010_phone_numbers.sql"),
];

/// Runs what has not run yet, all of it or nothing, and drops statistics. The number of those that ran is SQLite's `user_version`.
pub(super) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    begin_and_run(connection).map_err(|error| {
        StoreError::Unavailable(format!(
            "the tables could not be brought up to date: {error}"
        ))
    })
}

fn begin_and_run(connection: &Connection) -> Result<(), StoreError> {
    let sqlite = connection.sqlite();
    if is_up_to_date(sqlite)? {
        return Ok(());
    }
    connection.run("BEGIN IMMEDIATE")?;
    let done = migrations_done(sqlite)?;
    if done > MIGRATIONS.len() {
        return Err(StoreError::Unavailable(
            "a newer version of the program made them".to_owned(),
        ));
    }
    for migration in &MIGRATIONS[done..] {
        sqlite.execute_batch(migration)?;
    }
    sqlite.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    statistics::forget(sqlite)?;
    Ok(connection.run("COMMIT")?)
}

/// Whether there is nothing to do. Asked without a transaction: the first that writes waits for the disk, for longer than
/// the whole start may take.
fn is_up_to_date(sqlite: &rusqlite::Connection) -> Result<bool, StoreError> {
    let version: i64 = sqlite.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version == MIGRATIONS.len() as i64 && !statistics::exist(sqlite)?)
}

fn migrations_done(sqlite: &rusqlite::Connection) -> Result<usize, StoreError> {
    let number = |sql: &str| sqlite.query_row(sql, [], |row| row.get::<_, i64>(0));
    let version = number("PRAGMA user_version")?;
    // Databases of the first builds counted in a table.
    let done = if version == 0 && sqlite.table_exists(None, "_sqlx_migrations")? {
        number("SELECT COUNT(*) FROM _sqlx_migrations")?
    } else {
        version
    };
    Ok(usize::try_from(done).unwrap_or(0))
}
