//! The new password of a sign-in that asks for one.

use thyra_wire::{Secret, SignIn, SignInStatus};

use super::complete::{activate, path_segment};
use super::sign_in::{advance, of_form};
use crate::auth_api::{Call, Exchange};
use crate::server_fns::{Outcome, Redirect};
use crate::step::SignInRoute;
use crate::{AuthError, Flow};

/// Sets the password.
pub(crate) async fn set(
    exchange: &mut Exchange,
    sign_in_id: &str,
    password: &Secret,
    sign_out_of_other_sessions: bool,
) -> Result<SignIn, AuthError> {
    let path = format!(
        "/v1/client/sign_ins/{}/reset_password",
        path_segment(sign_in_id)?
    );
    let call = Call::post(path).field("password", password.expose()).field(
        "sign_out_of_other_sessions",
        sign_out_of_other_sessions.to_string(),
    );
    exchange.call(call).await
}

/// The step: sets the password, and says that it is set before the component is left.
pub(crate) async fn submit(
    exchange: &mut Exchange,
    password: &Secret,
    sign_out_of_other_sessions: bool,
    flow: &Flow,
) -> Result<Outcome, AuthError> {
    let current = of_form(exchange, flow).await?;
    let sign_in = set(exchange, &current.id, password, sign_out_of_other_sessions).await?;
    let session_id = match (&sign_in.status, sign_in.created_session_id.as_deref()) {
        (SignInStatus::Complete, Some(session_id)) => session_id,
        _ => return advance(exchange, sign_in, flow).await,
    };
    let outcome = activate(exchange, session_id).await?;
    let success = flow.step(SignInRoute::ResetPasswordSuccess.as_str(), &[]);
    Ok(Outcome {
        redirect: Some(Redirect::Step(success)),
        sign_in: Some(sign_in),
        ..outcome
    })
}
