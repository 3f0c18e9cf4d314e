//! `SignInFuture`: the state of the current sign-in, and the methods that bring it forward.
//!
//! Properties are reactive: reading one inside a view or memo makes it run again when the sign-in changes. In event
//! handlers and `async` blocks, where nothing can run again, read them inside of `untrack`.
//!
//! Calls are about the sign-in that this page knows. When it has ended, or another tab has begun another one, they answer
//! `resource_not_found`: [`reset`](SignInFuture::reset) and begin again.
//!
//! Methods return `Result<(), AuthError>`, and the error is also in [`SignInSignal::errors`]. They run in the browser
//! only; during server rendering they return [`AuthError::ServerRendering`] and change nothing.

mod actions;
mod create;
mod email_code;
mod email_link;
mod fields;
mod finalize;
mod mfa;
mod password;
mod properties;
mod reset;
mod reset_password;

pub use actions::CallAction;
pub use create::CreateParams;
pub use email_code::{EmailCode, EmailCodeAddress, VerifyCodeParams};
pub use email_link::{EmailLink, EmailLinkAddress, EmailLinkVerification, SendLinkParams};
pub use fields::{SignInField, SignInFields};
pub use finalize::{FinalizeParams, Navigate};
pub use mfa::Mfa;
pub use password::{PasswordIdentifier, PasswordParams};
pub use properties::ExistingSession;
pub use reset_password::{ResetPasswordEmailCode, ResetPasswordPhoneCode, SubmitPasswordParams};

use leptos::prelude::*;

use crate::resource::{ErrorWords, FetchStatus};
use crate::session::AuthContext;

/// A `Copy` handle of the current sign-in: its properties are reactive getters, its methods async calls. It lives as long as
/// the `<AuthProvider>` it comes from.
///
/// ```no_run
/// use leptos::prelude::*;
/// use thyra::use_sign_in;
///
/// #[component]
/// fn Door() -> impl IntoView {
///     let signal = use_sign_in();
///     let sign_in = signal.sign_in;
///     let submit = move |_| {
///         leptos::task::spawn_local(async move {
///             if sign_in.password(("ada@example.com", "correct horse")).await.is_ok() {
///                 _ = sign_in.finalize_to("/inbox").await;
///             }
///         });
///     };
///     view! { <button on:click=submit>{move || sign_in.status().to_string()}</button> }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct SignInFuture {
    pub(crate) context: AuthContext,
}

impl SignInFuture {
    /// Which attempt a call is about: the one that this page knows, whatever other tabs have begun since.
    fn attempt(&self) -> Option<String> {
        let id_of =
            |sign_in: Option<&thyra_wire::SignIn>| sign_in.map(|sign_in| sign_in.id.clone());
        self.context.sign_in.read_untracked(id_of)
    }
}

/// What [`use_sign_in`] gives: the sign-in, and two signals: whether a call is under way, and what went wrong last. Its
/// methods make actions.
#[derive(Clone, Copy)]
pub struct SignInSignal {
    /// The sign-in.
    pub sign_in: SignInFuture,
    /// A signal: whether a call is under way.
    pub fetch_status: Signal<FetchStatus>,
    /// A signal of the last error, sorted by field, and the words for it; empty after a call that succeeded.
    pub errors: ErrorWords<SignInFields>,
}

/// A hook that gives the current sign-in as a handle of reactive getters and async methods, with its progress and errors as
/// signals.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// The properties hold what the auth API knew when the page was requested.
pub fn use_sign_in() -> SignInSignal {
    let context = AuthContext::expect();
    context.learn_router();
    SignInSignal {
        sign_in: SignInFuture { context },
        fetch_status: context.sign_in.fetch_status(),
        errors: ErrorWords::new(context.sign_in.errors(), context.environment),
    }
}
