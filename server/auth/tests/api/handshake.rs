//! The handshake: what a browser gets whom an official server SDK sends to us.

use std::time::Duration;

use axum::body::Body;
use http::Request;

use crate::stage::{ADA, Answer, Browser, ORIGIN, Stage};

const APP: &str = "http://127.0.0.1:3000/invoices?page=2";

/// What the official SDK asks for.
fn handshake_to(target: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("redirect_url", target)
        .append_pair("__clerk_api_version", "2026-05-12")
        .append_pair("suffixed_cookies", "true")
        .append_pair("__clerk_hs_reason", "session-token-expired")
        .append_pair("format", "nonce")
        .finish();
    format!("/v1/client/handshake?{query}")
}

fn location(answer: &Answer) -> &str {
    answer.headers["location"].to_str().unwrap()
}

#[tokio::test]
async fn whoever_is_signed_in_goes_back_with_a_fresh_token() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let session = browser.session_id().await.unwrap();
    stage.clock.advance(Duration::from_secs(3600));

    let answer = browser.get(&handshake_to(APP)).await.expect_status(302);

    assert_eq!(location(&answer), APP);
    let claims = crate::sessions::claims(&browser.cookies["__session"]);
    assert_eq!(claims["sid"], session);
    assert_eq!(claims["azp"], ORIGIN);
    let uat: i64 = browser.cookies["__client_uat"].parse().unwrap();
    assert!(uat > 0 && uat <= claims["iat"].as_i64().unwrap());
    for name in ["__session", "__client_uat"] {
        let lines = answer.set_cookies();
        let spellings = lines.iter().filter(|line| line.starts_with(name));
        assert_eq!(spellings.count(), 2, "{lines:?}");
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_goes_back_with_the_word_that_nobody_is() {
    let stage = Stage::with_user(ADA).await;
    let mut signed_out = stage.signed_in(ADA).await;
    signed_out
        .post("/v1/client/sessions?_method=DELETE", &[])
        .await
        .expect_status(200);
    let mut over = stage.signed_in(ADA).await;
    let nobody = stage.browser();
    stage.clock.advance(Duration::from_secs(8 * 24 * 3600));
    over.cookies.insert("__session".into(), "old".into());

    for mut browser in [signed_out, over, nobody] {
        let answer = browser.get(&handshake_to(APP)).await.expect_status(302);

        assert_eq!(location(&answer), APP);
        assert_eq!(browser.cookies.get("__session"), None);
        assert_eq!(browser.cookies["__client_uat"], "0");
    }
}

/// A handshake is a GET that anybody can put into a link: it must change nothing but what it says.
#[tokio::test]
async fn a_handshake_may_be_repeated() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let before = browser.get("/v1/client").await.json();

    for _ in 0..3 {
        browser.get(&handshake_to(APP)).await.expect_status(302);
    }

    let after = browser.get("/v1/client").await.json();
    assert_eq!(
        after["response"]["updated_at"],
        before["response"]["updated_at"]
    );
}

#[tokio::test]
async fn sec_f05_a_handshake_leads_nowhere_else() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;

    for target in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://127.0.0.1:3000@evil.example/",
    ] {
        let answer = browser.get(&handshake_to(target)).await.expect_status(302);
        assert_eq!(location(&answer), "/", "{target}");
    }
    let twice = format!("{}&redirect_url=/b", handshake_to("/a"));
    for path in [twice.as_str(), "/v1/client/handshake"] {
        let answer = browser.get(path).await.expect_status(302);
        assert_eq!(location(&answer), "/");
        assert_eq!(answer.set_cookies(), [""; 0], "it is for nobody's app");
    }
}

/// Another host of the same site can put a cookie of the same name beside ours.
#[tokio::test]
async fn sec_e02_a_cookie_that_was_put_beside_ours_decides_nothing() {
    let stage = Stage::with_user(ADA).await;
    let browser = stage.signed_in(ADA).await;
    let own = &browser.cookies["__client"];

    for both in [
        format!("__client=junk; __client={own}"),
        format!("__client={own}; __client=junk"),
    ] {
        let request = Request::get(handshake_to(APP)).header("cookie", both);
        let answer = stage.browser().send(request, Body::empty()).await;
        let answer = answer.expect_status(302);
        assert_eq!(answer.set_cookies(), [""; 0]);
    }
}

async fn as_subresource(browser: &mut Browser, dest: &str, site: &str) -> Answer {
    let request = Request::get(handshake_to(APP))
        .header("sec-fetch-dest", dest)
        .header("sec-fetch-site", site);
    browser.send(request, Body::empty()).await
}

/// Another site's page can ask for a picture at our address; the browser leaves our cookies out.
#[tokio::test]
async fn sec_e14_no_page_elsewhere_takes_a_session_cookie_away() {
    let stage = Stage::with_user(ADA).await;

    for (dest, site, is_answered) in [
        ("image", "cross-site", false),
        ("iframe", "cross-site", false),
        ("empty", "same-origin", false),
        ("iframe", "same-origin", true),
        ("document", "cross-site", true),
    ] {
        let answer = as_subresource(&mut stage.browser(), dest, site).await;
        let lines = answer.set_cookies();
        assert_eq!(!lines.is_empty(), is_answered, "{dest} {site}: {lines:?}");
    }
}
