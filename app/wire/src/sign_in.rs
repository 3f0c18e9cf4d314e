//! The sign-in attempt.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::{Factor, Verification, null_as_default};

string_enum! {
    /// What a sign-in waits for.
    SignInStatus {
        /// Who wants to sign in.
        NeedsIdentifier => "needs_identifier",
        /// Proof by one of the first factors.
        NeedsFirstFactor => "needs_first_factor",
        /// Proof by one of the second factors.
        NeedsSecondFactor => "needs_second_factor",
        /// Proof that this new device belongs to the user.
        NeedsClientTrust => "needs_client_trust",
        /// A new password.
        NeedsNewPassword => "needs_new_password",
        /// The answer to a bot challenge.
        NeedsProtectCheck => "needs_protect_check",
        /// Nothing: a session was created.
        Complete => "complete",
    }
}

/// One attempt to sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    /// Always `sign_in`.
    #[serde(default = "sign_in_object")]
    pub object: String,
    /// `sia_…`.
    #[serde(default)]
    pub id: String,
    /// What it waits for.
    #[serde(default)]
    pub status: SignInStatus,
    /// The kinds of identifier that can be typed.
    #[serde(default, deserialize_with = "null_as_default")]
    pub supported_identifiers: Vec<String>,
    /// The identifier that was typed.
    #[serde(default)]
    pub identifier: Option<String>,
    /// The first factors to choose from; absent before an identifier is known.
    #[serde(default)]
    pub supported_first_factors: Option<Vec<Factor>>,
    /// The second factors to choose from; absent before the first one is verified.
    #[serde(default)]
    pub supported_second_factors: Option<Vec<Factor>>,
    /// How far the first factor is.
    #[serde(default)]
    pub first_factor_verification: Option<Verification>,
    /// How far the second factor is.
    #[serde(default)]
    pub second_factor_verification: Option<Verification>,
    /// Who this is, as far as it may be shown.
    #[serde(default)]
    pub user_data: Option<UserData>,
    /// The session that came of it.
    #[serde(default)]
    pub created_session_id: Option<String>,
    /// `new`, `known` or `pending`: whether the device is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_trust_state: Option<String>,
}

/// Which of the two proofs a factor is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The first factor.
    #[default]
    First,
    /// The second factor, also where it proves that a new device belongs to the user.
    Second,
}

impl SignIn {
    /// The factors to choose from at this level; none before the attempt is so far.
    pub fn factors(&self, level: Level) -> impl Iterator<Item = &Factor> {
        let factors = match level {
            Level::First => &self.supported_first_factors,
            Level::Second => &self.supported_second_factors,
        };
        factors.iter().flatten()
    }

    /// How far the proof of this level is.
    pub fn verification(&self, level: Level) -> Option<&Verification> {
        match level {
            Level::First => self.first_factor_verification.as_ref(),
            Level::Second => self.second_factor_verification.as_ref(),
        }
    }

    /// The level of the proof that the attempt waits for, or `None` when it waits for something else.
    pub fn awaited_level(&self) -> Option<Level> {
        match self.status {
            SignInStatus::NeedsFirstFactor => Some(Level::First),
            SignInStatus::NeedsSecondFactor | SignInStatus::NeedsClientTrust => Some(Level::Second),
            _ => None,
        }
    }
}

fn sign_in_object() -> String {
    "sign_in".to_owned()
}

/// What may be shown of the user who is signing in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserData {
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The picture.
    #[serde(default)]
    pub image_url: Option<String>,
    /// Whether the picture is the user's own.
    #[serde(default)]
    pub has_image: bool,
}
