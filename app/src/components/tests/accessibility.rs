//! What holds on every step: for people who listen, for managers, for extensions, and for the content policy.

use thyra_wire::ErrorCode;

use super::markup::{Tag, input, tags, text, visible_inputs};
use super::stage::{Stage, code_sent, first_factor, session, sign_up};
use super::translation::every_page;
use crate::i18n::Locale;

#[test]
fn every_input_has_a_label() {
    for (url, page) in every_page(Locale::English) {
        let found = tags(&page.html);
        for input in visible_inputs(&page.html) {
            let id = input.get("id");
            let has_label = found
                .iter()
                .any(|tag| tag.name == "label" && tag.get("for") == id);
            assert!(id.is_some() && has_label, "{input:?} on {url}");
        }
    }
}

#[test]
fn every_button_and_link_has_a_name() {
    for (url, page) in every_page(Locale::English) {
        for part in page
            .html
            .split("<button")
            .skip(1)
            .chain(page.html.split("<a ").skip(1))
        {
            let end = part
                .find("</button>")
                .or_else(|| part.find("</a>"))
                .unwrap();
            let (attributes, content) = part[..end].split_once('>').unwrap();
            assert!(
                attributes.contains("aria-label=") || !text(content).trim().is_empty(),
                "{attributes} on {url}"
            );
        }
    }
}

#[test]
fn every_description_exists() {
    for (url, page) in every_page(Locale::English) {
        let found = tags(&page.html);
        for ids in found
            .iter()
            .filter_map(|tag| tag.get("aria-describedby").or(tag.get("aria-labelledby")))
        {
            for id in ids.split(' ') {
                assert!(
                    found.iter().any(|tag| tag.get("id") == Some(id)),
                    "no {id} on {url}"
                );
            }
        }
    }
}

#[test]
fn ids_are_unique() {
    for (url, page) in every_page(Locale::English) {
        let mut ids: Vec<String> = tags(&page.html)
            .iter()
            .filter_map(|tag| tag.get("id").map(str::to_owned))
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "{url}");
    }
}

#[test]
fn every_card_has_one_title_of_the_first_level() {
    for (url, page) in every_page(Locale::English) {
        assert_eq!(
            tags(&page.html)
                .iter()
                .filter(|tag| tag.name == "h1")
                .count(),
            1,
            "{url}"
        );
    }
}

#[test]
fn sec_f06_nothing_is_styled_or_scripted_inline() {
    for (url, page) in every_page(Locale::English) {
        for tag in tags(&page.html) {
            assert!(!tag.has("style"), "{tag:?} on {url}");
            assert!(
                !tag.attributes
                    .iter()
                    .any(|(name, _)| name.starts_with("on")),
                "{tag:?} on {url}"
            );
            assert!(!matches!(tag.name.as_str(), "style" | "script"), "{url}");
        }
    }
}

#[test]
fn managers_and_devices_may_fill_every_field() {
    // Nobody fills in a box that is ticked, and what a device would offer for a backup code is a code of another kind.
    let is_filled_in = |input: &Tag| input.get("type") != Some("checkbox");
    let pages = every_page(Locale::English).into_iter();
    for (url, page) in pages.filter(|(url, _)| !url.contains("factor=backup_code")) {
        for input in visible_inputs(&page.html).into_iter().filter(is_filled_in) {
            let token = input.get("autocomplete");
            assert!(
                token.is_some_and(|token| token != "off" && !token.is_empty()),
                "{input:?} on {url}"
            );
        }
    }
}

#[test]
fn sec_f10_every_form_is_posted() {
    for (url, page) in every_page(Locale::English) {
        for form in tags(&page.html).iter().filter(|tag| tag.name == "form") {
            assert_eq!(form.get("method"), Some("post"), "{url}");
            assert!(
                form.get("action")
                    .is_some_and(|action| action.starts_with("/api/auth/")),
                "{url}"
            );
        }
    }
}

#[test]
fn no_page_carries_a_password() {
    for (url, page) in every_page(Locale::English) {
        let passwords = visible_inputs(&page.html);
        let filled = passwords
            .iter()
            .filter(|tag| tag.get("type") == Some("password"))
            .find(|tag| tag.has("value"));
        assert!(filled.is_none(), "{url}");
    }
}

/// Extensions put their elements beside inputs, also before hydration. Behind ours there must be nothing that
/// hydration looks for.
#[test]
fn nothing_stands_behind_an_input_in_its_wrapper() {
    for (url, page) in every_page(Locale::English) {
        for part in page.html.split("data-thyra-part=\"input\"").skip(1) {
            let (_, after) = part.split_once('>').unwrap();
            assert!(
                after.starts_with("</div>"),
                "{} on {url}",
                &after[..after.len().min(60)]
            );
        }
    }
}

#[test]
fn an_error_stands_under_its_field_and_is_linked_to_it() {
    let stage = Stage::new().with_sign_in(code_sent("ada@example.com"));

    let page = stage
        .with_sign_in_error(ErrorCode::FormCodeIncorrect, Some("code"))
        .open("/sign-in/factor-one?factor=email_code");

    let code = input(&page.html, "code").unwrap();
    assert_eq!(code.get("aria-invalid"), Some("true"));
    assert!(
        code.get("aria-describedby")
            .unwrap()
            .contains("thyra-sign-in-code-error")
    );
    let (_, region) = page
        .html
        .split_once("id=\"thyra-sign-in-code-error\"")
        .unwrap();
    assert!(text(&region[..region.find("</div>").unwrap()]).contains("Incorrect code."));
}

#[test]
fn an_error_of_a_field_that_is_not_there_stands_in_the_alert() {
    let stage = Stage::new().with_sign_in(first_factor("ada@example.com"));

    let page = stage
        .with_sign_in_error(ErrorCode::FormCodeIncorrect, Some("code"))
        .open("/sign-in/factor-one");

    let (_, alert) = page.html.split_once("role=\"alert\"").unwrap();
    assert!(text(&alert[..alert.find("</div>").unwrap()]).contains("Incorrect code."));
}

#[test]
fn the_regions_that_announce_are_there_before_they_have_something_to_say() {
    for page in [
        Stage::new().open("/sign-in"),
        Stage::new()
            .with_sign_up(sign_up("a@b.cd", "", r#""email_address""#))
            .open("/sign-up/verify-email-address"),
        Stage::new()
            .with_sign_in(first_factor("a@b.cd"))
            .open("/sign-in/factor-one"),
    ] {
        let found = tags(&page.html);
        assert!(found.iter().any(|tag| tag.get("role") == Some("alert")));
        assert!(found.iter().any(|tag| tag.get("role") == Some("status")));
    }
}

#[test]
fn the_home_page_says_who_is_signed_in_to_those_who_listen() {
    let page = Stage::new()
        .with_session(session("Ada", "ada@example.com"))
        .open("/");

    let found = tags(&page.html);
    let summary = found.iter().find(|tag| tag.name == "summary").unwrap();
    assert_eq!(summary.get("aria-label"), Some("Account"));
}
