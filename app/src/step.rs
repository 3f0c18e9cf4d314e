//! Which step of a sign-in or sign-up to show.
//!
//! Everything here is pure: the environment, the attempt as the server last told it, and the URL go in; the step
//! and the route it belongs under come out. Components render what they are told and decide nothing, so the whole
//! of the decision is tested without a browser.
//!
//! Two promises hold for every input. A step is always shown: a deep link that the attempt cannot answer falls back
//! to a route that it can, and never to an empty card. And a factor that this version cannot draw is never chosen.

mod factor_choice;
mod method;
mod route;
mod sign_in;
mod sign_up;

pub use factor_choice::{
    FactorKey, alternatives, reset_factor, starting_factor, starting_second_factor,
};
pub use method::{Ask, Method, is_supported, method_of};
pub(crate) use route::is_below;
pub use route::{SignInRoute, SignUpRoute};
pub use sign_in::{
    Decision, LinkStatus, SignInLocation, Step, Unavailable, next_sign_in_route, step,
};
pub use sign_up::{SignUpDecision, SignUpStep, next_sign_up_route, sign_up_step};
