//! Stories about the auth API, told through its router: what a browser sends and what comes back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attacks;
mod authenticator;
mod bad_input;
mod crash;
mod fuzz;
mod handshake;
mod invitations;
mod outbox;
mod phone_numbers;
mod retention;
mod second_factors;
mod sessions;
mod sign_in;
mod sign_up;
mod stage;
mod transfer;
mod wire;
