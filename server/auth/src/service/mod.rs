//! Carries flows out.
//!
//! A service loads what a flow needs, asks the strategies, lets the flow decide, and stores attempt, codes, messages
//! and sessions in one transaction: after a crash there is all of it or nothing. Slow work (hashing) happens before
//! that transaction, never inside it.

mod account_lock;
mod client;
mod email_link;
mod grace;
mod notices;
mod reset_password;
mod second_factors;
mod sending;
mod session;
mod sign_in;
mod sign_in_create;
mod sign_up;
mod sign_up_create;
mod ticket;
mod visit;

#[cfg(test)]
mod gone_user_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod race_tests;
#[cfg(test)]
mod seam_tests;
#[cfg(test)]
mod test_stage;

pub(crate) use account_lock::AccountLock;
pub(crate) use client::ClientView;
pub(crate) use email_link::{EmailLinkService, LinkEnd, OpenLink};
pub(crate) use grace::{Presented, seal};
pub(crate) use notices::tell_owner;
pub(crate) use second_factors::SecondFactorService;
pub(crate) use session::{SessionService, factor_ages};
pub(crate) use sign_in::SignInService;
pub(crate) use sign_up::{SignUpFields, SignUpService};
pub(crate) use ticket::{TicketEnd, TicketService};
pub(crate) use visit::{CookieChange, OldCookie, Visit, confirmed};

pub(crate) use session::new_session;
