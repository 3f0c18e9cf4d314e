//! The forms of `<SignIn/>`: each does a whole step.

use leptos::prelude::*;
use thyra_wire::Secret;

use super::Outcome;
use crate::{AuthError, Flow};

/// Form of the start step: begins a sign-in, with the password when a password manager filled it.
///
/// An unknown identifier is not an error here: it leads to the step `account-not-found`, with the identifier in the
/// query (`identifier`), unless the instance hides who has an account.
#[server(name = ContinueSignIn, prefix = "/api/auth", endpoint = "sign_in/continue", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn continue_sign_in(
    /// The e-mail address, phone number or username.
    identifier: String,
    /// The password.
    #[server(default)]
    password: Option<Secret>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    let password = password.filter(|password| !password.is_empty());
    let result = sign_in::start(&mut exchange, identifier.trim(), password.as_ref(), &flow).await;
    let typed = [("identifier", identifier.trim())];
    leave_form(exchange, result, &form(START, &flow, &typed))
}

/// Form of the password step.
///
/// When the sign-in it was made for (`flow[attempt]`) is gone, another one is begun with `identifier`.
#[server(name = SubmitPassword, prefix = "/api/auth", endpoint = "sign_in/submit_password", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn submit_password(
    /// The password.
    password: Secret,
    /// Whose password it is: what the form shows.
    #[server(default)]
    identifier: Option<String>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    let identifier = identifier.unwrap_or_default();
    let result = sign_in::password(&mut exchange, identifier.trim(), &password, &flow).await;
    leave_form(exchange, result, &form(PASSWORD, &flow, &[]))
}

/// Form of the list of methods: chooses a first factor and sends its code, unless one is on its way.
///
/// It leads to `factor-one?factor=<strategy>`, with `&address=<id>` when an address was named.
#[server(name = ChooseFactor, prefix = "/api/auth", endpoint = "sign_in/choose_factor", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn choose_factor(
    /// The strategy of the factor, in the wire's spelling.
    strategy: String,
    /// The address the code goes to (`idn_…`).
    #[server(default)]
    email_address_id: Option<String>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    let strategy = strategy.as_str().into();
    let address = email_address_id.as_deref().filter(|id| !id.is_empty());
    let result = sign_in::choose(&mut exchange, &strategy, address, &flow).await;
    leave_form(exchange, result, &form(METHODS, &flow, &[]))
}

/// Form of the code step.
#[server(name = SubmitCode, prefix = "/api/auth", endpoint = "sign_in/submit_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn submit_code(
    /// The code, as typed.
    code: Secret,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    let result = sign_in::code(&mut exchange, &code, &flow).await;
    leave_form(exchange, result, &form(CODE, &flow, &[]))
}

/// Form: sends the code again, to the address in `flow[address]` or else the default one.
#[server(name = ResendCode, prefix = "/api/auth", endpoint = "sign_in/resend_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn resend_code(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    let result = sign_in::resend(&mut exchange, &flow).await;
    leave_form(exchange, result, &form(CODE, &flow, &[]))
}

/// Form: forgets the attempt and goes back to the start.
#[server(name = StartOver, prefix = "/api/auth", endpoint = "sign_in/start_over", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn start_over(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::{enter_form, leave_form};
    use super::steps::sign_in;
    let (mut exchange, flow) = enter_form(flow)?;
    // A create without fields is the auth API's way of forgetting an attempt.
    let result = sign_in::begin(&mut exchange, None, None)
        .await
        .map(|sign_in| Outcome {
            sign_in: Some(sign_in),
            ..sign_in::start_again(&flow)
        });
    leave_form(exchange, result, &form(START, &flow, &[]))
}

#[cfg(feature = "ssr")]
type Place = (&'static str, Option<&'static str>);
#[cfg(feature = "ssr")]
const START: Place = ("", None);
#[cfg(feature = "ssr")]
const PASSWORD: Place = ("factor-one", Some("password"));
#[cfg(feature = "ssr")]
const CODE: Place = ("factor-one", Some("email_code"));
#[cfg(feature = "ssr")]
const METHODS: Place = ("factor-one/methods", None);

/// A form of the component, for the way back to it.
#[cfg(feature = "ssr")]
fn form<'a>(step: Place, flow: &'a Flow, typed: &'a [(&'a str, &'a str)]) -> super::gate::Form<'a> {
    super::gate::Form {
        flow,
        start: <ContinueSignIn as leptos::server_fn::ServerFn>::PATH,
        step,
        typed,
    }
}
