//! Sessions.

use sqlx::Row as _;
use thyra_wire::{SessionStatus, Timestamp};

use super::{Connection, Row, StoreError, time};

/// Somebody being signed in on one client.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) user_id: String,
    pub(crate) status: SessionStatus,
    pub(crate) first_factor_at: Option<Timestamp>,
    pub(crate) second_factor_at: Option<Timestamp>,
    pub(crate) last_active_at: Timestamp,
    pub(crate) expire_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Session {
    fn from_row(row: &Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            client_id: row.try_get("client_id")?,
            user_id: row.try_get("user_id")?,
            status: SessionStatus::from(row.try_get::<&str, _>("status")?),
            first_factor_at: row.try_get::<Option<i64>, _>("first_factor_at")?.map(time),
            second_factor_at: row.try_get::<Option<i64>, _>("second_factor_at")?.map(time),
            last_active_at: time(row.try_get("last_active_at")?),
            expire_at: time(row.try_get("expire_at")?),
            created_at: time(row.try_get("created_at")?),
            updated_at: time(row.try_get("updated_at")?),
        })
    }
}

/// Which sessions a list holds. Every filter that is given has to fit.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionFilter {
    pub(crate) client_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

pub(crate) async fn insert(db: &mut Connection, session: &Session) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id, client_id, user_id, status, first_factor_at, second_factor_at, last_active_at,
         expire_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&session.id)
    .bind(&session.client_id)
    .bind(&session.user_id)
    .bind(session.status.as_str())
    .bind(session.first_factor_at.map(Timestamp::as_millis))
    .bind(session.second_factor_at.map(Timestamp::as_millis))
    .bind(session.last_active_at.as_millis())
    .bind(session.expire_at.as_millis())
    .bind(session.created_at.as_millis())
    .bind(session.updated_at.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(db: &mut Connection, id: &str) -> Result<Option<Session>, StoreError> {
    let row = sqlx::query("SELECT * FROM sessions WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.as_ref().map(Session::from_row).transpose()?)
}

/// The client's sessions that are not ended, oldest first. Whether time has run out for one is not asked here.
pub(crate) async fn of_client(
    db: &mut Connection,
    client_id: &str,
) -> Result<Vec<Session>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM sessions WHERE client_id = $1 AND status IN ('active', 'pending') ORDER BY created_at, id",
    )
    .bind(client_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .iter()
        .map(Session::from_row)
        .collect::<Result<_, _>>()?)
}

/// Notes that the session was used. False when it was ended in the meantime.
pub(crate) async fn touch(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = sqlx::query(
        "UPDATE sessions SET last_active_at = $2, updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at + 1 END
         WHERE id = $1 AND status IN ('active', 'pending') RETURNING id",
    )
    .bind(id)
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(touched.is_some())
}

/// Ends one session. False when it was ended before.
pub(crate) async fn end(
    db: &mut Connection,
    id: &str,
    status: &SessionStatus,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "UPDATE sessions SET status = $2, updated_at = CASE WHEN updated_at < $3 THEN $3 ELSE updated_at + 1 END
         WHERE id = $1 AND status IN ('active', 'pending') RETURNING id",
    )
    .bind(id)
    .bind(status.as_str())
    .bind(now.as_millis())
    .fetch_optional(db)
    .await?;
    Ok(ended.is_some())
}

/// Ends all sessions of a client.
pub(crate) async fn end_of_client(
    db: &mut Connection,
    client_id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET status = 'ended', updated_at = $2 WHERE client_id = $1 AND status IN ('active', 'pending')")
        .bind(client_id)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// Ends all sessions of a user.
pub(crate) async fn revoke_of_user(
    db: &mut Connection,
    user_id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET status = 'revoked', updated_at = $2 WHERE user_id = $1 AND status IN ('active', 'pending')")
        .bind(user_id)
        .bind(now.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The sessions that fit, newest first.
pub(crate) async fn list(
    db: &mut Connection,
    filter: &SessionFilter,
) -> Result<Vec<Session>, StoreError> {
    let rows = sqlx::query(
        "SELECT * FROM sessions
         WHERE ($1 IS NULL OR client_id = $1) AND ($2 IS NULL OR user_id = $2) AND ($3 IS NULL OR status = $3)
         ORDER BY created_at DESC, id LIMIT $4 OFFSET $5",
    )
        .bind(&filter.client_id)
        .bind(&filter.user_id)
        .bind(&filter.status)
        .bind(i64::from(filter.limit))
        .bind(i64::from(filter.offset))
        .fetch_all(db)
        .await?;
    Ok(rows
        .iter()
        .map(Session::from_row)
        .collect::<Result<_, _>>()?)
}

/// How many sessions fit.
pub(crate) async fn count(db: &mut Connection, filter: &SessionFilter) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sessions
         WHERE ($1 IS NULL OR client_id = $1) AND ($2 IS NULL OR user_id = $2) AND ($3 IS NULL OR status = $3)",
    )
    .bind(&filter.client_id)
    .bind(&filter.user_id)
    .bind(&filter.status)
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}
