//! Sign-up attempts. A client has one at a time; an abandoned one makes room for the next.

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query};
use crate::flow::SignUp;

pub(crate) async fn insert(
    db: &mut Connection,
    attempt: &SignUp,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("DELETE FROM sign_ups WHERE client_id = $1")
        .bind(&attempt.client_id)
        .execute(&mut *db)
        .await?;
    query("INSERT INTO sign_ups (id, client_id, state, created_at) VALUES ($1, $2, $3, $4)")
        .bind(&attempt.id)
        .bind(&attempt.client_id)
        .bind(to_text(attempt)?)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The attempt, when it belongs to this client: another browser's attempt does not exist here.
pub(crate) async fn find(
    db: &mut Connection,
    id: &str,
    client_id: &str,
) -> Result<Option<SignUp>, StoreError> {
    let row = query("SELECT state FROM sign_ups WHERE id = $1 AND client_id = $2")
        .bind(id)
        .bind(client_id)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let attempt = serde_json::from_str(&row.first::<String>()?);
    attempt.map(Some).map_err(|error| corrupt(&error))
}

pub(crate) async fn update(db: &mut Connection, attempt: &SignUp) -> Result<(), StoreError> {
    query("UPDATE sign_ups SET state = $2 WHERE id = $1")
        .bind(&attempt.id)
        .bind(to_text(attempt)?)
        .execute(db)
        .await?;
    Ok(())
}

fn to_text(attempt: &SignUp) -> Result<String, StoreError> {
    serde_json::to_string(attempt).map_err(|error| corrupt(&error))
}

fn corrupt(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt {
        what: "sign-up",
        why: error.to_string(),
    }
}
