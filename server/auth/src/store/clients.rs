//! Clients: browsers and apps, known by the digest of their cookie.

use thyra_wire::Timestamp;

use super::{Connection, Row, StoreError, query, time};

/// One browser.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// Of the cookie by which it was found, or which it was given.
    token_digest: String,
    pub(crate) sign_in_id: Option<String>,
    pub(crate) sign_up_id: Option<String>,
    pub(crate) last_active_session_id: Option<String>,
    pub(crate) last_authentication_strategy: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Client {
    /// Whether this is the digest of the cookie by which it was found, or which it was given.
    pub(crate) fn has_token(&self, digest: &str) -> bool {
        self.token_digest == digest
    }

    /// A client that nobody has seen before.
    pub(crate) fn new(id: String, token_digest: String, now: Timestamp) -> Self {
        Self {
            id,
            token_digest,
            sign_in_id: None,
            sign_up_id: None,
            last_active_session_id: None,
            last_authentication_strategy: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether somebody ever was signed in on it: nobody else's sessions need to be looked for.
    pub(crate) fn has_history(&self) -> bool {
        self.last_authentication_strategy.is_some() || self.last_active_session_id.is_some()
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            token_digest: row.get("token_digest")?,
            sign_in_id: row.get("sign_in_id")?,
            sign_up_id: row.get("sign_up_id")?,
            last_active_session_id: row.get("last_active_session_id")?,
            last_authentication_strategy: row.get("last_authentication_strategy")?,
            created_at: time(row.get("created_at")?),
            updated_at: time(row.get("updated_at")?),
        })
    }
}

/// The cookie that a client had before the one it has.
#[derive(Clone, Debug)]
pub(crate) struct Predecessor {
    pub(crate) token_digest: String,
    /// What its successor was made of.
    pub(crate) seed: String,
    pub(crate) replaced_at: Timestamp,
}

pub(crate) async fn insert(db: &mut Connection, client: &Client) -> Result<(), StoreError> {
    query("INSERT INTO clients (id, token_digest, created_at, updated_at) VALUES ($1, $2, $3, $4)")
        .bind(&client.id)
        .bind(&client.token_digest)
        .bind(client.created_at.as_millis())
        .bind(client.updated_at.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The client, when this is the digest of its cookie.
pub(crate) async fn by_token(
    db: &mut Connection,
    id: &str,
    token_digest: &str,
) -> Result<Option<Client>, StoreError> {
    let row = query("SELECT * FROM clients WHERE id = $1 AND token_digest = $2")
        .bind(id)
        .bind(token_digest)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(Client::from_row).transpose()
}

/// The client with this id, for whoever need not have its cookie.
pub(crate) async fn by_id(db: &mut Connection, id: &str) -> Result<Option<Client>, StoreError> {
    let row = query("SELECT * FROM clients WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(Client::from_row).transpose()
}

/// The client as it is now, while its cookie is the one by which it was found: a cookie that was replaced meanwhile opens
/// nothing any more, whatever it opened when the request came in.
pub(crate) async fn again(
    db: &mut Connection,
    client: &Client,
) -> Result<Option<Client>, StoreError> {
    by_token(db, &client.id, &client.token_digest).await
}

/// Writes what may change about a client. Its `updated_at` grows even when the clock stands still: clients of the API
/// only take notice of a change when it does.
pub(crate) async fn update(
    db: &mut Connection,
    client: &mut Client,
    now: Timestamp,
) -> Result<(), StoreError> {
    client.updated_at = now.max(Timestamp::from_millis(client.updated_at.as_millis() + 1));
    query(
        "UPDATE clients SET sign_in_id = $2, sign_up_id = $3, last_active_session_id = $4,
         last_authentication_strategy = $5, updated_at = $6 WHERE id = $1",
    )
    .bind(&client.id)
    .bind(&client.sign_in_id)
    .bind(&client.sign_up_id)
    .bind(&client.last_active_session_id)
    .bind(&client.last_authentication_strategy)
    .bind(client.updated_at.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Gives the client a new cookie; the old one opens nothing any more. What is known of it is kept when it is given here.
pub(crate) async fn set_token(
    db: &mut Connection,
    client: &mut Client,
    token_digest: String,
    predecessor: Option<&Predecessor>,
) -> Result<(), StoreError> {
    query(
        "UPDATE clients SET token_digest = $2, predecessor_digest = $3, successor_seed = $4, replaced_at = $5
         WHERE id = $1",
    )
    .bind(&client.id)
    .bind(&token_digest)
    .bind(predecessor.map(|known| known.token_digest.as_str()))
    .bind(predecessor.map(|known| known.seed.as_str()))
    .bind(predecessor.map(|known| known.replaced_at.as_millis()))
    .execute(db)
    .await?;
    client.token_digest = token_digest;
    Ok(())
}

/// The client that had this cookie before the one it has, and what is kept of it.
pub(crate) async fn by_predecessor(
    db: &mut Connection,
    id: &str,
    token_digest: &str,
) -> Result<Option<(Client, Predecessor)>, StoreError> {
    let row = query("SELECT * FROM clients WHERE id = $1 AND predecessor_digest = $2")
        .bind(id)
        .bind(token_digest)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let predecessor = Predecessor {
        token_digest: token_digest.to_owned(),
        seed: row.get("successor_seed")?,
        replaced_at: time(row.get("replaced_at")?),
    };
    Ok(Some((Client::from_row(&row)?, predecessor)))
}

pub(crate) async fn delete(db: &mut Connection, id: &str) -> Result<(), StoreError> {
    query("DELETE FROM clients WHERE id = $1")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}
