//! Bad input gets a clear answer: a 4xx with a code and a sentence, never a 500, never a panic.

use axum::body::Body;
use http::{Request, header};

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn malformed_identifiers_are_said_at_the_identifier() {
    let stage = Stage::new().await;
    let long = format!("{}@example.com", "a".repeat(300));
    for typed in [
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ab",
        "аda_",
        long.as_str(),
    ] {
        let answer = stage
            .browser()
            .post("/v1/client/sign_ins", &[("identifier", typed)])
            .await;
        let answer = answer.expect_error(422, "form_param_format_invalid");
        assert_eq!(answer.param().as_deref(), Some("identifier"), "{typed}");
    }
}

#[tokio::test]
async fn malformed_fields_of_a_sign_up_are_said_at_the_field() {
    let stage = Stage::new().await;
    let long_name = "x".repeat(257);
    // As much as an app server may write, and no more: such a user could not be changed any more.
    let large = format!(r#"{{"x": "{}"}}"#, "y".repeat(9000));
    let deep = format!(r#"{{"x": {}{}}}"#, "[".repeat(32), "]".repeat(32));
    for (field, value, code) in [
        ("email_address", "ada", "form_param_format_invalid"),
        ("username", "abc", "form_username_invalid_length"),
        (
            "username",
            "ada lovelace",
            "form_username_invalid_character",
        ),
        (
            "first_name",
            long_name.as_str(),
            "form_param_max_length_exceeded",
        ),
        ("last_name", "a\u{7}b", "form_param_format_invalid"),
        ("unsafe_metadata", "[1]", "form_param_format_invalid"),
        ("unsafe_metadata", "{", "form_param_format_invalid"),
        ("unsafe_metadata", &large, "form_param_max_length_exceeded"),
        ("unsafe_metadata", &deep, "form_param_format_invalid"),
    ] {
        let answer = stage
            .browser()
            .post("/v1/client/sign_ups", &[(field, value)])
            .await
            .expect_error(422, code);
        assert_eq!(answer.param().as_deref(), Some(field));
    }
}

#[tokio::test]
async fn a_field_that_comes_twice_is_refused() {
    let stage = Stage::with_user(ADA).await;
    let fields = [
        ("identifier", ADA),
        ("identifier", "eve@example.com"),
        ("password", PASSWORD),
    ];

    let answer = stage.browser().post("/v1/client/sign_ins", &fields).await;

    answer.expect_error(422, "form_param_unknown");
}

/// They used to be ignored: who asked for a transfer got an empty attempt, and consent to the terms was lost.
#[tokio::test]
async fn what_this_server_does_not_have_is_refused_by_name() {
    let stage = Stage::new().await;
    for (path, field, value) in [
        ("sign_ins", "ticket", "eyJ"),
        ("sign_ins", "token", "eyJ"),
        ("sign_ups", "ticket", "eyJ"),
        ("sign_ups", "phone_number", "+15555550100"),
        ("sign_ups", "web3_wallet", "0x0"),
        ("sign_ups", "legal_accepted", "true"),
    ] {
        let path = format!("/v1/client/{path}");
        let refused = stage.browser().post(&path, &[(field, value)]).await;
        let refused = refused.expect_error(422, "form_param_unknown");
        assert_eq!(refused.param().as_deref(), Some(field));
        for nothing in ["", "false"] {
            let taken = stage.browser().post(&path, &[(field, nothing)]).await;
            taken.expect_status(200);
        }
    }
}

#[tokio::test]
async fn in_strict_mode_an_attempt_begins_for_who_is_missing_as_official_clients_ask() {
    let stage = Stage::strict().await;
    let fields = [
        ("identifier", "nobody@example.com"),
        ("sign_up_if_missing", "true"),
    ];

    let answer = stage.browser().post("/v1/client/sign_ins", &fields).await;

    assert_eq!(
        answer.expect_status(200).text("/response/status"),
        "needs_first_factor"
    );
}

#[tokio::test]
async fn a_field_that_is_switched_off_is_refused_by_name() {
    let stage =
        Stage::with_settings(|settings| settings.username = thyra_auth::Requirement::Off).await;
    let fields = [("username", "ada_lovelace")];

    let answer = stage.browser().post("/v1/client/sign_ups", &fields).await;

    let answer = answer.expect_error(422, "form_param_unknown");
    assert_eq!(answer.param().as_deref(), Some("username"));
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    for (path, fields, param) in [
        ("attempt_first_factor", &[][..], "strategy"),
        ("prepare_first_factor", &[][..], "strategy"),
        (
            "attempt_first_factor",
            &[("strategy", "password")][..],
            "password",
        ),
        (
            "attempt_first_factor",
            &[("strategy", "email_code"), ("code", "no digits")][..],
            "code",
        ),
    ] {
        let answer = browser
            .post(&format!("{attempt}/{path}"), fields)
            .await
            .expect_error(422, "form_param_nil");
        assert_eq!(answer.param().as_deref(), Some(param));
    }
}

#[tokio::test]
async fn strategies_that_do_not_exist_are_refused() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;

    let begun = browser
        .post(
            "/v1/client/sign_ins",
            &[("identifier", ADA), ("strategy", "telepathy")],
        )
        .await;
    begun.expect_error(422, "form_param_value_invalid");
    let tried = browser
        .post(
            &format!("{attempt}/attempt_first_factor"),
            &[("strategy", "telepathy")],
        )
        .await;
    tried.expect_error(422, "strategy_for_user_invalid");
}

#[tokio::test]
async fn content_types_that_are_not_understood_are_refused() {
    let stage = Stage::new().await;
    for content_type in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
    ] {
        let request =
            Request::post("/v1/client/sign_ins").header(header::CONTENT_TYPE, content_type);
        let answer = stage
            .browser()
            .send(request, Body::from("identifier=a"))
            .await;
        answer.expect_error(415, "unsupported_content_type");
    }
    let untyped = Request::post("/v1/client/sign_ins");
    stage
        .browser()
        .send(untyped, Body::from("identifier=a"))
        .await
        .expect_error(415, "unsupported_content_type");
}

#[tokio::test]
async fn broken_bodies_are_refused() {
    let stage = Stage::new().await;
    for (content_type, body) in [
        ("application/json", &b"{\"identifier\": "[..]),
        ("application/json", b"[]"),
        ("application/json", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"identifier=%ff%fe"),
    ] {
        let request =
            Request::post("/v1/client/sign_ins").header(header::CONTENT_TYPE, content_type);
        let answer = stage.browser().send(request, Body::from(body)).await;
        answer.expect_error(400, "request_invalid");
    }
}

#[tokio::test]
async fn a_password_of_raw_bytes_is_not_read_as_another_one() {
    let stage = Stage::new().await;
    stage
        .auth
        .add_user(ADA, Some("\u{fffd}".repeat(9).into()))
        .await
        .unwrap();
    let body = [b"identifier=ada%40example.com&password=", &[0xff; 9][..]].concat();
    let request = Request::post("/v1/client/sign_ins")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");

    let answer = stage.browser().send(request, Body::from(body)).await;

    answer.expect_error(400, "request_invalid");
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused() {
    let stage = Stage::new().await;
    let body = format!("identifier={}", "a".repeat(64 * 1024));
    let request = Request::post("/v1/client/sign_ins")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");

    let answer = stage.browser().send(request, Body::from(body)).await;

    answer.expect_error(413, "request_too_large");
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_answered_in_json() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    browser
        .get("/v1/nowhere")
        .await
        .expect_error(404, "resource_not_found");
    browser
        .get("/v1/client/sign_ins")
        .await
        .expect_error(405, "method_not_allowed");
    browser.post("/v1/client/sign_ups?_method=PATCH", &[]).await;
    browser
        .post("/v1/client/sessions", &[])
        .await
        .expect_error(405, "method_not_allowed");
    browser
        .get("/v1/client/sign_ins/sia_nothing")
        .await
        .expect_error(404, "resource_not_found");
}

/// P03: whatever is sent anywhere, the answer is JSON and no 500.
#[tokio::test]
async fn sec_p03_no_request_is_answered_with_a_500() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    let paths = [
        "/v1/environment",
        "/v1/client",
        "/v1/client/sessions",
        "/v1/client/sessions/x/touch",
        "/v1/client/sessions/x/tokens",
        "/v1/client/sign_ins",
        "/v1/client/sign_ups",
        "/v1/client/sign_ups/x",
        "/v1/client/sign_ups/x/prepare_verification",
        "/v1/client/sign_ups/x/attempt_verification",
        "/v1/me",
        "/v1/users",
        "/v1/users/x",
        "/v1/sessions",
        "/v1/jwks",
        "/%00",
        "/v1/client/sign_ins/%ff",
        &format!("{attempt}/prepare_first_factor"),
        &format!("{attempt}/attempt_second_factor"),
    ]
    .map(str::to_owned);
    let bodies: [&[u8]; 8] = [
        b"",
        b"=",
        b"&&&",
        b"strategy=%00",
        b"strategy=email_code&code=%F0%9F%98%80",
        b"{}",
        b"null",
        b"\0\xff",
    ];
    let methods = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW",
    ];
    let kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "\u{e9}",
    ];
    for path in &paths {
        for method in methods {
            for kind in kinds {
                for body in bodies {
                    let request = Request::builder()
                        .method(method)
                        .uri(path)
                        .header(header::CONTENT_TYPE, kind);
                    let answer = browser.send(request, Body::from(body)).await;
                    assert!(
                        answer.status.as_u16() < 500,
                        "{method} {path} {kind} {body:?}: {}",
                        answer.body_text()
                    );
                }
            }
        }
    }
}
