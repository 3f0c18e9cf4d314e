//! Messages on their way. The content is opaque here: sealed by `delivery`.

use thyra_wire::Timestamp;

use super::{Connection, Row, StoreError, query, time};

/// A message on its way.
#[derive(Clone, Debug)]
pub(crate) struct OutboxRow {
    pub(crate) id: String,
    /// Absent in a row that says nothing and goes nowhere.
    pub(crate) sealed_message: Option<Vec<u8>>,
    pub(crate) created_at: Timestamp,
    pub(crate) tries: u32,
}

fn from_row(row: &Row) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: row.get("id")?,
        sealed_message: row.get("sealed_message")?,
        created_at: time(row.get("created_at")?),
        tries: u32::try_from(row.get::<i64>("tries")?).unwrap_or(u32::MAX),
    })
}

/// Puts a message in; where there must be none, a row that says nothing and goes nowhere, for the same work. `due` is
/// absent when nobody is going to send it: then it only shows in the development outbox.
pub(crate) async fn insert(
    db: &mut Connection,
    id: &str,
    sealed_message: Option<&[u8]>,
    due: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO outbox (id, sealed_message, created_at, next_attempt_at, tries) VALUES ($1, $2, $3, $4, 0)",
    )
    .bind(id)
    .bind(sealed_message)
    .bind(now.as_millis())
    .bind(due.map(Timestamp::as_millis))
    .execute(db)
    .await?;
    Ok(())
}

/// How many rows there are, with and without a message.
#[cfg(test)]
pub(crate) async fn count(db: &mut Connection) -> Result<u64, StoreError> {
    super::count_of(
        query("SELECT COUNT(*) FROM outbox")
            .fetch_optional(db)
            .await?,
    )
}

/// The messages whose time has come, the oldest first.
pub(crate) async fn due(
    db: &mut Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = query(
        "SELECT id, sealed_message, created_at, tries FROM outbox
         WHERE next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2",
    )
    .bind(now.as_millis())
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The newest messages whose content is still there.
pub(crate) async fn newest(db: &mut Connection, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = query(
        "SELECT id, sealed_message, created_at, tries FROM outbox
         WHERE sealed_message IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $1",
    )
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The message was sent: its content goes.
pub(crate) async fn mark_sent(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("UPDATE outbox SET sealed_message = NULL, next_attempt_at = NULL, sent_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The message was not sent: another try at `next`, or none when it is absent, and then its content goes too.
pub(crate) async fn mark_failed(
    db: &mut Connection,
    id: &str,
    next: Option<Timestamp>,
    error: &str,
) -> Result<(), StoreError> {
    query(
        "UPDATE outbox SET tries = tries + 1, next_attempt_at = $2, last_error = $3,
         sealed_message = CASE WHEN $2 IS NULL THEN NULL ELSE sealed_message END WHERE id = $1",
    )
    .bind(id)
    .bind(next.map(Timestamp::as_millis))
    .bind(error)
    .execute(db)
    .await?;
    Ok(())
}
