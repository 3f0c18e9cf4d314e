//! Calls about a sign-up, as the methods of `SignUpFuture` make them. Each says which sign-up it is about: another tab
//! may have begun another one since.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::AuthError;
use crate::sign_up::SignUpParams;

/// Begins a sign-up, in the place of an earlier one.
#[server(name = CreateSignUp, prefix = "/api/auth", endpoint = "sign_up/create", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn create_sign_up(
    /// What it is given.
    #[server(default)]
    params: SignUpParams,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_up;
    run(async move |exchange| sign_up::begin(exchange, &params).await.map(of_sign_up)).await
}

/// Adds to a sign-up.
#[server(name = UpdateSignUp, prefix = "/api/auth", endpoint = "sign_up/update", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn update_sign_up(
    /// The sign-up it is about (`sua_…`); without it, the browser's, or a new one.
    attempt: Option<String>,
    /// What it is given.
    #[server(default)]
    params: SignUpParams,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_up;
    let flow = crate::Flow {
        attempt,
        ..crate::Flow::default()
    };
    run(async move |exchange| {
        let sign_up = sign_up::update(exchange, &params, &flow).await;
        sign_up.map(of_sign_up)
    })
    .await
}

/// Sends a code to the sign-up's e-mail address.
#[server(name = SendSignUpCode, prefix = "/api/auth", endpoint = "sign_up/send_email_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn send_sign_up_code(
    /// The sign-up it is about (`sua_…`); without it, the browser's.
    attempt: Option<String>,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_up;
    run(async move |exchange| {
        let id = sign_up::id_of(exchange, attempt).await?;
        sign_up::send_code(exchange, &id).await.map(of_sign_up)
    })
    .await
}

/// Verifies the code that was sent.
#[server(name = VerifySignUpCode, prefix = "/api/auth", endpoint = "sign_up/verify_email_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn verify_sign_up_code(
    /// The sign-up it is about (`sua_…`); without it, the browser's.
    attempt: Option<String>,
    /// The code, as typed.
    code: Secret,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_up;
    run(async move |exchange| {
        let id = sign_up::id_of(exchange, attempt).await?;
        sign_up::verify_code(exchange, &id, &code)
            .await
            .map(of_sign_up)
    })
    .await
}

#[cfg(feature = "ssr")]
fn of_sign_up(sign_up: thyra_wire::SignUp) -> Outcome {
    Outcome {
        sign_up: Some(sign_up),
        ..Outcome::default()
    }
}
