//! Users, with their e-mail addresses and phone numbers.

use std::collections::HashMap;

use thyra_wire::Timestamp;

use super::{
    Connection, PhoneNumber, QueryBuilder, Row, StoreError, json, phone_numbers, query, time,
};

/// A user with their addresses and numbers.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) password_hash: Option<String>,
    pub(crate) password_updated_at: Option<Timestamp>,
    pub(crate) primary_email_address_id: Option<String>,
    pub(crate) primary_phone_number_id: Option<String>,
    pub(crate) public_metadata: serde_json::Value,
    pub(crate) private_metadata: serde_json::Value,
    pub(crate) unsafe_metadata: serde_json::Value,
    pub(crate) is_banned: bool,
    /// Whether an authenticator app is asked for.
    pub(crate) totp_enabled: bool,
    /// Whether there are backup codes, used up or not.
    pub(crate) backup_code_enabled: bool,
    pub(crate) last_sign_in_at: Option<Timestamp>,
    pub(crate) last_active_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// In the order they were added.
    pub(crate) email_addresses: Vec<EmailAddress>,
    /// In the order they were added.
    pub(crate) phone_numbers: Vec<PhoneNumber>,
}

/// An e-mail address of a user, canonical.
#[derive(Clone, Debug)]
pub(crate) struct EmailAddress {
    pub(crate) id: String,
    pub(crate) email_address: String,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) verification_strategy: Option<String>,
}

/// An address to be added.
#[derive(Clone, Debug)]
pub(crate) struct NewEmailAddress {
    pub(crate) id: String,
    pub(crate) email_address: String,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) verification_strategy: Option<String>,
}

impl User {
    /// A user without anything, made now.
    pub(crate) fn new(id: String, now: Timestamp) -> Self {
        let empty = || serde_json::Value::Object(serde_json::Map::new());
        Self {
            id,
            external_id: None,
            username: None,
            first_name: None,
            last_name: None,
            password_hash: None,
            password_updated_at: None,
            primary_email_address_id: None,
            primary_phone_number_id: None,
            public_metadata: empty(),
            private_metadata: empty(),
            unsafe_metadata: empty(),
            is_banned: false,
            totp_enabled: false,
            backup_code_enabled: false,
            last_sign_in_at: None,
            last_active_at: None,
            created_at: now,
            updated_at: now,
            email_addresses: Vec::new(),
            phone_numbers: Vec::new(),
        }
    }

    /// Whether a second factor is asked for. Backup codes alone are none: they stand in for one.
    pub(crate) fn has_second_factor(&self) -> bool {
        self.totp_enabled || self.has_reserved_number()
    }

    /// Whether codes to one of the numbers are a second factor.
    pub(crate) fn has_reserved_number(&self) -> bool {
        self.phone_numbers.iter().any(PhoneNumber::is_second_factor)
    }

    /// The primary address, or the first one.
    pub(crate) fn primary_email_address(&self) -> Option<&EmailAddress> {
        let primary = self.primary_email_address_id.as_deref();
        self.email_addresses
            .iter()
            .find(|address| Some(address.id.as_str()) == primary)
            .or_else(|| self.email_addresses.first())
    }

    /// The primary number, or the first one.
    pub(crate) fn primary_phone_number(&self) -> Option<&PhoneNumber> {
        let primary = self.primary_phone_number_id.as_deref();
        self.phone_numbers
            .iter()
            .find(|number| Some(number.id.as_str()) == primary)
            .or_else(|| self.phone_numbers.first())
    }

    pub(super) fn from_row(row: &Row) -> Result<Self, StoreError> {
        let optional_time =
            |name: &'static str| row.get::<Option<i64>>(name).map(|at| at.map(time));
        Ok(Self {
            id: row.get("id")?,
            external_id: row.get("external_id")?,
            username: row.get("username")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            password_hash: row.get("password_hash")?,
            password_updated_at: optional_time("password_updated_at")?,
            primary_email_address_id: row.get("primary_email_address_id")?,
            primary_phone_number_id: row.get("primary_phone_number_id")?,
            public_metadata: json(&row.get::<String>("public_metadata")?, "user")?,
            private_metadata: json(&row.get::<String>("private_metadata")?, "user")?,
            unsafe_metadata: json(&row.get::<String>("unsafe_metadata")?, "user")?,
            is_banned: row.get::<i64>("banned")? != 0,
            totp_enabled: row.get::<i64>("totp_enabled")? != 0,
            backup_code_enabled: row.get::<i64>("backup_code_enabled")? != 0,
            last_sign_in_at: optional_time("last_sign_in_at")?,
            last_active_at: optional_time("last_active_at")?,
            created_at: time(row.get("created_at")?),
            updated_at: time(row.get("updated_at")?),
            email_addresses: Vec::new(),
            phone_numbers: Vec::new(),
        })
    }
}

impl EmailAddress {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            email_address: row.get("email_address")?,
            verified_at: row.get::<Option<i64>>("verified_at")?.map(time),
            verification_strategy: row.get("verification_strategy")?,
        })
    }
}

/// Writes a new user; the addresses come by [`add_email_address`], the numbers by [`phone_numbers::add`].
pub(crate) async fn insert(db: &mut Connection, user: &User) -> Result<(), StoreError> {
    query(
        "INSERT INTO users (id, external_id, username, first_name, last_name, password_hash, password_updated_at,
         primary_email_address_id, public_metadata, private_metadata, unsafe_metadata, banned, last_sign_in_at,
         last_active_at, created_at, updated_at, totp_enabled, backup_code_enabled, primary_phone_number_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(&user.id)
    .bind(&user.external_id)
    .bind(&user.username)
    .bind(&user.first_name)
    .bind(&user.last_name)
    .bind(&user.password_hash)
    .bind(user.password_updated_at.map(Timestamp::as_millis))
    .bind(&user.primary_email_address_id)
    .bind(user.public_metadata.to_string())
    .bind(user.private_metadata.to_string())
    .bind(user.unsafe_metadata.to_string())
    .bind(i64::from(user.is_banned))
    .bind(user.last_sign_in_at.map(Timestamp::as_millis))
    .bind(user.last_active_at.map(Timestamp::as_millis))
    .bind(user.created_at.as_millis())
    .bind(user.updated_at.as_millis())
    .bind(i64::from(user.totp_enabled))
    .bind(i64::from(user.backup_code_enabled))
    .bind(&user.primary_phone_number_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Gives the user an address. A conflict on `email_address` means that somebody has it.
pub(crate) async fn add_email_address(
    db: &mut Connection,
    user_id: &str,
    address: &NewEmailAddress,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO email_addresses (id, user_id, email_address, verified_at, verification_strategy, created_at,
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(&address.id)
    .bind(user_id)
    .bind(&address.email_address)
    .bind(address.verified_at.map(Timestamp::as_millis))
    .bind(&address.verification_strategy)
    .bind(now.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(db: &mut Connection, id: &str) -> Result<Option<User>, StoreError> {
    let row = query("SELECT * FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *db)
        .await?;
    with_addresses_of_one(db, row).await
}

pub(crate) async fn by_email_address(
    db: &mut Connection,
    email_address: &str,
) -> Result<Option<User>, StoreError> {
    let row = query(
        "SELECT * FROM users WHERE id = (SELECT user_id FROM email_addresses WHERE email_address = $1)",
    )
    .bind(email_address)
    .fetch_optional(&mut *db)
    .await?;
    with_addresses_of_one(db, row).await
}

pub(crate) async fn by_phone_number(
    db: &mut Connection,
    phone_number: &str,
) -> Result<Option<User>, StoreError> {
    let row = query(
        "SELECT * FROM users WHERE id = (SELECT user_id FROM phone_numbers WHERE phone_number = $1)",
    )
    .bind(phone_number)
    .fetch_optional(&mut *db)
    .await?;
    with_addresses_of_one(db, row).await
}

pub(crate) async fn by_username(
    db: &mut Connection,
    username: &str,
) -> Result<Option<User>, StoreError> {
    let row = query("SELECT * FROM users WHERE username = $1")
        .bind(username)
        .fetch_optional(&mut *db)
        .await?;
    with_addresses_of_one(db, row).await
}

/// The user in this row, with their addresses and numbers.
async fn with_addresses_of_one(
    db: &mut Connection,
    row: Option<Row>,
) -> Result<Option<User>, StoreError> {
    let rows: Vec<Row> = row.into_iter().collect();
    Ok(with_addresses(db, rows).await?.pop())
}

/// The users in these rows, in the same order: their addresses and numbers are asked for once each, however many users
/// there are.
pub(super) async fn with_addresses(
    db: &mut Connection,
    rows: Vec<Row>,
) -> Result<Vec<User>, StoreError> {
    let users = rows.iter().map(User::from_row);
    let mut users = users.collect::<Result<Vec<_>, _>>()?;
    if users.is_empty() {
        return Ok(users);
    }
    let ids: Vec<String> = users.iter().map(|user| user.id.clone()).collect();
    let mut statement = QueryBuilder::new("SELECT * FROM email_addresses WHERE user_id IN (");
    statement.push_list(&ids).push(") ORDER BY created_at, id");
    let mut of_users: HashMap<String, Vec<EmailAddress>> = HashMap::new();
    for row in statement.build().fetch_all(db).await? {
        let user_id = row.get("user_id")?;
        let address = EmailAddress::from_row(&row)?;
        of_users.entry(user_id).or_default().push(address);
    }
    let mut numbers = phone_numbers::of_users(db, &ids).await?;
    for user in &mut users {
        user.email_addresses = of_users.remove(&user.id).unwrap_or_default();
        user.phone_numbers = numbers.remove(&user.id).unwrap_or_default();
    }
    Ok(users)
}

/// Whether somebody has this address.
pub(crate) async fn has_email_address(
    db: &mut Connection,
    email_address: &str,
) -> Result<bool, StoreError> {
    let found = query("SELECT 1 FROM email_addresses WHERE email_address = $1")
        .bind(email_address)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Whether somebody has this username.
pub(crate) async fn has_username(db: &mut Connection, username: &str) -> Result<bool, StoreError> {
    let found = query("SELECT 1 FROM users WHERE username = $1")
        .bind(username)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Notes that the user signed in.
pub(crate) async fn note_sign_in(
    db: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    query(
        "UPDATE users SET last_sign_in_at = $2, last_active_at = $2,
         updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at + 1 END WHERE id = $1",
    )
    .bind(id)
    .bind(now.as_millis())
    .execute(db)
    .await?;
    Ok(())
}

/// What an update of a user changes; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserUpdate {
    pub(crate) external_id: Option<Option<String>>,
    pub(crate) username: Option<Option<String>>,
    pub(crate) first_name: Option<Option<String>>,
    pub(crate) last_name: Option<Option<String>>,
    pub(crate) password_hash: Option<Option<String>>,
    pub(crate) primary_email_address_id: Option<String>,
    /// The inner `None`: the user has no number any more.
    pub(crate) primary_phone_number_id: Option<Option<String>>,
    pub(crate) public_metadata: Option<serde_json::Value>,
    pub(crate) private_metadata: Option<serde_json::Value>,
    pub(crate) unsafe_metadata: Option<serde_json::Value>,
    pub(crate) is_banned: Option<bool>,
    pub(crate) totp_enabled: Option<bool>,
    pub(crate) backup_code_enabled: Option<bool>,
}

/// Keeps the same password by another hash, unless it was changed meanwhile. Nothing else of the user changes.
pub(crate) async fn rehash_password(
    db: &mut Connection,
    id: &str,
    before: &str,
    after: &str,
) -> Result<(), StoreError> {
    query("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
        .bind(after)
        .bind(id)
        .bind(before)
        .execute(db)
        .await?;
    Ok(())
}

/// Changes a user. False when there is none with this id.
pub(crate) async fn update(
    db: &mut Connection,
    id: &str,
    change: &UserUpdate,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = QueryBuilder::new("UPDATE users SET updated_at = CASE WHEN updated_at < ");
    let millis = now.as_millis();
    statement
        .push_bind(millis)
        .push(" THEN ")
        .push_bind(millis)
        .push(" ELSE updated_at + 1 END");
    let texts = [
        (", external_id = ", &change.external_id),
        (", username = ", &change.username),
        (", first_name = ", &change.first_name),
        (", last_name = ", &change.last_name),
        (", password_hash = ", &change.password_hash),
    ];
    for (assignment, value) in texts {
        if let Some(value) = value {
            statement.push(assignment).push_bind(value.clone());
        }
    }
    if change.password_hash.is_some() {
        statement.push(", password_updated_at = ").push_bind(millis);
    }
    if let Some(address_id) = &change.primary_email_address_id {
        statement
            .push(", primary_email_address_id = ")
            .push_bind(address_id.clone());
    }
    if let Some(number_id) = &change.primary_phone_number_id {
        statement
            .push(", primary_phone_number_id = ")
            .push_bind(number_id.clone());
    }
    let metadata = [
        (", public_metadata = ", &change.public_metadata),
        (", private_metadata = ", &change.private_metadata),
        (", unsafe_metadata = ", &change.unsafe_metadata),
    ];
    for (assignment, value) in metadata {
        if let Some(value) = value {
            statement.push(assignment).push_bind(value.to_string());
        }
    }
    let flags = [
        (", banned = ", change.is_banned),
        (", totp_enabled = ", change.totp_enabled),
        (", backup_code_enabled = ", change.backup_code_enabled),
    ];
    for (assignment, value) in flags {
        if let Some(value) = value {
            statement.push(assignment).push_bind(i64::from(value));
        }
    }
    statement.push(" WHERE id = ").push_bind(id.to_owned());
    let done = statement.build().execute(db).await?;
    Ok(done > 0)
}

/// Deletes a user with their addresses, numbers and sessions. False when there is none with this id.
pub(crate) async fn delete(db: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let done = query("DELETE FROM users WHERE id = $1")
        .bind(id)
        .execute(db)
        .await?;
    Ok(done > 0)
}
