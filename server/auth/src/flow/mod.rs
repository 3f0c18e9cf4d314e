//! The state machines: pure.
//!
//! A machine takes an attempt, an event and the time, and gives the next attempt and what has to be done about it. It
//! reads no clock, no database and no network, so property tests can walk it. It decides; services carry out.

mod kept;
mod session;
mod sign_in;
mod sign_in_factors;
mod sign_up;

pub(crate) use session::SessionLimits;
pub(crate) use sign_in::{Effect, Event, Level, Recognized, Refusal, SignIn, Subject};
pub(crate) use sign_in_factors::{FactorState, Progress, Shown};
pub(crate) use sign_up::{SignUp, SignUpEffect, SignUpEvent, SignUpRefusal, SignUpRules};

use std::time::Duration;

/// How long an attempt can be continued.
pub(crate) const ATTEMPT_LIFETIME: Duration = Duration::from_secs(24 * 3600);
