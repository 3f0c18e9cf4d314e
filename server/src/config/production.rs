//! What production refuses.
//!
//! Each of these works in development and would be a hole or a dead end on a public server. They are refused, not
//! repaired: a server that silently runs with less than was asked for is worse than one that does not start.

use super::error::ConfigError;
use super::{Config, setting};

/// Every setting that production cannot work with; none in development.
pub(super) fn refusals(config: &Config) -> Vec<ConfigError> {
    if !config.is_production() {
        return Vec::new();
    }
    let embedded = config.auth_api_url.is_none();
    let is_https = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let is_test_key = config.secret_key.as_ref().is_some_and(|key| key.expose().starts_with("sk_test_"));
    [
        (!is_https).then(|| public_url(config)),
        (embedded && config.smtp_url.is_none()).then(|| {
            refusal("smtp_url", "nothing", "a mail server: production has no outbox to read codes from")
        }),
        (embedded && config.smtp_url.is_some() && config.mail_from.is_none())
            .then(|| refusal("mail_from", "nothing", "the address mails are sent from")),
        // D12: a code that everybody knows opens every test address.
        config
            .test_codes
            .then(|| refusal("test_codes", "true", "false: test codes exist in development only")),
        is_test_key.then(|| refusal("secret_key", "a key that starts with sk_test_", "one that starts with sk_live_")),
        config.allowed_origins.iter().find(|origin| !origin.starts_with("https://")).map(|origin| {
            refusal("allowed_origins", &format!("{origin:?}"), "https origins only")
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn public_url(config: &Config) -> ConfigError {
    let read = config.public_url.as_ref().map_or_else(|| "nothing".to_owned(), |url| format!("{url:?}"));
    refusal("public_url", &read, "an https origin: cookies are not safe over plain http")
}

fn refusal(name: &str, read: &str, expected: &str) -> ConfigError {
    ConfigError {
        setting: setting::variable(name),
        read: read.to_owned(),
        source: "THYRA_MODE is production".to_owned(),
        expected: expected.to_owned(),
    }
}
