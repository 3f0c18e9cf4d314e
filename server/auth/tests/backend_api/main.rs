//! The Backend API as an app server uses it: over HTTP, with nothing but the secret key.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attacks;
mod invitations;
mod passwords;
mod phone_numbers;
mod second_factors;
mod sessions;
mod sign_in_tokens;
mod stage;
mod transport;
mod users;
mod verified_session;
