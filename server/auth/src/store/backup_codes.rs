//! Backup codes, as digests.
//!
//! A code is used up by one conditional statement: of a hundred parallel right answers one wins. A new set takes the place
//! of all codes there were.

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query};

/// Gives the user these codes, and no others.
pub(crate) async fn replace(
    db: &mut Connection,
    user_id: &str,
    digests: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    delete(db, user_id).await?;
    for digest in digests {
        query("INSERT INTO backup_codes (user_id, digest, created_at) VALUES ($1, $2, $3)")
            .bind(user_id)
            .bind(digest)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    }
    Ok(())
}

/// Whether the user has this code, not used yet.
pub(crate) async fn is_unused(
    db: &mut Connection,
    user_id: &str,
    digest: &str,
) -> Result<bool, StoreError> {
    let found =
        query("SELECT 1 FROM backup_codes WHERE user_id = $1 AND digest = $2 AND used_at IS NULL")
            .bind(user_id)
            .bind(digest)
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}

/// Uses the code up. False when it was used before, or is not the user's any more.
pub(crate) async fn consume(
    db: &mut Connection,
    user_id: &str,
    digest: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let used = query(
        "UPDATE backup_codes SET used_at = $3 WHERE user_id = $1 AND digest = $2 AND used_at IS NULL
         RETURNING digest",
    )
    .bind(user_id)
    .bind(digest)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(used.is_some())
}

pub(crate) async fn delete(db: &mut Connection, user_id: &str) -> Result<(), StoreError> {
    query("DELETE FROM backup_codes WHERE user_id = $1")
        .bind(user_id)
        .execute(db)
        .await?;
    Ok(())
}
