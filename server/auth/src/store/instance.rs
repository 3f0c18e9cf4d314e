//! What the instance keeps about itself: one value for each name.

use super::{Connection, StoreError, query};

pub(crate) async fn get(db: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    let row = query("SELECT value FROM instance WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    row.map(|row| row.first()).transpose()
}

pub(crate) async fn set(db: &mut Connection, name: &str, value: &str) -> Result<(), StoreError> {
    query(
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(db)
    .await?;
    Ok(())
}
