//! One-time codes.
//!
//! A try is counted before the code is compared, in one statement, so that a thousand parallel guesses are compared
//! at most as often as there are tries. The right code is consumed by one conditional statement: one of a hundred
//! parallel right answers wins.

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query, time};

/// A code to be kept. It takes the place of whatever code the attempt had for this purpose.
#[derive(Clone, Debug)]
pub(crate) struct NewCode {
    pub(crate) id: String,
    pub(crate) attempt_id: String,
    pub(crate) purpose: &'static str,
    pub(crate) target: String,
    pub(crate) digest: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// A code as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) id: String,
    pub(crate) target: String,
    pub(crate) digest: String,
    pub(crate) tries: i64,
    pub(crate) is_consumed: bool,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn replace(db: &mut Connection, code: &NewCode) -> Result<(), StoreError> {
    query("DELETE FROM one_time_codes WHERE attempt_id = $1 AND purpose = $2")
        .bind(&code.attempt_id)
        .bind(code.purpose)
        .execute(&mut *db)
        .await?;
    query(
        "INSERT INTO one_time_codes (id, attempt_id, purpose, target, digest, tries, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
    )
    .bind(&code.id)
    .bind(&code.attempt_id)
    .bind(code.purpose)
    .bind(&code.target)
    .bind(&code.digest)
    .bind(code.created_at.as_millis())
    .bind(code.expires_at.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Until when the code works that this one would replace, when it was made after `since`, for the same target, and can
/// still be answered.
pub(crate) async fn unused_since(
    db: &mut Connection,
    code: &NewCode,
    max_tries: i64,
    since: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let row = query(
        "SELECT expires_at FROM one_time_codes WHERE attempt_id = $1 AND purpose = $2 AND target = $3
         AND consumed_at IS NULL AND tries < $4 AND created_at > $5",
    )
    .bind(&code.attempt_id)
    .bind(code.purpose)
    .bind(&code.target)
    .bind(max_tries)
    .bind(since.as_millis())
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok(time(row.get("expires_at")?))).transpose()
}

/// Counts one try and gives the code as it is with this try counted.
pub(crate) async fn count_try(
    db: &mut Connection,
    attempt_id: &str,
    purpose: &str,
) -> Result<Option<Code>, StoreError> {
    let row = query(
        "UPDATE one_time_codes SET tries = tries + 1 WHERE attempt_id = $1 AND purpose = $2
         RETURNING id, target, digest, tries, consumed_at, expires_at",
    )
    .bind(attempt_id)
    .bind(purpose)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Code {
        id: row.get("id")?,
        target: row.get("target")?,
        digest: row.get("digest")?,
        tries: row.get("tries")?,
        is_consumed: row.get::<Option<i64>>("consumed_at")?.is_some(),
        expires_at: time(row.get("expires_at")?),
    }))
}

/// Uses the code up. False when somebody else did.
pub(crate) async fn consume(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let consumed = query(
        "UPDATE one_time_codes SET consumed_at = $2 WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING id",
    )
    .bind(id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(consumed.is_some())
}
