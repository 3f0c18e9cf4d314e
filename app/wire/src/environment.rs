//! What the instance allows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Strategy, null_as_default};

/// What the instance allows, and how it presents itself. Answered bare, without an envelope.
///
/// Only the parts that Thyra's components read are typed; the embedded auth API adds what other clients expect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// How sessions behave.
    #[serde(default, deserialize_with = "null_as_default")]
    pub auth_config: AuthConfig,
    /// How the instance presents itself.
    #[serde(default, deserialize_with = "null_as_default")]
    pub display_config: DisplayConfig,
    /// What users have and need.
    #[serde(default, deserialize_with = "null_as_default")]
    pub user_settings: UserSettings,
    /// Whether the API is closed for changes.
    #[serde(default)]
    pub maintenance_mode: bool,
}

/// How sessions behave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthConfig {
    /// Whether a client can hold one session only.
    #[serde(default)]
    pub single_session_mode: bool,
}

/// How the instance presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayConfig {
    /// The app's name, for titles.
    #[serde(default)]
    pub application_name: String,
    /// `password` or `otp`: which factor is offered first.
    #[serde(default)]
    pub preferred_sign_in_strategy: String,
    /// `production`, or anything else.
    #[serde(default)]
    pub instance_environment_type: String,
    /// Where the sign-in page is.
    #[serde(default)]
    pub sign_in_url: String,
    /// Where the sign-up page is.
    #[serde(default)]
    pub sign_up_url: String,
    /// Where to go after signing in.
    #[serde(default)]
    pub after_sign_in_url: String,
    /// Where to go after signing up.
    #[serde(default)]
    pub after_sign_up_url: String,
    /// The app's home.
    #[serde(default)]
    pub home_url: String,
    /// Whom to ask for help.
    #[serde(default, deserialize_with = "null_as_default")]
    pub support_email: String,
}

/// What users have and need.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserSettings {
    /// Each attribute by its name (`email_address`, `password`, …).
    #[serde(default, deserialize_with = "null_as_default")]
    pub attributes: BTreeMap<String, Attribute>,
    /// The rules for sign-in.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sign_in: SignInSettings,
    /// The rules for sign-up.
    #[serde(default, deserialize_with = "null_as_default")]
    pub sign_up: SignUpSettings,
    /// The rules for passwords.
    #[serde(default, deserialize_with = "null_as_default")]
    pub password_settings: PasswordSettings,
    /// The rules for usernames.
    #[serde(default, deserialize_with = "null_as_default")]
    pub username_settings: UsernameSettings,
    /// What is done against attacks.
    #[serde(default, deserialize_with = "null_as_default")]
    pub attack_protection: AttackProtection,
}

impl UserSettings {
    /// The attribute with this name, when it is enabled.
    pub fn enabled_attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .get(name)
            .filter(|attribute| attribute.enabled)
    }
}

/// One thing a user can have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Whether users can have it.
    #[serde(default)]
    pub enabled: bool,
    /// Whether every user must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether it stays as it is once set.
    #[serde(default)]
    pub immutable: bool,
    /// How it is verified.
    #[serde(default, deserialize_with = "null_as_default")]
    pub verifications: Vec<Strategy>,
    /// Whether it can be the first factor.
    #[serde(default)]
    pub used_for_first_factor: bool,
    /// As which first factors.
    #[serde(default, deserialize_with = "null_as_default")]
    pub first_factors: Vec<Strategy>,
    /// Whether it can be the second factor.
    #[serde(default)]
    pub used_for_second_factor: bool,
    /// As which second factors.
    #[serde(default, deserialize_with = "null_as_default")]
    pub second_factors: Vec<Strategy>,
    /// Whether a sign-up has to verify it.
    #[serde(default)]
    pub verify_at_sign_up: bool,
}

/// The rules for sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInSettings {}

/// The rules for sign-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpSettings {
    /// `public`, `restricted` or `waitlist`.
    #[serde(default)]
    pub mode: String,
    /// Whether the terms have to be accepted.
    #[serde(default)]
    pub legal_consent_enabled: bool,
}

/// The rules for passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSettings {
    /// The fewest characters.
    #[serde(default)]
    pub min_length: u32,
    /// The most characters; 0 for the API's own limit.
    #[serde(default)]
    pub max_length: u32,
}

/// The rules for usernames.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsernameSettings {
    /// The fewest characters.
    #[serde(default)]
    pub min_length: u32,
    /// The most characters.
    #[serde(default)]
    pub max_length: u32,
}

/// What is done against attacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttackProtection {
    /// Against finding out who has an account.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enumeration_protection: EnumerationProtection,
}

/// Whether the API hides who has an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumerationProtection {
    /// Whether it does.
    #[serde(default)]
    pub enabled: bool,
}
