//! Actions for `<ActionForm>`: a form's outcome goes into the signals, and the browser to the next step.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;

use super::AuthContext;
use crate::AuthError;
use crate::server_fns::{Outcome, SignOut};

/// An action for a form of `<SignIn/>`: `<ActionForm action=use_sign_in_form::<SubmitPassword>()>`.
///
/// Its error is in [`use_sign_in`](crate::use_sign_in)'s `errors`, its progress in `fetch_status`. On success the
/// sign-in changes and the browser goes to the next step.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Takes over the error of a form that was sent without scripts.
#[track_caller]
pub fn use_sign_in_form<Form>() -> ServerAction<Form>
where
    Form: ServerFn<Output = Outcome, Error = AuthError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
{
    let _ = AuthContext::expect();
    ServerAction::new()
}

/// An action for a form of `<SignUp/>`, as [`use_sign_in_form`] is for `<SignIn/>`.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
#[track_caller]
pub fn use_sign_up_form<Form>() -> ServerAction<Form>
where
    Form: ServerFn<Output = Outcome, Error = AuthError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
{
    let _ = AuthContext::expect();
    ServerAction::new()
}

/// An action for a form that signs out.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
#[track_caller]
pub fn use_sign_out_form() -> ServerAction<SignOut> {
    let _ = AuthContext::expect();
    ServerAction::new()
}
