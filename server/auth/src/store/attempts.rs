//! Sign-in and sign-up attempts. A client has one of each at a time; an abandoned one makes room for the next. What an
//! attempt is, those know who make it: here it is a text with a name.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thyra_wire::Timestamp;

use super::{Connection, StoreError, query};

/// An attempt, kept as JSON in a table of its kind.
pub(crate) trait Attempt: Serialize + DeserializeOwned {
    /// What it is called when it cannot be read.
    const NAME: &'static str;
    /// What is done with its table.
    const STATEMENTS: Statements;

    fn id(&self) -> &str;
    fn client_id(&self) -> &str;
}

/// The statements of one table.
pub(crate) struct Statements {
    insert: &'static str,
    find: &'static str,
    update: &'static str,
}

/// Statements are constants, also where they differ in a name only.
macro_rules! statements {
    ($table:literal) => {
        Statements {
            insert: concat!(
                "INSERT INTO ",
                $table,
                " (id, client_id, state, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (client_id) DO UPDATE SET id = excluded.id, state = excluded.state,
                 created_at = excluded.created_at"
            ),
            find: concat!(
                "SELECT state FROM ",
                $table,
                " WHERE id = $1 AND client_id = $2"
            ),
            update: concat!(
                "UPDATE ",
                $table,
                " SET state = $3 WHERE id = $1 AND client_id = $2"
            ),
        }
    };
}

/// Of the table of sign-ins.
pub(crate) const SIGN_INS: Statements = statements!("sign_ins");
/// Of the table of sign-ups.
pub(crate) const SIGN_UPS: Statements = statements!("sign_ups");

/// Puts a new attempt in the place of whatever the client had.
pub(crate) async fn insert<A: Attempt>(
    db: &mut Connection,
    attempt: &A,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(A::STATEMENTS.insert)
        .bind(attempt.id())
        .bind(attempt.client_id())
        .bind(to_text(attempt)?)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The attempt, when it belongs to this client: another browser's attempt does not exist here.
pub(crate) async fn find<A: Attempt>(
    db: &mut Connection,
    id: &str,
    client_id: &str,
) -> Result<Option<A>, StoreError> {
    let row = query(A::STATEMENTS.find)
        .bind(id)
        .bind(client_id)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let attempt = serde_json::from_str(&row.first::<String>()?);
    attempt.map(Some).map_err(|error| corrupt::<A>(&error))
}

pub(crate) async fn update<A: Attempt>(db: &mut Connection, attempt: &A) -> Result<(), StoreError> {
    query(A::STATEMENTS.update)
        .bind(attempt.id())
        .bind(attempt.client_id())
        .bind(to_text(attempt)?)
        .execute(db)
        .await?;
    Ok(())
}

fn to_text<A: Attempt>(attempt: &A) -> Result<String, StoreError> {
    serde_json::to_string(attempt).map_err(|error| corrupt::<A>(&error))
}

fn corrupt<A: Attempt>(error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt {
        what: A::NAME,
        why: error.to_string(),
    }
}
