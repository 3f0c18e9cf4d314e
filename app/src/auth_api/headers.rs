//! What passes between a browser and a remote auth API, and what does not.

use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue};

use super::cookies::is_auth_cookie;

/// The headers of the browser's request that a remote auth API gets to see.
const FORWARDED: [&str; 9] = [
    "accept",
    "accept-language",
    "content-type",
    "origin",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "user-agent",
];

/// Hop-by-hop headers: they are about one connection and end with it.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The headers for upstream: a list of what may pass, and of the cookies only those of the auth API.
pub(super) fn for_upstream(headers: &HeaderMap) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for name in FORWARDED {
        if let Some(value) = headers.get(name) {
            passed.insert(HeaderName::from_static(name), value.clone());
        }
    }
    let cookies: Vec<&str> = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .map(str::trim)
        .filter(|pair| is_auth_cookie(pair))
        .collect();
    if let Ok(cookies) = HeaderValue::from_str(&cookies.join("; "))
        && !cookies.is_empty()
    {
        passed.insert(COOKIE, cookies);
    }
    passed
}

/// The headers for the browser: without those of the connection, cookies for our own host, and never cached.
pub(super) fn for_browser(headers: &HeaderMap) -> HeaderMap {
    let named_by_connection: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut passed = HeaderMap::new();
    for (name, value) in headers {
        let stays = HOP_BY_HOP.contains(name)
            || [CONTENT_LENGTH, HOST].contains(name)
            || named_by_connection
                .iter()
                .any(|named| named == name.as_str());
        if stays {
            continue;
        }
        if name == SET_COOKIE {
            if let Some(line) = own_cookie(value) {
                passed.append(SET_COOKIE, line);
            }
            continue;
        }
        passed.append(name.clone(), value.clone());
    }
    passed.insert("cache-control", HeaderValue::from_static("no-store"));
    passed
}

/// A cookie for our own host: the upstream's domain goes, so that it becomes ours alone.
fn own_cookie(line: &HeaderValue) -> Option<HeaderValue> {
    let line = line.to_str().ok()?;
    let mut parts = line.split(';').map(str::trim);
    let pair = parts.next()?;
    if !is_auth_cookie(pair) {
        return None;
    }
    let kept = parts.filter(|part| !part.to_ascii_lowercase().starts_with("domain="));
    let line: Vec<&str> = std::iter::once(pair).chain(kept).collect();
    HeaderValue::from_str(&line.join("; ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn sec_o02_headers_that_could_speak_for_us_are_not_forwarded() {
        let browser = headers(&[
            ("accept", "application/json"),
            ("authorization", "Bearer x"),
            ("clerk-secret-key", "sk_evil"),
            ("x-forwarded-for", "1.2.3.4"),
            ("forwarded", "for=1.2.3.4"),
            ("connection", "keep-alive, x-secret"),
            ("cookie", "theme=dark; __client=c"),
        ]);

        let upstream = for_upstream(&browser);

        assert_eq!(
            upstream,
            headers(&[("accept", "application/json"), ("cookie", "__client=c")])
        );
    }

    #[test]
    fn sec_o04_cookies_become_our_own_and_stay_apart() {
        let upstream = headers(&[
            (
                "set-cookie",
                "__client=a; Path=/; Domain=.example.com; HttpOnly",
            ),
            (
                "set-cookie",
                "__client_uat=1; domain=example.com; SameSite=Lax",
            ),
            ("set-cookie", "_cfuvid=tracker; Path=/"),
        ]);

        let browser = for_browser(&upstream);

        let lines: Vec<_> = browser.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            lines,
            [
                "__client=a; Path=/; HttpOnly",
                "__client_uat=1; SameSite=Lax"
            ]
        );
    }

    #[test]
    fn sec_o05_a_proxied_answer_is_never_cached() {
        let upstream = headers(&[
            ("cache-control", "public, max-age=600"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("content-type", "application/json"),
        ]);

        let browser = for_browser(&upstream);

        assert_eq!(
            browser,
            headers(&[
                ("content-type", "application/json"),
                ("cache-control", "no-store")
            ])
        );
    }
}
