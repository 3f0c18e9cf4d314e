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
    /// Whether the password may come from a password manager, unseen: a wrong one is then no error, and leads to the step
    /// where it is typed. The form of `<SignIn/>` says so; one of a host's own, with a password that people see, does not.
    #[server(default)]
    unseen_password: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_in;
    let identifier = identifier.trim();
    let password = password
        .filter(|password| !password.is_empty())
        .map(|secret| sign_in::StartPassword {
            secret,
            is_unseen: unseen_password,
        });
    let typed = [("identifier", identifier)];
    run_form(flow, place(START, &typed), async |exchange, flow| {
        sign_in::start(exchange, identifier, password.as_ref(), flow).await
    })
    .await
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
    use super::gate::run_form;
    use super::steps::sign_in;
    let identifier = identifier.unwrap_or_default();
    run_form(flow, place(PASSWORD, &[]), async |exchange, flow| {
        sign_in::password(exchange, identifier.trim(), &password, flow).await
    })
    .await
}

/// Form of the list of methods: chooses a first factor and sends its code, unless one is on its way.
///
/// It leads to `factor-one?factor=<strategy>`, with `&address=<id>` when an address was named.
#[server(name = ChooseFactor, prefix = "/api/auth", endpoint = "sign_in/choose_factor", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn choose_factor(
    /// The strategy of the factor, in the wire's spelling.
    strategy: String,
    /// The target of the factor, such as the address a code goes to (`idn_…`).
    #[server(default)]
    target: Option<String>,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_in;
    let strategy = strategy.as_str().into();
    let target = target.as_deref().filter(|id| !id.is_empty());
    run_form(flow, place(METHODS, &[]), async |exchange, flow| {
        sign_in::choose(exchange, &strategy, target, flow).await
    })
    .await
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
    use super::gate::run_form;
    use super::steps::sign_in;
    run_form(flow, place(CODE, &[]), async |exchange, flow| {
        sign_in::code(exchange, &code, flow).await
    })
    .await
}

/// Form of the step for a new password. It signs in, unless a second factor is still asked for.
#[server(name = SubmitNewPassword, prefix = "/api/auth", endpoint = "sign_in/submit_new_password", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn submit_new_password(
    /// The new password.
    password: Secret,
    /// Whether all other sessions of the person end.
    #[server(default)]
    sign_out_of_other_sessions: bool,
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::new_password;
    run_form(flow, place(NEW_PASSWORD, &[]), async |exchange, flow| {
        new_password::submit(exchange, &password, sign_out_of_other_sessions, flow).await
    })
    .await
}

/// Form of the step that waits for a link: looks whether the link was opened.
#[server(name = CheckLink, prefix = "/api/auth", endpoint = "sign_in/check_link", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn check_link(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_in;
    run_form(flow, place(LINK, &[]), async |exchange, flow| {
        sign_in::link(exchange, flow).await
    })
    .await
}

/// Form: sends the code or the link again, to the address in `flow[address]` or else the default one.
#[server(name = ResendCode, prefix = "/api/auth", endpoint = "sign_in/resend_code", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn resend_code(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_in;
    run_form(flow, place(CODE, &[]), async |exchange, flow| {
        sign_in::resend(exchange, flow).await
    })
    .await
}

/// Form: forgets the attempt and goes back to the start.
#[server(name = StartOver, prefix = "/api/auth", endpoint = "sign_in/start_over", input = crate::form::WireForm, output = crate::json::WireJson)]
pub async fn start_over(
    /// Which component the form stands in, and where it leads.
    #[server(default)]
    flow: Flow,
) -> Result<Outcome, AuthError> {
    use super::gate::run_form;
    use super::steps::sign_in;
    run_form(flow, place(START, &[]), async |exchange, flow| {
        // A create without fields is the auth API's way of forgetting an attempt.
        let sign_in = sign_in::begin(exchange, None, None).await?;
        Ok(Outcome {
            sign_in: Some(sign_in),
            ..sign_in::start_again(flow)
        })
    })
    .await
}

/// A step, and the strategy it is about where the form does not say.
#[cfg(feature = "ssr")]
type FormStep = (crate::step::SignInRoute, Option<&'static str>);
#[cfg(feature = "ssr")]
const START: FormStep = (crate::step::SignInRoute::Index, None);
#[cfg(feature = "ssr")]
const PASSWORD: FormStep = (crate::step::SignInRoute::FactorOne, Some("password"));
#[cfg(feature = "ssr")]
const CODE: FormStep = (crate::step::SignInRoute::FactorOne, Some("email_code"));
#[cfg(feature = "ssr")]
const LINK: FormStep = (crate::step::SignInRoute::FactorOne, Some("email_link"));
#[cfg(feature = "ssr")]
const NEW_PASSWORD: FormStep = (crate::step::SignInRoute::ResetPassword, None);
#[cfg(feature = "ssr")]
const METHODS: FormStep = (crate::step::SignInRoute::Methods, None);

/// Where a form of the component stands.
#[cfg(feature = "ssr")]
fn place<'a>((route, factor): FormStep, typed: &'a [(&'a str, &'a str)]) -> super::gate::Place<'a> {
    super::gate::Place {
        start: <ContinueSignIn as leptos::server_fn::ServerFn>::PATH,
        step: route.as_str(),
        factor,
        typed,
    }
}
