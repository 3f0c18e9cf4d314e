//! Calls about a sign-in, as the methods of `SignInFuture` make them.
//!
//! Two tabs share one client, and one of them may have begun another sign-in since. Each call says which it is about.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::AuthError;
use crate::sign_in::CreateParams;

/// Begins a sign-in, in the place of an earlier one.
#[server(name = CreateSignIn, prefix = "/api/auth", endpoint = "sign_in/create", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn create_sign_in(
    /// What it is given.
    #[server(default)]
    params: CreateParams,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter, leave};
    let mut exchange = enter()?;
    let result = exchange.call(params.into_call()).await.map(of_sign_in);
    leave(exchange, result)
}

/// Begins a sign-in with a password; without an identifier the current sign-in's is used.
#[server(name = AttemptPassword, prefix = "/api/auth", endpoint = "sign_in/attempt_password", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn attempt_password(
    /// The password.
    password: Secret,
    /// The e-mail address, phone number or username.
    identifier: Option<String>,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter, leave};
    use super::steps::sign_in;
    let mut exchange = enter()?;
    let current = match identifier {
        Some(identifier) => Ok(Some(identifier)),
        None => sign_in::current(&mut exchange)
            .await
            .map(|sign_in| sign_in.and_then(|sign_in| sign_in.identifier)),
    };
    let result = match current {
        // A missing identifier is sent as an empty one: the auth API has the right words for it.
        Ok(identifier) => {
            let identifier = identifier.unwrap_or_default();
            sign_in::begin(&mut exchange, Some(&identifier), Some(&password))
                .await
                .map(of_sign_in)
        }
        Err(error) => Err(error),
    };
    leave(exchange, result)
}

/// Sends a code by e-mail: for a new sign-in with this address, or for the current one.
#[server(name = SendEmailCode, prefix = "/api/auth", endpoint = "sign_in/send_email_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn send_email_code(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
    /// The e-mail address.
    email_address: Option<String>,
    /// The address the code goes to (`idn_…`).
    email_address_id: Option<String>,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter, leave};
    use super::steps::sign_in;
    let mut exchange = enter()?;
    let result = match email_address {
        Some(address) => sign_in::begin(&mut exchange, Some(&address), None).await,
        None => sign_in::current_if(&mut exchange, attempt.as_deref()).await,
    };
    let result = match result {
        Ok(sign_in) => send(&mut exchange, &sign_in, email_address_id.as_deref()).await,
        Err(error) => Err(error),
    };
    let result = result.map(of_sign_in);
    leave(exchange, result)
}

/// Verifies the code that was sent.
#[server(name = VerifyEmailCode, prefix = "/api/auth", endpoint = "sign_in/verify_email_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn verify_email_code(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
    /// The code, as typed.
    code: Secret,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter, leave};
    use super::steps::{email_code, sign_in};
    let mut exchange = enter()?;
    let result = match sign_in::id_of(&mut exchange, attempt).await {
        Ok(id) => email_code::verify(&mut exchange, &id, &code).await,
        Err(error) => Err(error),
    };
    let result = result.map(of_sign_in);
    leave(exchange, result)
}

#[cfg(feature = "ssr")]
fn of_sign_in(sign_in: thyra_wire::SignIn) -> Outcome {
    Outcome {
        sign_in: Some(sign_in),
        ..Outcome::default()
    }
}

#[cfg(feature = "ssr")]
async fn send(
    exchange: &mut crate::auth_api::Exchange,
    sign_in: &thyra_wire::SignIn,
    email_address_id: Option<&str>,
) -> Result<thyra_wire::SignIn, AuthError> {
    use super::steps::email_code;
    let factor = email_code::choose(sign_in, email_address_id).ok_or(AuthError::FactorNotFound)?;
    email_code::send(exchange, sign_in, factor).await
}
