//! Whether a request comes from our own pages.
//!
//! Server functions take what a plain cross-site form can send, so each of them asks here first. The browser's own
//! word (`Sec-Fetch-Site`) decides; where a browser is too old to give it, `Origin`, then `Referer` have to name us.
//! A request with cookies and none of these is refused. A request without cookies has nothing to lose.

use axum::http::header::{COOKIE, ORIGIN, REFERER};
use axum::http::request::Parts;

use crate::auth_api::{Origins, origin_of, text};

/// Whether the request may be carried out.
///
/// Reading a page (`GET`, `HEAD`) always may: server functions run then as part of rendering, and change nothing.
pub(super) fn is_own_site(parts: &Parts, origins: &Origins) -> bool {
    if parts.method.is_safe() {
        return true;
    }
    let headers = &parts.headers;
    if headers.contains_key("sec-fetch-site") {
        return matches!(
            text(headers, "sec-fetch-site"),
            Some("same-origin" | "none")
        );
    }
    for name in [ORIGIN, REFERER] {
        if headers.contains_key(&name) {
            let named = text(headers, name.as_str()).map(origin_of);
            return named.is_some_and(|origin| origins.is_own(origin, headers));
        }
    }
    !headers.contains_key(COOKIE)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn allows(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut origins = Origins::default();
        origins.set_public_url("https://app.example.com");
        let mut request = Request::builder()
            .method(method)
            .header("host", "app.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        is_own_site(&parts, &origins)
    }

    const OWN: &str = "https://app.example.com";
    const EVIL: &str = "https://evil.example";

    #[test]
    fn sec_f02_the_browsers_word_decides() {
        for (site, expected) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("", false),
            ("Same-Origin", false),
        ] {
            for origin in [OWN, EVIL, "null"] {
                for method in ["POST", "PUT", "PATCH", "DELETE"] {
                    let headers = [
                        ("sec-fetch-site", site),
                        ("origin", origin),
                        ("cookie", "__client=c"),
                    ];
                    assert_eq!(
                        allows(method, &headers),
                        expected,
                        "{method} {site} {origin}"
                    );
                }
            }
        }
    }

    #[test]
    fn sec_f02_without_it_origin_and_then_referer_have_to_name_us() {
        let cookie = ("cookie", "__client=c");
        for (headers, expected) in [
            (vec![("origin", OWN), cookie], true),
            (
                vec![
                    ("origin", EVIL),
                    ("referer", "https://app.example.com/sign-in"),
                    cookie,
                ],
                false,
            ),
            (vec![("origin", "null"), cookie], false),
            (
                vec![("origin", "https://app.example.com.evil"), cookie],
                false,
            ),
            (
                vec![("referer", "https://app.example.com/sign-in?a=b"), cookie],
                true,
            ),
            (
                vec![
                    ("referer", "https://evil.example/https://app.example.com"),
                    cookie,
                ],
                false,
            ),
            (
                vec![("referer", "https://app.example.com@evil.example/"), cookie],
                false,
            ),
            (vec![cookie], false),
            (vec![], true),
        ] {
            assert_eq!(allows("POST", &headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn sec_f02_rendering_a_page_somebody_linked_to_is_allowed() {
        let headers = [("sec-fetch-site", "cross-site"), ("cookie", "__client=c")];
        assert!(allows("GET", &headers));
        assert!(allows("HEAD", &headers));
    }
}
