//! When mails went to an address, which is known here by its keyed digest.

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query, time};

/// The times of the mails to this recipient since then, the newest first.
pub(crate) async fn since(
    db: &mut Connection,
    recipient: &str,
    since: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = query(
        "SELECT sent_at FROM mails_to WHERE recipient = $1 AND sent_at > $2 ORDER BY sent_at DESC",
    )
    .bind(recipient)
    .bind(since.as_millis())
    .fetch_all(db)
    .await?;
    let times = rows.iter().map(|row| Ok(time(row.get("sent_at")?)));
    times.collect()
}

pub(crate) async fn insert(
    db: &mut Connection,
    id: &str,
    recipient: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("INSERT INTO mails_to (id, recipient, sent_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(recipient)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}
