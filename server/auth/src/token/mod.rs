//! What proves something: keys, digests, session tokens, cookies.
//!
//! Everything random in here comes from the operating system's generator, everything secret is compared in constant
//! time, and nothing here does I/O but the reading of the master key's file. Times are parameters.

mod cookies;
mod digest;
mod master_key;
mod random;
mod signing;
mod ticket;
mod totp_secret;

pub(crate) use cookies::{
    CLIENT_COOKIE, client_cookie, client_uat_cookies, cookie_suffix, count_cookies,
    expired_client_cookie, publishable_host, publishable_key, read_cookie, seal_cookie,
    seal_cookie_name, session_cookies,
};
pub(crate) use digest::{Digest, base64url, from_base64url, texts_match};
pub use master_key::{MasterKey, MasterKeyError};
pub(crate) use master_key::{OpenSealedError, Purpose};
pub(crate) use random::{growing_id, id_from, random_bytes, random_code, random_id, random_token};
pub use signing::TokenError;
pub(crate) use signing::{Keyring, KeyringError, SessionClaims, StoredKey, VerifyRules};
pub(crate) use ticket::{id_of_ticket, ticket_of};
pub(crate) use totp_secret::TotpSecret;
