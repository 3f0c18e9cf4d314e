//! Settings that fit each for itself and not together.
//!
//! Most of it is about production: what is handy in development and would be a hole or a dead end on a public
//! server is refused there, not repaired. A server that silently runs with less than was asked for is worse than
//! one that does not start.

use thyra_auth::Requirement;
use url::Url;

use super::error::ConfigError;
use super::layers::Given;
use super::parse::is_this_machine;
use super::{Config, setting};

/// Settings of the embedded auth API.
const EMBEDDED: &[&str] = &[
    "database_url",
    "master_key_path",
    "smtp_url",
    "mail_from",
    "app_name",
    "phone_numbers",
    "sms_url",
    "sms_from",
    "whatsapp_from",
    "sms_countries",
    "email_links",
    "email_link_same_client",
    "totp",
    "backup_codes",
    "email_second_factor",
    "sign_up",
    "enumeration_protection",
    "test_codes",
    "limits",
];

/// Every setting that cannot work beside the others; `given` are those that were set.
pub(super) fn refusals(config: &Config, given: &Given) -> Vec<ConfigError> {
    let mut refusals: Vec<_> = embedded_key(config).into_iter().collect();
    if !is_embedded(config) {
        refusals.extend(
            EMBEDDED
                .iter()
                .filter_map(|name| without_effect(name, given)),
        );
    }
    refusals.extend(sender_of_texts(config));
    refusals.extend(texts_without_api(config, given));
    if config.is_production() {
        let rules = [
            https,
            mail_server,
            encrypted_mail,
            texts,
            no_test_codes,
            limits,
            https_origins,
        ];
        refusals.extend(rules.iter().filter_map(|rule| rule(config)));
    }
    refusals
}

/// A remote instance may be a test instance; the embedded one speaks to SDKs as a live one.
fn embedded_key(config: &Config) -> Option<ConfigError> {
    let key = config.secret_key.as_ref()?.expose();
    (is_embedded(config) && key.starts_with("sk_test_")).then(|| {
        refusal(
            "secret_key",
            "a key that starts with sk_test_",
            "THYRA_AUTH_API_URL is not set",
            "one that starts with sk_live_",
        )
    })
}

/// Nothing would read it: whoever set it believes in something that is not so.
fn without_effect(name: &str, given: &Given) -> Option<ConfigError> {
    let expected = "nothing: the remote auth API has settings of its own";
    let read = given.get(name)?;
    Some(refusal(name, read, "THYRA_AUTH_API_URL is set", expected))
}

fn https(config: &Config) -> Option<ConfigError> {
    let url = config.public_url.as_deref();
    let read = url.map_or_else(|| "nothing".to_owned(), |url| format!("{url:?}"));
    let expected = "an https origin: cookies are not safe over plain http";
    (!url.is_some_and(|url| url.starts_with("https://")))
        .then(|| in_production("public_url", &read, expected))
}

fn mail_server(config: &Config) -> Option<ConfigError> {
    let expected = "a mail server: production has no outbox to read codes from";
    (is_embedded(config) && config.smtp_url.is_none())
        .then(|| in_production("smtp_url", "nothing", expected))
}

/// `smtp://` alone sends the mailer's password and everybody's codes in the clear, or does whenever somebody on the way
/// takes the server's offer of encryption out.
fn encrypted_mail(config: &Config) -> Option<ConfigError> {
    let url = Url::parse(config.smtp_url.as_ref()?.expose()).ok()?;
    let tls = url.query_pairs().find(|(name, _)| name == "tls");
    let is_encrypted = url.scheme() == "smtps" || tls.is_some_and(|(_, value)| value == "required");
    let read = "an smtp:// URL without tls=required";
    let expected = "smtps://user:password@host:465 or smtp://user:password@host:587?tls=required";
    (!is_encrypted && !is_this_machine(&url)).then(|| in_production("smtp_url", read, expected))
}

/// An API for messages to phones takes none without a sender.
fn sender_of_texts(config: &Config) -> Option<ConfigError> {
    let has_sender = config.sms_from.is_some() || config.whatsapp_from.is_some();
    let expected =
        "the number that messages come from, or THYRA_WHATSAPP_FROM with one for WhatsApp";
    (is_embedded(config) && config.sms_url.is_some() && !has_sender)
        .then(|| refusal("sms_from", "nothing", "THYRA_SMS_URL is set", expected))
}

/// Whoever says where messages come from, or go to, believes that some are sent.
fn texts_without_api(config: &Config, given: &Given) -> Vec<ConfigError> {
    if config.sms_url.is_some() || !is_embedded(config) {
        return Vec::new();
    }
    let expected = "nothing, or THYRA_SMS_URL with the API that sends";
    let names = ["sms_from", "whatsapp_from", "sms_countries"];
    let without_effect = |name| {
        let read = given.get(name)?;
        Some(refusal(name, read, "THYRA_SMS_URL is not set", expected))
    };
    names.into_iter().filter_map(without_effect).collect()
}

fn texts(config: &Config) -> Option<ConfigError> {
    let has_numbers = config.phone_numbers != Requirement::Off;
    let expected =
        "an API that sends messages to phones: production has no outbox to read codes from";
    (is_embedded(config) && has_numbers && config.sms_url.is_none())
        .then(|| in_production("sms_url", "nothing", expected))
}

/// A code that everybody knows opens every test address.
fn no_test_codes(config: &Config) -> Option<ConfigError> {
    let expected = "false: test codes exist in development only";
    (is_embedded(config) && config.test_codes)
        .then(|| in_production("test_codes", "true", expected))
}

/// Without limits whoever guesses passwords may do so as fast as the machine can.
fn limits(config: &Config) -> Option<ConfigError> {
    let expected = "on";
    (is_embedded(config) && !config.limits).then(|| in_production("limits", "off", expected))
}

fn https_origins(config: &Config) -> Option<ConfigError> {
    let plain = config
        .allowed_origins
        .iter()
        .find(|origin| !origin.starts_with("https://"))?;
    let read = format!("{plain:?}");
    Some(in_production(
        "allowed_origins",
        &read,
        "https origins only",
    ))
}

fn is_embedded(config: &Config) -> bool {
    config.auth_api_url.is_none()
}

fn in_production(name: &str, read: &str, expected: &str) -> ConfigError {
    refusal(name, read, "THYRA_MODE is production", expected)
}

fn refusal(name: &str, read: &str, because: &str, expected: &str) -> ConfigError {
    ConfigError {
        setting: setting::variable(name),
        read: read.to_owned(),
        source: because.to_owned(),
        expected: expected.to_owned(),
    }
}
