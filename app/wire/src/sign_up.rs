//! The sign-up attempt.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::{Strategy, Timestamp, Verification, VerificationStatus, null_as_default};

string_enum! {
    /// How far a sign-up is.
    SignUpStatus {
        /// Something is missing or unverified.
        MissingRequirements => "missing_requirements",
        /// The user and a session were created.
        Complete => "complete",
        /// Given up, or too old.
        Abandoned => "abandoned",
    }
}

string_enum! {
    /// A field of a sign-up.
    SignUpRequirement {
        /// An e-mail address.
        EmailAddress => "email_address",
        /// A phone number.
        PhoneNumber => "phone_number",
        /// A username.
        Username => "username",
        /// A password.
        Password => "password",
        /// The first name.
        FirstName => "first_name",
        /// The last name.
        LastName => "last_name",
        /// Consent to the terms.
        LegalAccepted => "legal_accepted",
    }
}

/// One attempt to create an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignUp {
    /// Always `sign_up`.
    #[serde(default = "sign_up_object")]
    pub object: String,
    /// `sua_…`.
    #[serde(default)]
    pub id: String,
    /// How far it is.
    #[serde(default)]
    pub status: SignUpStatus,
    /// The fields without which no account is made.
    #[serde(default, deserialize_with = "null_as_default")]
    pub required_fields: Vec<SignUpRequirement>,
    /// The fields that may be given.
    #[serde(default, deserialize_with = "null_as_default")]
    pub optional_fields: Vec<SignUpRequirement>,
    /// The required fields that were not given yet.
    #[serde(default, deserialize_with = "null_as_default")]
    pub missing_fields: Vec<SignUpRequirement>,
    /// The identifiers that have to be verified yet.
    #[serde(default, deserialize_with = "null_as_default")]
    pub unverified_fields: Vec<SignUpRequirement>,
    /// How far their verifications are.
    #[serde(default)]
    pub verifications: Option<SignUpVerifications>,
    /// The username.
    #[serde(default)]
    pub username: Option<String>,
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    pub email_address: Option<String>,
    /// The phone number.
    #[serde(default)]
    pub phone_number: Option<String>,
    /// The wallet.
    #[serde(default)]
    pub web3_wallet: Option<String>,
    /// Whether a password was given.
    #[serde(default)]
    pub has_password: bool,
    /// What the app attached: readable and writable by the browser.
    #[serde(default)]
    pub unsafe_metadata: serde_json::Value,
    /// The account at an external provider.
    #[serde(default)]
    pub external_account: Option<serde_json::Value>,
    /// The strategy of that provider.
    #[serde(default)]
    pub external_account_strategy: Option<String>,
    /// The session that came of it.
    #[serde(default)]
    pub created_session_id: Option<String>,
    /// The user that came of it.
    #[serde(default)]
    pub created_user_id: Option<String>,
    /// When it counts as given up.
    #[serde(default)]
    pub abandon_at: Option<Timestamp>,
    /// When the terms were accepted.
    #[serde(default)]
    pub legal_accepted_at: Option<Timestamp>,
    /// The language of the person, as the browser says it.
    #[serde(default)]
    pub locale: Option<String>,
}

fn sign_up_object() -> String {
    "sign_up".to_owned()
}

/// The verifications of a sign-up's identifiers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignUpVerifications {
    /// Of the e-mail address.
    #[serde(default)]
    pub email_address: Option<SignUpVerification>,
    /// Of the phone number.
    #[serde(default)]
    pub phone_number: Option<SignUpVerification>,
    /// Of the wallet.
    #[serde(default)]
    pub web3_wallet: Option<SignUpVerification>,
    /// Of the account at an external provider.
    #[serde(default)]
    pub external_account: Option<Verification>,
}

/// The verification of one identifier of a sign-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignUpVerification {
    /// Always `verification`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub object: String,
    /// How far it is.
    #[serde(default)]
    pub status: Option<VerificationStatus>,
    /// The way that is being used.
    #[serde(default)]
    pub strategy: Option<Strategy>,
    /// How many times something was tried.
    #[serde(default)]
    pub attempts: Option<u32>,
    /// When the code or link ends.
    #[serde(default)]
    pub expire_at: Option<Timestamp>,
    /// `needs_prepare`, `needs_attempt`, or empty.
    #[serde(default)]
    pub next_action: String,
    /// The ways that can be used.
    #[serde(default, deserialize_with = "null_as_default")]
    pub supported_strategies: Vec<Strategy>,
}
