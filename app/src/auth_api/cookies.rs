//! The auth cookies of one browser, while a server function makes its calls.
//!
//! Only auth cookies are read, so an app's other cookies never reach the auth API. What one call sets the next call
//! of the same request already sends, and the browser gets each cookie once, in its last state.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// The cookie that holds the session token.
const SESSION_COOKIE: &str = "__session";
/// The cookie that names the browser to the auth API.
const CLIENT_COOKIE: &str = "__client";
/// The session cookie outlives the token in it by far: an expired token still says that somebody was here.
const SESSION_COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// How many auth cookies of a request are read. A browser that knows a dozen instances at one host has fewer; each one costs
/// work in every step, so a request with thousands of them would hold up all others.
const MAX_COOKIES: usize = 64;

/// The auth cookies, and the `Set-Cookie` lines they changed by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<(String, String)>,
    lines: Vec<(String, HeaderValue)>,
}

/// How this instance writes the cookie of the session.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionCookieNames {
    /// What may follow the plain name, in a browser that has such a cookie.
    pub(crate) suffixes: Vec<String>,
    /// Whether browsers send it over HTTPS only.
    pub(crate) is_secure: bool,
}

impl SessionCookieNames {
    fn is_own(&self, name: &str) -> bool {
        let suffix = name.strip_prefix("__session_");
        suffix.is_some_and(|suffix| self.suffixes.iter().any(|own| own == suffix))
    }
}

impl Jar {
    /// Reads the auth cookies of a request. Of several with the same name the first counts. Beyond [`MAX_COOKIES`] only those
    /// that nobody is signed in without are taken: others' must not crowd them out.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let mut jar = Self::default();
        for header in headers.get_all(COOKIE) {
            let pairs = header.as_bytes().split(|&byte| byte == b';');
            for pair in pairs.filter_map(|pair| std::str::from_utf8(pair.trim_ascii()).ok()) {
                let Some((name, value)) = pair.split_once('=') else {
                    continue;
                };
                if jar.has_room_for(name) && is_auth_cookie(name) && jar.get(name).is_none() {
                    jar.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        jar
    }

    fn has_room_for(&self, name: &str) -> bool {
        self.cookies.len() < MAX_COOKIES || [CLIENT_COOKIE, SESSION_COOKIE].contains(&name)
    }

    /// The value of a cookie.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the browser is known to the auth API.
    pub(crate) fn has_client(&self) -> bool {
        self.get(CLIENT_COOKIE)
            .is_some_and(|value| !value.is_empty())
    }

    /// The session tokens, the plain name first, then the suffixed ones.
    pub(crate) fn session_tokens(&self) -> impl Iterator<Item = &str> {
        let suffixed = self
            .cookies
            .iter()
            .filter(|(name, _)| name.starts_with("__session_"))
            .map(|(_, value)| value.as_str());
        let tokens = self.get(SESSION_COOKIE).into_iter().chain(suffixed);
        tokens.filter(|token| !token.is_empty())
    }

    /// The `Cookie` header of a call, when there is anything to send.
    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| HeaderValue::from_str(&pairs.join("; ")).ok())?
    }

    /// Takes what a call's answer sets.
    pub(crate) fn absorb(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let text = line.to_str().unwrap_or_default();
            if let Some((name, rest)) = text.split_once('=') {
                let value = rest.split(';').next().unwrap_or_default();
                self.put(name.trim(), value.trim(), line.clone());
            }
        }
    }

    /// Writes the session token, under the plain name and the instance's own suffixed one if the browser has it.
    pub(crate) fn set_session(&mut self, token: &str, names: &SessionCookieNames) {
        self.write_session(token, SESSION_COOKIE_SECONDS, names);
    }

    /// Takes the session token away, when the browser has one.
    pub(crate) fn clear_session(&mut self, names: &SessionCookieNames) {
        if self.session_tokens().next().is_some() {
            self.write_session("", 0, names);
        }
    }

    fn write_session(&mut self, token: &str, max_age: u32, own: &SessionCookieNames) {
        let suffixed = self
            .cookies
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| own.is_own(name));
        let names: Vec<String> = std::iter::once(SESSION_COOKIE.to_owned())
            .chain(suffixed)
            .collect();
        let secure = if own.is_secure { "; Secure" } else { "" };
        for name in names {
            let line = format!("{name}={token}; Path=/; Max-Age={max_age}; SameSite=Lax{secure}");
            if let Ok(line) = HeaderValue::from_str(&line) {
                self.put(&name, token, line);
            }
        }
    }

    fn put(&mut self, name: &str, value: &str, line: HeaderValue) {
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        self.lines.retain(|(known, _)| known != name);
        self.lines.push((name.to_owned(), line));
    }

    /// The `Set-Cookie` lines for the browser, one for each cookie that changed.
    pub(crate) fn set_cookie_lines(self) -> impl Iterator<Item = HeaderValue> {
        self.lines.into_iter().map(|(_, line)| line)
    }
}

/// Whether a cookie belongs to the auth API.
pub(crate) fn is_auth_cookie(name: &str) -> bool {
    [
        "__client",
        "__Host-client_seal",
        "__session",
        "__clerk",
        "__refresh",
        "clerk_active_context",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(cookie: &'static str) -> Jar {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static(cookie));
        Jar::from_headers(&headers)
    }

    fn lines(jar: Jar) -> Vec<String> {
        jar.set_cookie_lines()
            .map(|line| line.to_str().unwrap().to_owned())
            .collect()
    }

    fn own(is_secure: bool) -> SessionCookieNames {
        SessionCookieNames {
            suffixes: vec!["abc".to_owned()],
            is_secure,
        }
    }

    #[test]
    fn only_auth_cookies_are_forwarded() {
        let jar = jar(
            "theme=dark; __client=abc; __Host-other=x; __Host-client_seal=y; __session_x1=t; __client_uat=5",
        );

        let header = jar.to_header().unwrap();

        assert_eq!(
            header,
            "__client=abc; __Host-client_seal=y; __session_x1=t; __client_uat=5"
        );
    }

    #[test]
    fn sec_c14_thousands_of_cookies_are_not_gone_through() {
        // 340 kB of them took 1.6 s: each was compared with all before it.
        let planted: String = (0..30_000).map(|n| format!("__session_{n}=a; ")).collect();
        let cookie = format!("{planted}__session=t; __client=c");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_str(&cookie).unwrap());

        let jar = Jar::from_headers(&headers);

        assert_eq!(jar.cookies.len(), MAX_COOKIES + 2);
        assert_eq!(jar.get("__client"), Some("c"));
        assert_eq!(jar.get("__session"), Some("t"));
    }

    #[test]
    fn of_two_cookies_with_one_name_the_first_counts() {
        assert_eq!(
            jar("__session=first; __session=second").get("__session"),
            Some("first")
        );
    }

    #[test]
    fn the_next_call_sends_what_the_last_one_set() {
        let mut jar = jar("__client=old");
        let mut answer = HeaderMap::new();
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("__client=new; Path=/; HttpOnly"),
        );
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("__client_uat=7; Path=/"),
        );

        jar.absorb(&answer);
        jar.absorb(&answer);

        assert_eq!(jar.get("__client"), Some("new"));
        assert_eq!(lines(jar).len(), 2, "each cookie once");
    }

    #[test]
    fn sec_e03_the_session_cookie_has_its_attributes() {
        let mut jar = jar("__session_abc=old");

        jar.set_session("a.b.c", &own(true));

        assert_eq!(
            lines(jar),
            [
                "__session=a.b.c; Path=/; Max-Age=31536000; SameSite=Lax; Secure",
                "__session_abc=a.b.c; Path=/; Max-Age=31536000; SameSite=Lax; Secure",
            ]
        );
    }

    /// Every suffixed cookie that a browser sent used to be answered with a whole token: three planted ones were more than
    /// a proxy in front takes.
    #[test]
    fn sec_e03_a_planted_session_cookie_is_never_written() {
        let planted =
            "__session_x=a; __session_abc=old; __session_y=b; __session_=c; __session_abcd=d";
        for token in ["a.b.c", ""] {
            let mut jar = jar(planted);

            if token.is_empty() {
                jar.clear_session(&own(false));
            } else {
                jar.set_session(token, &own(false));
            }

            let names: Vec<_> = lines(jar)
                .iter()
                .map(|line| line.split('=').next().unwrap().to_owned())
                .collect();
            assert_eq!(names, ["__session", "__session_abc"]);
        }
    }

    #[test]
    fn a_session_that_is_not_there_is_not_cleared() {
        let mut without = jar("__client=c");
        without.clear_session(&own(false));
        assert!(lines(without).is_empty());

        let mut with = jar("__session=t");
        with.clear_session(&own(false));
        assert_eq!(lines(with), ["__session=; Path=/; Max-Age=0; SameSite=Lax"]);
    }
}
