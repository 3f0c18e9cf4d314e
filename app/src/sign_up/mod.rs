//! `SignUpFuture`: the state of the current sign-up, and the methods that bring it forward.
//!
//! It has the shape of [`SignInFuture`](crate::SignInFuture): reactive properties, methods that return
//! `Result<(), AuthError>` and run in the browser only.

mod actions;
mod fields;
mod finalize;
mod methods;
mod params;
mod properties;
mod verifications;

pub use fields::{SignUpField, SignUpFields};
pub use params::SignUpParams;
pub use verifications::Verifications;

use leptos::prelude::*;

use crate::resource::{ErrorWords, FetchStatus};
use crate::session::AuthContext;

/// A `Copy` handle of the current sign-up: its properties are reactive getters, its methods async calls. It lives as long as
/// the `<AuthProvider>` it comes from.
#[derive(Clone, Copy)]
pub struct SignUpFuture {
    pub(crate) context: AuthContext,
}

impl SignUpFuture {
    /// Which attempt a call is about: the one that this page knows, whatever other tabs have begun since.
    fn attempt(&self) -> Option<String> {
        let id_of =
            |sign_up: Option<&thyra_wire::SignUp>| sign_up.map(|sign_up| sign_up.id.clone());
        self.context.sign_up.read_untracked(id_of)
    }
}

/// What [`use_sign_up`] gives: the sign-up, and two signals: whether a call is under way, and what went wrong last. Its
/// methods make actions.
#[derive(Clone, Copy)]
pub struct SignUpSignal {
    /// The sign-up.
    pub sign_up: SignUpFuture,
    /// A signal: whether a call is under way.
    pub fetch_status: Signal<FetchStatus>,
    /// A signal of the last error, sorted by field, and the words for it; empty after a call that succeeded.
    pub errors: ErrorWords<SignUpFields>,
}

/// A hook that gives the current sign-up as a handle of reactive getters and async methods, with its progress and errors as
/// signals.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// The properties hold what the auth API knew when the page was requested.
pub fn use_sign_up() -> SignUpSignal {
    let context = AuthContext::expect();
    context.learn_router();
    SignUpSignal {
        sign_up: SignUpFuture { context },
        fetch_status: context.sign_up.fetch_status(),
        errors: ErrorWords::new(context.sign_up.errors(), context.environment),
    }
}
