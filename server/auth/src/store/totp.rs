//! The secrets of authenticator apps.
//!
//! A user has one, and it is good for nothing before its first code came: until then another one takes its place, and
//! afterwards none does. A code belongs to a step of time. The newest step that was accepted is raised by one conditional
//! statement: of a hundred parallel right answers one wins, and no code of that step or of an earlier one is right again.

use thyra_wire::Timestamp;

use super::{Connection, Row, StoreError, query, time};

/// A user's secret, as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Totp {
    pub(crate) id: String,
    pub(crate) sealed_secret: Vec<u8>,
    /// Of the newest code that was accepted.
    pub(crate) last_step: i64,
    /// When the first code came; absent as long as the secret is only on offer.
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

impl Totp {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            sealed_secret: row.get("sealed_secret")?,
            last_step: row.get("last_step")?,
            verified_at: row.get::<Option<i64>>("verified_at")?.map(time),
            created_at: time(row.get("created_at")?),
        })
    }
}

pub(crate) async fn of_user(
    db: &mut Connection,
    user_id: &str,
) -> Result<Option<Totp>, StoreError> {
    let row = query("SELECT * FROM totp WHERE user_id = $1")
        .bind(user_id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(Totp::from_row).transpose()
}

/// Puts a secret on offer, in the place of one that was never answered. False when the user has one in use.
pub(crate) async fn offer(
    db: &mut Connection,
    user_id: &str,
    totp: &Totp,
) -> Result<bool, StoreError> {
    let offered = query(
        "INSERT INTO totp (user_id, id, sealed_secret, last_step, verified_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, sealed_secret = excluded.sealed_secret,
         last_step = excluded.last_step, verified_at = excluded.verified_at, created_at = excluded.created_at,
         updated_at = excluded.updated_at WHERE totp.verified_at IS NULL RETURNING id",
    )
    .bind(user_id)
    .bind(&totp.id)
    .bind(totp.sealed_secret.as_slice())
    .bind(totp.last_step)
    .bind(totp.verified_at.map(Timestamp::as_millis))
    .bind(totp.created_at.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(offered.is_some())
}

/// Takes the secret with this id into use, by its first code. False when another one is on offer, or it is in use already.
pub(crate) async fn verify(
    db: &mut Connection,
    user_id: &str,
    id: &str,
    step: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let verified = query(
        "UPDATE totp SET verified_at = $4, updated_at = $4, last_step = $3 WHERE user_id = $1 AND id = $2
         AND verified_at IS NULL RETURNING id",
    )
    .bind(user_id)
    .bind(id)
    .bind(step)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(verified.is_some())
}

/// Accepts a code of this step. False when one of this step or of a later one was accepted before.
pub(crate) async fn accept(
    db: &mut Connection,
    user_id: &str,
    step: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let accepted = query(
        "UPDATE totp SET last_step = $2, updated_at = $3 WHERE user_id = $1 AND last_step < $2
         AND verified_at IS NOT NULL RETURNING id",
    )
    .bind(user_id)
    .bind(step)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(accepted.is_some())
}

/// The id of the secret that is gone now; `None` when there was none.
pub(crate) async fn delete(
    db: &mut Connection,
    user_id: &str,
) -> Result<Option<String>, StoreError> {
    let row = query("DELETE FROM totp WHERE user_id = $1 RETURNING id")
        .bind(user_id)
        .fetch_optional(db)
        .await?;
    row.map(|row| row.get("id")).transpose()
}
