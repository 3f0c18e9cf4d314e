//! Rows that nobody needs any more.
//!
//! Anybody may make clients and attempts, so they must not stay for ever. Each kind has an age, counted from a moment
//! at which it cannot be live any longer; the statement that deletes a row asks again for everything by which it was
//! found, because the row may have been used in between.

use std::time::Duration;

use thyra_wire::Timestamp;

use super::{Connection, StoreError, query};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// One kind of row that is cleared away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Litter {
    /// How long it is kept.
    age: Duration,
    /// Finds names, given the time before which it is too old, and how many. A name may stand for several rows.
    find: &'static str,
    /// Deletes what has a name and is too old, given the name and the same time.
    delete: &'static str,
}

macro_rules! litter {
    ($seconds:expr, $table:literal, $name:literal, $condition:literal) => {
        Litter {
            age: Duration::from_secs($seconds),
            find: concat!(
                "SELECT ",
                $name,
                " AS name FROM ",
                $table,
                " WHERE ",
                $condition,
                " LIMIT $2"
            ),
            delete: concat!(
                "DELETE FROM ",
                $table,
                " WHERE ",
                $name,
                " = $2 AND ",
                $condition
            ),
        }
    };
}

/// All kinds, those that keep others alive first.
pub(crate) const LITTER: [Litter; 11] = [
    // A session lasts until `expire_at` at the latest; for 30 days after it, it shows as over.
    litter!(30 * DAY, "sessions", "id", "expire_at <= $1"),
    // An attempt can be continued for a day.
    litter!(2 * DAY, "sign_ins", "client_id", "created_at <= $1"),
    litter!(2 * DAY, "sign_ups", "client_id", "created_at <= $1"),
    // A day after the end of a challenge, its attempt is over too.
    litter!(DAY, "challenges", "attempt_id", "expires_at <= $1"),
    // For 30 days, whoever comes with one is told that it is too old.
    litter!(30 * DAY, "tickets", "id", "expires_at <= $1"),
    // A browser in which nobody ever signed in. Attempts note a change, so it has no live one.
    litter!(
        2 * DAY,
        "clients",
        "id",
        "updated_at <= $1 AND last_authentication_strategy IS NULL
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.client_id = clients.id)"
    ),
    // A browser in which somebody did, and of whose sessions nothing is left.
    litter!(
        30 * DAY,
        "clients",
        "id",
        "updated_at <= $1 AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.client_id = clients.id)"
    ),
    // Failed tries of users stay until they sign in or are unlocked; those of identifiers that nobody has do not.
    litter!(
        30 * DAY,
        "lockouts",
        "account",
        "updated_at <= $1 AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = lockouts.account)"
    ),
    // All tries were taken back.
    litter!(
        DAY,
        "lockouts",
        "account",
        "updated_at <= $1 AND failures = 0 AND locked_until IS NULL"
    ),
    // Sent, given up, or never to be sent; what waits for its next try stays.
    litter!(
        7 * DAY,
        "outbox",
        "id",
        "created_at <= $1 AND next_attempt_at IS NULL"
    ),
    // The longest window of the limit.
    litter!(DAY, "mails_to", "recipient", "sent_at <= $1"),
];

impl Litter {
    /// The time before which a row is too old.
    fn cutoff(&self, now: Timestamp) -> Timestamp {
        now - self.age
    }

    /// The names of rows that are too old, no more than this many.
    pub(crate) async fn find(
        &self,
        db: &mut Connection,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let rows = query(self.find)
            .bind(self.cutoff(now).as_millis())
            .bind(i64::from(limit))
            .fetch_all(db)
            .await?;
        rows.iter().map(|row| row.get("name")).collect()
    }

    /// Deletes what has this name and still is too old.
    pub(crate) async fn delete(
        &self,
        db: &mut Connection,
        now: Timestamp,
        name: &str,
    ) -> Result<(), StoreError> {
        query(self.delete)
            .bind(self.cutoff(now).as_millis())
            .bind(name)
            .execute(db)
            .await?;
        Ok(())
    }
}
