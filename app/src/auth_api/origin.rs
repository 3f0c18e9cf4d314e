//! Which origins are ours.
//!
//! Everything that asks "is this us?" asks here: the check of forms, the redirect validator, the parties of session
//! tokens, the `Secure` attribute of cookies.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN, REFERER};
use thyra_wire::RedirectPolicy;

use super::cookie_suffix::suffixes_of;

/// The app's own origin, the other allowed ones, and the issuers whose tokens count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origins {
    public_url: Option<String>,
    mount_path: Option<String>,
    allowed: Vec<String>,
    issuers: Vec<String>,
    has_exact_issuer: bool,
}

impl Origins {
    pub(crate) fn set_public_url(&mut self, origin: &str) {
        self.public_url = Some(origin.trim_end_matches('/').to_owned());
    }

    pub(crate) fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref()
    }

    pub(crate) fn set_mount_path(&mut self, path: &str) {
        self.mount_path = Some(path.to_owned());
    }

    pub(crate) fn allow(&mut self, origins: impl Iterator<Item = String>) {
        self.allowed
            .extend(origins.map(|origin| origin.trim_end_matches('/').to_owned()));
    }

    pub(crate) fn set_issuer(&mut self, issuer: &str) {
        self.issuers = vec![issuer.to_owned()];
        self.has_exact_issuer = true;
    }

    pub(crate) fn with_issuers_of(mut self, origin: &str) -> Self {
        self.issuers = issuers_of(origin, super::PROXY_PATH);
        self
    }

    /// The origin at which this request reached us: the configured one, or what the request says about itself.
    pub(crate) fn own(&self, headers: &HeaderMap) -> String {
        if let Some(public_url) = &self.public_url {
            return public_url.clone();
        }
        let host = text(headers, HOST.as_str()).unwrap_or_default();
        let said = [ORIGIN, REFERER]
            .into_iter()
            .filter_map(|name| text(headers, name.as_str()));
        let matching = said
            .map(origin_of)
            .find(|origin| authority_of(origin) == Some(host));
        matching.map_or_else(|| format!("http://{host}"), str::to_owned)
    }

    /// Whether this origin is the one at which browsers see us. Where it is configured, whatever else a request says about
    /// itself does not count: whoever makes up a `Host` can make up the `Referer` that fits.
    pub(crate) fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        if let Some(public_url) = &self.public_url {
            return public_url == origin;
        }
        let host = text(headers, HOST.as_str());
        host.is_some() && authority_of(origin) == host
    }

    /// Whether cookies are sent over HTTPS only.
    pub(crate) fn is_secure(&self, headers: &HeaderMap) -> bool {
        self.own(headers).starts_with("https://")
    }

    /// Where people may be sent.
    pub(crate) fn redirects(&self, headers: &HeaderMap) -> RedirectPolicy {
        RedirectPolicy::new(&self.own(headers), self.allowed.iter().map(String::as_str))
    }

    /// Whether a token made for this party (`azp`) is for us.
    pub(crate) fn is_party(&self, party: &str, headers: &HeaderMap) -> bool {
        self.own(headers) == party || self.allowed.iter().any(|allowed| allowed == party)
    }

    /// Whether a token of this issuer counts.
    pub(crate) fn is_issuer(&self, issuer: &str, headers: &HeaderMap) -> bool {
        self.issuers(headers).iter().any(|known| known == issuer)
    }

    /// What the names of cookies of this instance may end with.
    pub(crate) fn cookie_suffixes(&self, headers: &HeaderMap) -> Vec<String> {
        let issuers = self.issuers(headers);
        issuers
            .iter()
            .flat_map(|issuer| suffixes_of(issuer))
            .collect()
    }

    fn issuers(&self, headers: &HeaderMap) -> Cow<'_, [String]> {
        if self.has_exact_issuer || !self.issuers.is_empty() {
            return Cow::Borrowed(&self.issuers);
        }
        let path = self.mount_path.as_deref().unwrap_or(super::PROXY_PATH);
        Cow::Owned(issuers_of(&self.own(headers), path))
    }
}

/// The issuers that an auth API at this origin may write: its origin, always as `https` too, because issuers are
/// written so whatever the transport; with a dot after a name that has none; and with the path of the mount.
fn issuers_of(origin: &str, mount_path: &str) -> Vec<String> {
    let origin = origin.trim_end_matches('/');
    let authority = authority_of(origin).unwrap_or(origin);
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, format!(":{port}")),
        _ => (authority, String::new()),
    };
    let dotted = if name.contains('.') {
        authority.to_owned()
    } else {
        format!("{name}.{port}")
    };
    let mut issuers = vec![origin.to_owned(), format!("{origin}{mount_path}")];
    for authority in [authority, &dotted] {
        let issuer = format!("https://{authority}");
        if !issuers.contains(&issuer) {
            issuers.push(issuer);
        }
    }
    issuers
}

/// The origin part of a URL.
pub(crate) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let length = url[start..]
        .find(['/', '?', '#'])
        .unwrap_or(url.len() - start);
    &url[..start + length]
}

fn authority_of(origin: &str) -> Option<&str> {
    ["https://", "http://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme))
}

/// A header as text; of several the first.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn without_configuration_the_host_is_the_own_origin() {
        let origins = Origins::default();
        let secure = headers(&[("host", "a.example"), ("origin", "https://a.example")]);

        assert_eq!(origins.own(&secure), "https://a.example");
        assert_eq!(
            origins.own(&headers(&[("host", "localhost:3000")])),
            "http://localhost:3000"
        );
    }

    #[test]
    fn a_foreign_origin_header_never_becomes_the_own_origin() {
        let request = headers(&[
            ("host", "a.example"),
            ("origin", "https://evil.example"),
            ("referer", "https://a.example.evil/"),
        ]);

        assert_eq!(Origins::default().own(&request), "http://a.example");
        assert!(!Origins::default().is_own("https://evil.example", &request));
    }

    #[test]
    fn the_configured_origin_counts_behind_a_proxy_with_another_host() {
        let mut origins = Origins::default();
        origins.set_public_url("https://app.example.com/");
        let request = headers(&[("host", "10.0.0.7:3000")]);

        assert!(origins.is_own("https://app.example.com", &request));
        assert!(origins.is_secure(&request));
        assert!(origins.is_party("https://app.example.com", &request));
        assert!(!origins.is_party("http://10.0.0.7:3000", &request));
    }

    #[test]
    fn sec_d09_beside_a_configured_origin_no_host_counts() {
        let mut origins = Origins::default();
        origins.set_public_url("https://app.example.com");
        let request = headers(&[
            ("host", "evil.example"),
            ("referer", "https://evil.example/sign-in"),
        ]);

        assert!(!origins.is_own("https://evil.example", &request));
        assert!(!origins.is_own("http://evil.example", &request));
        assert_eq!(origins.own(&request), "https://app.example.com");
    }

    #[test]
    fn issuers_are_matched_exactly() {
        let mut origins = Origins::default();
        origins.set_public_url("http://localhost:3000");
        let request = headers(&[]);

        for issuer in [
            "http://localhost:3000",
            "https://localhost.:3000",
            "http://localhost:3000/__clerk",
        ] {
            assert!(origins.is_issuer(issuer, &request), "{issuer}");
        }
        for issuer in [
            "",
            "https://localhost.:3000/",
            "https://localhost.evil:3000",
            "http://localhost",
        ] {
            assert!(!origins.is_issuer(issuer, &request), "{issuer}");
        }
        origins.set_issuer("https://clerk.example.com");
        assert!(!origins.is_issuer("http://localhost:3000", &request));
        assert!(origins.is_issuer("https://clerk.example.com", &request));
    }

    #[test]
    fn the_origin_ends_where_path_query_or_fragment_begins() {
        assert_eq!(
            origin_of("https://a.example:8/b?c#d"),
            "https://a.example:8"
        );
        assert_eq!(origin_of("https://a.example?b"), "https://a.example");
        assert_eq!(origin_of("null"), "null");
    }
}
