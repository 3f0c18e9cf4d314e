//! Actions for `<ActionForm>`: a form's outcome goes into the signals, and the browser to the next step.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;

use super::AuthContext;
use crate::AuthError;
use crate::browser::Navigator;
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
/// Takes over the error of a form that was sent without scripts: call it before what shows the errors is rendered.
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
    let state = AuthContext::expect().sign_in;
    connect(move || state.begin(), move |error| state.end(error))
}

/// An action for a form of `<SignUp/>`, as [`use_sign_in_form`] is for `<SignIn/>`.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Takes over the error of a form that was sent without scripts: call it before what shows the errors is rendered.
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
    let state = AuthContext::expect().sign_up;
    connect(move || state.begin(), move |error| state.end(error))
}

/// An action for a form that signs out. Its error is in the action's own `value()`.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
#[track_caller]
pub fn use_sign_out_form() -> ServerAction<SignOut> {
    connect(|| {}, |_| {})
}

#[track_caller]
fn connect<Form>(
    begin: impl Fn() + 'static,
    end: impl Fn(Option<AuthError>) + 'static,
) -> ServerAction<Form>
where
    Form: ServerFn<Output = Outcome, Error = AuthError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
{
    let context = AuthContext::expect();
    let action = ServerAction::<Form>::new();
    let (pending, value, version) = (action.pending(), action.value(), action.version());
    // What a form that was posted without scripts left in the address: the same first frame on both sides.
    if let Some(Err(error)) = value.get_untracked()
        && context.takes_posted_error()
    {
        end(Some(error.without_words()));
    }
    let navigator = Navigator::find();
    Effect::new(move |_| {
        if pending.get() {
            begin();
        }
    });
    Effect::new(move |_| {
        if version.get() == 0 {
            return;
        }
        if let Some(result) = value.get_untracked() {
            settle(context, &result, &end, navigator);
        }
    });
    action
}

/// Not generic over the form, so that the browser downloads it once.
fn settle(
    context: AuthContext,
    result: &Result<Outcome, AuthError>,
    end: &dyn Fn(Option<AuthError>),
    navigator: Navigator,
) {
    context.settle(result);
    end(result.as_ref().err().cloned());
    if let Ok(Outcome {
        redirect: Some(redirect),
        ..
    }) = result
    {
        navigator.follow(redirect);
    }
}
