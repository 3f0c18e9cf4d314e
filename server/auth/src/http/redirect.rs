//! Answers that lead a browser elsewhere, and nowhere but to allowed targets.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use thyra_wire::SafeRedirect;

use crate::settings::Settings;

/// The `redirect_url` of a query string, when it is allowed. Of two, nobody can say which counts.
pub(super) fn redirect_target(settings: &Settings, query: Option<&str>) -> Option<SafeRedirect> {
    let mut targets = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "redirect_url")
        .map(|(_, target)| target.into_owned());
    let target = targets.next().filter(|_| targets.next().is_none())?;
    settings.redirect_policy().check(&target)
}

/// A redirect to the target; to the start page without one.
pub(super) fn redirect(target: Option<&SafeRedirect>) -> Response {
    let target = target.map_or("/", |target| target.as_str());
    match HeaderValue::from_str(target) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
