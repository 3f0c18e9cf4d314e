//! The auth API's JSON as Rust types.
//!
//! Every shape that crosses the wire between a client and the auth API (Clerk's Frontend API) has one type here,
//! used by Thyra's browser components and by its embedded auth API alike: they meet at this crate and nowhere
//! else. It does no I/O and knows neither leptos nor axum.
//!
//! Two rules hold throughout. Timestamps are milliseconds since the Unix epoch ([`Timestamp`]). Enumerations carry
//! an `Unknown` arm, so that a newer API can say something this version has no word for without breaking it.
//! [`read_answer`] reads what other servers write a little differently.

mod answer;
mod client;
mod code;
mod embedded;
mod environment;
mod error;
mod factor;
mod redirect;
mod second_factor;
mod secret;
mod session;
mod sign_in;
mod sign_up;
mod string_enum;
mod timestamp;
mod user;
mod verification;

pub use answer::read_answer;
pub use client::{Client, Envelope};
pub use code::{CODE_LENGTH, normalize_code};
pub use embedded::{ClientAddress, Embedded};
pub use environment::{
    AttackProtection, Attribute, AuthConfig, DisplayConfig, EnumerationProtection, Environment,
    PasswordSettings, SignInSettings, SignUpSettings, UserSettings, UsernameSettings,
};
pub use error::{ApiError, ApiErrors, ErrorCode, ErrorMeta};
pub use factor::{Factor, Strategy};
pub use redirect::{RedirectPolicy, SafeRedirect};
pub use second_factor::{BackupCodes, DeletedObject, Totp};
pub use secret::Secret;
pub use session::{PublicUserData, Session, SessionStatus, Token};
pub use sign_in::{Level, SignIn, SignInStatus, UserData};
pub use sign_up::{
    SignUp, SignUpRequirement, SignUpStatus, SignUpVerification, SignUpVerifications,
};
pub use timestamp::Timestamp;
pub use user::{EmailAddress, LinkedIdentity, PhoneNumber, User};
pub use verification::{Verification, VerificationStatus};

use serde::{Deserialize, Deserializer};

/// Reads `null` as the type's default: servers send `null` and missing interchangeably for lists and maps.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
