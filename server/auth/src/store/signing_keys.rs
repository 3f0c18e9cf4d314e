//! Signing keys, sealed.

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query, time};
use crate::token::StoredKey;

pub(crate) async fn all(db: &mut Connection) -> Result<Vec<StoredKey>, StoreError> {
    let rows = query("SELECT * FROM signing_keys ORDER BY created_at, kid")
        .fetch_all(db)
        .await?;
    let keys = rows.iter().map(|row| {
        Ok(StoredKey {
            kid: row.get("kid")?,
            sealed_private_key: row.get("sealed_private_key")?,
            public_n: row.get("public_n")?,
            public_e: row.get("public_e")?,
            created_at: time(row.get("created_at")?),
            active_from: time(row.get("active_from")?),
            retire_at: row.get::<Option<i64>>("retire_at")?.map(time),
        })
    });
    keys.collect()
}

/// Writes a key, or when an existing one retires.
pub(crate) async fn save(db: &mut Connection, key: &StoredKey) -> Result<(), StoreError> {
    query(
        "INSERT INTO signing_keys (kid, sealed_private_key, public_n, public_e, created_at, active_from, retire_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kid) DO UPDATE SET retire_at = excluded.retire_at",
    )
    .bind(&key.kid)
    .bind(&key.sealed_private_key)
    .bind(&key.public_n)
    .bind(&key.public_e)
    .bind(key.created_at.as_millis())
    .bind(key.active_from.as_millis())
    .bind(key.retire_at.map(Timestamp::as_millis))
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn delete(db: &mut Connection, kid: &str) -> Result<(), StoreError> {
    query("DELETE FROM signing_keys WHERE kid = $1")
        .bind(kid)
        .execute(db)
        .await?;
    Ok(())
}
