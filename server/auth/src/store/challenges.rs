//! What somebody was asked to prove: one-time codes and their like.
//!
//! A challenge belongs to one attempt, one strategy and one level of it: what answers one question answers no other. A
//! try is counted before the answer is compared, in one statement, so that a thousand parallel guesses are compared at
//! most as often as there are tries. The right answer is consumed by one conditional statement: one of a hundred
//! parallel right answers wins.

use thyra_wire::Timestamp;

use super::{Connection, Row, StoreError, query, time};

/// What is asked. An attempt has one challenge for each strategy and level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChallengeKey<'a> {
    pub(crate) attempt_id: &'a str,
    /// The strategy's name on the wire.
    pub(crate) strategy: &'a str,
    /// What the answer is for: one of the factors, a sign-up.
    pub(crate) level: &'static str,
}

/// A challenge to be kept. It takes the place of the one that had its key.
#[derive(Clone, Debug)]
pub(crate) struct NewChallenge {
    /// Another one for each challenge of the same key.
    pub(crate) id: String,
    pub(crate) attempt_id: String,
    pub(crate) strategy: String,
    pub(crate) level: &'static str,
    /// The address or number that the answer proves.
    pub(crate) target: String,
    /// Of the right answer.
    pub(crate) digest: String,
    /// What the strategy needs again when the answer comes.
    pub(crate) sealed_payload: Option<Vec<u8>>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// A challenge as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) id: String,
    pub(crate) target: String,
    pub(crate) digest: String,
    pub(crate) tries: i64,
    pub(crate) is_consumed: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) sealed_payload: Option<Vec<u8>>,
}

impl Challenge {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            target: row.get("target")?,
            digest: row.get("digest")?,
            tries: row.get("tries")?,
            is_consumed: row.get::<Option<i64>>("consumed_at")?.is_some(),
            created_at: time(row.get("created_at")?),
            expires_at: time(row.get("expires_at")?),
            sealed_payload: row.get("sealed_payload")?,
        })
    }
}

pub(crate) async fn replace(
    db: &mut Connection,
    challenge: &NewChallenge,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO challenges (attempt_id, strategy, level, id, target, digest, sealed_payload, tries, created_at,
         expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)
         ON CONFLICT (attempt_id, strategy, level) DO UPDATE SET id = excluded.id, target = excluded.target,
         digest = excluded.digest, sealed_payload = excluded.sealed_payload, tries = excluded.tries,
         consumed_at = excluded.consumed_at, created_at = excluded.created_at, expires_at = excluded.expires_at",
    )
    .bind(&challenge.attempt_id)
    .bind(&challenge.strategy)
    .bind(challenge.level)
    .bind(&challenge.id)
    .bind(&challenge.target)
    .bind(&challenge.digest)
    .bind(challenge.sealed_payload.as_deref())
    .bind(challenge.created_at.as_millis())
    .bind(challenge.expires_at.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Until when the challenge can be answered that this one would replace, when it was made after `since` and not after this
/// one, for the same target, and has tries left.
pub(crate) async fn unused_since(
    db: &mut Connection,
    challenge: &NewChallenge,
    max_tries: i64,
    since: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let row = query(
        "SELECT expires_at FROM challenges WHERE attempt_id = $1 AND strategy = $2 AND level = $3 AND target = $4
         AND consumed_at IS NULL AND tries < $5 AND created_at > $6 AND created_at <= $7",
    )
    .bind(&challenge.attempt_id)
    .bind(&challenge.strategy)
    .bind(challenge.level)
    .bind(&challenge.target)
    .bind(max_tries)
    .bind(since.as_millis())
    .bind(challenge.created_at.as_millis())
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok(time(row.get("expires_at")?))).transpose()
}

/// Counts one try and gives the challenge as it is with this try counted.
pub(crate) async fn count_try(
    db: &mut Connection,
    key: ChallengeKey<'_>,
) -> Result<Option<Challenge>, StoreError> {
    let row = query(
        "UPDATE challenges SET tries = tries + 1 WHERE attempt_id = $1 AND strategy = $2 AND level = $3
         RETURNING *",
    )
    .bind(key.attempt_id)
    .bind(key.strategy)
    .bind(key.level)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(Challenge::from_row).transpose()
}

/// The challenge of this key whose right answer has this digest: a link is found so, whoever follows it.
pub(crate) async fn by_digest(
    db: &mut Connection,
    key: ChallengeKey<'_>,
    digest: &str,
) -> Result<Option<Challenge>, StoreError> {
    let row = query(
        "SELECT * FROM challenges WHERE attempt_id = $1 AND strategy = $2 AND level = $3 AND digest = $4",
    )
    .bind(key.attempt_id)
    .bind(key.strategy)
    .bind(key.level)
    .bind(digest)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(Challenge::from_row).transpose()
}

/// Uses up the challenge of this key that has this id. False when it is used up already, was replaced, or ran out.
pub(crate) async fn consume(
    db: &mut Connection,
    key: ChallengeKey<'_>,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let consumed = query(
        "UPDATE challenges SET consumed_at = $5 WHERE attempt_id = $1 AND strategy = $2 AND level = $3 AND id = $4
         AND consumed_at IS NULL AND expires_at > $5 RETURNING id",
    )
    .bind(key.attempt_id)
    .bind(key.strategy)
    .bind(key.level)
    .bind(id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(consumed.is_some())
}
