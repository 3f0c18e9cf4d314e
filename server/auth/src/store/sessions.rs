//! Sessions.

use thyra_wire::{SessionStatus, Timestamp};

use super::{Connection, QueryBuilder, Row, StoreError, count_of, query, time};

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
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            client_id: row.get("client_id")?,
            user_id: row.get("user_id")?,
            status: SessionStatus::from(row.get::<String>("status")?.as_str()),
            first_factor_at: row.get::<Option<i64>>("first_factor_at")?.map(time),
            second_factor_at: row.get::<Option<i64>>("second_factor_at")?.map(time),
            last_active_at: time(row.get("last_active_at")?),
            expire_at: time(row.get("expire_at")?),
            created_at: time(row.get("created_at")?),
            updated_at: time(row.get("updated_at")?),
        })
    }
}

/// Which sessions a list holds. Every filter that is given has to fit.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionFilter {
    pub(crate) client_id: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) time: SessionTime,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

/// Whether time has run out for a session that nobody ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum SessionTime {
    /// Not asked.
    #[default]
    Any,
    /// It has not.
    Live(LiveAt),
    /// It has.
    Over(LiveAt),
}

/// The times against which a session's times are held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LiveAt {
    pub(crate) now: Timestamp,
    /// A session that was last used then or before is over.
    pub(crate) idle_since: Option<Timestamp>,
    /// A session that begins, or was used, after that is over as well: the clock was wrong.
    pub(crate) noted_until: Timestamp,
}

impl SessionFilter {
    fn push_to(&self, statement: &mut QueryBuilder) {
        statement.push(" WHERE 1 = 1");
        let texts = [
            (" AND client_id = ", &self.client_id),
            (" AND user_id = ", &self.user_id),
            (" AND status = ", &self.status),
        ];
        for (condition, text) in texts {
            if let Some(text) = text {
                statement.push(condition).push_bind(text.clone());
            }
        }
        match self.time {
            SessionTime::Any => {}
            SessionTime::Live(at) => at.push_to(statement, " AND ("),
            SessionTime::Over(at) => {
                at.push_to(statement, " AND status IN ('active', 'pending') AND NOT (");
            }
        }
    }
}

impl LiveAt {
    fn push_to(self, statement: &mut QueryBuilder, before: &'static str) {
        statement.push(before).push("expire_at > ");
        statement.push_bind(self.now.as_millis());
        let noted_until = self.noted_until.as_millis();
        statement.push(" AND created_at <= ").push_bind(noted_until);
        if let Some(idle_since) = self.idle_since {
            statement
                .push(" AND last_active_at > ")
                .push_bind(idle_since.as_millis())
                .push(" AND last_active_at <= ")
                .push_bind(noted_until);
        }
        statement.push(")");
    }
}

pub(crate) async fn insert(db: &mut Connection, session: &Session) -> Result<(), StoreError> {
    query(
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
    let row = query("SELECT * FROM sessions WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(Session::from_row).transpose()
}

/// The session with this id on the client with this cookie, of a user who is not banned: all that a fresh token needs
/// to know, in one statement.
pub(crate) async fn of_token(
    db: &mut Connection,
    token_digest: &str,
    id: &str,
) -> Result<Option<Session>, StoreError> {
    let row = query(
        "SELECT * FROM sessions WHERE id = $1
         AND EXISTS (SELECT 1 FROM clients WHERE clients.id = sessions.client_id AND clients.token_digest = $2)
         AND EXISTS (SELECT 1 FROM users WHERE users.id = sessions.user_id AND users.banned = 0)",
    )
    .bind(id)
    .bind(token_digest)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(Session::from_row).transpose()
}

/// The client's sessions that are not ended, oldest first. Whether time has run out for one is not asked here.
pub(crate) async fn of_client(
    db: &mut Connection,
    client_id: &str,
) -> Result<Vec<Session>, StoreError> {
    let rows = query(
        "SELECT * FROM sessions WHERE client_id = $1 AND status IN ('active', 'pending') ORDER BY created_at, id",
    )
    .bind(client_id)
    .fetch_all(db)
    .await?;
    rows.iter().map(Session::from_row).collect()
}

/// Notes that the session was used. False when it was ended in the meantime.
pub(crate) async fn touch(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = query(
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
    let ended = query(
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
    query("UPDATE sessions SET status = 'ended', updated_at = $2 WHERE client_id = $1 AND status IN ('active', 'pending')")
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
    query("UPDATE sessions SET status = 'revoked', updated_at = $2 WHERE user_id = $1 AND status IN ('active', 'pending')")
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
    let mut statement = QueryBuilder::new("SELECT * FROM sessions");
    filter.push_to(&mut statement);
    statement.push(" ORDER BY created_at DESC, id LIMIT ");
    statement
        .push_bind(i64::from(filter.limit))
        .push(" OFFSET ");
    statement.push_bind(i64::from(filter.offset));
    let rows = statement.build().fetch_all(db).await?;
    rows.iter().map(Session::from_row).collect()
}

/// How many sessions fit.
pub(crate) async fn count(db: &mut Connection, filter: &SessionFilter) -> Result<u64, StoreError> {
    let mut statement = QueryBuilder::new("SELECT COUNT(*) FROM sessions");
    filter.push_to(&mut statement);
    count_of(statement.build().fetch_optional(db).await?)
}
