//! Every text comes from the catalogue: on a page in the pseudo-locale no plain letter is left.

use thyra_wire::{ErrorCode, SignIn, SignInStatus};

use super::markup::{tags, text};
use super::stage::{
    BOTH, Page, Stage, code_sent, first_factor, link_sent, needs_new_password, resettable,
    second_factor, session, sign_up,
};
use crate::i18n::Locale;

/// An address without letters, so that it is not taken for a text.
const ADDRESS: &str = "1@2.3";

fn waiting_for(status: SignInStatus) -> SignIn {
    SignIn {
        status,
        ..first_factor(ADDRESS)
    }
}

/// Every step that can be shown, with its URL.
pub(super) fn every_page(locale: Locale) -> Vec<(&'static str, Page)> {
    let stage = || {
        let mut stage = Stage::new().in_locale(locale);
        stage.state.environment.display_config.application_name = "42".to_owned();
        stage
    };
    let with = |sign_in: SignIn| stage().with_sign_in(sign_in);
    let all_fields = || {
        ["username", "first_name", "last_name"]
            .into_iter()
            .fold(stage(), |stage, name| stage.with_attribute(name, false))
    };
    let missing = r#""first_name", "last_name", "username", "password", "email_address""#;
    let mut restricted = stage();
    restricted.state.environment.user_settings.sign_up.mode = "restricted".to_owned();
    let pages = vec![
        ("/sign-in", stage()),
        ("/sign-in/account-not-found?identifier=1%402.3", stage()),
        ("/sign-in/factor-one", with(first_factor(ADDRESS))),
        (
            "/sign-in/factor-one?factor=email_code",
            with(first_factor(ADDRESS)),
        ),
        (
            "/sign-in/factor-one?factor=email_code",
            with(code_sent(ADDRESS)),
        ),
        ("/sign-in/factor-one/methods", with(first_factor(ADDRESS))),
        (
            "/sign-in/factor-one?factor=email_link",
            with(link_sent(ADDRESS)),
        ),
        ("/sign-in/verify?__clerk_status=verified", stage()),
        ("/sign-in/verify?__clerk_status=expired", stage()),
        ("/sign-in/verify?__clerk_status=failed", stage()),
        ("/sign-in/verify?__clerk_status=client_mismatch", stage()),
        (
            "/sign-in/factor-one/forgot-password?factor=password",
            with(resettable(ADDRESS)),
        ),
        (
            "/sign-in/factor-one?factor=reset_password_email_code",
            with(resettable(ADDRESS)),
        ),
        ("/sign-in/reset-password", with(needs_new_password(ADDRESS))),
        (
            "/sign-in/reset-password-success",
            stage().with_session(session("42", ADDRESS)),
        ),
        (
            "/sign-in/factor-one",
            with(first_factor(ADDRESS)).with_sign_in_error(ErrorCode::TooManyRequests, None),
        ),
        (
            "/sign-in/factor-two",
            with(waiting_for(SignInStatus::NeedsSecondFactor)),
        ),
        ("/sign-in/factor-two", with(second_factor(ADDRESS, &BOTH))),
        (
            "/sign-in/factor-two?factor=backup_code",
            with(second_factor(ADDRESS, &BOTH)),
        ),
        (
            "/sign-in/factor-two/methods",
            with(second_factor(ADDRESS, &BOTH)),
        ),
        (
            "/sign-in/client-trust",
            with(waiting_for(SignInStatus::NeedsClientTrust)),
        ),
        (
            "/sign-in/reset-password",
            with(waiting_for(SignInStatus::NeedsNewPassword)),
        ),
        (
            "/sign-in/protect-check",
            with(waiting_for(SignInStatus::NeedsProtectCheck)),
        ),
        (
            "/sign-in/factor-one",
            with(waiting_for(SignInStatus::from("something_new"))),
        ),
        (
            "/sign-in/factor-one",
            with(SignIn {
                supported_first_factors: None,
                ..first_factor(ADDRESS)
            }),
        ),
        ("/sign-in", with(waiting_for(SignInStatus::Complete))),
        ("/sign-up", all_fields()),
        ("/join", all_fields()),
        ("/sign-up", restricted),
        (
            "/sign-up/verify-email-address",
            stage().with_sign_up(sign_up(ADDRESS, "", r#""email_address""#)),
        ),
        (
            "/sign-up/continue",
            stage().with_sign_up(sign_up(ADDRESS, missing, "")),
        ),
        (
            "/sign-up/continue",
            stage().with_sign_up(sign_up(ADDRESS, r#""enterprise_sso""#, "")),
        ),
        ("/", stage()),
        ("/", stage().with_session(session("7", ADDRESS))),
    ];
    pages
        .into_iter()
        .map(|(url, stage)| (url, stage.open(url)))
        .collect()
}

#[test]
fn no_page_has_a_text_that_is_not_in_the_catalogue() {
    for (url, page) in every_page(Locale::PseudoAccented) {
        let shown = text(&page.html);
        assert!(shown.contains('['), "{url} has no text at all");
        assert_eq!(plain_letters(&shown), "", "{url}");
    }
}

#[test]
fn no_name_for_those_who_listen_is_past_the_catalogue() {
    for (url, page) in every_page(Locale::PseudoAccented) {
        for tag in tags(&page.html) {
            for name in [
                "aria-label",
                "title",
                "alt",
                "placeholder",
                "aria-description",
            ] {
                let value = tag.get(name).unwrap_or_default();
                assert_eq!(plain_letters(value), "", "{name} on {url}");
            }
        }
    }
}

/// What is left of a text without entities and everything that is not an ASCII letter.
fn plain_letters(text: &str) -> String {
    let mut rest = text;
    let mut letters = String::new();
    while let Some((before, entity)) = rest.split_once('&') {
        letters.extend(before.chars().filter(char::is_ascii_alphabetic));
        rest = entity.split_once(';').map_or("", |(_, after)| after);
    }
    letters.extend(rest.chars().filter(char::is_ascii_alphabetic));
    letters
}
