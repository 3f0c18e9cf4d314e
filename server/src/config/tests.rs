//! Configurations that work, and what the others are told.

use super::*;

fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let environment = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Config::load(None, environment)
}

/// The only error of a configuration with one wrong variable.
fn refusal(name: &str, text: &str) -> ConfigError {
    let errors = load(&[(name, text)])
        .expect_err(&format!("{name}={text} was accepted"))
        .0;
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].clone()
}

const PRODUCTION: &[(&str, &str)] = &[
    ("THYRA_MODE", "production"),
    ("THYRA_PUBLIC_URL", "https://auth.example.com"),
    (
        "THYRA_SMTP_URL",
        "smtps://mailer:hunter2@mail.example.com:465",
    ),
    ("THYRA_MAIL_FROM", "Example <no-reply@example.com>"),
];

#[test]
fn nothing_at_all_is_a_development_server_on_this_machine() {
    let config = load(&[]).unwrap();

    assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url(config.addr), "http://localhost:3000");
    assert_eq!(config.database_url, "sqlite:data/thyra.db");
    assert!(!config.is_production());
    assert!(config.trusted_proxies.is_empty());
    assert!(config.test_codes);
}

#[test]
fn an_address_of_the_network_is_shown_as_it_is() {
    let config = load(&[("THYRA_ADDR", "192.0.2.7:8080")]).unwrap();

    assert_eq!(config.public_url(config.addr), "http://192.0.2.7:8080");
}

#[test]
fn the_number_leads_to_the_name_unless_somebody_says_where_people_come() {
    let named = [("THYRA_PUBLIC_URL", "http://localhost:3000")];

    assert!(load(&[]).unwrap().leads_to_localhost());
    assert!(!load(&named).unwrap().leads_to_localhost());
    assert!(!load(PRODUCTION).unwrap().leads_to_localhost());
}

#[test]
fn a_wildcard_address_is_shown_as_one_that_a_browser_can_open() {
    let config = load(&[("THYRA_ADDR", "0.0.0.0:8080")]).unwrap();

    assert_eq!(config.public_url(config.addr), "http://localhost:8080");
}

#[test]
fn an_origin_is_spelled_as_browsers_spell_it() {
    let config = load(&[
        ("THYRA_PUBLIC_URL", "https://AUTH.example.com:443/"),
        (
            "THYRA_ALLOWED_ORIGINS",
            "https://app.example.com/, http://127.0.0.1:4000",
        ),
    ])
    .unwrap();

    assert_eq!(
        config.public_url.as_deref(),
        Some("https://auth.example.com")
    );
    assert_eq!(
        config.allowed_origins,
        ["https://app.example.com", "http://127.0.0.1:4000"]
    );
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_what_would() {
    for (name, text) in [
        ("THYRA_ADDR", "localhost"),
        ("THYRA_ADDR", "127.0.0.1:99999"),
        ("THYRA_PUBLIC_URL", "auth.example.com"),
        ("THYRA_PUBLIC_URL", "https://auth.example.com/login"),
        ("THYRA_PUBLIC_URL", "ftp://auth.example.com"),
        ("THYRA_DATABASE_URL", "mysql://db/thyra"),
        ("THYRA_DATABASE_URL", "sqlite:"),
        ("THYRA_DATABASE_URL", "sqlite::memory:"),
        ("THYRA_DATABASE_URL", "sqlite://:memory:"),
        (
            "THYRA_DATABASE_URL",
            "sqlite:file:thyra?mode=memory&cache=shared",
        ),
        ("THYRA_SITE_ROOT", "/nonexistent"),
        ("THYRA_MODE", "prod"),
        ("THYRA_APP_NAME", ""),
        ("THYRA_APP_NAME", "two\nlines"),
        ("THYRA_MAIL_FROM", "nobody"),
        ("THYRA_AUTH_API_URL", "http://clerk.example.com"),
        ("THYRA_AUTH_API_URL", "https://clerk.example.com/v1"),
        ("THYRA_ENUMERATION_PROTECTION", "on"),
        ("THYRA_TRUSTED_PROXIES", "10.0.0.0/8, proxy.local"),
        ("THYRA_TRUSTED_PROXIES", "10.0.0.0/40"),
        ("THYRA_ALLOWED_ORIGINS", "*"),
        ("THYRA_TEST_CODES", "yes"),
        ("THYRA_LOG", "loud,,=="),
    ] {
        let error = refusal(name, text);

        assert_eq!(error.setting, name);
        assert_eq!(error.read, format!("{text:?}"));
        assert_eq!(error.source, "environment");
        assert!(!error.expected.is_empty());
    }
}

#[test]
fn sec_f09_a_secret_that_does_not_fit_is_not_printed() {
    for (name, text) in [
        ("THYRA_SECRET_KEY", "hunter2-canary"),
        (
            "THYRA_SECRET_KEY",
            "sk_live_canaryaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        ("THYRA_SMTP_URL", "mailer:canary@mail.example.com"),
        ("THYRA_SMTP_URL", "http://mailer:canary@mail.example.com"),
        (
            "THYRA_SMS_URL",
            "http://AC1:canary@sms.example.com/Messages.json",
        ),
        ("THYRA_SMS_URL", "AC1:canary@sms.example.com"),
        ("THYRA_DATABASE_URL", "postgres://thyra:canary@db/thyra"),
        ("THYRA_AUTH_API_URL", "https://me:canary@clerk.example.com"),
        ("THYRA_PUBLIC_URL", "https://me:canary@auth.example.com"),
        ("THYRA_SECRET_KEI", "canary"),
    ] {
        let report = load(&[(name, text)]).unwrap_err().to_string();

        assert!(
            report.contains(name) && !report.contains("canary"),
            "{report}"
        );
    }
    let config = load(&[("THYRA_SMTP_URL", "smtp://mailer:canary@mail.example.com")]).unwrap();
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn an_unknown_name_is_refused_with_the_one_that_was_meant() {
    let error = refusal("THYRA_PUBLIC_URI", "https://auth.example.com");

    assert_eq!(error.setting, "THYRA_PUBLIC_URI");
    assert_eq!(
        error.expected,
        "a setting that exists; did you mean THYRA_PUBLIC_URL?"
    );
}

#[test]
fn every_error_is_reported_at_once() {
    let errors = load(&[
        ("THYRA_ADDR", "x"),
        ("THYRA_MODE", "y"),
        ("THYRA_COLOUR", "z"),
    ])
    .unwrap_err();

    let report = errors.to_string();
    for name in ["THYRA_ADDR", "THYRA_MODE", "THYRA_COLOUR"] {
        assert!(report.contains(name), "{report}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thyra.toml");
    std::fs::write(&file, "app_name = \"File\"\naddr = \"127.0.0.1:4000\"\ntrusted_proxies = [\"10.0.0.1\", \"fd00::/8\"]\n").unwrap();

    let config = Config::load(
        Some(&file),
        [("THYRA_APP_NAME".to_owned(), "Environment".to_owned())],
    )
    .unwrap();

    assert_eq!(config.app_name, "Environment");
    assert_eq!(config.addr.port(), 4000);
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn an_error_in_the_file_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thyra.toml");
    std::fs::write(&file, "addr = 3000\n").unwrap();

    let report = Config::load(Some(&file), []).unwrap_err().to_string();

    assert!(
        report.contains("THYRA_ADDR: read \"3000\"") && report.contains("thyra.toml"),
        "{report}"
    );
}

#[test]
fn a_file_that_is_missing_or_is_not_toml_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere.toml");
    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, "addr = = 1").unwrap();

    assert!(
        Config::load(Some(&missing), [])
            .unwrap_err()
            .to_string()
            .contains("nowhere.toml")
    );
    assert!(
        Config::load(Some(&broken), [])
            .unwrap_err()
            .to_string()
            .contains("TOML")
    );
}

#[test]
fn numbers_in_variables_stay_as_they_were_written() {
    assert_eq!(load(&[("THYRA_APP_NAME", "1.0")]).unwrap().app_name, "1.0");
}

#[test]
fn links_sign_in_and_only_where_they_were_asked_for_unless_it_is_said() {
    let links = |config: Config| {
        let settings = config.auth_settings("http://127.0.0.1:3000");
        (settings.email_links, settings.email_link_same_client)
    };

    assert_eq!(links(load(&[]).unwrap()), (true, true));
    let changed = [
        ("THYRA_EMAIL_LINKS", "off"),
        ("THYRA_EMAIL_LINK_SAME_CLIENT", "off"),
    ];
    assert_eq!(links(load(&changed).unwrap()), (false, false));
    assert!(load(&[("THYRA_EMAIL_LINKS", "maybe")]).is_err());
}

#[test]
fn second_factors_are_there_and_mail_is_none_of_them_unless_it_is_said() {
    let second_factors = |config: Config| {
        let settings = config.auth_settings("http://127.0.0.1:3000");
        [
            settings.totp,
            settings.backup_codes,
            settings.email_second_factor,
        ]
    };

    assert_eq!(second_factors(load(&[]).unwrap()), [true, true, false]);
    let changed = [
        ("THYRA_TOTP", "off"),
        ("THYRA_BACKUP_CODES", "off"),
        ("THYRA_EMAIL_SECOND_FACTOR", "on"),
    ];
    assert_eq!(
        second_factors(load(&changed).unwrap()),
        [false, false, true]
    );
}

#[test]
fn everybody_may_sign_up_unless_it_is_said() {
    let mode = |config: Config| config.auth_settings("http://127.0.0.1:3000").sign_up;

    assert_eq!(mode(load(&[]).unwrap()), SignUpMode::Public);
    let restricted = load(&[("THYRA_SIGN_UP", "restricted")]).unwrap();
    assert_eq!(mode(restricted), SignUpMode::Restricted);
    assert!(load(&[("THYRA_SIGN_UP", "off")]).is_err());
}

#[test]
fn people_have_usernames_only_where_they_are_turned_on() {
    let username = |config: Config| config.auth_settings("http://localhost:3000").username;

    assert_eq!(username(load(&[]).unwrap()), Requirement::Off);
    let turned_on = load(&[("THYRA_USERNAMES", "optional")]).unwrap();
    assert_eq!(username(turned_on), Requirement::Optional);
}

const SMS: [(&str, &str); 4] = [
    ("THYRA_PHONE_NUMBERS", "optional"),
    (
        "THYRA_SMS_URL",
        "https://AC1:canary@sms.example.com/Messages.json",
    ),
    ("THYRA_SMS_FROM", "+12125550006"),
    ("THYRA_SMS_COUNTRIES", "US, CA"),
];

#[test]
fn messages_go_to_phones_as_the_settings_say() {
    let settings = |variables: &[(&str, &str)]| {
        load(variables)
            .unwrap()
            .auth_settings("http://localhost:3000")
    };

    assert_eq!(settings(&[]).phone_numbers, Requirement::Off);
    let sending = settings(&SMS);
    assert_eq!(sending.phone_numbers, Requirement::Optional);
    assert_eq!(sending.sms_from.as_deref(), Some("+12125550006"));
    assert_eq!(sending.sms_countries, ["US", "CA"]);
    assert!(sending.sms_url.is_some() && !format!("{sending:?}").contains("canary"));
    let mut production = PRODUCTION.to_vec();
    production.extend(SMS);
    assert!(load(&production).is_ok());
    for sender in ["Acme", "MG0123456789abcdef0123456789abcdef"] {
        let mut named = SMS.to_vec();
        named[2].1 = sender;
        assert_eq!(settings(&named).sms_from.as_deref(), Some(sender));
    }
}

#[test]
fn settings_for_messages_to_phones_that_cannot_work_are_refused_by_name() {
    let production = |variables: &[(&'static str, &'static str)]| {
        let mut all = PRODUCTION.to_vec();
        all.extend(variables);
        load(&all).expect_err("it is refused").0
    };
    let development = |variables: &[(&str, &str)]| load(variables).expect_err("it is refused").0;

    for (errors, named) in [
        (production(&SMS[..1]), "THYRA_SMS_URL"),
        (development(&SMS[..2]), "THYRA_SMS_FROM"),
        (development(&SMS[2..3]), "THYRA_SMS_FROM"),
        (development(&SMS[3..]), "THYRA_SMS_COUNTRIES"),
        (
            development(&[("THYRA_WHATSAPP_FROM", "+15005550009")]),
            "THYRA_WHATSAPP_FROM",
        ),
        (
            development(&[("THYRA_PHONE_NUMBERS", "on")]),
            "THYRA_PHONE_NUMBERS",
        ),
        (
            development(&[("THYRA_WHATSAPP_FROM", "Acme")]),
            "THYRA_WHATSAPP_FROM",
        ),
        (
            development(&[("THYRA_SMS_FROM", "a name that is too long")]),
            "THYRA_SMS_FROM",
        ),
        (
            development(&[("THYRA_SMS_COUNTRIES", "us")]),
            "THYRA_SMS_COUNTRIES",
        ),
        (
            development(&[("THYRA_SMS_COUNTRIES", "+1")]),
            "THYRA_SMS_COUNTRIES",
        ),
    ] {
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].setting, named);
    }
}

#[test]
fn a_whole_production_configuration_is_accepted() {
    let mut variables = PRODUCTION.to_vec();
    variables.push(("THYRA_ADDR", "0.0.0.0:3000"));

    let config = load(&variables).unwrap();
    assert!(config.is_production() && !config.test_codes);
}

#[test]
fn production_refuses_what_only_development_may_have() {
    for (name, text) in [
        ("THYRA_PUBLIC_URL", Some("http://auth.example.com")),
        ("THYRA_PUBLIC_URL", None),
        ("THYRA_SMTP_URL", None),
        (
            "THYRA_SECRET_KEY",
            Some("sk_test_0123456789abcdefghijklmnopqrstuv"),
        ),
        ("THYRA_ALLOWED_ORIGINS", Some("http://app.example.com")),
    ] {
        let mut variables: Vec<_> = PRODUCTION
            .iter()
            .copied()
            .filter(|(key, _)| *key != name)
            .collect();
        variables.extend(text.map(|text| (name, text)));

        let errors = load(&variables).expect_err(name).0;

        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].setting, name);
    }
}

#[test]
fn sec_d12_production_does_not_start_with_test_codes() {
    let mut variables = PRODUCTION.to_vec();
    variables.push(("THYRA_TEST_CODES", "true"));

    let errors = load(&variables).unwrap_err().0;

    assert_eq!(errors[0].setting, "THYRA_TEST_CODES");
}

#[test]
fn production_in_front_of_a_remote_api_needs_no_mail_server() {
    let variables = [
        ("THYRA_MODE", "production"),
        ("THYRA_PUBLIC_URL", "https://auth.example.com"),
        ("THYRA_AUTH_API_URL", "https://clerk.example.com/"),
    ];

    assert_eq!(
        load(&variables).unwrap().auth_api_url.as_deref(),
        Some("https://clerk.example.com")
    );
}

#[test]
fn a_test_key_is_for_remote_instances() {
    let key = (
        "THYRA_SECRET_KEY",
        "sk_test_0123456789abcdefghijklmnopqrstuv",
    );
    let remote = ("THYRA_AUTH_API_URL", "https://clerk.example.com");

    assert_eq!(load(&[key]).unwrap_err().0[0].setting, "THYRA_SECRET_KEY");
    assert!(load(&[key, remote]).is_ok());
}

#[test]
fn the_readme_has_the_table_of_all_settings() {
    let readme = include_str!("../../../README.md");
    for setting in SETTINGS {
        let row = format!("| `{}` |", setting.variable());
        assert!(readme.contains(&row), "{row} is not in the README");
    }
}

#[test]
fn what_a_remote_api_would_not_read_is_refused() {
    // All of these used to be accepted and have no effect.
    let settings = [
        ("THYRA_APP_NAME", "Acme"),
        ("THYRA_ENUMERATION_PROTECTION", "strict"),
        ("THYRA_SMTP_URL", "smtps://mailer:canary@mail.example.com"),
        ("THYRA_DATABASE_URL", "sqlite:data/thyra.db"),
        ("THYRA_MASTER_KEY_PATH", "data/key"),
        ("THYRA_MAIL_FROM", "no-reply@example.com"),
        ("THYRA_TEST_CODES", "true"),
        ("THYRA_PHONE_NUMBERS", "optional"),
        ("THYRA_SMS_URL", "https://AC1:canary@sms.example.com/"),
        ("THYRA_SMS_FROM", "+12125550006"),
        ("THYRA_WHATSAPP_FROM", "+12125550006"),
        ("THYRA_SMS_COUNTRIES", "US"),
    ];
    for mode in ["development", "production"] {
        for (name, text) in settings {
            let errors = load(&[
                ("THYRA_AUTH_API_URL", "https://clerk.example.com"),
                ("THYRA_MODE", mode),
                ("THYRA_PUBLIC_URL", "https://auth.example.com"),
                (name, text),
            ])
            .expect_err(name)
            .0;

            assert_eq!(errors.len(), 1, "{errors:?}");
            let report = errors[0].to_string();
            assert!(report.starts_with(&format!("{name}: read ")), "{report}");
            assert!(
                report.contains("(THYRA_AUTH_API_URL is set), expected nothing"),
                "{report}"
            );
            assert!(!report.contains("canary"), "{report}");
        }
    }
}

#[test]
fn a_site_that_is_there_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();

    assert_eq!(
        load(&[("THYRA_SITE_ROOT", path)])
            .unwrap()
            .site_root
            .as_deref(),
        Some(folder.path())
    );
}

#[test]
fn production_sends_no_mail_in_the_clear() {
    // `smtp://user:password@host` was accepted: the mailer's password and all codes went over the wire as they are.
    let load_with = |url: &str| {
        let mut variables = PRODUCTION.to_vec();
        variables.retain(|(name, _)| *name != "THYRA_SMTP_URL");
        variables.push(("THYRA_SMTP_URL", url));
        load(&variables)
    };
    for url in [
        "smtp://mailer:canary@mail.example.com",
        "smtp://mailer:canary@mail.example.com:587?tls=opportunistic",
        "smtp://mailer:canary@mail.example.com:587?tls=none&tls=required",
        "smtp://mailer:canary@127.0.0.1.example.com",
        "smtp://mailer:canary@10.0.0.7",
    ] {
        let errors = load_with(url).expect_err(url).0;
        assert_eq!(
            (errors.len(), errors[0].setting.as_str()),
            (1, "THYRA_SMTP_URL")
        );
        assert!(!errors[0].to_string().contains("canary"));
    }
    for url in [
        "smtps://mailer:canary@mail.example.com",
        "smtp://mailer:canary@mail.example.com:587?tls=required",
        "smtp://127.0.0.1:1025",
        "smtp://[::1]:1025",
        "smtp://localhost:1025",
    ] {
        assert!(load_with(url).is_ok(), "{url}");
    }
    assert!(
        load(&[("THYRA_SMTP_URL", "smtp://mail.example.com")]).is_ok(),
        "in development"
    );
}
