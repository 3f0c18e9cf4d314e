//! Who may ask, in which form, and in which form the answers come.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::stage::{Stage, ada};

const PATHS: [(Method, &str); 9] = [
    (Method::GET, "/v1/users"),
    (Method::POST, "/v1/users"),
    (Method::GET, "/v1/users/count"),
    (Method::GET, "/v1/users/user_1"),
    (Method::DELETE, "/v1/users/user_1"),
    (Method::POST, "/v1/users/user_1/verify_password"),
    (Method::GET, "/v1/sessions"),
    (Method::POST, "/v1/sessions/sess_1/revoke"),
    (Method::GET, "/v1/jwks"),
];

#[tokio::test]
async fn without_the_secret_key_every_path_says_the_same() {
    let stage = Stage::empty().await;
    let key = stage.auth.secret_key().expose().to_owned();
    let almost = &key[..key.len() - 1];
    let tries = [
        None,
        Some(String::new()),
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {almost}")),
        Some(format!("Bearer {key}x")),
        Some(format!("Basic {key}")),
        Some(key.clone()),
        Some(format!("Bearer {}", stage.auth.publishable_key())),
    ];
    for (method, path) in PATHS {
        for authorization in &tries {
            let mut request = Request::builder().method(&method).uri(path);
            if let Some(value) = authorization {
                request = request.header(header::AUTHORIZATION, value);
            }
            let response = stage.send(request.body(Body::empty()).unwrap()).await;
            let answer = stage.read(response).await;
            answer.expect_error(401, "clerk_key_invalid", None);
        }
    }
}

#[tokio::test]
async fn the_client_cookie_is_no_secret_key() {
    let (stage, id) = Stage::with_user(ada()).await;
    let (_, cookie) = stage.sign_in("ada_l", "correct horse").await;

    let request = Request::get(format!("/v1/users/{id}"))
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let answer = stage.read(stage.send(request).await).await;

    answer.expect_error(401, "clerk_key_invalid", None);
}

#[tokio::test]
async fn the_key_set_is_the_public_one() {
    let stage = Stage::empty().await;

    let keys = stage.get("/v1/jwks").await.expect(StatusCode::OK);

    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"]),
        (&json!("RSA"), &json!("RS256"), &json!("sig"))
    );
    assert!(key["kid"].as_str().unwrap().starts_with("ins_"));
    assert_eq!(key["e"], "AQAB");
    assert_eq!(
        key.as_object().unwrap().len(),
        6,
        "no private member: {key:#}"
    );
    let public = stage
        .get("/.well-known/jwks.json")
        .await
        .expect(StatusCode::OK);
    assert_eq!(keys, public);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let stage = Stage::empty().await;
    let send = async |kind: &str, body: &str| {
        let mut request = stage.request(Method::POST, "/v1/users", Body::from(body.to_owned()));
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.parse().unwrap());
        stage.read(stage.send(request).await).await
    };

    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        send(kind, "{}")
            .await
            .expect_error(415, "unsupported_content_type", None);
    }
    for body in ["[]", "null", "{", "\u{0}", "{}{}", "\"x\""] {
        send("application/json", body)
            .await
            .expect_error(400, "request_invalid", None);
    }
    let charset = send("application/json; charset=utf-8", "{}").await;
    charset.expect_error(422, "form_param_nil", Some("email_address"));
}

#[tokio::test]
async fn a_body_past_64_kib_is_refused() {
    let stage = Stage::empty().await;

    let huge = stage
        .post("/v1/users", json!({ "first_name": "x".repeat(65 * 1024) }))
        .await;

    huge.expect_error(413, "request_too_large", None);
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_answered_in_json() {
    let stage = Stage::empty().await;

    stage
        .get("/v1/organizations")
        .await
        .expect_error(404, "resource_not_found", None);
    let put = stage.call(Method::PUT, "/v1/users", Some(json!({}))).await;
    put.expect_error(405, "method_not_allowed", None);
}
