//! Calls about a sign-in, as the methods of `SignInFuture` make them.
//!
//! Two tabs share one client, and one of them may have begun another sign-in since. Each call says which it is about.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use thyra_wire::{Level, Secret, Strategy};

use super::Outcome;
use crate::AuthError;
use crate::sign_in::CreateParams;

/// What [`prepare_factor`] is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrepareParams {
    /// The strategy of the factor.
    pub strategy: Strategy,
    /// Which proof the factor is for.
    #[serde(default)]
    pub level: Level,
    /// Begins a new sign-in with this identifier; without one, the current sign-in goes on.
    #[serde(default)]
    pub identifier: Option<String>,
    /// The target of the factor, such as the address a code goes to (`idn_…`).
    #[serde(default)]
    pub target: Option<String>,
    /// Takes the first factor of the strategy, not the one whose address was typed.
    #[serde(default)]
    pub is_first_target: bool,
    /// Where a link leads: a URL, or a path of the own origin.
    #[serde(default)]
    pub redirect_url: Option<String>,
    /// How a code is sent to a phone: `sms` or `whatsapp`.
    #[serde(default)]
    pub channel: Option<String>,
}

impl PrepareParams {
    /// A first factor of this strategy, for the current sign-in.
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            level: Level::First,
            identifier: None,
            target: None,
            is_first_target: false,
            redirect_url: None,
            channel: None,
        }
    }
}

/// What [`attempt_factor`] is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttemptParams {
    /// The strategy of the factor.
    pub strategy: Strategy,
    /// Which proof the factor is for.
    #[serde(default)]
    pub level: Level,
    /// The code, as typed.
    pub code: Secret,
}

/// Begins a sign-in, in the place of an earlier one.
#[server(name = CreateSignIn, prefix = "/api/auth", endpoint = "sign_in/create", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn create_sign_in(
    /// What it is given.
    #[server(default)]
    params: CreateParams,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    run(async move |exchange| exchange.call(params.into_call()).await.map(of_sign_in)).await
}

/// Begins a sign-in with a password; without an identifier the current sign-in's is used.
#[server(name = AttemptPassword, prefix = "/api/auth", endpoint = "sign_in/attempt_password", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn attempt_password(
    /// The password.
    password: Secret,
    /// The e-mail address, phone number or username.
    identifier: Option<String>,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_in;
    run(async move |exchange| {
        let identifier = match identifier {
            Some(identifier) => Some(identifier),
            None => {
                let current = sign_in::current(exchange).await?;
                current.and_then(|sign_in| sign_in.identifier)
            }
        };
        // A missing identifier is sent as an empty one: the auth API has the right words for it.
        let identifier = identifier.unwrap_or_default();
        sign_in::begin(exchange, Some(&identifier), Some(&password))
            .await
            .map(of_sign_in)
    })
    .await
}

/// Sends what a factor needs, such as a code: for a new sign-in, or for the current one.
#[server(name = PrepareFactor, prefix = "/api/auth", endpoint = "sign_in/prepare_factor", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn prepare_factor(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
    /// Which factor.
    params: PrepareParams,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::{factor, sign_in};
    run(async move |exchange| {
        let sign_in = match &params.identifier {
            Some(identifier) => sign_in::begin(exchange, Some(identifier), None).await?,
            None => sign_in::current_if(exchange, attempt.as_deref()).await?,
        };
        let (strategy, target) = (&params.strategy, params.target.as_deref());
        let chosen = match params.is_first_target {
            true => factor::first(&sign_in, params.level, strategy),
            false => factor::choose(&sign_in, params.level, strategy, target),
        };
        let chosen = chosen.ok_or(AuthError::FactorNotFound)?;
        let own_origin = exchange.api().origins().own(exchange.headers());
        let sending = factor::Sending {
            redirect_url: params
                .redirect_url
                .map(|url| factor::absolute(url, &own_origin)),
            channel: params.channel,
        };
        factor::prepare(exchange, &sign_in, params.level, chosen, sending)
            .await
            .map(of_sign_in)
    })
    .await
}

/// Answers a factor with a code.
#[server(name = AttemptFactor, prefix = "/api/auth", endpoint = "sign_in/attempt_factor", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn attempt_factor(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
    /// Which factor, and the answer.
    params: AttemptParams,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::{factor, sign_in};
    run(async move |exchange| {
        let id = sign_in::id_of(exchange, attempt).await?;
        let code = factor::code_of(&params.strategy, &params.code);
        let answer = ("code", code.as_str());
        factor::attempt(exchange, &id, params.level, &params.strategy, answer)
            .await
            .map(of_sign_in)
    })
    .await
}

/// Asks for the sign-in as it is now: what waits for a link looks again by it.
#[server(name = ReloadSignIn, prefix = "/api/auth", endpoint = "sign_in/reload", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn reload_sign_in(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::sign_in;
    run(async move |exchange| {
        let id = sign_in::id_of(exchange, attempt).await?;
        sign_in::reload(exchange, &id).await.map(of_sign_in)
    })
    .await
}

/// Sets the new password that a sign-in asks for.
#[server(name = ResetPassword, prefix = "/api/auth", endpoint = "sign_in/reset_password", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn reset_password(
    /// The sign-in it is about (`sia_…`); without it, the browser's.
    attempt: Option<String>,
    /// The new password.
    password: Secret,
    /// Whether all other sessions of the person end.
    sign_out_of_other_sessions: bool,
) -> Result<Outcome, AuthError> {
    use super::gate::run;
    use super::steps::{new_password, sign_in};
    run(async move |exchange| {
        let id = sign_in::id_of(exchange, attempt).await?;
        new_password::set(exchange, &id, &password, sign_out_of_other_sessions)
            .await
            .map(of_sign_in)
    })
    .await
}

#[cfg(feature = "ssr")]
fn of_sign_in(sign_in: thyra_wire::SignIn) -> Outcome {
    Outcome {
        sign_in: Some(sign_in),
        ..Outcome::default()
    }
}
