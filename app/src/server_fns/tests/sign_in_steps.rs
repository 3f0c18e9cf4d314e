//! What each form of a sign-in makes of the auth API.

use serde_json::json;

use super::{
    Wire, client_with, complete_wire, envelope, environment, error, failure, location, sign_in,
    with_verification,
};
use crate::AuthError;

#[tokio::test]
async fn an_unknown_identifier_leads_to_its_own_step() {
    let wire = Wire::default().answers(
        "POST /v1/client/sign_ins",
        422,
        error("form_identifier_not_found"),
    );

    let form = "identifier=+ada%2Bx@example.com+&flow[path]=/sign-in&flow[redirect_url]=/inbox";
    let response = wire.post_plain("sign_in/continue", form).await;

    assert_eq!(
        location(&response),
        "/sign-in/account-not-found?identifier=ada%2Bx%40example.com&redirect_url=%2Finbox"
    );
}

#[tokio::test]
async fn a_wrong_password_from_a_password_manager_is_tried_without_it() {
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            422,
            error("form_password_incorrect"),
        )
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers("GET /v1/environment", 200, environment("password"));

    let response = wire
        .post_plain(
            "sign_in/continue",
            "identifier=ada&password=old&unseen_password=true&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(location(&response), "/sign-in/factor-one");
    let asked = wire.asked.lock().unwrap();
    assert_eq!(asked[0].body, "identifier=ada&password=old");
    assert_eq!(asked[1].body, "identifier=ada");
}

/// It was tried without, and led on without a word.
#[tokio::test]
async fn a_wrong_password_that_was_typed_beside_the_identifier_is_an_error() {
    let wire = Wire::default().answers(
        "POST /v1/client/sign_ins",
        422,
        error("form_password_incorrect"),
    );
    let form = "identifier=ada&password=wrong&flow[path]=/own-door";

    let (status, said) = failure(wire.post_fetch("sign_in/continue", form).await).await;
    let plain = wire.post_plain("sign_in/continue", form).await;

    assert_eq!(
        (status.as_u16(), said.code()),
        (422, "form_password_incorrect")
    );
    assert_eq!(
        said.api_errors()[0].meta.param_name.as_deref(),
        Some("password")
    );
    let back = location(&plain);
    assert!(
        back.starts_with("/own-door?") && back.contains("__err="),
        "{back}"
    );
    assert_eq!(wire.lines().len(), 2, "tried once for each post");
}

#[tokio::test]
async fn the_code_is_sent_when_the_first_step_asks_for_one() {
    let prepare = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers("GET /v1/environment", 200, environment("otp"))
        .answers(
            prepare,
            200,
            envelope(with_verification(
                sign_in("needs_first_factor"),
                "unverified",
            )),
        );

    let response = wire
        .post_plain(
            "sign_in/continue",
            "identifier=ada@example.com&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(location(&response), "/sign-in/factor-one");
    assert_eq!(
        wire.asked(prepare).body,
        "strategy=email_code&email_address_id=idn_1"
    );
}

#[tokio::test]
async fn choosing_a_code_that_is_on_its_way_sends_no_second_one() {
    let pending = with_verification(sign_in("needs_first_factor"), "unverified");
    let wire = Wire::default().answers("GET /v1/client", 200, client_with(pending));

    let response = wire
        .post_plain(
            "sign_in/choose_factor",
            "strategy=email_code&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(
        location(&response),
        "/sign-in/factor-one?factor=email_code&address=idn_1"
    );
    assert_eq!(wire.lines(), ["GET /v1/client"]);
}

#[tokio::test]
async fn a_factor_nobody_offered_cannot_be_chosen() {
    let wire = Wire::default().answers(
        "GET /v1/client",
        200,
        client_with(sign_in("needs_first_factor")),
    );

    let response = wire
        .post_fetch("sign_in/choose_factor", "strategy=totp&flow[path]=/sign-in")
        .await;

    assert_eq!(failure(response).await.1, AuthError::FactorNotFound);
}

#[tokio::test]
async fn a_code_reaches_the_api_normalised() {
    let wire = complete_wire();

    wire.post_plain("sign_in/submit_code", "code=+123-456+&flow[path]=/sign-in")
        .await;

    let attempt = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(attempt.body, "strategy=email_code&code=123456");
}

const STEPS: [&str; 4] = [
    "sign_in/submit_password",
    "sign_in/submit_code",
    "sign_in/resend_code",
    "sign_in/choose_factor",
];

/// The auth API of a browser in which another sign-in, or none, is under way.
fn wire_with(client: serde_json::Value) -> Wire {
    Wire::default().answers("GET /v1/client", 200, envelope(client))
}

#[tokio::test]
async fn a_step_whose_sign_in_is_gone_leads_to_the_start_and_says_so() {
    // It used to lead there without a word.
    for path in STEPS {
        let wire = wire_with(json!({"id": "client_1"}));
        let form =
            "password=p&code=1&strategy=password&flow[path]=/sign-in&flow[redirect_url]=/inbox";
        let response = wire.post_plain(path, form).await;
        let location = location(&response);
        let start =
            "/sign-in?redirect_url=%2Finbox&__path=%2Fapi%2Fauth%2Fsign_in%2Fcontinue&__err=";
        assert!(location.starts_with(start), "{path}: {location}");

        let (status, error) = failure(wire.post_fetch(path, form).await).await;
        assert_eq!((status.as_u16(), error.code()), (404, "resource_not_found"));
    }
}

#[tokio::test]
async fn what_is_typed_for_one_sign_in_is_not_tried_against_another() {
    // Two tabs share one client. The right password of one was tried for the other, whose lock it brought closer.
    for path in STEPS {
        let wire = wire_with(json!({"id": "client_1", "sign_in": sign_in("needs_first_factor")}));
        let form = "password=p&code=1&strategy=email_code&flow[path]=/sign-in&flow[attempt]=sia_0";

        let response = wire.post_plain(path, form).await;

        let location = location(&response);
        assert!(location.starts_with("/sign-in?__path="), "{location}");
        assert_eq!(wire.lines(), ["GET /v1/client"], "{path}");
    }
}

#[tokio::test]
async fn a_password_is_tried_for_the_identifier_it_was_typed_under() {
    for client in [
        json!({"id": "client_1"}),
        json!({"id": "client_1", "sign_in": {"id": "sia_0", "status": "needs_first_factor", "identifier": "raw@example.com"}}),
    ] {
        let wire = wire_with(client)
            .answers(
                "POST /v1/client/sign_ins",
                200,
                envelope(sign_in("needs_first_factor")),
            )
            .answers(
                "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
                422,
                error("form_password_incorrect"),
            );

        let form =
            "identifier=ada%40example.com&password=p&flow[path]=/sign-in&flow[attempt]=sia_9";
        let response = wire.post_plain("sign_in/submit_password", form).await;

        assert!(
            location(&response).contains("/sign-in/factor-one?"),
            "the step it was typed in"
        );
        assert_eq!(
            wire.asked("POST /v1/client/sign_ins").body,
            "identifier=ada%40example.com"
        );
        assert_eq!(
            wire.lines(),
            [
                "GET /v1/client",
                "POST /v1/client/sign_ins",
                "POST /v1/client/sign_ins/sia_1/attempt_first_factor"
            ]
        );
    }
}

#[tokio::test]
async fn a_form_made_for_the_sign_in_under_way_goes_on_with_it() {
    let wire = complete_wire();
    let form = "identifier=ada%40example.com&password=p&flow[path]=/sign-in&flow[attempt]=sia_1";

    let response = wire.post_plain("sign_in/submit_password", form).await;

    assert_eq!(location(&response), "/welcome");
    assert!(
        !wire
            .lines()
            .contains(&"POST /v1/client/sign_ins".to_owned())
    );
}

fn needs_new_password() -> serde_json::Value {
    let mut sign_in = sign_in("needs_new_password");
    sign_in["first_factor_verification"] =
        json!({"status": "verified", "strategy": "reset_password_email_code"});
    sign_in
}

#[tokio::test]
async fn a_reset_is_a_factor_like_any_other() {
    let prepare = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
    let attempt = "POST /v1/client/sign_ins/sia_1/attempt_first_factor";
    let mut resettable = sign_in("needs_first_factor");
    resettable["supported_first_factors"]
        .as_array_mut()
        .unwrap()
        .push(json!({"strategy": "reset_password_email_code", "email_address_id": "idn_1"}));
    let wire = Wire::default()
        .answers("GET /v1/client", 200, client_with(resettable.clone()))
        .answers(prepare, 200, envelope(resettable))
        .answers(attempt, 200, envelope(needs_new_password()));

    let chosen = wire
        .post_plain(
            "sign_in/choose_factor",
            "strategy=reset_password_email_code&flow[path]=/sign-in",
        )
        .await;
    let proven = wire
        .post_plain(
            "sign_in/submit_code",
            "code=424242&flow[path]=/sign-in&flow[factor]=reset_password_email_code",
        )
        .await;

    assert_eq!(
        location(&chosen),
        "/sign-in/factor-one?factor=reset_password_email_code&address=idn_1"
    );
    assert_eq!(location(&proven), "/sign-in/reset-password");
    assert_eq!(
        wire.asked(attempt).body,
        "strategy=reset_password_email_code&code=424242"
    );
}

#[tokio::test]
async fn a_new_password_signs_in_and_says_so() {
    let reset = "POST /v1/client/sign_ins/sia_1/reset_password";
    let wire = complete_wire()
        .answers("GET /v1/client", 200, client_with(needs_new_password()))
        .answers(reset, 200, super::signed_in(sign_in("complete")));

    let response = wire
        .post_plain(
            "sign_in/submit_new_password",
            "password=correct+horse&sign_out_of_other_sessions=true&flow[path]=/sign-in&flow[redirect_url]=/inbox",
        )
        .await;

    assert_eq!(
        location(&response),
        "/sign-in/reset-password-success?redirect_url=%2Finbox"
    );
    assert_eq!(
        wire.asked(reset).body,
        "password=correct%20horse&sign_out_of_other_sessions=true"
    );
}

#[tokio::test]
async fn sec_d10_a_reset_leads_to_the_second_factor_where_there_is_one() {
    let reset = "POST /v1/client/sign_ins/sia_1/reset_password";
    let wire = Wire::default()
        .answers("GET /v1/client", 200, client_with(needs_new_password()))
        .answers(reset, 200, envelope(sign_in("needs_second_factor")));

    let response = wire
        .post_plain(
            "sign_in/submit_new_password",
            "password=correct+horse&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(location(&response), "/sign-in/factor-two");
    assert_eq!(
        wire.asked(reset).body,
        "password=correct%20horse&sign_out_of_other_sessions=false"
    );
}

#[tokio::test]
async fn sec_d09_a_link_leads_to_the_components_own_page_on_the_own_origin() {
    let prepare = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
    let mut waiting = sign_in("needs_first_factor");
    waiting["supported_first_factors"] =
        json!([{"strategy": "email_link", "email_address_id": "idn_1"}]);
    let wire = Wire::default()
        .answers("GET /v1/client", 200, client_with(waiting.clone()))
        .answers(prepare, 200, envelope(waiting));

    let response = wire
        .post_plain(
            "sign_in/choose_factor",
            "strategy=email_link&flow[path]=/sign-in&flow[redirect_url]=/inbox",
        )
        .await;

    assert_eq!(
        location(&response),
        "/sign-in/factor-one?factor=email_link&address=idn_1&redirect_url=%2Finbox"
    );
    assert_eq!(
        wire.asked(prepare).body,
        "strategy=email_link&email_address_id=idn_1&redirect_url=https%3A%2F%2Fapp.example.com%2Fsign-in%2Fverify%3Fredirect_url%3D%252Finbox"
    );
}

#[tokio::test]
async fn a_link_that_was_not_opened_yet_keeps_the_page_where_it_is() {
    let get = "GET /v1/client/sign_ins/sia_1";
    let waiting = sign_in("needs_first_factor");
    let wire = complete_wire().answers(get, 200, envelope(waiting));

    let form = "flow[path]=/sign-in&flow[factor]=email_link";
    let unopened = wire.post_plain("sign_in/check_link", form).await;
    // A sign-in that is complete is not the client's any more: it was looked for there, and not found.
    let opened = Wire::default()
        .answers(get, 200, super::signed_in(sign_in("complete")))
        .answers(
            "POST /v1/client/sessions/sess_1/touch",
            200,
            super::signed_in(json!({"id": "sess_1", "status": "active"})),
        )
        .answers("GET /v1/environment", 200, environment("password"))
        .post_plain("sign_in/check_link", &format!("{form}&flow[attempt]=sia_1"))
        .await;

    assert_eq!(
        location(&unopened),
        "/sign-in/factor-one?redirect_url=%2Finbox"
    );
    assert_eq!(location(&opened), "/welcome");
}
