//! Sign-ups, signing out, and the calls behind `SignInFuture`.

use serde_json::json;

use super::{Wire, client_with, cookies, envelope, error, location, outcome, sign_in};
use crate::Redirect;

#[tokio::test]
async fn a_sign_in_and_a_sign_up_can_begin_with_nothing() {
    // What the browser sends when every parameter is absent used to be refused as unreadable.
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_identifier")),
        )
        .answers(
            "POST /v1/client/sign_ups",
            200,
            envelope(json!({"id": "sua_1", "status": "missing_requirements"})),
        );

    assert!(
        outcome(wire.post_fetch("sign_in/create", "").await)
            .await
            .sign_in
            .is_some()
    );
    assert!(
        outcome(wire.post_fetch("sign_up/create", "").await)
            .await
            .sign_up
            .is_some()
    );
    assert_eq!(wire.asked("POST /v1/client/sign_ins").body, "");
}

#[tokio::test]
async fn the_methods_of_sign_in_future_reach_the_api_as_the_contract_says() {
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        );

    // password() always creates, with the current identifier when none is given.
    outcome(
        wire.post_fetch("sign_in/attempt_password", "password=p")
            .await,
    )
    .await;
    // emailCode.sendCode({ emailAddress }) creates and prepares.
    outcome(
        wire.post_fetch(
            "sign_in/prepare_factor",
            "params[strategy]=email_code&params[identifier]=ada%40example.com",
        )
        .await,
    )
    .await;

    assert_eq!(
        wire.lines(),
        [
            "GET /v1/client",
            "POST /v1/client/sign_ins",
            "POST /v1/client/sign_ins",
            "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
        ]
    );
    assert_eq!(
        wire.asked("POST /v1/client/sign_ins").body,
        "identifier=ada%40example.com&password=p"
    );
}

/// Two tabs share one client. What is typed in one is never tried for what the other has begun since.
#[tokio::test]
async fn a_method_is_about_the_attempt_that_its_page_knows() {
    let api = || {
        let client = json!({"id": "client_1", "sign_in": sign_in("needs_first_factor"),
            "sign_up": {"id": "sua_1", "status": "missing_requirements"}});
        Wire::default().answers("GET /v1/client", 200, envelope(client))
    };
    for (path, form, asks) in [
        (
            "sign_in/attempt_factor",
            "attempt=sia_0&params[strategy]=email_code&params[code]=424242",
            "POST /v1/client/sign_ins/sia_0/attempt_first_factor",
        ),
        (
            "sign_in/prepare_factor",
            "attempt=sia_0&params[strategy]=email_code",
            "GET /v1/client",
        ),
        (
            "sign_up/verify_email_code",
            "attempt=sua_0&code=424242",
            "POST /v1/client/sign_ups/sua_0/attempt_verification",
        ),
        (
            "sign_up/send_email_code",
            "attempt=sua_0",
            "POST /v1/client/sign_ups/sua_0/prepare_verification",
        ),
        (
            "sign_up/update",
            "attempt=sua_0&params[first_name]=Ada",
            "GET /v1/client",
        ),
    ] {
        let wire = api();

        let answer = wire.post_fetch(path, form).await;

        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(wire.lines(), [asks], "{path}");
    }
}

#[tokio::test]
async fn a_method_without_an_attempt_is_about_the_browsers() {
    let prepare = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
    let attempt = "POST /v1/client/sign_ins/sia_1/attempt_first_factor";
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(prepare, 200, envelope(sign_in("needs_first_factor")))
        .answers(attempt, 200, envelope(sign_in("needs_first_factor")));

    for (path, form) in [
        (
            "sign_in/prepare_factor",
            "attempt=sia_1&params[strategy]=email_code",
        ),
        ("sign_in/prepare_factor", "params[strategy]=email_code"),
        (
            "sign_in/attempt_factor",
            "params[strategy]=email_code&params[code]=424242",
        ),
    ] {
        outcome(wire.post_fetch(path, form).await).await;
    }

    let get = "GET /v1/client";
    assert_eq!(wire.lines(), [get, prepare, get, prepare, get, attempt]);
}

#[tokio::test]
async fn a_sign_up_sends_its_code_and_leads_to_the_step_for_it() {
    let unverified = json!({"id": "sua_1", "status": "missing_requirements", "unverified_fields": ["email_address"]});
    let prepare = "POST /v1/client/sign_ups/sua_1/prepare_verification";
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ups",
            200,
            envelope(unverified.clone()),
        )
        .answers(prepare, 200, envelope(unverified));

    let form =
        "email_address=ada@example.com&password=correct+horse&first_name=&flow[path]=/sign-up";
    let response = wire.post_plain("sign_up/submit", form).await;

    assert_eq!(location(&response), "/sign-up/verify-email-address");
    assert_eq!(
        wire.asked("POST /v1/client/sign_ups").body,
        "email_address=ada%40example.com&password=correct%20horse"
    );
    assert_eq!(wire.asked(prepare).body, "strategy=email_code");
}

#[tokio::test]
async fn signing_out_takes_the_session_cookie_away() {
    let nobody = json!({"response": {"id": "client_1", "sessions": []}, "client": {"id": "client_1", "sessions": []}});
    let wire = Wire::default().answers("DELETE /v1/client/sessions", 200, nobody);

    let response = wire
        .post_fetch("session/sign_out", "flow[redirect_url]=/bye")
        .await;

    assert!(cookies(&response).contains(&"__session=; Path=/; Max-Age=0; SameSite=Lax; Secure"));
    assert_eq!(
        outcome(response).await.redirect,
        Some(Redirect::Leave("/bye".to_owned()))
    );
}

#[tokio::test]
async fn signing_out_twice_is_no_error() {
    let wire = Wire::default().answers(
        "DELETE /v1/client/sessions",
        401,
        error("authentication_invalid"),
    );

    let response = wire.post_fetch("session/sign_out", "").await;

    assert!(cookies(&response).contains(&"__session=; Path=/; Max-Age=0; SameSite=Lax; Secure"));
    assert_eq!(
        outcome(response).await.redirect,
        Some(Redirect::Leave("/".to_owned()))
    );
}

#[tokio::test]
async fn what_is_typed_for_one_sign_up_is_not_added_to_another() {
    for (path, client) in [
        ("sign_up/submit_code", json!({"id": "client_1"})),
        (
            "sign_up/resend_code",
            json!({"id": "client_1", "sign_up": {"id": "sua_1", "status": "missing_requirements"}}),
        ),
        (
            "sign_up/submit_code",
            json!({"id": "client_1", "sign_up": {"id": "sua_1", "status": "missing_requirements"}}),
        ),
        (
            "sign_up/continue",
            json!({"id": "client_1", "sign_up": {"id": "sua_1", "status": "missing_requirements"}}),
        ),
        ("sign_up/continue", json!({"id": "client_1"})),
    ] {
        let wire = Wire::default().answers("GET /v1/client", 200, envelope(client));
        let form = "code=1&username=ada&flow[path]=/sign-up&flow[attempt]=sua_0";

        let response = wire.post_plain(path, form).await;

        let start = "/sign-up?__path=%2Fapi%2Fauth%2Fsign_up%2Fsubmit&__err=";
        let location = location(&response).replace("username=ada&", "");
        assert!(location.starts_with(start), "{path}: {location}");
        assert_eq!(wire.lines(), ["GET /v1/client"], "{path}");
    }
}

#[tokio::test]
async fn a_sign_up_leads_where_the_instance_wants_new_people_to_go() {
    // It used to lead where signing in does.
    for (after_sign_up, target) in [
        ("/tour", "/tour"),
        ("", "/welcome"),
        ("//evil.example", "/"),
    ] {
        let sign_up = json!({"id": "sua_1", "status": "complete", "created_session_id": "sess_1"});
        let display = json!({"after_sign_in_url": "/welcome", "after_sign_up_url": after_sign_up});
        let wire = Wire::default()
            .answers("POST /v1/client/sign_ups", 200, envelope(sign_up))
            .answers(
                "POST /v1/client/sessions/sess_1/touch",
                200,
                envelope(json!({"id": "sess_1", "status": "active"})),
            )
            .answers(
                "GET /v1/environment",
                200,
                json!({"display_config": display}),
            );

        let form = "email_address=ada%40example.com&flow[path]=/sign-up";
        let response = wire.post_plain("sign_up/submit", form).await;

        assert_eq!(location(&response), target);
    }
}
