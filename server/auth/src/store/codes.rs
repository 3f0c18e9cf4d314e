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

/// Which code: an attempt has one for each purpose, and the next one has another id.
#[derive(Clone, Debug)]
pub(crate) struct CodeName {
    attempt_id: String,
    purpose: String,
    id: String,
}

/// A code as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) name: CodeName,
    pub(crate) target: String,
    pub(crate) digest: String,
    pub(crate) tries: i64,
    pub(crate) is_consumed: bool,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn replace(db: &mut Connection, code: &NewCode) -> Result<(), StoreError> {
    query(
        "INSERT INTO one_time_codes (id, attempt_id, purpose, target, digest, tries, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
         ON CONFLICT (attempt_id, purpose) DO UPDATE SET id = excluded.id, target = excluded.target,
         digest = excluded.digest, tries = excluded.tries, consumed_at = excluded.consumed_at,
         created_at = excluded.created_at, expires_at = excluded.expires_at",
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
        name: CodeName {
            attempt_id: attempt_id.to_owned(),
            purpose: purpose.to_owned(),
            id: row.get("id")?,
        },
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
    name: &CodeName,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let consumed = query(
        "UPDATE one_time_codes SET consumed_at = $4 WHERE attempt_id = $1 AND purpose = $2 AND id = $3
         AND consumed_at IS NULL AND expires_at > $4 RETURNING id",
    )
    .bind(&name.attempt_id)
    .bind(&name.purpose)
    .bind(&name.id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(consumed.is_some())
}
