//! Being signed in, and signing out.

use std::time::Duration;

use crate::stage::{ADA, ORIGIN, Stage};

pub fn claims(jwt: &str) -> serde_json::Value {
    use base64::Engine as _;
    let payload = jwt.split('.').nth(1).expect("a token has three parts");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn a_token_says_who_is_signed_in_and_where() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();

    let answer = browser
        .post(&format!("/v1/client/sessions/{id}/tokens"), &[])
        .await
        .expect_status(200);

    let claims = claims(&answer.text("/jwt"));
    assert_eq!(answer.text("/object"), "token");
    assert_eq!(claims["sid"], id);
    assert_eq!(claims["azp"], ORIGIN);
    assert_eq!(claims["iss"], "https://127.0.0.1:3000");
    assert_eq!(claims["fva"], serde_json::json!([0, -1]));
}

#[tokio::test]
async fn sec_e04_a_readable_token_lives_for_a_minute() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;

    let client = browser.get("/v1/client").await;

    let claims = claims(&client.text("/response/sessions/0/last_active_token/jwt"));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        60
    );
}

#[tokio::test]
async fn touching_a_session_makes_it_the_one_to_use() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();
    stage.clock.advance(Duration::from_secs(60));

    let fields = [("active_organization_id", ""), ("intent", "focus")];
    let answer = browser
        .post(&format!("/v1/client/sessions/{id}/touch"), &fields)
        .await
        .expect_status(200);

    assert_eq!(answer.text("/client/last_active_session_id"), id);
    let json = answer.json();
    assert!(json["response"]["last_active_at"].as_i64() > json["response"]["created_at"].as_i64());
}

#[tokio::test]
async fn every_change_makes_the_client_newer_even_when_the_clock_stands_still() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();
    let mut updated = 0;
    for _ in 0..3 {
        let answer = browser
            .post(&format!("/v1/client/sessions/{id}/touch"), &[])
            .await
            .expect_status(200);
        let now = answer.json()["client"]["updated_at"].as_i64().unwrap();
        assert!(now > updated);
        updated = now;
    }
}

#[tokio::test]
async fn sec_e06_what_ended_opens_nothing_from_then_on() {
    for road in ["end", "remove", "all", "client"] {
        let stage = Stage::with_user(ADA).await;
        let mut browser = stage.signed_in(ADA).await;
        let stolen = browser.clone();
        let id = browser.session_id().await.unwrap();
        let path = match road {
            "all" => "/v1/client/sessions?_method=DELETE".to_owned(),
            "client" => "/v1/client?_method=DELETE".to_owned(),
            road => format!("/v1/client/sessions/{id}/{road}"),
        };

        browser.post(&path, &[]).await.expect_status(200);

        for mut thief in [stolen, browser] {
            let answer = thief
                .post(&format!("/v1/client/sessions/{id}/tokens"), &[])
                .await;
            assert_eq!(answer.code(), "authentication_invalid", "{road}");
            assert_eq!(thief.session_id().await, None, "{road}");
        }
    }
}

#[tokio::test]
async fn sec_e06_a_banned_user_is_signed_out_on_the_next_request() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();
    let user_id = browser
        .get("/v1/client")
        .await
        .text("/response/sessions/0/user/id");
    let mut server = stage.browser();
    let key = format!("Bearer {}", stage.auth.secret_key().expose());
    let ban = http::Request::post(format!("/v1/users/{user_id}/ban")).header("authorization", key);

    server
        .send(ban, axum::body::Body::empty())
        .await
        .expect_status(200);

    let answer = browser
        .post(&format!("/v1/client/sessions/{id}/tokens"), &[])
        .await;
    answer.expect_error(401, "authentication_invalid");
    assert_eq!(browser.session_id().await, None);
}

#[tokio::test]
async fn sec_e05_a_session_is_over_after_a_week() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let id = browser.session_id().await.unwrap();
    stage.clock.advance(Duration::from_secs(7 * 24 * 3600 - 1));
    assert!(browser.session_id().await.is_some());

    stage.clock.advance(Duration::from_secs(1));

    assert_eq!(browser.session_id().await, None);
    let answer = browser
        .post(&format!("/v1/client/sessions/{id}/tokens"), &[])
        .await;
    answer.expect_error(401, "authentication_invalid");
}

#[tokio::test]
async fn signing_out_keeps_the_client_and_forgetting_does_not() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let before = browser.get("/v1/client").await.text("/response/id");

    browser
        .post("/v1/client/sessions?_method=DELETE", &[])
        .await
        .expect_status(200);
    assert_eq!(browser.get("/v1/client").await.text("/response/id"), before);

    browser
        .post("/v1/client?_method=DELETE", &[])
        .await
        .expect_status(200);
    assert!(browser.get("/v1/client").await.json()["response"].is_null());
}

#[tokio::test]
async fn another_clients_session_does_not_exist_here() {
    let stage = Stage::with_user(ADA).await;
    let id = stage.signed_in(ADA).await.session_id().await.unwrap();
    let mut other = stage.signed_in(ADA).await;

    for action in ["touch", "tokens", "end", "remove"] {
        let answer = other
            .post(&format!("/v1/client/sessions/{id}/{action}"), &[])
            .await;
        answer.expect_error(404, "resource_not_found");
    }
}

#[tokio::test]
async fn the_sessions_of_a_user_are_listed() {
    let stage = Stage::with_user(ADA).await;
    stage.signed_in(ADA).await;
    let mut browser = stage.signed_in(ADA).await;

    let answer = browser
        .get("/v1/me/sessions/active")
        .await
        .expect_status(200);

    assert_eq!(answer.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_unknown_browser_has_no_client() {
    let stage = Stage::new().await;

    let answer = stage.browser().get("/v1/client").await.expect_status(200);

    assert_eq!(answer.body_text(), r#"{"response":null,"client":null}"#);
    assert!(answer.set_cookies().is_empty());
}

/// The page's comment promised a cookie that it did not set.
#[tokio::test]
async fn the_touch_page_sets_the_cookie_again_and_goes_on() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let cookie = browser.cookies["__client"].clone();

    let answer = browser
        .get("/v1/client/touch?redirect_url=/welcome")
        .await
        .expect_status(302);

    assert_eq!(answer.headers["location"], "/welcome");
    let lines = answer.set_cookies();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].starts_with("__client_seal="));
    assert!(lines[0].starts_with(&format!("__client={cookie}; Path=/; Max-Age=34560000;")));
    assert!(browser.session_id().await.is_some());
}

#[tokio::test]
async fn the_touch_page_gives_no_cookie_to_a_browser_that_nobody_knows() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    browser.cookies.insert("__client".into(), "made-up".into());

    let answer = browser.get("/v1/client/touch").await.expect_status(302);

    assert_eq!(answer.set_cookies(), Vec::<String>::new());
}
