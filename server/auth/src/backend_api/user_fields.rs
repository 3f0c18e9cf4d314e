//! What an app server says about a user.

use serde_json::{Map, Value};
use thyra_wire::Secret;

use super::fields::Fields;
use super::param::ParamError;
use super::second_factors::SecondFactors;
use crate::error::ApiError;
use crate::guard::Imported;
use crate::identifier::{canonical_username, parse_email, parse_name};
use crate::phone_number::parse_phone_number;
use crate::settings::Settings;

/// In characters; what is shorter by its own rules is checked by those.
const MAX_TEXT: usize = 256;

/// How many addresses a new user may have, and how many numbers.
const MAX_ADDRESSES: usize = 10;

/// The fields that both a new user and a changed one may have. The outer `None`: not given; the inner one: cleared.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub external_id: Option<Option<String>>,
    pub username: Option<Option<String>>,
    pub first_name: Option<Option<String>>,
    pub last_name: Option<Option<String>>,
    pub password: Option<Secret>,
    pub skip_password_checks: bool,
    /// The hash of a password, as another system made it.
    pub password_digest: Option<Secret>,
    pub metadata: Metadata,
    pub second_factors: SecondFactors,
}

/// What the app attaches to a user.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub public: Option<Map<String, Value>>,
    pub private: Option<Map<String, Value>>,
    pub unsafe_: Option<Map<String, Value>>,
}

/// A user to be made.
#[derive(Debug)]
pub(super) struct NewUser {
    pub profile: Profile,
    /// Canonical; the first becomes the primary one.
    pub email_addresses: Vec<String>,
    /// Canonical; the first becomes the primary one.
    pub phone_numbers: Vec<String>,
    pub is_banned: bool,
}

/// A change to a user.
#[derive(Debug)]
pub(super) struct UserChange {
    pub profile: Profile,
    pub primary_email_address_id: Option<String>,
    pub primary_phone_number_id: Option<String>,
    pub ends_other_sessions: bool,
}

impl NewUser {
    pub(super) fn parse(mut fields: Fields, settings: &Settings) -> Result<Self, ApiError> {
        let email_addresses = identifications(&mut fields, "email_address", parse_email)?;
        let phone_numbers = match settings.has_phone_numbers() {
            true => identifications(&mut fields, "phone_number", parse_phone_number)?,
            // Refused by name, with all that is not taken.
            false => Vec::new(),
        };
        let profile = Profile::take(&mut fields)?;
        let is_banned = fields.flag("banned")?;
        // Nothing here asks for a password or for terms: there is nothing to skip.
        fields.flag("skip_password_requirement")?;
        fields.flag("skip_legal_checks")?;
        fields.finish()?;
        let is_named = matches!(profile.username, Some(Some(_)));
        if email_addresses.is_empty() && phone_numbers.is_empty() && !is_named {
            return Err(ParamError::missing("email_address").into());
        }
        Ok(Self {
            profile,
            email_addresses,
            phone_numbers,
            is_banned,
        })
    }
}

impl UserChange {
    pub(super) fn parse(mut fields: Fields) -> Result<Self, ApiError> {
        let profile = Profile::take(&mut fields)?;
        let address_id = fields.text("primary_email_address_id", MAX_TEXT)?;
        let number_id = fields.text("primary_phone_number_id", MAX_TEXT)?;
        let change = Self {
            profile,
            primary_email_address_id: address_id.flatten(),
            primary_phone_number_id: number_id.flatten(),
            ends_other_sessions: fields.flag("sign_out_of_other_sessions")?,
        };
        fields.flag("skip_legal_checks")?;
        fields.finish()?;
        Ok(change)
    }
}

impl Profile {
    fn take(fields: &mut Fields) -> Result<Self, ApiError> {
        Ok(Self {
            external_id: fields.text("external_id", MAX_TEXT)?.map(non_empty),
            username: username(fields)?,
            first_name: name(fields, "first_name")?,
            last_name: name(fields, "last_name")?,
            password: fields.secret("password")?,
            skip_password_checks: fields.flag("skip_password_checks")?,
            password_digest: password_digest(fields)?,
            metadata: Metadata::take(fields)?,
            second_factors: SecondFactors::take(fields)?,
        })
    }
}

impl Metadata {
    pub(super) fn parse(mut fields: Fields) -> Result<Self, ApiError> {
        let metadata = Self::take(&mut fields)?;
        fields.finish()?;
        Ok(metadata)
    }

    fn take(fields: &mut Fields) -> Result<Self, ParamError> {
        Ok(Self {
            public: fields.metadata("public_metadata")?,
            private: fields.metadata("private_metadata")?,
            unsafe_: fields.metadata("unsafe_metadata")?,
        })
    }
}

/// `password_digest` by `password_hasher`: it has to be a hash that can be verified, and the one that it is said to be.
fn password_digest(fields: &mut Fields) -> Result<Option<Secret>, ParamError> {
    let digest = fields.secret("password_digest")?;
    let hasher = fields.text("password_hasher", MAX_TEXT)?.flatten();
    let Some(digest) = digest.filter(|digest| !digest.is_empty()) else {
        return Ok(None);
    };
    let hasher = hasher.ok_or_else(|| ParamError::missing("password_hasher"))?;
    if !Imported::HASHERS.contains(&hasher.as_str()) {
        return Err(ParamError::value("password_hasher"));
    }
    let imported = Imported::parse(digest.expose());
    imported
        .filter(|imported| imported.hashers().contains(&hasher.as_str()))
        .map(|_| Some(digest))
        .ok_or_else(|| ParamError::format("password_digest"))
}

/// The addresses or numbers of a new user, canonical.
fn identifications(
    fields: &mut Fields,
    name: &str,
    parse: fn(&str, &str) -> Result<String, ApiError>,
) -> Result<Vec<String>, ApiError> {
    let typed = fields.texts(name)?;
    if typed.len() > MAX_ADDRESSES {
        return Err(ParamError::too_long(name).into());
    }
    // What an admin gives is believed. Reserving an address or number without believing it is not supported.
    let status = format!("{name}_identification_status");
    let statuses = fields.texts(&status)?;
    if statuses.iter().any(|status| status != "verified") {
        return Err(ParamError::value(&status).into());
    }
    typed.iter().map(|text| parse(text, name)).collect()
}

fn username(fields: &mut Fields) -> Result<Option<Option<String>>, ApiError> {
    let Some(given) = fields.text("username", MAX_TEXT)? else {
        return Ok(None);
    };
    let canonical = |text: String| canonical_username(&text);
    Ok(Some(non_empty(given).map(canonical).transpose()?))
}

fn name(fields: &mut Fields, param: &str) -> Result<Option<Option<String>>, ApiError> {
    match fields.text(param, MAX_TEXT)? {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(text)) => parse_name(&text, param).map(Some),
    }
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
