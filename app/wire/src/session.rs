//! Sessions: somebody being signed in on one client.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::{Timestamp, User};

string_enum! {
    /// Whether a session opens anything.
    SessionStatus {
        /// Signed in.
        Active => "active",
        /// Signed in, with something left to do first.
        Pending => "pending",
        /// Ended by the user.
        Ended => "ended",
        /// Ended and taken off the client.
        Removed => "removed",
        /// Ended by the server or an admin.
        Revoked => "revoked",
        /// Too old.
        Expired => "expired",
        /// Too long unused.
        Abandoned => "abandoned",
        /// Another session took its place.
        Replaced => "replaced",
    }
}

impl SessionStatus {
    /// Whether a client counts the session as signed in.
    pub fn is_signed_in(&self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }
}

/// Somebody being signed in on one client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Always `session`.
    #[serde(default = "session_object")]
    pub object: String,
    /// `sess_…`.
    #[serde(default)]
    pub id: String,
    /// Whether it opens anything.
    #[serde(default)]
    pub status: SessionStatus,
    /// When it ends whatever happens.
    #[serde(default)]
    pub expire_at: Timestamp,
    /// When it counts as abandoned.
    #[serde(default)]
    pub abandon_at: Timestamp,
    /// When it was last used.
    #[serde(default)]
    pub last_active_at: Timestamp,
    /// The organization it acts for.
    #[serde(default)]
    pub last_active_organization_id: Option<String>,
    /// Who acts in the user's place.
    #[serde(default)]
    pub actor: Option<serde_json::Value>,
    /// What is left to do before the session is active.
    #[serde(default)]
    pub tasks: Option<Vec<serde_json::Value>>,
    /// Minutes since the first and second factor were verified; -1 for never.
    #[serde(default)]
    pub factor_verification_age: Option<[i64; 2]>,
    /// A fresh session token, so that no request for one has to follow.
    #[serde(default)]
    pub last_active_token: Option<Token>,
    /// Who this is, in short.
    #[serde(default)]
    pub public_user_data: Option<PublicUserData>,
    /// Who this is.
    #[serde(default)]
    pub user: Option<User>,
    /// When it began.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Grows with every change.
    #[serde(default)]
    pub updated_at: Timestamp,
}

impl Session {
    /// The token that came with it.
    pub fn token(&self) -> Option<&str> {
        let token = self.last_active_token.as_ref()?;
        Some(token.jwt.as_str()).filter(|jwt| !jwt.is_empty())
    }
}

fn session_object() -> String {
    "session".to_owned()
}

/// A session token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Always `token`.
    #[serde(default = "token_object")]
    pub object: String,
    /// The signed token; it lives 60 seconds.
    #[serde(default)]
    pub jwt: String,
}

fn token_object() -> String {
    "token".to_owned()
}

/// What may be shown of a session's user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicUserData {
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
    /// The primary e-mail address, or whatever names the user best.
    #[serde(default)]
    pub identifier: String,
    /// The user's id.
    #[serde(default)]
    pub user_id: Option<String>,
}
