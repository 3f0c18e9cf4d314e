//! Calls about a sign-in, as the methods of `SignInFuture` make them.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::AuthError;
use crate::sign_in::CreateParams;

/// Begins a sign-in, in the place of an earlier one.
#[server(name = CreateSignIn, prefix = "/api/auth", endpoint = "sign_in/create")]
pub async fn create_sign_in(
    /// What it is given.
    params: CreateParams,
) -> Result<Outcome, AuthError> {
    let _ = params;
    Err(AuthError::NotConfigured)
}

/// Begins a sign-in with a password; without an identifier the current sign-in's is used.
#[server(name = AttemptPassword, prefix = "/api/auth", endpoint = "sign_in/attempt_password")]
pub async fn attempt_password(
    /// The password.
    password: Secret,
    /// The e-mail address, phone number or username.
    identifier: Option<String>,
) -> Result<Outcome, AuthError> {
    let _ = (password, identifier);
    Err(AuthError::NotConfigured)
}

/// Sends a code by e-mail: for a new sign-in with this address, or for the current one.
#[server(name = SendEmailCode, prefix = "/api/auth", endpoint = "sign_in/send_email_code")]
pub async fn send_email_code(
    /// The e-mail address.
    email_address: Option<String>,
    /// The address the code goes to (`idn_…`).
    email_address_id: Option<String>,
) -> Result<Outcome, AuthError> {
    let _ = (email_address, email_address_id);
    Err(AuthError::NotConfigured)
}

/// Verifies the code that was sent.
#[server(name = VerifyEmailCode, prefix = "/api/auth", endpoint = "sign_in/verify_email_code")]
pub async fn verify_email_code(
    /// The code, as typed.
    code: Secret,
) -> Result<Outcome, AuthError> {
    let _ = code;
    Err(AuthError::NotConfigured)
}
