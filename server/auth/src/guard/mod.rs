//! What keeps attackers slow and the server up.

mod hash_queue;
mod lockout;
mod mail_limit;
mod passwords;

pub(crate) use lockout::{Lockout, LockoutPolicy, TryDecision};
pub(crate) use mail_limit::{LONGEST_WINDOW, mail_wait};
pub use passwords::raw_verify;
pub(crate) use passwords::{HashError, PasswordHasher, PasswordPolicy, PasswordProblem};
