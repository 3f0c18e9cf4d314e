//! Users.

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use thyra_wire::{ErrorCode, Secret, Timestamp};

use super::body::JsonBody;
use super::param::ParamError;
use super::user_fields::{NewUser, Profile, UserChange};
use super::user_json::{Deleted, UserJson};
use crate::error::ApiError;
use crate::http::ResourceId;
use crate::instance::{Instance, SharedInstance};
use crate::service::AccountLock;
use crate::store::{
    Connection, Durability, NewEmailAddress, NewPhoneNumber, StoreError, User, UserUpdate,
    lockouts, phone_numbers, sessions, users,
};
use crate::token::random_id;

/// `GET /v1/users/{id}`.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<UserJson>, ApiError> {
    let mut db = auth.store.read().await?;
    let user = find(&mut db, &id).await?;
    Ok(Json(UserJson::load(&auth, &mut db, user).await?))
}

/// `POST /v1/users`: the addresses and numbers count as verified.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    JsonBody(fields): JsonBody,
) -> Result<Json<UserJson>, ApiError> {
    let mut new = NewUser::parse(fields, &auth.settings)?;
    let addresses = new.email_addresses.iter().map(String::as_str).collect();
    let password_hash = hash(&auth, &new.profile, addresses).await?;
    let now = auth.clock.now();
    let id = random_id("user_");
    let second_factors = std::mem::take(&mut new.profile.second_factors);
    let second_factors = second_factors.prepare(&auth, &id, now).await?;
    let (totp_enabled, backup_code_enabled) = second_factors.flags();
    let addresses: Vec<_> = new
        .email_addresses
        .iter()
        .map(|text| address(text, now))
        .collect();
    let numbers: Vec<_> = new
        .phone_numbers
        .iter()
        .map(|text| number(text, now))
        .collect();
    let user = User {
        is_banned: new.is_banned,
        totp_enabled: totp_enabled.unwrap_or_default(),
        backup_code_enabled: backup_code_enabled.unwrap_or_default(),
        primary_email_address_id: addresses.first().map(|address| address.id.clone()),
        primary_phone_number_id: numbers.first().map(|number| number.id.clone()),
        ..user_of(id, new.profile, password_hash, now)
    };
    let mut db = auth.store.write().await?;
    users::insert(&mut db, &user).await.map_err(taken)?;
    for address in &addresses {
        let added = users::add_email_address(&mut db, &user.id, address, now).await;
        added.map_err(taken)?;
    }
    second_factors.store(&mut db, &user.id, now).await?;
    for number in &numbers {
        let added = phone_numbers::add(&mut db, &user.id, number, now).await;
        added.map_err(taken)?;
    }
    let user = find(&mut db, &user.id).await?;
    let json = UserJson::load(&auth, &mut db, user).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(json))
}

/// `PATCH /v1/users/{id}`: changes what is given.
pub(super) async fn update(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(fields): JsonBody,
) -> Result<Json<UserJson>, ApiError> {
    let mut change = UserChange::parse(fields)?;
    let password_hash = hash(&auth, &change.profile, Vec::new()).await?;
    let now = auth.clock.now();
    let second_factors = std::mem::take(&mut change.profile.second_factors);
    let second_factors = second_factors.prepare(&auth, &id, now).await?;
    let (totp_enabled, backup_code_enabled) = second_factors.flags();
    let mut db = auth.store.write().await?;
    let user = find(&mut db, &id).await?;
    check_primary_address(&user, change.primary_email_address_id.as_deref())?;
    check_primary_number(&user, change.primary_phone_number_id.as_deref())?;
    check_identifier_stays(&user, &change.profile)?;
    let update = UserUpdate {
        primary_email_address_id: change.primary_email_address_id,
        totp_enabled,
        backup_code_enabled,
        primary_phone_number_id: change.primary_phone_number_id.map(Some),
        ..update_of(change.profile, password_hash)
    };
    users::update(&mut db, &id, &update, now)
        .await
        .map_err(taken)?;
    second_factors.store(&mut db, &id, now).await?;
    if change.ends_other_sessions {
        sessions::revoke_of_user(&mut db, &id, now).await?;
    }
    let user = find(&mut db, &id).await?;
    let json = UserJson::load(&auth, &mut db, user).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(json))
}

/// `DELETE /v1/users/{id}`: with all addresses, numbers and sessions.
pub(super) async fn delete(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<Deleted>, ApiError> {
    let mut db = auth.store.write().await?;
    if !users::delete(&mut db, &id).await? {
        return Err(ApiError::new(ErrorCode::ResourceNotFound));
    }
    lockouts::delete_with_parts(&mut db, &id).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(Deleted::new("user", id)))
}

/// `POST /v1/users/{id}/verify_password`. Wrong ones count towards the account's lock like those on the sign-in page:
/// app servers pass on what people type.
pub(super) async fn verify_password(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let password = fields
        .secret("password")?
        .filter(|password| !password.is_empty());
    fields.finish()?;
    let password = password.ok_or_else(|| ParamError::missing("password"))?;
    auth.tools().check_tried_password(&password)?;
    let user = find(&mut *auth.store.read().await?, &id).await?;
    let hash = user.password_hash;
    let hash = hash.ok_or_else(|| ApiError::of(ErrorCode::StrategyForUserInvalid, "password"))?;
    try_password(&auth, &id, password, hash).await?;
    Ok(Json(serde_json::json!({ "verified": true })))
}

async fn try_password(
    auth: &Instance,
    user_id: &str,
    password: Secret,
    hash: String,
) -> Result<(), ApiError> {
    let now = auth.clock.now();
    let account = AccountLock::of_user(user_id);
    let mut db = auth.store.write().await?;
    let counted = account
        .count_try(&mut db, &auth.lockout_policy, now)
        .await?;
    db.commit(Durability::Attempt).await?;
    counted?;
    let verified = auth.hasher.verify(password, hash.clone()).await;
    if verified == Ok(false) {
        return Err(ApiError::of(ErrorCode::FormPasswordIncorrect, "password"));
    }
    // Right, or not evaluated at all.
    let mut db = auth.store.write().await?;
    account.take_back(&mut db, now).await?;
    let locked = account.by_hand(&mut db).await?;
    let user = users::by_id(&mut db, user_id).await?;
    db.commit(Durability::Credential).await?;
    verified?;
    // Meanwhile the user may have been locked or deleted, or have another password.
    let user = user.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))?;
    if user.password_hash != Some(hash) {
        return Err(ApiError::of(ErrorCode::FormPasswordIncorrect, "password"));
    }
    locked.map_or(Ok(()), Err)
}

/// The user with this id.
pub(super) async fn find(db: &mut Connection, id: &str) -> Result<User, ApiError> {
    let user = users::by_id(db, id).await?;
    user.ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound))
}

/// The hash of the password that was given, or the one that was given itself, before any transaction begins. `addresses` are
/// the user's.
async fn hash(
    auth: &Instance,
    profile: &Profile,
    addresses: Vec<&str>,
) -> Result<Option<String>, ApiError> {
    let password = match (&profile.password, &profile.password_digest) {
        (Some(_), Some(_)) => return Err(ParamError::value("password_digest").into()),
        (None, digest) => return Ok(digest.as_ref().map(|digest| digest.expose().to_owned())),
        (Some(password), None) => password,
    };
    if password.is_empty() {
        return Err(ParamError::missing("password").into());
    }
    if profile.skip_password_checks {
        auth.tools().check_tried_password(password)?;
    } else {
        let names = [&profile.username, &profile.first_name, &profile.last_name];
        let names = names.into_iter().flatten().flatten().map(String::as_str);
        let about: Vec<_> = addresses.into_iter().chain(names).collect();
        let tools = auth.tools();
        tools.check_new_password(password, "password", &about)?;
    }
    Ok(Some(auth.hasher.hash(password.clone()).await?))
}

fn user_of(id: String, profile: Profile, password_hash: Option<String>, now: Timestamp) -> User {
    let object =
        |given: Option<serde_json::Map<String, Value>>| Value::Object(given.unwrap_or_default());
    User {
        external_id: profile.external_id.flatten(),
        username: profile.username.flatten(),
        first_name: profile.first_name.flatten(),
        last_name: profile.last_name.flatten(),
        password_updated_at: password_hash.as_ref().map(|_| now),
        password_hash,
        public_metadata: object(profile.metadata.public),
        private_metadata: object(profile.metadata.private),
        unsafe_metadata: object(profile.metadata.unsafe_),
        ..User::new(id, now)
    }
}

fn update_of(profile: Profile, password_hash: Option<String>) -> UserUpdate {
    UserUpdate {
        external_id: profile.external_id,
        username: profile.username,
        first_name: profile.first_name,
        last_name: profile.last_name,
        password_hash: password_hash.map(Some),
        public_metadata: profile.metadata.public.map(Value::Object),
        private_metadata: profile.metadata.private.map(Value::Object),
        unsafe_metadata: profile.metadata.unsafe_.map(Value::Object),
        ..UserUpdate::default()
    }
}

fn address(text: &str, now: Timestamp) -> NewEmailAddress {
    NewEmailAddress {
        id: random_id("idn_"),
        email_address: text.to_owned(),
        verified_at: Some(now),
        verification_strategy: Some("admin".to_owned()),
    }
}

fn number(text: &str, now: Timestamp) -> NewPhoneNumber {
    NewPhoneNumber {
        id: random_id("idn_"),
        phone_number: text.to_owned(),
        verified_at: Some(now),
        verification_strategy: Some("admin".to_owned()),
        reserved_for_second_factor: false,
    }
}

/// Only an address of the user's own, proven to be theirs, becomes the primary one.
fn check_primary_address(user: &User, id: Option<&str>) -> Result<(), ParamError> {
    let Some(id) = id else {
        return Ok(());
    };
    let is_theirs = user
        .email_addresses
        .iter()
        .any(|address| address.id == id && address.verified_at.is_some());
    is_theirs
        .then_some(())
        .ok_or_else(|| ParamError::value("primary_email_address_id"))
}

/// Only a number of the user's own, proven to be theirs, becomes the primary one.
fn check_primary_number(user: &User, id: Option<&str>) -> Result<(), ParamError> {
    let Some(id) = id else {
        return Ok(());
    };
    let is_theirs = user
        .phone_numbers
        .iter()
        .any(|number| number.id == id && number.verified_at.is_some());
    is_theirs
        .then_some(())
        .ok_or_else(|| ParamError::value("primary_phone_number_id"))
}

/// Nobody could sign in as a user without any identifier, or find them.
fn check_identifier_stays(user: &User, change: &Profile) -> Result<(), ParamError> {
    let loses_username = matches!(change.username, Some(None));
    if loses_username && user.email_addresses.is_empty() && user.phone_numbers.is_empty() {
        return Err(ParamError::missing("username"));
    }
    Ok(())
}

/// Names the field whose value somebody else has.
pub(super) fn taken(error: StoreError) -> ApiError {
    const UNIQUE: [&str; 4] = ["email_address", "phone_number", "username", "external_id"];
    match UNIQUE.iter().find(|column| error.is_conflict_on(column)) {
        Some(column) => ApiError::of(ErrorCode::FormIdentifierExists, column),
        None => error.into(),
    }
}
