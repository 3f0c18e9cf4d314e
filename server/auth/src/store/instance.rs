//! What the instance keeps about itself: one value for each name.

use super::{Connection, StoreError};

pub(crate) async fn get(db: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    let value = sqlx::query_scalar("SELECT value FROM instance WHERE name = $1");
    Ok(value.bind(name).fetch_optional(db).await?)
}

pub(crate) async fn set(db: &mut Connection, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(db)
    .await?;
    Ok(())
}
