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

/// The URL with these pairs at the end of its query.
pub(super) fn with_query(url: &str, pairs: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{pairs}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_added_to_the_query_and_nothing_is_lost() {
        for (url, expected) in [
            ("https://a.example/x", "https://a.example/x?s=1"),
            ("https://a.example/x?y=2", "https://a.example/x?y=2&s=1"),
            ("https://a.example/x#top", "https://a.example/x?s=1#top"),
        ] {
            assert_eq!(with_query(url, "s=1"), expected);
        }
    }
}
