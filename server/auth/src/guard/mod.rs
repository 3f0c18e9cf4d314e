//! What keeps attackers slow and the server up.

mod hash_queue;
mod lockout;
mod passwords;

pub(crate) use lockout::{Lockout, LockoutPolicy, TryDecision};
pub use passwords::raw_verify;
pub(crate) use passwords::{HashError, PasswordHasher, PasswordPolicy, PasswordProblem};
