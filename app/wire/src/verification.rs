//! How far the verification of one factor or address is.

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;
use crate::{ApiError, Strategy, Timestamp};

string_enum! {
    /// How far a verification is.
    VerificationStatus {
        /// Begun, not finished.
        Unverified => "unverified",
        /// Done.
        Verified => "verified",
        /// Done, but nobody has the identifier: the attempt can become a sign-up (or the other way round).
        Transferable => "transferable",
        /// Given up: too many tries, or refused.
        Failed => "failed",
        /// Not finished in time.
        Expired => "expired",
    }
}

/// The state of one verification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// Always `verification`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub object: String,
    /// How far it is; absent before it began.
    #[serde(default)]
    pub status: Option<VerificationStatus>,
    /// The way that is being used.
    #[serde(default)]
    pub strategy: Option<Strategy>,
    /// How many times something was tried.
    #[serde(default)]
    pub attempts: Option<u32>,
    /// When it ends by itself.
    #[serde(default)]
    pub expire_at: Option<Timestamp>,
    /// What the strategy has to sign or answer.
    #[serde(default)]
    pub nonce: Option<String>,
    /// The text a wallet has to sign.
    #[serde(default)]
    pub message: Option<String>,
    /// `sms` or `whatsapp`.
    #[serde(default)]
    pub channel: Option<String>,
    /// Where an external provider does its part.
    #[serde(default)]
    pub external_verification_redirect_url: Option<String>,
    /// The client on which an e-mail link was opened.
    #[serde(default)]
    pub verified_at_client: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<ApiError>,
}

impl Verification {
    /// A verification in this state, with all else empty.
    pub fn new(strategy: Strategy, status: VerificationStatus) -> Self {
        Self {
            object: "verification".to_owned(),
            status: Some(status),
            strategy: Some(strategy),
            ..Self::default()
        }
    }

    /// Whether it is done.
    pub fn is_verified(&self) -> bool {
        self.status == Some(VerificationStatus::Verified)
    }
}
