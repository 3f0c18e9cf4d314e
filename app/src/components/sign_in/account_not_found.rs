//! Nobody has the identifier. Shown only where the instance does not hide who has an account.

use leptos::prelude::*;

use super::flow::{identifier_of_query, sign_up_href, start_href};
use super::password::identity;
use crate::components::shared::Card;
use crate::i18n::use_texts;
use crate::use_environment;

pub(super) fn account_not_found() -> impl IntoView {
    let texts = use_texts();
    // Anybody can write a link: what does not look like an identifier would be their words in our card.
    let identifier = identifier_of_query().filter(|identifier| is_identifier(identifier));
    let environment = use_environment();
    let mode =
        environment.with_untracked(|environment| environment.user_settings.sign_up.mode.clone());
    let sign_up = (mode != "restricted").then(|| sign_up_href(identifier.as_deref()));
    let retry_href = start_href(identifier.as_deref());
    view! {
        <Card
            title=texts.sign_in.account_not_found_title.to_owned()
            subtitle=texts.sign_in.account_not_found_subtitle
            identity=identity(identifier.as_deref().unwrap_or_default())
        >
            {sign_up
                .map(|href| {
                    view! {
                        <a class="thyra-button thyra-button-primary thyra-button-block" data-thyra-part="sign-up-link" href=href>
                            {texts.sign_in.account_not_found_sign_up}
                        </a>
                    }
                })}
            <a class="thyra-button thyra-button-secondary thyra-button-block" data-thyra-part="retry" href=retry_href>
                {texts.sign_in.account_not_found_retry}
            </a>
        </Card>
    }
}

/// Whether a text looks like an e-mail address, a phone number or a username.
fn is_identifier(text: &str) -> bool {
    let is_word = |text: &str, more: &[char]| {
        let fits = |c: char| c.is_alphanumeric() || more.contains(&c);
        !text.is_empty() && text.chars().all(fits)
    };
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            text.len() <= MAX_ADDRESS
                && domain.contains('.')
                && is_word(domain, &['.', '-'])
                && is_word(local, &['.', '-', '_', '+', '\'', '&', '%', '~'])
        }
        None => text.len() <= MAX_USERNAME && is_word(text.trim_start_matches('+'), &['-', '_']),
    }
}

/// The longest an e-mail address can be, in bytes.
const MAX_ADDRESS: usize = 254;

/// Longer usernames and phone numbers exist nowhere.
const MAX_USERNAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_f08_only_what_looks_like_an_identifier_is_one() {
        for identifier in [
            "ada@example.com",
            "ada.lovelace+x@mail.example.co.uk",
            "zoë@bücher.example",
            "ada_lovelace-2",
            "+491701234567",
        ] {
            assert!(is_identifier(identifier), "{identifier}");
        }
        let (long, address) = ("a".repeat(65), format!("{}@example.com", "a".repeat(250)));
        for text in [
            "",
            "+",
            "Call +1 800 555 0100",
            "go to evil.example now",
            "evil.example/login",
            "your account is closed@example.com",
            "ada@evil.example/login",
            "ada@localhost",
            "<b>ada</b>",
            &long,
            &address,
        ] {
            assert!(!is_identifier(text), "{text}");
        }
    }
}
