//! Text to values. `None` means that it does not fit; the table of settings says what would.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use thyra_auth::{EnumerationProtection, Mode, Requirement, SignUpMode};
use thyra_wire::Secret;
use tracing_subscriber::EnvFilter;
use url::Url;

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

/// `scheme://host[:port]` and nothing else, spelled as a browser spells an origin.
pub(super) fn origin(text: &str) -> Option<String> {
    let url = web_url(text)?;
    let is_bare =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    is_bare.then(|| url.origin().ascii_serialization())
}

/// An origin that nobody on the way can read or change.
pub(super) fn auth_api_url(text: &str) -> Option<String> {
    let is_private =
        Url::parse(text).is_ok_and(|url| url.scheme() == "https" || is_this_machine(&url));
    origin(text).filter(|_| is_private)
}

fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && !has_user).then_some(url)
}

/// Whether the host is this machine. Of a scheme that browsers do not know the host is not parsed any further, so the
/// text decides.
pub(super) fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// A file: what is kept in memory is gone with the process, accounts and keys and all.
pub(super) fn database_url(text: &str) -> Option<String> {
    let file = text.strip_prefix("sqlite:")?.trim_start_matches("//");
    let (path, parameters) = file.split_once('?').unwrap_or((file, ""));
    let is_file = !path.is_empty() && !path.ends_with('/') && !path.contains(":memory:");
    let is_kept = parameters.split('&').all(|part| part != "mode=memory");
    (is_file && is_kept).then(|| text.to_owned())
}

pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// A folder that is there: a server without its site looks well and has neither styles nor scripts.
pub(super) fn folder(text: &str) -> Option<PathBuf> {
    path(text).filter(|path| path.is_dir())
}

pub(super) fn mode(text: &str) -> Option<Mode> {
    match text {
        "development" => Some(Mode::Development),
        "production" => Some(Mode::Production),
        _ => None,
    }
}

pub(super) fn enumeration_protection(text: &str) -> Option<EnumerationProtection> {
    match text {
        "off" => Some(EnumerationProtection::Off),
        "strict" => Some(EnumerationProtection::Strict),
        _ => None,
    }
}

pub(super) fn sign_up(text: &str) -> Option<SignUpMode> {
    match text {
        "public" => Some(SignUpMode::Public),
        "restricted" => Some(SignUpMode::Restricted),
        _ => None,
    }
}

pub(super) fn requirement(text: &str) -> Option<Requirement> {
    match text {
        "off" => Some(Requirement::Off),
        "optional" => Some(Requirement::Optional),
        "required" => Some(Requirement::Required),
        _ => None,
    }
}

/// Long, of the right alphabet, and not a placeholder that repeats itself.
pub(super) fn secret_key(text: &str) -> Option<Secret> {
    let body = text
        .strip_prefix("sk_live_")
        .or_else(|| text.strip_prefix("sk_test_"))?;
    let mut letters: Vec<u8> = body.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    let fits = body.len() >= 32
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (fits && letters.len() >= 10).then(|| Secret::from(text))
}

pub(super) fn smtp_url(text: &str) -> Option<Secret> {
    let url = Url::parse(text).ok()?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    (matches!(url.scheme(), "smtp" | "smtps") && has_host).then(|| Secret::from(text))
}

/// With the account's name and token, which go out in the clear to this machine only.
pub(super) fn sms_url(text: &str) -> Option<Secret> {
    let url = Url::parse(text).ok()?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    let has_account = !url.username().is_empty() && url.password().is_some();
    let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    (has_host && has_account && is_private).then(|| Secret::from(text))
}

/// A number, the id of a group of senders, or a name of at most eleven letters, which networks show in its place.
pub(super) fn sms_from(text: &str) -> Option<String> {
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
    let is_group = text.len() == 34 && text.starts_with("MG") && is_plain(text);
    let is_name = (1..=11).contains(&text.len())
        && is_plain(text)
        && text.contains(|c: char| c.is_ascii_alphabetic());
    phone_number(text).or_else(|| (is_group || is_name).then(|| text.to_owned()))
}

/// `+` and digits. Whether somebody can have the number is known to the auth API.
pub(super) fn phone_number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.to_owned())
}

pub(super) fn country(text: &str) -> Option<String> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then(|| text.to_owned())
}

pub(super) fn mail_from(text: &str) -> Option<String> {
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => text,
    };
    let (local, domain) = address.split_once('@')?;
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@<>".contains(c))
    };
    (is_plain(local) && is_plain(domain) && !text.contains(char::is_control))
        .then(|| text.to_owned())
}

pub(super) fn app_name(text: &str) -> Option<String> {
    let fits = (1..=64).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

pub(super) fn network(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

pub(super) fn on_off(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

pub(super) fn switch(text: &str) -> Option<bool> {
    text.parse().ok()
}

pub(super) fn log_filter(text: &str) -> Option<String> {
    (!text.is_empty() && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

/// A URL may carry a password although it is not a secret setting: whatever stands before its `@` is dropped.
pub(super) fn without_password(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}://…{}", &text[..scheme], &text[at..])
        }
        _ => text.to_owned(),
    }
}
