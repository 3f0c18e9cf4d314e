//! Session tokens and the keys that sign them.
//!
//! A session token is a JSON web token, RS256 because the official SDKs accept nothing else, and lives 60 seconds. It
//! is checked against our own keys only, and its header has to be, byte for byte, the one we write for that key:
//! whatever a header could ask for (another algorithm, a key of its own, a URL to fetch one from) is thereby refused
//! without being read.
//!
//! Keys rotate with overlap. A new key is published at once and signs only when everybody who caches our key set has
//! it; an old key leaves the key set only when the last token it signed is dead.

mod claims;
mod key;
mod keyring;

pub use claims::TokenError;
pub(crate) use claims::{SessionClaims, TOKEN_LIFETIME, VerifyRules};
pub(crate) use key::SigningKey;
pub(crate) use keyring::{Keyring, KeyringError, StoredKey};

#[cfg(test)]
mod tests;
