//! What the forms of a second factor make of the auth API.

use serde_json::{Value, json};

use super::{Wire, client_with, envelope, environment, error, location, sign_in, signed_in};

const ATTEMPT: &str = "POST /v1/client/sign_ins/sia_1/attempt_second_factor";
const PREPARE: &str = "POST /v1/client/sign_ins/sia_1/prepare_second_factor";

fn second_factor(factors: Value) -> Value {
    let mut sign_in = sign_in("needs_second_factor");
    sign_in["supported_second_factors"] = factors;
    sign_in
}

fn app_and_backup_codes() -> Value {
    second_factor(json!([{"strategy": "totp"}, {"strategy": "backup_code"}]))
}

/// The auth API of somebody who proved the first factor.
fn wire() -> Wire {
    let touched = json!({"id": "sess_1", "status": "active"});
    Wire::default()
        .answers("GET /v1/client", 200, client_with(app_and_backup_codes()))
        .answers(ATTEMPT, 200, signed_in(sign_in("complete")))
        .answers(
            "POST /v1/client/sessions/sess_1/touch",
            200,
            signed_in(touched),
        )
        .answers("GET /v1/environment", 200, environment("password"))
}

#[tokio::test]
async fn a_code_of_the_app_proves_the_second_factor() {
    let wire = wire();
    let form = "code=123+456&flow[path]=/sign-in&flow[factor]=totp&flow[level]=second";

    let response = wire.post_plain("sign_in/submit_code", form).await;

    assert_eq!(location(&response), "/welcome");
    assert_eq!(wire.asked(ATTEMPT).body, "strategy=totp&code=123456");
}

/// Digits alone used to be read as the code, which is right for all codes that are sent and for none of these.
#[tokio::test]
async fn a_backup_code_is_sent_as_it_was_typed() {
    let wire = wire();
    let form = "code=+Abcd1-2Efgh+&flow[path]=/sign-in&flow[factor]=backup_code&flow[level]=second";

    wire.post_plain("sign_in/submit_code", form).await;

    assert_eq!(
        wire.asked(ATTEMPT).body,
        "strategy=backup_code&code=Abcd1-2Efgh"
    );
}

#[tokio::test]
async fn a_backup_code_is_chosen_without_anything_being_sent() {
    let wire = wire();
    let form = "strategy=backup_code&flow[path]=/sign-in&flow[level]=second";

    let response = wire.post_plain("sign_in/choose_factor", form).await;

    assert_eq!(
        location(&response),
        "/sign-in/factor-two?factor=backup_code"
    );
    assert!(!wire.lines().contains(&PREPARE.to_owned()));
}

#[tokio::test]
async fn a_second_factor_that_is_sent_is_sent_when_the_first_one_is_proven() {
    let by_mail = second_factor(json!([
        {"strategy": "email_code", "email_address_id": "idn_2", "safe_identifier": "a***"}
    ]));
    let first = "POST /v1/client/sign_ins/sia_1/attempt_first_factor";
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(first, 200, envelope(by_mail.clone()))
        .answers(PREPARE, 200, envelope(by_mail));
    let form = "password=p&flow[path]=/sign-in";

    let response = wire.post_plain("sign_in/submit_password", form).await;

    assert_eq!(location(&response), "/sign-in/factor-two");
    assert_eq!(
        wire.asked(PREPARE).body,
        "strategy=email_code&email_address_id=idn_2"
    );
}

#[tokio::test]
async fn a_wrong_code_leads_back_to_the_second_factor_without_a_referrer_too() {
    let wire = Wire::default()
        .answers("GET /v1/client", 200, client_with(app_and_backup_codes()))
        .answers(ATTEMPT, 422, error("form_code_incorrect"));
    let headers = [
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("cookie", "__client=c"),
    ];
    for (path, form, back) in [
        (
            "sign_in/submit_code",
            "code=123456&flow[path]=/sign-in&flow[factor]=totp&flow[level]=second",
            "/sign-in/factor-two?factor=totp&",
        ),
        (
            "sign_in/choose_factor",
            "strategy=passkey&flow[path]=/sign-in&flow[level]=second",
            "/sign-in/factor-two/methods?",
        ),
    ] {
        let response = wire.post(path, form, &headers).await;

        let location = location(&response);
        assert!(location.starts_with(back), "{location}");
    }
}
