//! The cookies of the auth API.
//!
//! `__client` names the browser to us and is for us alone: no script reads it. `__client_uat` tells scripts and other
//! servers when the client last changed (0: signed out) and is worth nothing to a thief; the official SDKs look for it
//! under two spellings. `__client_seal` goes with `__client` and is worth nothing without it: `service/grace.rs` says what
//! for. All belong to exactly one host: no `Domain`, so no sibling host ever sees them. The names are the ones the official
//! SDKs know, which is why they do not begin with `__Host-`, but for the seal's; the attributes are the same.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::header::{COOKIE, HeaderMap};

use super::digest::base64url;

/// The cookie that names the browser.
pub(crate) const CLIENT_COOKIE: &str = "__client";

/// The cookie that shows that `__client` was set by this very host, and not by another one of the site. Where there is no
/// HTTPS, browsers refuse the prefix that makes it worth something.
const SEAL_COOKIES: [&str; 2] = ["__client_seal", "__Host-client_seal"];

/// The cookie that says when the client last changed.
const CLIENT_UAT_COOKIE: &str = "__client_uat";

/// The cookie that holds the session token.
const SESSION_COOKIE: &str = "__session";

/// As long as the official clients keep it: a year.
const SESSION_COOKIE_SECONDS: u64 = 365 * 24 * 60 * 60;

/// Browsers cut longer lives to this: 400 days.
pub(crate) const MAX_COOKIE_SECONDS: u64 = 400 * 24 * 60 * 60;

/// The `Set-Cookie` line that names the browser to us. Lives for at most 400 days.
pub(crate) fn client_cookie(secret: &str, secure: bool, max_age_seconds: u64) -> String {
    let max_age = max_age_seconds.min(MAX_COOKIE_SECONDS);
    format!(
        "{CLIENT_COOKIE}={secret}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{}",
        secure_attribute(secure)
    )
}

/// The `Set-Cookie` line that takes the browser's name away.
pub(crate) fn expired_client_cookie(secure: bool) -> String {
    client_cookie("", secure, 0)
}

/// The name of the cookie that goes with `__client`.
pub(crate) fn seal_cookie_name(secure: bool) -> &'static str {
    SEAL_COOKIES[usize::from(secure)]
}

/// The `Set-Cookie` line that goes with the one of `__client`, and lives as long. Without a seal, it takes it away.
pub(crate) fn seal_cookie(seal: Option<&str>, secure: bool) -> String {
    let (value, max_age) = seal.map_or(("", 0), |seal| (seal, MAX_COOKIE_SECONDS));
    format!(
        "{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{}",
        seal_cookie_name(secure),
        secure_attribute(secure)
    )
}

/// The `Set-Cookie` lines, in both spellings, that say when the client last changed; 0 for signed out.
pub(crate) fn client_uat_cookies(seconds: i64, suffix: &str, secure: bool) -> [String; 2] {
    let line = |name: &str| {
        format!(
            "{name}={seconds}; Path=/; Max-Age={MAX_COOKIE_SECONDS}; SameSite=Lax{}",
            secure_attribute(secure)
        )
    };
    [
        line(CLIENT_UAT_COOKIE),
        line(&format!("{CLIENT_UAT_COOKIE}_{suffix}")),
    ]
}

/// The `Set-Cookie` lines, in both spellings, of the session token; of none, they take it away. Scripts read them, and the
/// official SDKs on servers. The cookie outlives the token in it by far: an expired token still says that somebody was
/// here.
pub(crate) fn session_cookies(token: Option<&str>, suffix: &str, secure: bool) -> [String; 2] {
    let value = token.unwrap_or_default();
    let max_age = token.map_or(0, |_| SESSION_COOKIE_SECONDS);
    let line = |name: &str| {
        format!(
            "{name}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{}",
            secure_attribute(secure)
        )
    };
    [
        line(SESSION_COOKIE),
        line(&format!("{SESSION_COOKIE}_{suffix}")),
    ]
}

fn secure_attribute(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

/// The value of a request's cookie.
///
/// Of several with the same name the first counts, as for the official SDKs and every common parser: two readers that
/// disagree about which one counts would be a hole of their own. What is not a cookie is passed over.
pub(crate) fn read_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|&byte| byte == b';'))
        .find_map(|pair| cookie_value(pair, name))
}

/// How many cookies of this name a request has.
pub(crate) fn count_cookies(headers: &HeaderMap, name: &str) -> usize {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .flat_map(|header| header.as_bytes().split(|&byte| byte == b';'))
        .filter(|pair| cookie_value(pair, name).is_some())
        .count()
}

fn cookie_value<'a>(pair: &'a [u8], name: &str) -> Option<&'a str> {
    let pair = pair.trim_ascii();
    let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
    std::str::from_utf8(value).ok()
}

/// What the official SDKs append to cookie names to keep instances apart: 8 characters made of the publishable key.
pub(crate) fn cookie_suffix(publishable_key: &str) -> String {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, publishable_key.as_bytes());
    let mut suffix = base64url(hash.as_ref());
    suffix.truncate(8);
    suffix
}

/// The publishable key of an instance whose API is at this host (with its port, if it has one).
///
/// Always of the kind for production: with the other one the official SDKs expect the vendor's development hosts.
pub(crate) fn publishable_key(host: &str) -> String {
    let host = publishable_host(host);
    format!("pk_live_{}", STANDARD_NO_PAD.encode(format!("{host}$")))
}

/// The host as publishable keys and issuers have to write it: with a dot, which the official SDKs insist on.
///
/// `localhost:3000` becomes `localhost.:3000`, which is the same host by the rules of DNS.
pub(crate) fn publishable_host(host: &str) -> Cow<'_, str> {
    if host.contains('.') {
        return Cow::Borrowed(host);
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !name.ends_with(':') && !port.ends_with(']') => (name, port),
        _ => return Cow::Owned(format!("{host}.")),
    };
    Cow::Owned(format!("{name}.:{port}"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn sec_e03_every_cookie_has_the_attributes_of_the_table() {
        let [uat, uat_suffixed] = client_uat_cookies(1_780_000_000, "naoXFJnI", true);
        let [session, session_suffixed] = session_cookies(Some("a.b.c"), "naoXFJnI", true);
        let [no_session, _] = session_cookies(None, "naoXFJnI", false);
        let table = [
            (
                client_cookie("s", true, 60),
                "__client=s; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                client_cookie("s", false, 60),
                "__client=s; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
            ),
            (
                expired_client_cookie(true),
                "__client=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                seal_cookie(Some("s"), true),
                "__Host-client_seal=s; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                seal_cookie(None, false),
                "__client_seal=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            ),
            (
                uat,
                "__client_uat=1780000000; Path=/; Max-Age=34560000; SameSite=Lax; Secure",
            ),
            (
                uat_suffixed,
                "__client_uat_naoXFJnI=1780000000; Path=/; Max-Age=34560000; SameSite=Lax; Secure",
            ),
            (
                session,
                "__session=a.b.c; Path=/; Max-Age=31536000; SameSite=Lax; Secure",
            ),
            (
                session_suffixed,
                "__session_naoXFJnI=a.b.c; Path=/; Max-Age=31536000; SameSite=Lax; Secure",
            ),
            (no_session, "__session=; Path=/; Max-Age=0; SameSite=Lax"),
        ];
        for (made, expected) in table {
            assert_eq!(made, expected);
            assert!(!made.contains("Domain"));
        }
    }

    #[test]
    fn sec_e05_no_cookie_lives_longer_than_400_days() {
        let cookie = client_cookie("s", true, u64::MAX);

        assert!(cookie.contains("Max-Age=34560000;"), "{cookie}");
        assert_eq!(MAX_COOKIE_SECONDS, 34_560_000);
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers(&[b"a=1;__client=secret ; __client_uat=5", b"b=2"]);

        assert_eq!(read_cookie(&headers, "__client"), Some("secret"));
        assert_eq!(read_cookie(&headers, "__client_uat"), Some("5"));
        assert_eq!(read_cookie(&headers, "b"), Some("2"));
        assert_eq!(read_cookie(&headers, "__clien"), None);
    }

    #[test]
    fn of_two_cookies_with_one_name_the_first_counts() {
        let same_line = headers(&[b"__client=first; __client=second"]);
        let two_lines = headers(&[b"__client=first", b"__client=second"]);

        assert_eq!(read_cookie(&same_line, "__client"), Some("first"));
        assert_eq!(read_cookie(&two_lines, "__client"), Some("first"));
    }

    #[test]
    fn malformed_neighbours_do_not_hide_a_cookie() {
        let headers = headers(&[b";;; =; x; \xff\xfe=\xff; __client; __client=s; y=\xff"]);

        assert_eq!(read_cookie(&headers, "__client"), Some("s"));
        assert_eq!(read_cookie(&headers, "y"), None);
    }

    #[test]
    fn the_suffix_is_the_one_the_official_sdks_compute() {
        assert_eq!(
            cookie_suffix("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"),
            "naoXFJnI"
        );
    }

    #[test]
    fn publishable_keys_are_as_the_official_sdks_read_them() {
        let table = [
            ("clerk.example.com", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"),
            ("127.0.0.1:8080", "pk_live_MTI3LjAuMC4xOjgwODAk"),
        ];
        for (host, key) in table {
            assert_eq!(publishable_key(host), key);
        }
    }

    #[test]
    fn a_host_without_a_dot_gets_one() {
        let table = [
            ("localhost", "localhost."),
            ("localhost:3000", "localhost.:3000"),
            ("[::1]:3000", "[::1].:3000"),
            ("[::1]", "[::1]."),
            ("example.com", "example.com"),
        ];
        for (host, expected) in table {
            assert_eq!(publishable_host(host), expected);
        }
    }
}
