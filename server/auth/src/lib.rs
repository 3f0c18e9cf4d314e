//! The embedded auth API.

mod delivery;
mod guard;
mod token;

pub use guard::raw_verify;
