//! The phone numbers of users.

use std::collections::HashMap;

use thyra_wire::Timestamp;

use super::{Connection, QueryBuilder, Row, StoreError, query, time};

/// A phone number of a user, in E.164.
#[derive(Clone, Debug)]
pub(crate) struct PhoneNumber {
    pub(crate) id: String,
    pub(crate) phone_number: String,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) verification_strategy: Option<String>,
    /// Codes to it are a second factor, and never the first.
    pub(crate) reserved_for_second_factor: bool,
    /// Of the reserved ones, the one that is asked for first.
    pub(crate) default_second_factor: bool,
}

/// A number to be added.
#[derive(Clone, Debug)]
pub(crate) struct NewPhoneNumber {
    pub(crate) id: String,
    pub(crate) phone_number: String,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) verification_strategy: Option<String>,
    pub(crate) reserved_for_second_factor: bool,
}

/// What an update of a number changes; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct PhoneNumberUpdate {
    /// When and how it was proven to be the user's; the inner `None`: it is not.
    pub(crate) verification: Option<Option<(Timestamp, String)>>,
    pub(crate) reserved_for_second_factor: Option<bool>,
}

impl PhoneNumber {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            phone_number: row.get("phone_number")?,
            verified_at: row.get::<Option<i64>>("verified_at")?.map(time),
            verification_strategy: row.get("verification_strategy")?,
            reserved_for_second_factor: row.get::<i64>("reserved_for_second_factor")? != 0,
            default_second_factor: row.get::<i64>("default_second_factor")? != 0,
        })
    }

    /// Whether codes to it can be the first factor.
    pub(crate) fn is_first_factor(&self) -> bool {
        self.verified_at.is_some() && !self.reserved_for_second_factor
    }

    /// Whether codes to it are a second factor.
    pub(crate) fn is_second_factor(&self) -> bool {
        self.verified_at.is_some() && self.reserved_for_second_factor
    }
}

/// Gives the user a number. A conflict on `phone_number` means that somebody has it.
pub(crate) async fn add(
    db: &mut Connection,
    user_id: &str,
    number: &NewPhoneNumber,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO phone_numbers (id, user_id, phone_number, verified_at, verification_strategy,
         reserved_for_second_factor, default_second_factor, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7)",
    )
    .bind(&number.id)
    .bind(user_id)
    .bind(&number.phone_number)
    .bind(number.verified_at.map(Timestamp::as_millis))
    .bind(&number.verification_strategy)
    .bind(i64::from(number.reserved_for_second_factor))
    .bind(now.as_millis())
    .execute(&mut *db)
    .await?;
    if number.reserved_for_second_factor {
        settle_default(db, user_id).await?;
    }
    Ok(())
}

/// The numbers of these users, by the user's id, in the order they were added.
pub(super) async fn of_users(
    db: &mut Connection,
    user_ids: &[String],
) -> Result<HashMap<String, Vec<PhoneNumber>>, StoreError> {
    let mut statement = QueryBuilder::new("SELECT * FROM phone_numbers WHERE user_id IN (");
    statement
        .push_list(user_ids)
        .push(") ORDER BY created_at, id");
    let mut of_users: HashMap<String, Vec<PhoneNumber>> = HashMap::new();
    for row in statement.build().fetch_all(db).await? {
        let number = PhoneNumber::from_row(&row)?;
        let user_id = row.get("user_id")?;
        of_users.entry(user_id).or_default().push(number);
    }
    Ok(of_users)
}

/// The id of the user who has the number with this id.
pub(crate) async fn owner(db: &mut Connection, id: &str) -> Result<Option<String>, StoreError> {
    let row = query("SELECT user_id FROM phone_numbers WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(|row| row.get("user_id")).transpose()
}

/// Changes a number of this user.
pub(crate) async fn update(
    db: &mut Connection,
    user_id: &str,
    id: &str,
    change: &PhoneNumberUpdate,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::new("UPDATE phone_numbers SET updated_at = ");
    statement.push_bind(now.as_millis());
    if let Some(verification) = &change.verification {
        let (at, strategy) = verification.clone().unzip();
        statement
            .push(", verified_at = ")
            .push_bind(at.map(Timestamp::as_millis))
            .push(", verification_strategy = ")
            .push_bind(strategy);
    }
    if let Some(is_reserved) = change.reserved_for_second_factor {
        statement
            .push(", reserved_for_second_factor = ")
            .push_bind(i64::from(is_reserved));
    }
    statement.push(" WHERE id = ").push_bind(id.to_owned());
    statement.build().execute(&mut *db).await?;
    settle_default(db, user_id).await
}

/// Takes a number away from this user.
pub(crate) async fn delete(db: &mut Connection, user_id: &str, id: &str) -> Result<(), StoreError> {
    query("DELETE FROM phone_numbers WHERE id = $1")
        .bind(id)
        .execute(&mut *db)
        .await?;
    settle_default(db, user_id).await
}

/// Whoever has numbers for the second factor has one of them as the default: the one that is, else the first.
async fn settle_default(db: &mut Connection, user_id: &str) -> Result<(), StoreError> {
    query(
        "UPDATE phone_numbers SET default_second_factor = COALESCE(id = (SELECT id FROM phone_numbers
         WHERE user_id = $1 AND reserved_for_second_factor = 1
         ORDER BY default_second_factor DESC, created_at, id LIMIT 1), 0) WHERE user_id = $1",
    )
    .bind(user_id)
    .execute(db)
    .await?;
    Ok(())
}
