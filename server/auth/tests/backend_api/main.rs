//! The Backend API as an app server uses it: over HTTP, with nothing but the secret key.

mod attacks;
mod sessions;
mod stage;
mod transport;
mod users;
mod verified_session;
