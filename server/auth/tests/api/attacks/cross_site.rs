//! F01, F02, F04: other sites making the browser ask.

use axum::body::Body;
use http::{Request, header};

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn sec_f01_reading_changes_nothing() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();
    let before = browser.get("/v1/client").await.json()["response"]["updated_at"].clone();

    for path in [
        "/v1/client/sessions?_method=DELETE".to_owned(),
        "/v1/client?_method=DELETE".to_owned(),
        format!("/v1/client/sessions/{id}/end"),
        format!("/v1/client/sessions/{id}/touch"),
        "/v1/client/touch?redirect_url=/".to_owned(),
        "/v1/client/handshake?redirect_url=/".to_owned(),
    ] {
        browser.get(&path).await;
    }

    assert_eq!(
        browser.get("/v1/client").await.json()["response"]["updated_at"],
        before
    );
}

#[tokio::test]
async fn sec_f02_another_site_can_neither_sign_in_nor_out() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1:3001",
        "http://127.0.0.1:3000.evil.example",
    ] {
        browser.origin = Some(origin.to_owned());
        let out = browser
            .post("/v1/client/sessions?_method=DELETE", &[])
            .await;
        out.expect_error(403, "origin_invalid");
        let login = browser
            .sign_in_with_password("eve@example.com", PASSWORD)
            .await;
        login.expect_error(403, "origin_invalid");
    }
    browser.origin = None;
    browser
        .post("/v1/client/sessions?_method=DELETE", &[])
        .await
        .expect_error(403, "origin_invalid");
    assert!(browser.session_id().await.is_some());
}

#[tokio::test]
async fn sec_f02_fetch_metadata_counts_more_than_a_missing_origin() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    browser.origin = None;
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("same-origin", 422),
        ("none", 422),
    ] {
        let request = Request::post("/v1/client/sign_ins")
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        browser
            .send(request, Body::from("identifier=nobody%40example.com"))
            .await
            .expect_status(status);
    }
}

#[tokio::test]
async fn sec_f04_only_listed_origins_may_read_the_answer() {
    let stage = Stage::with_settings(|settings| {
        settings.allowed_origins = vec!["https://app.example.com".into()]
    })
    .await;
    for (origin, allowed) in [
        ("https://app.example.com", true),
        ("http://127.0.0.1:3000", true),
        ("https://evil.example", false),
        ("https://app.example.com.evil.example", false),
        ("null", false),
    ] {
        let mut browser = stage.browser();
        browser.origin = Some(origin.to_owned());
        let answer = browser.get("/v1/client").await;
        let shown = answer
            .headers
            .get(header::ACCESS_CONTROL_ALLOW_ORIGIN)
            .map(|value| value.to_str().unwrap());
        assert_eq!(shown, allowed.then_some(origin));
        assert!(
            answer.headers[header::VARY]
                .to_str()
                .unwrap()
                .contains("Origin")
        );
    }
}

#[tokio::test]
async fn sec_f05_the_touch_page_redirects_to_allowed_targets_only() {
    let stage = Stage::new().await;
    for (target, location) in [
        ("/account", "/account"),
        (
            "http%3A%2F%2F127.0.0.1%3A3000%2Fx",
            "http://127.0.0.1:3000/x",
        ),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("javascript%3Aalert(1)", "/"),
        // Which of two counts would be anybody's guess. This was once an error in plain text, which no client can read.
        ("/account&redirect_url=/account", "/"),
        ("%FF", "/"),
    ] {
        let answer = stage
            .browser()
            .get(&format!("/v1/client/touch?redirect_url={target}"))
            .await;
        assert_eq!(
            answer.expect_status(302).headers[header::LOCATION],
            location
        );
    }
}
