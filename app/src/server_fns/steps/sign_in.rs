//! The steps of a sign-in.

use thyra_wire::{ErrorCode, Factor, Level, Secret, SignIn, SignInStatus, Strategy};

use super::complete::{complete, path_segment};
use super::factor;
use crate::auth_api::{Call, Exchange};
use crate::flow::after_sign_in;
use crate::server_fns::{Outcome, Redirect};
use crate::step::{Ask, Method, SignInRoute, method_of, starting_factor, starting_second_factor};
use crate::{AuthError, Flow, next_sign_in_path};

/// Begins a sign-in with an identifier, and with the password when there is one.
pub(crate) async fn begin(
    exchange: &mut Exchange,
    identifier: Option<&str>,
    password: Option<&Secret>,
) -> Result<SignIn, AuthError> {
    let call = Call::post("/v1/client/sign_ins")
        .optional("identifier", identifier)
        .optional("password", password.map(Secret::expose))
        .optional("locale", None::<&str>);
    exchange.call(call).await
}

/// A password that comes with the identifier.
pub(crate) struct StartPassword {
    pub(crate) secret: Secret,
    /// Whether the person may not have seen it.
    pub(crate) is_unseen: bool,
}

/// The start step.
pub(crate) async fn start(
    exchange: &mut Exchange,
    identifier: &str,
    password: Option<&StartPassword>,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    // To the auth API an empty identifier is a wish to start over; here it is a field left empty.
    if identifier.is_empty() {
        return Err(AuthError::about_field(
            ErrorCode::FormParamNil,
            "identifier",
            "Enter your email address or username.",
        ));
    }
    let secret = password.map(|password| &password.secret);
    let mut begun = begin(exchange, Some(identifier), secret).await;
    let is_unseen = password.is_some_and(|password| password.is_unseen);
    if is_unseen && begun.as_ref().is_err_and(is_about_the_password) {
        // It came from a password manager. The person types it at the next step, or takes another way.
        begun = begin(exchange, Some(identifier), None).await;
    }
    match begun {
        Ok(sign_in) => advance(exchange, sign_in, flow).await,
        Err(error) => not_begun(exchange, error, identifier, flow).await,
    }
}

/// Where those go whose sign-in could not be begun.
async fn not_begun(
    exchange: &mut Exchange,
    error: AuthError,
    identifier: &str,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    if error.is(&ErrorCode::FormIdentifierNotFound) {
        let target = flow.step(
            SignInRoute::AccountNotFound.as_str(),
            &[("identifier", identifier)],
        );
        return Ok(Outcome {
            redirect: Some(Redirect::Step(target)),
            ..Outcome::default()
        });
    }
    if error.is(&ErrorCode::SessionExists) {
        return resume(exchange, error, flow).await;
    }
    Err(error)
}

fn is_about_the_password(error: &AuthError) -> bool {
    [
        "strategy_for_user_invalid",
        "form_password_incorrect",
        "form_password_pwned",
    ]
    .contains(&error.code())
}

/// Somebody is signed in already: that session is gone on with.
async fn resume(
    exchange: &mut Exchange,
    error: AuthError,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let client = exchange.load_client().await?;
    let session = client.and_then(|client| client.active_session());
    let session_id = session.ok_or(error)?.id.clone();
    complete(exchange, Some(&session_id), flow, after_sign_in).await
}

/// Goes on with whatever the sign-in waits for: activates the session, or sends the code that the next step asks for.
pub(crate) async fn advance(
    exchange: &mut Exchange,
    sign_in: SignIn,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let sign_in = match &sign_in.status {
        SignInStatus::Complete => {
            let outcome = complete(
                exchange,
                sign_in.created_session_id.as_deref(),
                flow,
                after_sign_in,
            )
            .await?;
            return Ok(Outcome {
                sign_in: Some(sign_in),
                ..outcome
            });
        }
        SignInStatus::NeedsFirstFactor => send_first_code(exchange, sign_in, flow).await?,
        SignInStatus::NeedsSecondFactor => send_second_code(exchange, sign_in, flow).await?,
        _ => sign_in,
    };
    let redirect = next_sign_in_path(&sign_in, flow).map(Redirect::Step);
    Ok(Outcome {
        sign_in: Some(sign_in),
        redirect,
        ..Outcome::default()
    })
}

/// Sends the code when the first step that will be shown asks for one.
async fn send_first_code(
    exchange: &mut Exchange,
    sign_in: SignIn,
    flow: &Flow,
) -> Result<SignIn, AuthError> {
    let environment = exchange.environment().await?;
    match starting_factor(&environment, &sign_in) {
        Some(factor) if is_sent(factor, Level::First) => {
            let factor = factor.clone();
            prepare_once(exchange, sign_in, Level::First, &factor, flow).await
        }
        _ => Ok(sign_in),
    }
}

/// The same at the second level. Whatever address the first factor was about, the second one is about its own.
async fn send_second_code(
    exchange: &mut Exchange,
    sign_in: SignIn,
    flow: &Flow,
) -> Result<SignIn, AuthError> {
    match starting_second_factor(&sign_in) {
        Some(factor) if is_sent(factor, Level::Second) => {
            let factor = factor.clone();
            let flow = Flow {
                address: None,
                ..flow.clone()
            };
            prepare_once(exchange, sign_in, Level::Second, &factor, &flow).await
        }
        _ => Ok(sign_in),
    }
}

/// Whether something is sent for the factor when it is chosen.
fn is_sent(factor: &Factor, level: Level) -> bool {
    let asks = method_of(factor, level).map(Method::ask);
    matches!(asks, Some(Ask::SentCode | Ask::SentLink))
}

/// Sends what the factor needs, unless it is on its way already.
async fn prepare_once(
    exchange: &mut Exchange,
    sign_in: SignIn,
    level: Level,
    factor: &Factor,
    flow: &Flow,
) -> Result<SignIn, AuthError> {
    if factor::is_on_its_way(&sign_in, level, factor, flow.address.as_deref()) {
        return Ok(sign_in);
    }
    prepare(exchange, &sign_in, level, factor, flow).await
}

/// Sends what the factor needs. A link leads to the component's own page for it.
async fn prepare(
    exchange: &mut Exchange,
    sign_in: &SignIn,
    level: Level,
    factor: &Factor,
    flow: &Flow,
) -> Result<SignIn, AuthError> {
    let is_link = method_of(factor, level).is_some_and(|method| method.ask() == Ask::SentLink);
    let landing = || {
        let own_origin = exchange.api().origins().own(exchange.headers());
        factor::absolute(flow.step(SignInRoute::Verify.as_str(), &[]), &own_origin)
    };
    let sending = factor::Sending {
        redirect_url: is_link.then(landing),
        channel: None,
    };
    factor::prepare(exchange, sign_in, level, factor, sending).await
}

/// The sign-in as it is now.
pub(crate) async fn reload(exchange: &mut Exchange, id: &str) -> Result<SignIn, AuthError> {
    let path = format!("/v1/client/sign_ins/{}", path_segment(id)?);
    exchange.call(Call::get(path)).await
}

/// The step of a link: looks whether it was opened, and goes on when it was.
///
/// An attempt that is complete is the client's no more: it is looked for by the id that the form names.
pub(crate) async fn link(exchange: &mut Exchange, flow: &Flow) -> Result<Outcome, AuthError> {
    let id = id_of(exchange, flow.attempt.clone()).await?;
    let sign_in = reload(exchange, &id).await?;
    if sign_in.status == SignInStatus::NeedsFirstFactor {
        return Ok(Outcome {
            sign_in: Some(sign_in),
            ..Outcome::default()
        });
    }
    advance(exchange, sign_in, flow).await
}

/// The sign-in of this browser.
///
/// # Errors
/// The auth API's own; [`None`] when there is no sign-in to go on with.
pub(crate) async fn current(exchange: &mut Exchange) -> Result<Option<SignIn>, AuthError> {
    let client = exchange.load_client().await?;
    Ok(client.and_then(|client| client.sign_in.clone()))
}

/// The sign-in with this id, while it is this browser's; without an id, the browser's.
///
/// # Errors
/// [`AuthError::FactorNotFound`] when there is none, and [`ended`] when another one took its place.
pub(crate) async fn current_if(
    exchange: &mut Exchange,
    attempt: Option<&str>,
) -> Result<SignIn, AuthError> {
    match (current(exchange).await?, attempt) {
        (Some(sign_in), Some(id)) if sign_in.id != id => Err(ended()),
        (Some(sign_in), _) => Ok(sign_in),
        (None, Some(_)) => Err(ended()),
        (None, None) => Err(AuthError::FactorNotFound),
    }
}

/// The id of the attempt that a call names, or of the browser's.
///
/// # Errors
/// [`AuthError::FactorNotFound`] when there is none.
pub(crate) async fn id_of(
    exchange: &mut Exchange,
    attempt: Option<String>,
) -> Result<String, AuthError> {
    match attempt {
        Some(id) => Ok(id),
        None => Ok(current_if(exchange, None).await?.id),
    }
}

/// The sign-in that a form was made for.
///
/// Two tabs share one client, and the other may have begun another sign-in since: what is typed for one must not be
/// tried against the other.
///
/// # Errors
/// [`ended`] when there is none any more: too old, completed elsewhere, or in the place of another.
pub(crate) async fn of_form(exchange: &mut Exchange, flow: &Flow) -> Result<SignIn, AuthError> {
    let current = current(exchange).await?;
    current
        .filter(|sign_in| flow.is_about(&sign_in.id))
        .ok_or_else(ended)
}

/// What a step answers when the attempt its form was made for is gone. The way back leads to the start.
pub(crate) fn ended() -> AuthError {
    AuthError::api(
        ErrorCode::ResourceNotFound,
        "This attempt has ended. Start over.",
    )
}

/// Back at the start.
pub(crate) fn start_again(flow: &Flow) -> Outcome {
    Outcome {
        redirect: Some(Redirect::Step(flow.step(SignInRoute::Index.as_str(), &[]))),
        ..Outcome::default()
    }
}

/// The password step. When its sign-in is gone, another one is begun with the identifier that the form shows.
pub(crate) async fn password(
    exchange: &mut Exchange,
    identifier: &str,
    password: &Secret,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let sign_in = match of_form(exchange, flow).await {
        Err(error) if error == ended() && !identifier.is_empty() => {
            match begin(exchange, Some(identifier), None).await {
                Ok(sign_in) => sign_in,
                Err(error) => return not_begun(exchange, error, identifier, flow).await,
            }
        }
        found => found?,
    };
    let answer = ("password", password.expose());
    let sign_in = factor::attempt(
        exchange,
        &sign_in.id,
        Level::First,
        &Strategy::Password,
        answer,
    )
    .await?;
    advance(exchange, sign_in, flow).await
}

/// The code step.
pub(crate) async fn code(
    exchange: &mut Exchange,
    code: &Secret,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let current = of_form(exchange, flow).await?;
    let level = current.awaited_level().unwrap_or_default();
    let strategy = strategy_of(flow);
    let code = factor::code_of(&strategy, code);
    let sign_in = factor::attempt(exchange, &current.id, level, &strategy, ("code", &code)).await?;
    advance(exchange, sign_in, flow).await
}

/// The strategy that a form of a factor is about. A form of one's own that names none has a code by e-mail in mind.
fn strategy_of(flow: &Flow) -> Strategy {
    let named = flow.factor.as_deref().filter(|name| !name.is_empty());
    named.map_or(Strategy::EmailCode, Strategy::from)
}

/// Another factor: sends what it needs unless that is on its way, and leads to its step.
pub(crate) async fn choose(
    exchange: &mut Exchange,
    strategy: &Strategy,
    target: Option<&str>,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let sign_in = of_form(exchange, flow).await?;
    let level = sign_in.awaited_level().unwrap_or_default();
    let factor = factor::choose(&sign_in, level, strategy, target)
        .ok_or(AuthError::FactorNotFound)?
        .clone();
    let sign_in = match is_sent(&factor, level) {
        true => prepare_once(exchange, sign_in, level, &factor, flow).await?,
        false => sign_in,
    };
    let query: Vec<_> = std::iter::once(("factor", strategy.as_str()))
        .chain(factor.target_id().map(|id| ("address", id)))
        .collect();
    let route = SignInRoute::of_factor(level);
    let redirect = Some(Redirect::Step(flow.step(route.as_str(), &query)));
    Ok(Outcome {
        sign_in: Some(sign_in),
        redirect,
        ..Outcome::default()
    })
}

/// The code again.
pub(crate) async fn resend(exchange: &mut Exchange, flow: &Flow) -> Result<Outcome, AuthError> {
    let sign_in = of_form(exchange, flow).await?;
    let level = sign_in.awaited_level().unwrap_or_default();
    let strategy = strategy_of(flow);
    let factor = factor::choose(&sign_in, level, &strategy, flow.address.as_deref())
        .ok_or(AuthError::FactorNotFound)?
        .clone();
    let sign_in = prepare(exchange, &sign_in, level, &factor, flow).await?;
    Ok(Outcome {
        sign_in: Some(sign_in),
        ..Outcome::default()
    })
}
