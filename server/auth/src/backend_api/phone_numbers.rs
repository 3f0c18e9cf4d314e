//! Phone numbers, one by one.
//!
//! What an app server says of a number is believed: that it is the user's, and that it is reserved for the second factor.
//! A number that is reserved proves nothing as a first factor any more.

use axum::Json;
use axum::extract::State;
use thyra_wire::{ErrorCode, PhoneNumber, Timestamp};

use super::body::JsonBody;
use super::fields::Fields;
use super::param::ParamError;
use super::user_json::Deleted;
use super::users::{find as find_user, taken};
use crate::error::ApiError;
use crate::http::{ResourceId, phone_number};
use crate::instance::SharedInstance;
use crate::phone_number::parse_phone_number;
use crate::store::{
    self, Connection, Durability, NewPhoneNumber, PhoneNumberUpdate, User, UserUpdate,
    phone_numbers, users,
};
use crate::token::random_id;

/// In characters.
const MAX_TEXT: usize = 256;

/// How a number was proven that an app server vouches for.
const BY_ADMIN: &str = "admin";

/// What an app server says about a number; what is absent stays as it is.
struct Change {
    verified: Option<bool>,
    primary: Option<bool>,
    reserved_for_second_factor: Option<bool>,
}

impl Change {
    fn take(fields: &mut Fields) -> Result<Self, ParamError> {
        Ok(Self {
            verified: fields.optional_flag("verified")?,
            primary: fields.optional_flag("primary")?,
            reserved_for_second_factor: fields.optional_flag("reserved_for_second_factor")?,
        })
    }

    /// A number that is not proven to be the user's is neither their primary one nor a factor.
    fn check(&self, is_verified: bool) -> Result<(), ParamError> {
        let asks_for_proof = [
            ("primary", self.primary),
            (
                "reserved_for_second_factor",
                self.reserved_for_second_factor,
            ),
        ];
        let unproven = asks_for_proof
            .into_iter()
            .find(|(_, asked)| *asked == Some(true) && !is_verified);
        unproven.map_or(Ok(()), |(name, _)| Err(ParamError::value(name)))
    }
}

/// `POST /v1/phone_numbers`: gives a user one more number. It is unverified unless the request says otherwise.
pub(super) async fn create(
    State(auth): State<SharedInstance>,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<PhoneNumber>, ApiError> {
    if !auth.settings.has_phone_numbers() {
        return Err(ParamError::unknown("phone_number").into());
    }
    let user_id = required(&mut fields, "user_id")?;
    let typed = required(&mut fields, "phone_number")?;
    let change = Change::take(&mut fields)?;
    fields.finish()?;
    let is_verified = change.verified == Some(true);
    change.check(is_verified)?;
    let now = auth.clock.now();
    let number = NewPhoneNumber {
        id: random_id("idn_"),
        phone_number: parse_phone_number(&typed, "phone_number")?,
        verified_at: is_verified.then_some(now),
        verification_strategy: is_verified.then(|| BY_ADMIN.to_owned()),
        reserved_for_second_factor: change.reserved_for_second_factor == Some(true),
    };
    let mut db = auth.store.write().await?;
    let user = find_user(&mut db, &user_id).await?;
    let added = phone_numbers::add(&mut db, &user_id, &number, now).await;
    added.map_err(taken)?;
    let is_first = is_verified && user.primary_phone_number_id.is_none();
    let primary = (is_first || change.primary == Some(true)).then(|| Some(number.id.clone()));
    note_change(&mut db, &user_id, primary, now).await?;
    let (_, number) = find(&mut db, &number.id).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(phone_number(&number)))
}

/// `GET /v1/phone_numbers/{id}`.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<PhoneNumber>, ApiError> {
    let (_, number) = find(&mut *auth.store.read().await?, &id).await?;
    Ok(Json(phone_number(&number)))
}

/// `PATCH /v1/phone_numbers/{id}`: changes what is given.
pub(super) async fn update(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<PhoneNumber>, ApiError> {
    let change = Change::take(&mut fields)?;
    fields.finish()?;
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let (user, number) = find(&mut db, &id).await?;
    let is_verified = change.verified.unwrap_or(number.verified_at.is_some());
    change.check(is_verified)?;
    let update = PhoneNumberUpdate {
        verification: change
            .verified
            .filter(|verified| *verified != number.verified_at.is_some())
            .map(|verified| verified.then(|| (now, BY_ADMIN.to_owned()))),
        // What is not proven is no factor.
        reserved_for_second_factor: if is_verified {
            change.reserved_for_second_factor
        } else {
            Some(false)
        },
    };
    phone_numbers::update(&mut db, &user.id, &id, &update, now).await?;
    let is_primary = user.primary_phone_number_id.as_deref() == Some(id.as_str());
    let primary = match change.primary {
        Some(true) => Some(Some(id.clone())),
        _ if is_primary && !is_verified => Some(another(&user, &id)),
        _ => None,
    };
    note_change(&mut db, &user.id, primary, now).await?;
    let (_, number) = find(&mut db, &id).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(phone_number(&number)))
}

/// `DELETE /v1/phone_numbers/{id}`.
pub(super) async fn delete(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
) -> Result<Json<Deleted>, ApiError> {
    let now = auth.clock.now();
    let mut db = auth.store.write().await?;
    let (user, _) = find(&mut db, &id).await?;
    let is_last =
        user.phone_numbers.len() == 1 && user.email_addresses.is_empty() && user.username.is_none();
    if is_last {
        return Err(ApiError::new(ErrorCode::IdentificationDeletionFailed));
    }
    phone_numbers::delete(&mut db, &user.id, &id).await?;
    let is_primary = user.primary_phone_number_id.as_deref() == Some(id.as_str());
    let primary = is_primary.then(|| another(&user, &id));
    note_change(&mut db, &user.id, primary, now).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(Deleted::new("phone_number", id)))
}

fn required(fields: &mut Fields, name: &str) -> Result<String, ParamError> {
    let given = fields.text(name, MAX_TEXT)?.flatten();
    given
        .filter(|text| !text.is_empty())
        .ok_or_else(|| ParamError::missing(name))
}

/// The number with this id, and whose it is.
async fn find(db: &mut Connection, id: &str) -> Result<(User, store::PhoneNumber), ApiError> {
    let missing = || ApiError::new(ErrorCode::ResourceNotFound);
    let user_id = phone_numbers::owner(db, id).await?.ok_or_else(missing)?;
    let user = find_user(db, &user_id).await?;
    let number = user.phone_numbers.iter().find(|number| number.id == id);
    let number = number.cloned().ok_or_else(missing)?;
    Ok((user, number))
}

/// The number that becomes the primary one when the one with this id no longer is.
fn another(user: &User, id: &str) -> Option<String> {
    let mut others = user
        .phone_numbers
        .iter()
        .filter(|number| number.id != id && number.verified_at.is_some());
    others.next().map(|number| number.id.clone())
}

/// The user has changed with their number.
async fn note_change(
    db: &mut Connection,
    user_id: &str,
    primary_phone_number_id: Option<Option<String>>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let change = UserUpdate {
        primary_phone_number_id,
        ..UserUpdate::default()
    };
    users::update(db, user_id, &change, now).await?;
    Ok(())
}
