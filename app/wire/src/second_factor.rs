//! Second factors, as whoever sets them up sees them.

use serde::{Deserialize, Serialize};

use crate::{Secret, Timestamp};

/// An authenticator app that a user sets up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Totp {
    /// Always `totp`.
    #[serde(default)]
    pub object: String,
    /// `totp_…`.
    #[serde(default)]
    pub id: String,
    /// The secret in base32, to be typed into the app. Only as long as it is not in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// The same as an `otpauth://` URL, to be drawn as a QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<Secret>,
    /// Whether its first code came: from then on it is asked for.
    #[serde(default)]
    pub verified: bool,
    /// The user's backup codes, when this made them: they are shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes: Option<Vec<Secret>>,
    /// When the secret was made.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When it changed last.
    #[serde(default)]
    pub updated_at: Timestamp,
}

/// A user's backup codes: they are shown this once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BackupCodes {
    /// Always `backup_code`.
    #[serde(default)]
    pub object: String,
    /// Names the set.
    #[serde(default)]
    pub id: String,
    /// All of them.
    #[serde(default)]
    pub codes: Vec<Secret>,
    /// When they were made.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Equals `created_at`: a set never changes.
    #[serde(default)]
    pub updated_at: Timestamp,
}

/// What is left of a resource that was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedObject {
    /// Its kind.
    #[serde(default)]
    pub object: String,
    /// Its id.
    #[serde(default)]
    pub id: String,
    /// Always true.
    #[serde(default)]
    pub deleted: bool,
}
