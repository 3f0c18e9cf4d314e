//! Which origin may ask.
//!
//! Requests that change something come from the own origin or from one that is listed. A browser says where a request
//! comes from in `Sec-Fetch-Site` and `Origin`; one that says neither and sends cookies is refused, one that sends no
//! cookies is no browser at work for somebody and carries nothing to abuse. Cross-origin answers are readable for
//! listed origins only, spelled out, never by reflection of what was sent.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::settings::Settings;

const EXPOSED: &str = "Authorization, Clerk-Db-Jwt, Retry-After, X-Country";

/// Refuses what other sites ask browsers to do, and lets listed origins read the answer.
pub(super) async fn guard(
    State(auth): State<SharedInstance>,
    request: Request,
    next: Next,
) -> Response {
    let settings = &auth.settings;
    let allowed = listed_origin(settings, request.headers());
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else if is_safe(request.method())
        || is_bound_by_token(&request)
        || may_change(settings, request.headers())
    {
        next.run(request).await
    } else {
        ApiError::new(ErrorCode::OriginInvalid).into_response()
    };
    let headers = response.headers_mut();
    headers.append(
        header::VARY,
        HeaderValue::from_static("Origin, Sec-Fetch-Site, Cookie"),
    );
    if let Some(origin) = allowed {
        allow(headers, origin);
    }
    response
}

/// Whoever follows a link proves by its token that it is theirs. Its page keeps to itself where it is, so that browsers
/// name no origin.
fn is_bound_by_token(request: &Request) -> bool {
    request.uri().path() == super::VERIFY_PATH
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether a request that changes something may do so.
pub(super) fn may_change(settings: &Settings, headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    let site = text("sec-fetch-site");
    if matches!(site, Some("same-origin" | "none")) {
        return true;
    }
    match (text("origin"), site) {
        (Some(origin), _) => settings.is_allowed_origin(origin),
        (None, Some(_)) => false,
        (None, None) => match text("referer") {
            Some(referer) => settings
                .redirect_policy()
                .check(referer)
                .is_some_and(|target| !target.as_str().starts_with('/')),
            None => !headers.contains_key(header::COOKIE),
        },
    }
}

fn listed_origin(settings: &Settings, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    settings
        .is_allowed_origin(origin.to_str().ok()?)
        .then(|| origin.clone())
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("Authorization, Content-Type"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut settings = Settings::development("https://auth.example.com", "sqlite::memory:");
        settings.allowed_origins = vec!["https://app.example.com".to_owned()];
        let headers = pairs.iter().map(|(name, value)| {
            (
                http::HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        may_change(&settings, &headers.collect())
    }

    #[test]
    fn sec_f02_only_own_and_listed_origins_may_change_something() {
        const OWN: (&str, &str) = ("origin", "https://auth.example.com");
        const LISTED: (&str, &str) = ("origin", "https://app.example.com");
        const EVIL: (&str, &str) = ("origin", "https://evil.example");
        const NULL: (&str, &str) = ("origin", "null");
        const COOKIE: (&str, &str) = ("cookie", "__client=x");
        let site = |value| ("sec-fetch-site", value);

        for headers in [
            &[site("same-origin"), COOKIE] as &[_],
            &[site("none"), COOKIE],
            &[site("same-site"), LISTED, COOKIE],
            &[site("cross-site"), LISTED, COOKIE],
            &[OWN, COOKIE],
            &[LISTED, COOKIE],
            &[("referer", "https://auth.example.com/sign-in"), COOKIE],
            &[],
        ] {
            assert!(may(headers), "refused: {headers:?}");
        }
        for headers in [
            &[site("cross-site"), COOKIE] as &[_],
            &[site("cross-site")],
            &[site("same-site"), COOKIE],
            &[site("cross-site"), EVIL, COOKIE],
            &[site("same-site"), EVIL, COOKIE],
            &[site("cross-site"), NULL, COOKIE],
            &[EVIL, COOKIE],
            &[EVIL],
            &[NULL, COOKIE],
            &[("referer", "https://evil.example/"), COOKIE],
            &[
                ("referer", "https://auth.example.com.evil.example/"),
                COOKIE,
            ],
            &[COOKIE],
        ] {
            assert!(!may(headers), "allowed: {headers:?}");
        }
    }
}
