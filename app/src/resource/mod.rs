//! What sign-in and sign-up have in common: a resource in signals, its errors, its fetch status.

mod errors;
mod fetch_status;
mod state;
#[cfg(test)]
mod tests;

pub use errors::{Errors, FieldErrors, RawError};
pub use fetch_status::FetchStatus;
pub(crate) use state::ResourceState;
