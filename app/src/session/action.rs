//! Actions for forms: a form's outcome goes into the signals, and the browser to the next step.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{AuthContext, FormAction, posted_error};
use crate::AuthError;
use crate::browser::Navigator;
use crate::server_fns::{Outcome, SignOut};

/// An action for a form of `<SignIn/>`: `<StepForm action=use_sign_in_form::<SubmitPassword>()>`.
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
pub fn use_sign_in_form<Form>() -> FormAction
where
    Form: ServerFn<Output = Outcome, Error = AuthError>,
{
    connect::<Form>(About::SignIn)
}

/// An action for a form of `<SignUp/>`, as [`use_sign_in_form`] is for `<SignIn/>`.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
///
/// # Server rendering
/// Takes over the error of a form that was sent without scripts: call it before what shows the errors is rendered.
#[track_caller]
pub fn use_sign_up_form<Form>() -> FormAction
where
    Form: ServerFn<Output = Outcome, Error = AuthError>,
{
    connect::<Form>(About::SignUp)
}

/// An action for a form that signs out. Its error is in the action's own `value()`.
///
/// # Panics
/// Outside of an `<AuthProvider>`.
#[track_caller]
pub fn use_sign_out_form() -> FormAction {
    connect::<SignOut>(About::Session)
}

/// Which resource a form is about.
#[derive(Clone, Copy)]
enum About {
    SignIn,
    SignUp,
    Session,
}

impl About {
    /// Where its server functions are.
    fn forms(self) -> &'static str {
        match self {
            Self::SignIn => "/api/auth/sign_in/",
            Self::SignUp => "/api/auth/sign_up/",
            Self::Session => "/api/auth/session/",
        }
    }

    fn begin(self, context: &AuthContext) {
        match self {
            Self::SignIn => context.sign_in.begin(),
            Self::SignUp => context.sign_up.begin(),
            Self::Session => {}
        }
    }

    fn end(self, context: &AuthContext, error: Option<AuthError>) {
        match self {
            Self::SignIn => context.sign_in.end(error),
            Self::SignUp => context.sign_up.end(error),
            Self::Session => {}
        }
    }
}

#[track_caller]
fn connect<Form>(about: About) -> FormAction
where
    Form: ServerFn<Output = Outcome, Error = AuthError>,
{
    let context = AuthContext::expect();
    let action = FormAction::new::<Form>(&context);
    connect_to(action, about, context);
    action
}

fn connect_to(action: FormAction, about: About, context: AuthContext) {
    let (pending, value, version) = (action.pending(), action.value(), action.version());
    // The same first frame on both sides. Whichever form of the resource was posted: the way back may lead to another.
    if let Some(error) = posted_error(&context, |path| path.starts_with(about.forms()))
        && context.takes_posted_error()
    {
        about.end(&context, Some(error));
    }
    let navigator = Navigator::find();
    Effect::new(move |_| {
        if pending.get() {
            about.begin(&context);
        }
    });
    Effect::new(move |_| {
        if version.get() == 0 {
            return;
        }
        if let Some(result) = value.get_untracked() {
            settle(&context, result, about, navigator);
        }
    });
}

fn settle(
    context: &AuthContext,
    result: Result<Outcome, AuthError>,
    about: About,
    navigator: Navigator,
) {
    context.settle(&result);
    match result {
        Err(error) => about.end(context, Some(error)),
        Ok(outcome) => {
            about.end(context, None);
            if let Some(redirect) = &outcome.redirect {
                navigator.follow(redirect, context);
            }
        }
    }
}
