//! Failed tries, counted for the account. What a count means is the guard's business.

use std::collections::HashMap;

use thyra_wire::Timestamp;

use super::{Connection, Row, StoreError, query, time};
use crate::guard::Lockout;

pub(crate) async fn get(db: &mut Connection, account: &str) -> Result<Lockout, StoreError> {
    let row = query("SELECT failures, locked_until FROM lockouts WHERE account = $1")
        .bind(account)
        .fetch_optional(db)
        .await?;
    row.as_ref().map_or(Ok(Lockout::default()), from_row)
}

/// Those of several accounts. One of which nothing is known is not among them.
pub(crate) async fn of_all(
    db: &mut Connection,
    accounts: &[&str],
) -> Result<HashMap<String, Lockout>, StoreError> {
    let rows = query(
        "SELECT account, failures, locked_until FROM lockouts WHERE account IN (SELECT value FROM json_each($1))",
    )
    .bind(serde_json::json!(accounts).to_string())
    .fetch_all(db)
    .await?;
    let of_row = |row: &Row| Ok((row.get("account")?, from_row(row)?));
    rows.iter().map(of_row).collect()
}

fn from_row(row: &Row) -> Result<Lockout, StoreError> {
    Ok(Lockout {
        failures: u32::try_from(row.get::<i64>("failures")?).unwrap_or(u32::MAX),
        locked_until: row.get::<Option<i64>>("locked_until")?.map(time),
    })
}

pub(crate) async fn put(
    db: &mut Connection,
    account: &str,
    lockout: Lockout,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO lockouts (account, failures, locked_until, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until,
         updated_at = excluded.updated_at",
    )
    .bind(account)
    .bind(i64::from(lockout.failures))
    .bind(lockout.locked_until.map(Timestamp::as_millis))
    .bind(now.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// The name under which tries at one part of an account are counted, beside those at the whole.
pub(crate) fn part_of(account: &str, part: &str) -> String {
    format!("{account}/{part}")
}

/// Opens an account with all its parts.
pub(crate) async fn delete_with_parts(
    db: &mut Connection,
    account: &str,
) -> Result<(), StoreError> {
    delete(db, account).await?;
    // After the slash comes the zero.
    query("DELETE FROM lockouts WHERE account > $1 AND account < $2")
        .bind(format!("{account}/"))
        .bind(format!("{account}0"))
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn delete(db: &mut Connection, account: &str) -> Result<(), StoreError> {
    query("DELETE FROM lockouts WHERE account = $1")
        .bind(account)
        .execute(db)
        .await?;
    Ok(())
}
