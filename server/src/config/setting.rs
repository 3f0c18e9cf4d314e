//! The table of settings: the only list of their names.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in `thyra.toml`; the environment variable is `THYRA_` and the name in capitals.
    pub name: &'static str,
    /// What fits, as the end of "expected …".
    pub expected: &'static str,
    /// Whether its value must never be printed.
    pub is_secret: bool,
}

impl Setting {
    /// The environment variable.
    pub fn variable(&self) -> String {
        variable(self.name)
    }
}

/// The environment variable of a name.
pub(super) fn variable(name: &str) -> String {
    format!("THYRA_{}", name.to_ascii_uppercase())
}

/// The setting of this name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The setting that was probably meant by a name that does not exist.
pub(super) fn closest(name: &str) -> Option<&'static Setting> {
    let distance = |setting: &&Setting| edit_distance(setting.name, name);
    SETTINGS
        .iter()
        .min_by_key(distance)
        .filter(|setting| distance(setting) <= name.len() / 3 + 1)
}

/// Levenshtein's distance: how many letters to add, drop or change.
fn edit_distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

/// A sentence of the auth API about its settings, with the names that people have written.
pub(crate) fn with_variable_names(sentence: &impl std::fmt::Display) -> String {
    let sentence = sentence.to_string();
    match sentence.split_once(':') {
        Some((name, rest)) if find(name).is_some() => format!("{}:{rest}", variable(name)),
        _ => sentence,
    }
}

const fn plain(name: &'static str, expected: &'static str) -> Setting {
    Setting {
        name,
        expected,
        is_secret: false,
    }
}

const fn secret(name: &'static str, expected: &'static str) -> Setting {
    Setting {
        name,
        expected,
        is_secret: true,
    }
}

/// All settings, in the order of the README's table.
pub const SETTINGS: &[Setting] = &[
    plain("addr", "an IP address and a port, such as 127.0.0.1:3000"),
    plain(
        "public_url",
        "an origin without a path, such as https://auth.example.com",
    ),
    plain(
        "database_url",
        "a SQLite file, such as sqlite:data/thyra.db (not :memory:, which is gone with the process)",
    ),
    plain("master_key_path", "the path of a file"),
    plain("mode", "development or production"),
    secret(
        "secret_key",
        "sk_live_ or sk_test_ and at least 32 random letters and digits",
    ),
    secret(
        "smtp_url",
        "smtps://user:password@host:465 or smtp://user:password@host:587?tls=required",
    ),
    plain(
        "mail_from",
        "an e-mail address, such as no-reply@example.com or Example <no-reply@example.com>",
    ),
    plain("app_name", "1 to 64 characters on one line"),
    plain(
        "auth_api_url",
        "an https origin (http only for this machine), such as https://clerk.example.com",
    ),
    plain("usernames", "off, optional or required"),
    plain("phone_numbers", "off, optional or required"),
    secret(
        "sms_url",
        "https://SID:TOKEN@host/…/Messages.json (http for this machine only)",
    ),
    plain(
        "sms_from",
        "a number such as +12125550006, a name of at most 11 letters, or MG and 32 letters and digits",
    ),
    plain("whatsapp_from", "a number such as +12125550006"),
    plain(
        "sms_countries",
        "two capital letters of each country, separated by commas, such as US, CA",
    ),
    plain("email_links", "on or off"),
    plain("email_link_same_client", "on or off"),
    plain("totp", "on or off"),
    plain("backup_codes", "on or off"),
    plain("email_second_factor", "on or off"),
    plain("sign_up", "public or restricted"),
    plain("enumeration_protection", "off or strict"),
    plain(
        "trusted_proxies",
        "addresses or networks separated by commas, such as 10.0.0.0/8, ::1",
    ),
    plain(
        "allowed_origins",
        "origins separated by commas, such as https://app.example.com",
    ),
    plain("test_codes", "true or false"),
    plain("limits", "on or off"),
    plain(
        "log",
        "a level (error, warn, info, debug, trace) or target=level pairs separated by commas",
    ),
    plain("site_root", "the path of a folder that exists"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_name_suggests_the_one_that_was_meant() {
        for (typed, meant) in [
            ("adr", "addr"),
            ("public_uri", "public_url"),
            ("smpt_url", "smtp_url"),
            ("trusted_proxys", "trusted_proxies"),
            ("secretkey", "secret_key"),
        ] {
            assert_eq!(
                closest(typed).map(|setting| setting.name),
                Some(meant),
                "{typed}"
            );
        }
        assert!(closest("something_else_entirely").is_none());
    }
}
