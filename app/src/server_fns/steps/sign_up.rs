//! The steps of a sign-up.

use thyra_wire::{
    Secret, SignUp, SignUpRequirement, SignUpStatus, Strategy, VerificationStatus, normalize_code,
};

use super::complete::{complete, path_segment};
use super::sign_in::ended;
use crate::auth_api::{Call, Exchange};
use crate::flow::after_sign_up;
use crate::server_fns::{Outcome, Redirect};
use crate::sign_up::SignUpParams;
use crate::{AuthError, Flow, next_sign_up_path};

/// Begins a sign-up.
pub(crate) async fn begin(
    exchange: &mut Exchange,
    params: &SignUpParams,
) -> Result<SignUp, AuthError> {
    exchange
        .call(with_params(Call::post("/v1/client/sign_ups"), params))
        .await
}

/// Adds to the current sign-up; begins one when there is none, and the form was not made for one.
pub(crate) async fn update(
    exchange: &mut Exchange,
    params: &SignUpParams,
    flow: &Flow,
) -> Result<SignUp, AuthError> {
    match current(exchange).await? {
        Some(sign_up) if flow.is_about(&sign_up.id) => {
            let path = format!("/v1/client/sign_ups/{}", path_segment(&sign_up.id)?);
            exchange.call(with_params(Call::patch(path), params)).await
        }
        None if flow.attempt.is_none() => begin(exchange, params).await,
        _ => Err(ended()),
    }
}

fn with_params(call: Call, params: &SignUpParams) -> Call {
    let flag = |value: Option<bool>| value.map(|value| value.to_string());
    let is_ticket = params.ticket.is_some();
    call.optional("email_address", params.email_address.as_deref())
        .optional("password", params.password.as_ref().map(Secret::expose))
        .optional("username", params.username.as_deref())
        .optional("first_name", params.first_name.as_deref())
        .optional("last_name", params.last_name.as_deref())
        .optional("legal_accepted", flag(params.legal_accepted))
        .optional("unsafe_metadata", params.unsafe_metadata.as_deref())
        .optional("transfer", flag(params.transfer))
        .optional("strategy", is_ticket.then_some("ticket"))
        .optional("ticket", params.ticket.as_deref())
}

/// The sign-up of this browser.
pub(crate) async fn current(exchange: &mut Exchange) -> Result<Option<SignUp>, AuthError> {
    let client = exchange.load_client().await?;
    Ok(client.and_then(|client| client.sign_up.clone()))
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
        None => current(exchange)
            .await?
            .map(|sign_up| sign_up.id)
            .ok_or(AuthError::FactorNotFound),
    }
}

/// Sends a code to the sign-up's address.
pub(crate) async fn send_code(
    exchange: &mut Exchange,
    sign_up_id: &str,
) -> Result<SignUp, AuthError> {
    let path = format!(
        "/v1/client/sign_ups/{}/prepare_verification",
        path_segment(sign_up_id)?
    );
    exchange
        .call(Call::post(path).field("strategy", Strategy::EmailCode.as_str()))
        .await
}

/// Tries a code.
pub(crate) async fn verify_code(
    exchange: &mut Exchange,
    sign_up_id: &str,
    code: &Secret,
) -> Result<SignUp, AuthError> {
    let path = format!(
        "/v1/client/sign_ups/{}/attempt_verification",
        path_segment(sign_up_id)?
    );
    let call = Call::post(path)
        .field("strategy", Strategy::EmailCode.as_str())
        .field("code", normalize_code(code.expose()));
    exchange.call(call).await
}

/// Goes on with whatever the sign-up waits for: activates the session, or sends the code that the next step asks for.
pub(crate) async fn advance(
    exchange: &mut Exchange,
    sign_up: SignUp,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    if sign_up.status == SignUpStatus::Complete {
        let outcome = complete(
            exchange,
            sign_up.created_session_id.as_deref(),
            flow,
            after_sign_up,
        )
        .await?;
        return Ok(Outcome {
            sign_up: Some(sign_up),
            ..outcome
        });
    }
    let sign_up = if needs_code(&sign_up) {
        send_code(exchange, &sign_up.id).await?
    } else {
        sign_up
    };
    let redirect = next_sign_up_path(&sign_up, flow).map(Redirect::Step);
    Ok(Outcome {
        sign_up: Some(sign_up),
        redirect,
        ..Outcome::default()
    })
}

/// Whether the next step asks for a code that was not sent yet.
fn needs_code(sign_up: &SignUp) -> bool {
    let is_next = sign_up
        .unverified_fields
        .contains(&SignUpRequirement::EmailAddress);
    let verification = sign_up
        .verifications
        .as_ref()
        .and_then(|verifications| verifications.email_address.as_ref());
    let is_on_its_way = verification.is_some_and(|verification| {
        verification.status == Some(VerificationStatus::Unverified)
            && verification.strategy == Some(Strategy::EmailCode)
            && verification.next_action == "needs_attempt"
    });
    is_next && !is_on_its_way
}

/// The sign-up that a form was made for, as with a sign-in's.
async fn of_form(exchange: &mut Exchange, flow: &Flow) -> Result<SignUp, AuthError> {
    let current = current(exchange).await?;
    current
        .filter(|sign_up| flow.is_about(&sign_up.id))
        .ok_or_else(ended)
}

/// The code step.
pub(crate) async fn code(
    exchange: &mut Exchange,
    code: &Secret,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let current = of_form(exchange, flow).await?;
    let sign_up = verify_code(exchange, &current.id, code).await?;
    advance(exchange, sign_up, flow).await
}

/// The code again.
pub(crate) async fn resend(exchange: &mut Exchange, flow: &Flow) -> Result<Outcome, AuthError> {
    let current = of_form(exchange, flow).await?;
    let sign_up = send_code(exchange, &current.id).await?;
    Ok(Outcome {
        sign_up: Some(sign_up),
        ..Outcome::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_up(json: &str) -> SignUp {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_code_is_sent_once_for_an_unverified_address() {
        let unverified = r#""id": "sua_1", "status": "missing_requirements", "unverified_fields": ["email_address"]"#;
        let sent = r#""verifications": {"email_address": {"status": "unverified", "strategy": "email_code", "next_action": "needs_attempt"}}"#;
        let expired = r#""verifications": {"email_address": {"status": "expired", "strategy": "email_code", "next_action": "needs_prepare"}}"#;

        assert!(needs_code(&sign_up(&format!("{{{unverified}}}"))));
        assert!(!needs_code(&sign_up(&format!("{{{unverified}, {sent}}}"))));
        assert!(needs_code(&sign_up(&format!(
            "{{{unverified}, {expired}}}"
        ))));
        assert!(!needs_code(&sign_up(
            r#"{"id": "sua_1", "status": "missing_requirements"}"#
        )));
    }
}
