//! The forms of `<SignUp/>`: each does a whole step.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::{AuthError, Flow};

/// Form of the start step. Empty optional fields count as not given.
#[server(name = SubmitSignUp, prefix = "/api/auth", endpoint = "sign_up/submit", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn submit_sign_up(
    /// The e-mail address.
    email_address: String,
    /// The password.
    #[server(default)]
    password: Option<Secret>,
    /// The username.
    #[server(default)]
    username: Option<String>,
    /// The first name.
    #[server(default)]
    first_name: Option<String>,
    /// The last name.
    #[server(default)]
    last_name: Option<String>,
    /// Whether the terms are accepted.
    #[server(default)]
    legal_accepted: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_up;
    use crate::sign_up::SignUpParams;
    use crate::step::SignUpRoute;
    let params = SignUpParams {
        email_address: Some(email_address.trim().to_owned()),
        password: password.filter(|password| !password.is_empty()),
        username: given(username),
        first_name: given(first_name),
        last_name: given(last_name),
        legal_accepted: legal_accepted.then_some(true),
        ..SignUpParams::default()
    };
    let typed = typed(&params);
    run_form(
        flow,
        place(SignUpRoute::Index, &typed),
        async |exchange, flow| {
            let sign_up = sign_up::begin(exchange, &params).await?;
            sign_up::advance(exchange, sign_up, flow).await
        },
    )
    .await
}

/// Form of the step that asks for what is still missing.
#[server(name = ContinueSignUp, prefix = "/api/auth", endpoint = "sign_up/continue", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn continue_sign_up(
    /// The e-mail address.
    #[server(default)]
    email_address: Option<String>,
    /// The password.
    #[server(default)]
    password: Option<Secret>,
    /// The username.
    #[server(default)]
    username: Option<String>,
    /// The first name.
    #[server(default)]
    first_name: Option<String>,
    /// The last name.
    #[server(default)]
    last_name: Option<String>,
    /// Whether the terms are accepted.
    #[server(default)]
    legal_accepted: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_up;
    use crate::sign_up::SignUpParams;
    use crate::step::SignUpRoute;
    let params = SignUpParams {
        email_address: given(email_address),
        password: password.filter(|password| !password.is_empty()),
        username: given(username),
        first_name: given(first_name),
        last_name: given(last_name),
        legal_accepted: legal_accepted.then_some(true),
        ..SignUpParams::default()
    };
    let typed = typed(&params);
    run_form(
        flow,
        place(SignUpRoute::Continue, &typed),
        async |exchange, flow| {
            let sign_up = sign_up::update(exchange, &params, flow).await?;
            sign_up::advance(exchange, sign_up, flow).await
        },
    )
    .await
}

/// Form of the step that verifies the e-mail address.
#[server(name = SubmitSignUpCode, prefix = "/api/auth", endpoint = "sign_up/submit_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn submit_sign_up_code(
    /// The code, as typed.
    code: Secret,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_up;
    use crate::step::SignUpRoute;
    run_form(
        flow,
        place(SignUpRoute::VerifyEmailAddress, &[]),
        async |exchange, flow| sign_up::code(exchange, &code, flow).await,
    )
    .await
}

/// Form: sends the code again.
#[server(name = ResendSignUpCode, prefix = "/api/auth", endpoint = "sign_up/resend_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn resend_sign_up_code(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_up;
    use crate::step::SignUpRoute;
    run_form(
        flow,
        place(SignUpRoute::VerifyEmailAddress, &[]),
        async |exchange, flow| sign_up::resend(exchange, flow).await,
    )
    .await
}

/// What was typed into an optional field: an empty one counts as not given.
#[cfg(feature = "ssr")]
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// What the page takes over from its query, when the form comes back with an error.
#[cfg(feature = "ssr")]
fn typed(params: &crate::sign_up::SignUpParams) -> [(&'static str, &str); 4] {
    [
        ("email_address", &params.email_address),
        ("username", &params.username),
        ("first_name", &params.first_name),
        ("last_name", &params.last_name),
    ]
    .map(|(name, value)| (name, value.as_deref().unwrap_or_default()))
}

/// Where a form of the component stands.
#[cfg(feature = "ssr")]
fn place<'a>(
    route: crate::step::SignUpRoute,
    typed: &'a [(&'a str, &'a str)],
) -> super::gate::Place<'a> {
    super::gate::Place {
        start: <SubmitSignUp as leptos::server_fn::ServerFn>::PATH,
        step: route.as_str(),
        factor: None,
        typed,
    }
}
