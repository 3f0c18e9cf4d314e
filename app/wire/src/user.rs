//! Users, their addresses and phone numbers.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, Verification, null_as_default};

/// A user, as the user themselves may see them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Always `user`.
    #[serde(default)]
    pub object: String,
    /// `user_…`.
    #[serde(default)]
    pub id: String,
    /// The id in the app's own database.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The username.
    #[serde(default)]
    pub username: Option<String>,
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The picture.
    #[serde(default)]
    pub image_url: String,
    /// Whether the picture is the user's own.
    #[serde(default)]
    pub has_image: bool,
    /// The primary e-mail address's id.
    #[serde(default)]
    pub primary_email_address_id: Option<String>,
    /// The primary phone number's id.
    #[serde(default)]
    pub primary_phone_number_id: Option<String>,
    /// The primary wallet's id.
    #[serde(default)]
    pub primary_web3_wallet_id: Option<String>,
    /// The e-mail addresses, in the order they were added.
    #[serde(default, deserialize_with = "null_as_default")]
    pub email_addresses: Vec<EmailAddress>,
    /// The phone numbers, in the order they were added.
    #[serde(default, deserialize_with = "null_as_default")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// The wallets.
    #[serde(default, deserialize_with = "null_as_default")]
    pub web3_wallets: Vec<serde_json::Value>,
    /// The accounts at external providers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub external_accounts: Vec<serde_json::Value>,
    /// The accounts at enterprise connections.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enterprise_accounts: Vec<serde_json::Value>,
    /// The passkeys.
    #[serde(default, deserialize_with = "null_as_default")]
    pub passkeys: Vec<serde_json::Value>,
    /// The organizations the user belongs to.
    #[serde(default, deserialize_with = "null_as_default")]
    pub organization_memberships: Vec<serde_json::Value>,
    /// Whether the user has a password.
    #[serde(default)]
    pub password_enabled: bool,
    /// Whether the user has an authenticator app.
    #[serde(default)]
    pub totp_enabled: bool,
    /// Whether the user has backup codes.
    #[serde(default)]
    pub backup_code_enabled: bool,
    /// Whether a second factor is asked of the user.
    #[serde(default)]
    pub two_factor_enabled: bool,
    /// Written by the app's server, readable by the browser.
    #[serde(default)]
    pub public_metadata: serde_json::Value,
    /// Written and read by the browser.
    #[serde(default)]
    pub unsafe_metadata: serde_json::Value,
    /// When the user last signed in.
    #[serde(default)]
    pub last_sign_in_at: Option<Timestamp>,
    /// When the user accepted the terms.
    #[serde(default)]
    pub legal_accepted_at: Option<Timestamp>,
    /// Whether the user may create organizations.
    #[serde(default)]
    pub create_organization_enabled: bool,
    /// How many organizations the user may create.
    #[serde(default)]
    pub create_organizations_limit: Option<u32>,
    /// Whether the user may delete their account.
    #[serde(default)]
    pub delete_self_enabled: bool,
    /// When the account was made.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Grows with every change.
    #[serde(default)]
    pub updated_at: Timestamp,
}

impl User {
    /// The primary e-mail address, or the first one when none is marked.
    pub fn primary_email_address(&self) -> Option<&EmailAddress> {
        let primary = self.primary_email_address_id.as_deref();
        self.email_addresses
            .iter()
            .find(|address| Some(address.id.as_str()) == primary)
            .or_else(|| self.email_addresses.first())
    }

    /// First and last name with one space between, as far as they are known.
    pub fn full_name(&self) -> Option<String> {
        let names: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .filter_map(|name| name.as_deref())
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

/// An e-mail address of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailAddress {
    /// Always `email_address`.
    #[serde(default)]
    pub object: String,
    /// `idn_…`.
    #[serde(default)]
    pub id: String,
    /// The address.
    #[serde(default)]
    pub email_address: String,
    /// Whether it is proven to be the user's.
    #[serde(default)]
    pub verification: Option<Verification>,
    /// What else stands for the same identity.
    #[serde(default, deserialize_with = "null_as_default")]
    pub linked_to: Vec<LinkedIdentity>,
    /// Whether an enterprise connection claims its domain.
    #[serde(default)]
    pub matches_sso_connection: bool,
}

/// A phone number of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumber {
    /// Always `phone_number`.
    #[serde(default)]
    pub object: String,
    /// `idn_…`.
    #[serde(default)]
    pub id: String,
    /// The number in E.164: `+` and at most fifteen digits.
    #[serde(default)]
    pub phone_number: String,
    /// Whether codes to it are a second factor, and never the first.
    #[serde(default)]
    pub reserved_for_second_factor: bool,
    /// Whether it is the second factor that is asked for first.
    #[serde(default)]
    pub default_second_factor: bool,
    /// Whether it is proven to be the user's.
    #[serde(default)]
    pub verification: Option<Verification>,
    /// What else stands for the same identity.
    #[serde(default, deserialize_with = "null_as_default")]
    pub linked_to: Vec<LinkedIdentity>,
}

/// Something that stands for the same identity as an address or number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedIdentity {
    /// Its id.
    #[serde(default)]
    pub id: String,
    /// Its kind, for example `oauth_google`.
    #[serde(default, rename = "type")]
    pub kind: String,
}
