//! The one redirect validator.
//!
//! A redirect target comes from a query string, so from anybody. It is honoured when a browser would stay on the
//! own origin or go to one that is listed, and dropped silently otherwise. Server and browser call this same
//! function. It does not try to repair: whatever two parsers could read differently (a control character, a
//! backslash, user information, an escaped slash at the start, a look-alike of a slash) is refused, because the
//! browser's reading is the one that counts and is not ours.

/// Where people may be sent after signing in or out.
///
/// ```
/// use thyra_wire::RedirectPolicy;
///
/// let policy = RedirectPolicy::new("https://auth.example.com", ["https://app.example.com"]);
/// assert!(policy.check("/account?tab=2").is_some());
/// assert!(policy.check("https://app.example.com/inbox").is_some());
/// assert!(policy.check("https://evil.example/").is_none());
/// assert!(policy.check("//evil.example/").is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedirectPolicy {
    origins: Vec<String>,
}

/// A redirect target that passed: a path on the own origin, or an absolute URL of a listed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeRedirect(String);

impl SafeRedirect {
    /// The start page, which is always allowed.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The target, as it is put into a `Location` header or a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin it names; `None` for a path, which is on the own one.
    pub fn origin(&self) -> Option<&str> {
        origin_of(&self.0)
    }
}

impl std::fmt::Display for SafeRedirect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longer targets are refused: they would not fit into the headers and query strings they travel in.
const MAX_LENGTH: usize = 2048;

impl RedirectPolicy {
    /// Allows `own_origin` and the listed others. An origin is `scheme://host[:port]`, in lower case, without a path.
    pub fn new(own_origin: &str, others: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut origins = vec![own_origin.trim_end_matches('/').to_owned()];
        origins.extend(
            others
                .into_iter()
                .map(|origin| origin.into().trim_end_matches('/').to_owned()),
        );
        origins.retain(|origin| !origin.is_empty());
        Self { origins }
    }

    /// The allowed origins, the own one first.
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// The target when it is allowed.
    pub fn check(&self, target: &str) -> Option<SafeRedirect> {
        if target.is_empty() || target.len() > MAX_LENGTH || target.chars().any(is_refused) {
            return None;
        }
        let allowed = if target.starts_with('/') {
            is_plain_path(target)
        } else {
            self.is_listed(target)
        };
        allowed.then(|| SafeRedirect(target.to_owned()))
    }

    fn is_listed(&self, target: &str) -> bool {
        let Some(origin) = origin_of(target) else {
            return false;
        };
        let rest = &target[origin.len()..];
        let rest_is_plain = rest.is_empty() || rest.starts_with(['?', '#']) || is_plain_path(rest);
        rest_is_plain && self.origins.iter().any(|allowed| allowed == origin)
    }
}

/// The part before the path of an `http(s)` URL, when it is spelled as browsers serialise an origin.
fn origin_of(target: &str) -> Option<&str> {
    let host_start = ["https://", "http://"]
        .iter()
        .find(|scheme| target.starts_with(**scheme))?
        .len();
    let host_length = target[host_start..]
        .find(['/', '?', '#'])
        .unwrap_or(target.len() - host_start);
    let host = &target[host_start..host_start + host_length];
    let is_spelled_plainly = host.bytes().all(|b| {
        b.is_ascii_lowercase()
            || b.is_ascii_digit()
            || matches!(b, b'.' | b'-' | b':' | b'[' | b']')
    });
    (!host.is_empty() && is_spelled_plainly).then(|| &target[..host_start + host_length])
}

/// Whether a path starts with exactly one slash, also after its first segment was unescaped.
fn is_plain_path(path: &str) -> bool {
    let after = path[1..].to_ascii_lowercase();
    !["/", "%2f", "%5c", "%09", "%0a", "%0d", "./", "../", "%2e"]
        .iter()
        .any(|start| after.starts_with(start))
        && !path.contains("/..")
        && !path.contains("/.//")
}

/// Characters that browsers drop, read as a slash, or that have no place in a URL.
fn is_refused(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(
            c,
            '\\' | '"'
                | '<'
                | '>'
                | '`'
                | '\u{2044}'
                | '\u{2215}'
                | '\u{29F8}'
                | '\u{FF0F}'
                | '\u{FF3C}'
        )
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy() -> RedirectPolicy {
        RedirectPolicy::new(
            "https://auth.example.com",
            ["https://app.example.com", "http://127.0.0.1:4000"],
        )
    }

    #[test]
    fn sec_f05_targets_on_the_own_or_a_listed_origin_are_honoured() {
        for target in [
            "/",
            "/account",
            "/account?next=%2Fa&b=c#part",
            "/a/b/c.html",
            "/search?q=https://evil.example/",
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com?x=1",
            "https://auth.example.com/sign-in",
            "http://127.0.0.1:4000/welcome",
        ] {
            assert_eq!(
                policy().check(target).as_ref().map(SafeRedirect::as_str),
                Some(target)
            );
        }
    }

    #[test]
    fn sec_f05_every_known_bypass_is_refused() {
        let bypasses = include_str!("redirect_bypasses.txt");
        let mut count = 0;
        for line in bypasses.lines().filter(|line| !line.is_empty()) {
            let target = unescape(line);
            assert_eq!(policy().check(&target), None, "allowed: {line}");
            count += 1;
        }
        assert!(count >= 60, "the corpus has {count} lines");
        assert_eq!(policy().check(""), None);
        assert_eq!(
            policy().check(&format!("/{}", "a".repeat(MAX_LENGTH))),
            None
        );
    }

    /// The corpus writes control and look-alike characters as `\u{…}`, so that they survive editors.
    fn unescape(line: &str) -> String {
        let mut text = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("\\u{") {
            let (code, tail) = after
                .split_once('}')
                .expect("the corpus closes what it opens");
            let code = u32::from_str_radix(code, 16)
                .expect("the corpus writes code points in hexadecimal");
            text.push_str(before);
            text.push(char::from_u32(code).expect("the corpus writes valid code points"));
            rest = tail;
        }
        text + rest
    }

    /// What targets that mislead are made of, and what proper ones are made of.
    const PIECES: &[&str] = &[
        "/",
        "/",
        "\\",
        ":",
        "@",
        "?",
        "#",
        ".",
        "..",
        "%",
        "[",
        "]",
        " ",
        "\t",
        "\n",
        "\0",
        "%2f",
        "%5C",
        "%09",
        "%2e",
        "&",
        "http:",
        "https:",
        "https://",
        "HTTPS://",
        "javascript:",
        "data:",
        "auth.example.com",
        "app.example.com",
        "https://app.example.com",
        "https://auth.example.com",
        "http://127.0.0.1:4000",
        "evil.example",
        "EVIL",
        ":443",
        ":80",
        "user:pass@",
        "\u{ff0f}",
        "\u{3002}",
        "\u{2044}",
        "\u{ad}",
        "\u{202e}",
        "xn--",
        "a",
        "0x7f",
        "127.1",
    ];

    /// The standard's parser, which browsers have too, stands for the browser.
    fn origin_a_browser_goes_to(target: &str) -> Option<String> {
        let page = url::Url::parse("https://auth.example.com/sign-in").expect("the page has a URL");
        let there = page.join(target).ok()?;
        Some(there.origin().ascii_serialization())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn sec_f05_what_passes_stays_on_an_allowed_origin_in_the_eyes_of_a_browser(
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8),
        ) {
            let target = pieces.concat();
            if let Some(safe) = policy().check(&target) {
                let origin = origin_a_browser_goes_to(safe.as_str());
                let is_allowed = origin.as_ref().is_some_and(|origin| policy().origins().contains(origin));
                prop_assert!(is_allowed, "{target:?} leads to {origin:?}");
            }
        }
    }

    #[test]
    fn the_parser_that_stands_for_the_browser_sees_through_disguises() {
        for away in [
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://app.example.com@evil.example",
        ] {
            assert_eq!(
                origin_a_browser_goes_to(away).as_deref(),
                Some("https://evil.example"),
                "{away:?}"
            );
        }
    }
}
