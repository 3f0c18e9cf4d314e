//! The path of the step that a sign-in or sign-up waits for.
//!
//! One exhaustive match over the status, used by the server after every form post and by the browser for every
//! navigation: both always agree where a person belongs.

use thyra_wire::{SignIn, SignInStatus, SignUp, SignUpField, SignUpStatus};

use super::Flow;

/// The path where a sign-in goes on, or `None` when it is complete and the component is left.
///
/// ```
/// use thyra::{Flow, next_sign_in_path, wire::SignIn};
///
/// let flow = Flow { path: "/sign-in".to_owned(), ..Flow::default() };
/// let sign_in: SignIn = serde_json::from_str(r#"{"id": "sia_1", "status": "needs_first_factor"}"#).unwrap();
/// assert_eq!(next_sign_in_path(&sign_in, &flow).as_deref(), Some("/sign-in/factor-one"));
/// ```
pub fn next_sign_in_path(sign_in: &SignIn, flow: &Flow) -> Option<String> {
    let step = match &sign_in.status {
        SignInStatus::Complete => return None,
        SignInStatus::NeedsFirstFactor => "factor-one",
        SignInStatus::NeedsSecondFactor => "factor-two",
        SignInStatus::NeedsClientTrust => "client-trust",
        SignInStatus::NeedsNewPassword => "reset-password",
        SignInStatus::NeedsProtectCheck => "protect-check",
        // A status of a newer API: the start is where a person can always go on.
        _ => "",
    };
    Some(flow.step(step, &[]))
}

/// The path where a sign-up goes on, or `None` when it is complete and the component is left.
pub fn next_sign_up_path(sign_up: &SignUp, flow: &Flow) -> Option<String> {
    let step = match &sign_up.status {
        SignUpStatus::Complete => return None,
        SignUpStatus::MissingRequirements => missing_step(sign_up),
        _ => "",
    };
    Some(flow.step(step, &[]))
}

fn missing_step(sign_up: &SignUp) -> &'static str {
    if sign_up
        .unverified_fields
        .contains(&SignUpField::EmailAddress)
    {
        "verify-email-address"
    } else if sign_up
        .unverified_fields
        .contains(&SignUpField::PhoneNumber)
    {
        "verify-phone-number"
    } else {
        "continue"
    }
}
