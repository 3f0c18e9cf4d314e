//! Everything that comes from a server or a URL is shown as text.

use leptos::server_fn::error::{FromServerFnError, ServerFnUrlError};
use serde_json::json;
use thyra_wire::ErrorCode;

use super::markup::tags;
use super::stage::{Stage, api_error, code_sent, first_factor, session, sign_up};
use crate::AuthError;

const CORPUS: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "\" onfocus=\"alert(1)\" autofocus=\"",
    "' onmouseover='alert(1)",
    "</title><svg onload=alert(1)>",
    "</textarea><svg/onload=alert(1)>",
    "--><script>alert(1)</script><!--",
    "<!--",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "{{constructor.constructor('alert(1)')()}}",
    "\u{2028}<iframe srcdoc=\"<script>alert(1)</script>\">\u{0}",
];

/// The names of all tags that our pages have.
const OURS: [&str; 23] = [
    "a", "bdi", "button", "details", "div", "footer", "form", "h1", "header", "input", "label",
    "li", "main", "nav", "p", "path", "section", "small", "span", "summary", "svg", "ul", "title",
];

fn assert_harmless(html: &str, payload: &str) {
    for tag in tags(html) {
        assert!(
            OURS.contains(&tag.name.as_str()),
            "<{}> by {payload:?}",
            tag.name
        );
        for (name, value) in &tag.attributes {
            assert!(
                !name.starts_with("on") && name != "srcdoc" && name != "autofocus",
                "{name} by {payload:?}"
            );
            let is_link = matches!(name.as_str(), "href" | "src" | "action");
            assert!(
                !is_link || value.starts_with('/'),
                "{name}={value} by {payload:?}"
            );
        }
    }
}

#[test]
fn sec_f08_names_and_addresses_are_shown_as_text() {
    for payload in CORPUS {
        for url in [
            "/sign-in",
            "/sign-in/factor-one",
            "/sign-in/factor-one/methods",
        ] {
            assert_harmless(
                &Stage::new()
                    .with_sign_in(first_factor(payload))
                    .open(url)
                    .html,
                payload,
            );
        }
        assert_harmless(
            &Stage::new()
                .with_sign_in(code_sent(payload))
                .open("/sign-in/factor-one?factor=email_code")
                .html,
            payload,
        );
        assert_harmless(
            &Stage::new()
                .with_session(session(payload, payload))
                .open("/")
                .html,
            payload,
        );
        let unverified = sign_up(payload, "", r#""email_address""#);
        assert_harmless(
            &Stage::new()
                .with_sign_up(unverified)
                .open("/sign-up/verify-email-address")
                .html,
            payload,
        );
    }
}

#[test]
fn sec_f08_what_the_instance_says_about_itself_is_shown_as_text() {
    for payload in CORPUS {
        for url in ["/", "/sign-in", "/sign-up"] {
            let mut stage = Stage::new();
            let display = &mut stage.state.environment.display_config;
            display.application_name = payload.to_owned();
            display.sign_in_url = payload.to_owned();
            display.sign_up_url = payload.to_owned();
            display.after_sign_in_url = payload.to_owned();
            assert_harmless(&stage.open(url).html, payload);
        }
    }
}

#[test]
fn sec_f08_error_sentences_of_the_server_are_shown_as_text() {
    for payload in CORPUS {
        for param in [None, Some("identifier"), Some(payload)] {
            let mut stage = Stage::new();
            stage.sign_in_error = Some(api_error(ErrorCode::from(payload), param, payload));
            let page = stage.open("/sign-in");
            assert_harmless(&page.html, payload);
        }
    }
}

#[test]
fn sec_f08_what_a_link_carries_is_shown_as_text() {
    for payload in CORPUS {
        let value = crate::encode_query_value(payload);
        for path in ["/sign-in", "/sign-in/account-not-found", "/sign-up"] {
            let query = format!(
                "identifier={value}&email_address={value}&redirect_url={value}&factor={value}"
            );
            assert_harmless(&Stage::new().open(&format!("{path}?{query}")).html, payload);
        }
    }
}

/// A link with an error in it, as a form that was posted without scripts is led back with.
fn link_with_error(error: &serde_json::Value) -> String {
    let json: axum::body::Bytes = error.to_string().into();
    let error = ServerFnUrlError::new("/api/auth/sign_in/continue", AuthError::de(json));
    let url = error.to_url("https://app.example.com/sign-in").unwrap();
    url.as_str().replace("https://app.example.com", "")
}

#[test]
fn sec_f08_a_link_cannot_put_words_into_the_card() {
    // It used to show the `long_message` of any code it did not know.
    const SPOOF: &str = "Your account was closed. Call 0800 12345.";
    for code in ["brand_new", SPOOF, "clerk_key_invalid", "too_many_requests"] {
        for field in [None, Some("identifier"), Some(SPOOF)] {
            let meta = field.map(|field| json!({"param_name": field, "session_id": SPOOF}));
            let item = json!({"code": code, "message": SPOOF, "long_message": SPOOF, "meta": meta});
            let link =
                link_with_error(&json!({"Api": {"errors": [item], "clerk_trace_id": SPOOF}}));

            let html = Stage::new().open(&link).html;

            assert!(!html.contains("0800"), "{code} {field:?}");
            assert!(
                html.contains("again"),
                "a sentence of ours: {code} {field:?}"
            );
        }
    }
}

#[test]
fn an_error_that_came_with_the_address_still_stands_at_its_field() {
    let item =
        json!({"code": "form_param_nil", "message": "", "meta": {"param_name": "identifier"}});

    let html = Stage::new()
        .open(&link_with_error(&json!({"Api": {"errors": [item]}})))
        .html;

    assert!(html.contains("Enter your email address."), "{html}");
}

#[test]
fn sec_f08_the_step_for_unknown_accounts_repeats_identifiers_only() {
    for (text, is_shown) in [
        ("ada@example.com", true),
        ("ada_lovelace", true),
        ("Your account was closed. Call 0800 12345.", false),
    ] {
        let value = crate::encode_query_value(text);
        let page = Stage::new().open(&format!("/sign-in/account-not-found?identifier={value}"));

        assert_eq!(page.html.contains(text), is_shown, "{text}");
    }
}
