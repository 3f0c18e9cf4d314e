//! Calls about a sign-up, as the methods of `SignUpFuture` make them.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::AuthError;
use crate::sign_up::SignUpParams;

/// Begins a sign-up, in the place of an earlier one.
#[server(name = CreateSignUp, prefix = "/api/auth", endpoint = "sign_up/create")]
pub async fn create_sign_up(
    /// What it is given.
    params: SignUpParams,
) -> Result<Outcome, AuthError> {
    let _ = params;
    Err(AuthError::NotConfigured)
}

/// Adds to the current sign-up.
#[server(name = UpdateSignUp, prefix = "/api/auth", endpoint = "sign_up/update")]
pub async fn update_sign_up(
    /// What it is given.
    params: SignUpParams,
) -> Result<Outcome, AuthError> {
    let _ = params;
    Err(AuthError::NotConfigured)
}

/// Sends a code to the sign-up's e-mail address.
#[server(name = SendSignUpCode, prefix = "/api/auth", endpoint = "sign_up/send_email_code")]
pub async fn send_sign_up_code() -> Result<Outcome, AuthError> {
    Err(AuthError::NotConfigured)
}

/// Verifies the code that was sent.
#[server(name = VerifySignUpCode, prefix = "/api/auth", endpoint = "sign_up/verify_email_code")]
pub async fn verify_sign_up_code(
    /// The code, as typed.
    code: Secret,
) -> Result<Outcome, AuthError> {
    let _ = code;
    Err(AuthError::NotConfigured)
}
