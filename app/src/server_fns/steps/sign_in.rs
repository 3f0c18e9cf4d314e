//! The steps of a sign-in.

use thyra_wire::{ErrorCode, Secret, SignIn, SignInStatus, Strategy};

use super::complete::{complete, path_segment};
use super::email_code;
use crate::auth_api::{Call, Exchange};
use crate::flow::after_sign_in;
use crate::server_fns::{Outcome, Redirect};
use crate::step::starting_factor;
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

/// The start step.
pub(crate) async fn start(
    exchange: &mut Exchange,
    identifier: &str,
    password: Option<&Secret>,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    // To the auth API an empty identifier is a wish to start over; here it is a field left empty.
    if identifier.is_empty() {
        return Err(AuthError::field(
            ErrorCode::FormParamNil,
            "identifier",
            "Enter your email address or username.",
        ));
    }
    let mut begun = begin(exchange, Some(identifier), password).await;
    if password.is_some() && begun.as_ref().is_err_and(is_about_the_password) {
        // The password came from a password manager, unseen. The person types it at the next step, or takes another way.
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
        let target = flow.step("account-not-found", &[("identifier", identifier)]);
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
        SignInStatus::NeedsFirstFactor => send_first_code(exchange, sign_in).await?,
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
async fn send_first_code(exchange: &mut Exchange, sign_in: SignIn) -> Result<SignIn, AuthError> {
    let environment = exchange.environment().await?;
    match starting_factor(&environment, &sign_in) {
        Some(factor)
            if factor.strategy == Strategy::EmailCode
                && !email_code::is_on_its_way(&sign_in, factor, None) =>
        {
            let factor = factor.clone();
            email_code::send(exchange, &sign_in, &factor).await
        }
        _ => Ok(sign_in),
    }
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
async fn of_form(exchange: &mut Exchange, flow: &Flow) -> Result<SignIn, AuthError> {
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
        redirect: Some(Redirect::Step(flow.step("", &[]))),
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
    let path = format!(
        "/v1/client/sign_ins/{}/attempt_first_factor",
        path_segment(&sign_in.id)?
    );
    let call = Call::post(path)
        .field("strategy", Strategy::Password.as_str())
        .field("password", password.expose());
    let sign_in = exchange.call(call).await?;
    advance(exchange, sign_in, flow).await
}

/// The code step.
pub(crate) async fn code(
    exchange: &mut Exchange,
    code: &Secret,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let current = of_form(exchange, flow).await?;
    let sign_in = email_code::verify(exchange, &current.id, code).await?;
    advance(exchange, sign_in, flow).await
}

/// Another factor: sends its code unless one is on its way, and leads to its step.
pub(crate) async fn choose(
    exchange: &mut Exchange,
    strategy: &Strategy,
    email_address_id: Option<&str>,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let sign_in = of_form(exchange, flow).await?;
    let is_supported = sign_in
        .supported_first_factors
        .iter()
        .flatten()
        .any(|factor| factor.strategy == *strategy);
    if !is_supported {
        return Err(AuthError::FactorNotFound);
    }
    let mut query = vec![("factor", strategy.as_str())];
    if *strategy != Strategy::EmailCode {
        let redirect = Some(Redirect::Step(flow.step("factor-one", &query)));
        return Ok(Outcome {
            sign_in: Some(sign_in),
            redirect,
            ..Outcome::default()
        });
    }
    let factor = email_code::choose(&sign_in, email_address_id)
        .ok_or(AuthError::FactorNotFound)?
        .clone();
    let sign_in = if email_code::is_on_its_way(&sign_in, &factor, flow.address.as_deref()) {
        sign_in
    } else {
        email_code::send(exchange, &sign_in, &factor).await?
    };
    query.extend(factor.email_address_id.as_deref().map(|id| ("address", id)));
    let redirect = Some(Redirect::Step(flow.step("factor-one", &query)));
    Ok(Outcome {
        sign_in: Some(sign_in),
        redirect,
        ..Outcome::default()
    })
}

/// The code again.
pub(crate) async fn resend(exchange: &mut Exchange, flow: &Flow) -> Result<Outcome, AuthError> {
    let sign_in = of_form(exchange, flow).await?;
    let factor = email_code::choose(&sign_in, flow.address.as_deref())
        .ok_or(AuthError::FactorNotFound)?
        .clone();
    let sign_in = email_code::send(exchange, &sign_in, &factor).await?;
    Ok(Outcome {
        sign_in: Some(sign_in),
        ..Outcome::default()
    })
}
