//! Requests that nobody of ours sent, and answers that nobody can read.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, COOKIE, REFERER, SET_COOKIE};
use axum::routing::post;
use serde_json::json;
use tower::ServiceExt;

use super::{Wire, complete_wire, envelope, environment, failure, location, sign_in};
use crate::AuthError;

#[tokio::test]
async fn sec_f05_a_target_elsewhere_is_dropped_silently() {
    for target in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x",
    ] {
        let wire = complete_wire();
        let form = format!(
            "password=p&flow[path]=/sign-in&flow[redirect_url]={}",
            crate::encode_query_value(target)
        );
        let response = wire.post_plain("sign_in/submit_password", &form).await;
        assert_eq!(location(&response), "/welcome", "{target}");
    }
}

#[tokio::test]
async fn sec_f05_a_mount_path_elsewhere_is_not_led_to() {
    for path in [
        "https://evil.example",
        "//evil.example",
        "sign-in",
        "/\\evil.example",
    ] {
        let wire = Wire::default()
            .answers(
                "POST /v1/client/sign_ins",
                200,
                envelope(sign_in("needs_first_factor")),
            )
            .answers("GET /v1/environment", 200, environment("password"));
        let form = format!(
            "identifier=ada@example.com&flow[path]={}",
            crate::encode_query_value(path)
        );
        let response = wire.post_plain("sign_in/continue", &form).await;
        assert_eq!(location(&response), "/factor-one", "{path}");
    }
}

#[tokio::test]
async fn sec_f02_a_form_on_another_site_does_nothing() {
    for accept in ["text/html", "application/json"] {
        let wire = complete_wire();
        let headers = [
            (ACCEPT.as_str(), accept),
            (REFERER.as_str(), "https://evil.example/"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            (COOKIE.as_str(), "__client=c"),
        ];
        for (path, form) in [
            ("sign_in/continue", "identifier=a"),
            ("sign_in/submit_password", "password=p"),
            ("sign_in/create", "params[identifier]=a"),
            ("sign_up/submit", "email_address=a"),
            ("session/sign_out", ""),
            ("session/token", ""),
            ("load", ""),
        ] {
            let response = wire.post(path, form, &headers).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
            assert!(response.headers().get(SET_COOKIE).is_none(), "{path}");
        }
        assert!(wire.lines().is_empty(), "{:?}", wire.lines());
    }
}

#[tokio::test]
async fn sec_p03_a_form_that_cannot_be_read_is_the_senders_fault() {
    for form in [
        "",
        "identifier[a]=b",
        "identifier=a&identifier=b",
        "%ff%fe=%",
        "flow=x",
    ] {
        let wire = Wire::default();
        let (status, error) = failure(wire.post_fetch("sign_in/continue", form).await).await;
        assert_eq!(
            (status, error.code()),
            (StatusCode::BAD_REQUEST, "request_invalid"),
            "{form}"
        );
    }
}

/// The server functions, by what follows `/api/auth/`.
fn all_functions() -> Vec<&'static str> {
    crate::register_server_fns();
    let paths = leptos::server_fn::axum::server_fn_paths();
    let paths = paths.filter_map(|(path, _)| path.strip_prefix("/api/auth/"));
    let paths: Vec<_> = paths.collect();
    assert_eq!(paths.len(), 26, "{paths:?}");
    paths
}

#[tokio::test]
async fn sec_p03_bytes_that_are_no_text_are_the_senders_fault() {
    // They were answered with 500.
    for path in all_functions() {
        for body in [
            &b"identifier=\xff\xfe"[..],
            b"\xc3\x28",
            b"code=1&password=p\x80",
            // Escaped, they were read as replacement characters: nine times %ff was the same password as nine times %fe.
            b"identifier=a&password=%ff%ff%ff%ff%ff%ff%ff%ff%ff",
            b"code=%C3&password=%28",
            b"flow%5bpath%5d=%ed%a0%80",
            // Overlong forms, of a slash and of nothing.
            b"identifier=%c0%af",
            b"session_id=%e0%80%80",
            b"%ff=",
        ] {
            for accept in ["application/json", "*/*", "text/html"] {
                let wire = Wire::default();
                let headers = [(ACCEPT.as_str(), accept), ("sec-fetch-site", "same-origin")];
                let response = wire.post_bytes(path, body, &headers).await;
                assert_eq!(
                    response.status(),
                    StatusCode::BAD_REQUEST,
                    "{path} {accept}"
                );
                assert!(wire.lines().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn sec_f02_an_unreadable_form_of_another_site_is_not_led_back_there() {
    let headers = [
        (ACCEPT.as_str(), "text/html"),
        (REFERER.as_str(), "https://evil.example/"),
        ("sec-fetch-site", "cross-site"),
    ];

    let response = Wire::default()
        .post("sign_in/continue", "x", &headers)
        .await;

    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn sec_f02_a_body_that_is_not_called_a_form_is_not_read_as_one() {
    // A form of a foreign page can be sent as `text/plain`, and a script's request without any type.
    let bodies = [
        ("sign_in/continue", "identifier=a"),
        ("sign_in/submit_password", "password=p"),
        ("sign_up/submit", "email_address=a"),
        ("session/activate", "session_id=sess_1"),
        ("session/sign_out", ""),
        ("load", ""),
    ];
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
        "\u{e9}",
    ] {
        for accept in ["text/html", "application/json"] {
            for (path, body) in bodies {
                let wire = complete_wire();
                let headers = [
                    ("content-type", kind),
                    (ACCEPT.as_str(), accept),
                    (REFERER.as_str(), "https://app.example.com/sign-in"),
                    ("sec-fetch-site", "same-origin"),
                    (COOKIE.as_str(), "__client=c"),
                ];
                let response = wire.post(path, body, &headers).await;
                assert_eq!(
                    response.status(),
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "{path} {kind}"
                );
                assert!(wire.lines().is_empty(), "{path} {kind}");
            }
        }
    }
}

#[tokio::test]
async fn a_form_is_known_by_its_type_however_it_is_spelled() {
    for kind in [
        "application/x-www-form-urlencoded;charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded",
    ] {
        let headers = [("content-type", kind), ("sec-fetch-site", "same-origin")];
        let response = complete_wire()
            .post("sign_in/submit_password", "password=p", &headers)
            .await;
        assert_ne!(
            response.status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn without_an_auth_api_the_answer_says_so() {
    crate::register_server_fns();
    let app: Router =
        Router::new().route("/api/auth/{*path}", post(leptos_axum::handle_server_fns));
    let request = Request::builder()
        .method("POST")
        .uri("/api/auth/load")
        .body(Body::empty())
        .unwrap();

    let (status, error) = failure(app.oneshot(request).await.unwrap()).await;

    assert_eq!(
        (status, error),
        (StatusCode::INTERNAL_SERVER_ERROR, AuthError::NotConfigured)
    );
}

#[tokio::test]
async fn sec_o01_an_id_cannot_change_the_path_of_a_call() {
    // It was answered as if the auth API were down.
    for id in ["../users", "a/b", "sess_1?x=y", "a%2Fb", "é", "a\nb"] {
        for path in ["session/activate", "session/sign_out"] {
            let wire = Wire::default();
            let form = format!("session_id={}", crate::encode_query_value(id));
            let (status, error) = failure(wire.post_fetch(path, &form).await).await;
            assert_eq!(
                (status, error.code()),
                (StatusCode::NOT_FOUND, "resource_not_found"),
                "{path} {id}"
            );
            assert!(wire.lines().is_empty());
        }
    }
}

#[tokio::test]
async fn an_api_that_answers_nonsense_gives_no_words_of_its_own() {
    let wire = Wire::default().answers("GET /v1/client", 200, json!("nonsense"));

    let response = wire
        .post_fetch("sign_in/submit_password", "password=p")
        .await;

    let (status, error) = failure(response).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert_eq!(error, AuthError::Unreadable);
}
