//! The headers every answer carries.
//!
//! Answers are closed by default: an answer that says nothing about itself may not be framed, sniffed, cached or
//! run. The hosted pages bring a policy of their own (see [`page_policy`]); everything else gets one that allows
//! nothing.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What the headers depend on.
#[derive(Clone, Debug)]
pub(super) struct HeaderFacts {
    pub(super) is_https: bool,
}

const CLOSED_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// For the plain pages we write ourselves: one linked stylesheet and nothing that runs.
pub(super) const PLAIN_PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Not `no-referrer`: a form posted without script finds its way back, with its errors, by the referrer.
    (
        REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Popups stay connected: signing in with a provider may use one.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin-allow-popups"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// Middleware: adds what is missing.
pub(super) async fn secure(
    State(facts): State<Arc<HeaderFacts>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(CLOSED_POLICY);
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if facts.is_https {
        let two_years = HeaderValue::from_static("max-age=63072000");
        headers
            .entry(STRICT_TRANSPORT_SECURITY)
            .or_insert(two_years);
    }
    response
}

/// The content security policy of a hosted page.
///
/// Scripts run from our own files or with this answer's nonce, styles come from files only, forms go to ourselves
/// and, because browsers apply the rule to the redirect after a form too, to the origins people may be sent to.
/// Pictures come from ourselves and, in front of a remote API, from where that one keeps its users' (`pictures`).
/// `extra_connect` is for the development server's live reload.
pub(super) fn page_policy(
    nonce: &str,
    allowed_origins: &[String],
    pictures: Option<&str>,
    extra_connect: Option<&str>,
) -> String {
    let pictures = pictures
        .map(|source| format!(" {source}"))
        .unwrap_or_default();
    let forms: String = allowed_origins
        .iter()
        .map(|origin| format!(" {origin}"))
        .collect();
    let connect = extra_connect
        .map(|source| format!(" {source}"))
        .unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:{pictures}; font-src 'self'; connect-src 'self'{connect}; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'{forms}; frame-ancestors 'none'"
    )
}

/// Personal answers belong to one browser, for now.
pub(super) fn keep_private(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, private"));
    if !headers.get_all(VARY).iter().any(|name| name == "Cookie") {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_f06_a_page_runs_only_what_is_ours() {
        let origins = ["https://app.example.com".to_owned()];
        let policy = page_policy("abc", &origins, None, None);

        assert!(!policy.contains("unsafe-inline") && !policy.contains(" 'unsafe-eval'"));
        for directive in [
            "default-src 'none'",
            "script-src 'self' 'nonce-abc' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self' https://app.example.com",
            "connect-src 'self'",
            "img-src 'self' data:",
        ] {
            assert!(
                policy.split("; ").any(|part| part == directive),
                "{directive} is not in {policy}"
            );
        }
    }

    #[test]
    fn pictures_come_from_one_known_place_more() {
        let policy = page_policy("abc", &[], Some("https://img.example.com"), None);

        assert!(policy.contains("; img-src 'self' data: https://img.example.com; "));
    }
}
