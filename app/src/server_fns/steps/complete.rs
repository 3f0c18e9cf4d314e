//! The last step: the session becomes the active one, and the component is left.

use thyra_wire::Session;

use super::super::{Outcome, Redirect};
use crate::auth_api::{Call, Exchange};
use crate::flow::OfInstance;
use crate::{AuthError, Flow};

/// Makes a session the active one.
pub(crate) async fn activate(
    exchange: &mut Exchange,
    session_id: &str,
) -> Result<Outcome, AuthError> {
    let path = format!("/v1/client/sessions/{}/touch", path_segment(session_id)?);
    let call = Call::post(path)
        .field("active_organization_id", "")
        .field("intent", "select_session");
    exchange.call::<Session>(call).await?;
    Ok(Outcome::default())
}

/// Makes the new session the active one, and leaves the component.
pub(crate) async fn complete(
    exchange: &mut Exchange,
    session_id: Option<&str>,
    flow: &Flow,
    of_instance: OfInstance,
) -> Result<Outcome, AuthError> {
    let outcome = match session_id {
        Some(session_id) => activate(exchange, session_id).await?,
        None => Outcome::default(),
    };
    let target = target(exchange, flow, of_instance).await;
    Ok(Outcome {
        redirect: Some(Redirect::Leave(target)),
        ..outcome
    })
}

/// Where to go after signing in or up: what the component insists on, what the address asked for, what the component
/// suggests, what the instance is set to, the start page. The first that passes the validator counts; a query string
/// can never win over what the component insists on.
async fn target(exchange: &mut Exchange, flow: &Flow, of_instance: OfInstance) -> String {
    let policy = exchange.api().origins().redirects(exchange.headers());
    let named = [
        &flow.force_redirect_url,
        &flow.redirect_url,
        &flow.fallback_redirect_url,
    ];
    let safe = named
        .into_iter()
        .filter_map(|target| policy.check(target.as_deref()?))
        .next();
    if let Some(safe) = safe {
        return safe.to_string();
    }
    let environment = exchange.environment().await.unwrap_or_default();
    let configured = policy.check(of_instance(&environment.display_config));
    configured.map_or_else(|| "/".to_owned(), |safe| safe.to_string())
}

/// Where to go after signing out: what the form names, when it passes, or the start page.
pub(crate) fn target_after_sign_out(exchange: &Exchange, flow: &Flow) -> String {
    let policy = exchange.api().origins().redirects(exchange.headers());
    let named = [
        &flow.force_redirect_url,
        &flow.redirect_url,
        &flow.fallback_redirect_url,
    ];
    let mut safe = named
        .into_iter()
        .filter_map(|target| policy.check(target.as_deref()?));
    safe.next()
        .unwrap_or_else(thyra_wire::SafeRedirect::home)
        .to_string()
}

/// An id as part of a path.
///
/// # Errors
/// For a text that is no id: it would change the path.
pub(crate) fn path_segment(id: &str) -> Result<&str, AuthError> {
    let is_id = !id.is_empty()
        && id.len() <= 128
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    is_id.then_some(id).ok_or_else(AuthError::nobodys_id)
}
