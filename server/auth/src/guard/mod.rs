//! What keeps attackers slow and the server up.

mod blocklist;
mod hash_queue;
mod imported;
mod lockout;
mod mail_limit;
mod network;
mod network_limits;
mod passwords;
mod sms_countries;
mod stuffing;

pub(crate) use imported::Imported;
pub(crate) use lockout::{Lockout, LockoutPolicy, TryDecision};
pub(crate) use mail_limit::{LONGEST_WINDOW, mail_wait, mailbox};
pub(crate) use network::Network;
pub(crate) use network_limits::{NetworkLimits, Work};
pub use passwords::raw_verify;
pub(crate) use passwords::{HashError, PasswordHasher, PasswordPolicy, PasswordProblem};
pub(crate) use sms_countries::{CountriesError, check_countries, takes_codes};
pub(crate) use stuffing::Stuffing;
