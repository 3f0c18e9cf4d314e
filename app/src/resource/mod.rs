//! What sign-in and sign-up have in common: a resource in signals, its errors, its fetch status.

mod error_words;
mod errors;
mod fetch_status;
mod state;
#[cfg(test)]
mod tests;

pub use error_words::ErrorWords;
pub use errors::{Errors, FieldErrors};
pub use fetch_status::FetchStatus;
pub(crate) use state::ResourceState;
