//! The HTML of every step, rendered on the server.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that finds nothing has found the bug"
)]

mod accessibility;
mod injection;
mod markup;
mod pages;
mod stage;
mod strangers;
mod translation;
