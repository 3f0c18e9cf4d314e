//! E07: requests that are repeated because their answer was lost, and what a planter of cookies gets out of that.

use std::time::Duration;

use futures::future::join_all;

use crate::stage::{ADA, Browser, PASSWORD, Stage};

/// Somebody at the step of the code: the browser, the attempt's path, and the code.
async fn at_the_code(stage: &Stage) -> (Browser, String, String) {
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    (browser, attempt, stage.last_code().await)
}

/// What names a browser to us.
fn names(browser: &Browser) -> [&String; 2] {
    ["__client", "__client_seal"].map(|name| &browser.cookies[name])
}

/// A reload while the last call was under way used to lead to the start: signed in on the server, a stranger in the browser.
#[tokio::test]
async fn sec_e07_after_a_lost_answer_the_browser_is_signed_in() {
    let stage = Stage::with_user(ADA).await;
    let (mut browser, attempt, code) = at_the_code(&stage).await;
    let mut lost = browser.clone();
    lost.try_code(&attempt, &code).await.expect_status(200);
    let signed_in = lost.session_id().await;
    stage.clock.advance(Duration::from_secs(9));

    let session = browser.session_id().await;

    assert!(session.is_some());
    assert_eq!(session, signed_in);
    assert_eq!(names(&browser), names(&lost), "it has what was lost");
    stage.clock.advance(Duration::from_secs(60));
    assert_eq!(browser.session_id().await, signed_in, "and it lasts");
}

#[tokio::test]
async fn sec_e07_a_request_that_is_sent_twice_is_answered_the_same_way_twice() {
    let stage = Stage::with_user(ADA).await;
    let (mut browser, attempt, code) = at_the_code(&stage).await;
    let mut lost = browser.clone();
    let first = lost.try_code(&attempt, &code).await.expect_status(200);

    let second = browser.try_code(&attempt, &code).await.expect_status(200);

    for pointer in ["/response/status", "/response/created_session_id"] {
        assert_eq!(first.text(pointer), second.text(pointer));
    }
    assert_eq!(names(&browser), names(&lost));
}

#[tokio::test]
async fn sec_e07_fifty_requests_at_once_give_one_session_and_one_successor() {
    let stage = Stage::with_user(ADA).await;
    let (browser, attempt, code) = at_the_code(&stage).await;
    let tabs = (0..50).map(|_| {
        let (mut tab, attempt, code) = (browser.clone(), attempt.clone(), code.clone());
        async move {
            let answer = tab.try_code(&attempt, &code).await.expect_status(200);
            (tab.cookies, answer.text("/response/created_session_id"))
        }
    });

    let seen = join_all(tabs).await;

    for tab in &seen {
        assert_eq!(tab, &seen[0]);
    }
    let mut browser = browser;
    browser.cookies = seen[0].0.clone();
    assert_eq!(browser.session_id().await.as_ref(), Some(&seen[0].1));
}

#[tokio::test]
async fn sec_e07_a_password_that_is_sent_twice_signs_in_once_and_counts_as_no_failure() {
    let stage = Stage::with_user(ADA).await;
    for _ in 0..12 {
        let mut browser = stage.browser();
        let attempt = browser.begin_sign_in(ADA).await;
        let mut lost = browser.clone();

        let (first, second) = tokio::join!(
            lost.try_password(&attempt, PASSWORD),
            browser.try_password(&attempt, PASSWORD)
        );

        let session = "/response/created_session_id";
        let first = first.expect_status(200).text(session);
        assert_eq!(first, second.expect_status(200).text(session));
        assert_eq!(names(&browser), names(&lost));
    }
}

#[tokio::test]
async fn sec_e07_a_sign_up_whose_answer_was_lost_is_complete() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up("grace@example.com").await;
    let code = stage.last_code().await;
    let mut lost = browser.clone();
    lost.try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);

    let again = browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);

    assert_eq!(again.text("/response/status"), "complete");
    assert_eq!(browser.session_id().await, lost.session_id().await);
}

#[tokio::test]
async fn sec_e07_a_change_of_the_address_whose_answer_was_lost_keeps_the_sign_up() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up("grace@example.com").await;
    let change = format!("{attempt}?_method=PATCH");
    let fields = [("email_address", "hopper@example.com")];
    let mut lost = browser.clone();
    lost.post(&change, &fields).await.expect_status(200);

    let again = browser.post(&change, &fields).await.expect_status(200);

    assert_eq!(again.text("/response/email_address"), "hopper@example.com");
    assert_eq!(names(&browser), names(&lost));
}

#[tokio::test]
async fn sec_e07_after_eleven_seconds_the_old_cookie_is_dead() {
    let stage = Stage::with_user(ADA).await;
    let (mut browser, attempt, code) = at_the_code(&stage).await;
    let mut first = browser.clone();
    first.try_code(&attempt, &code).await.expect_status(200);
    stage.clock.advance(Duration::from_secs(11));

    let client = browser.get("/v1/client").await;

    assert!(client.json()["response"].is_null());
    assert!(client.set_cookies().is_empty());
    browser.try_code(&attempt, &code).await.expect_status(404);
    assert!(first.session_id().await.is_some(), "the successor lives on");
}

#[tokio::test]
async fn sec_e07_a_sign_out_within_the_grace_ends_it() {
    let stage = Stage::with_user(ADA).await;
    let (mut browser, attempt, code) = at_the_code(&stage).await;
    let mut first = browser.clone();
    first.try_code(&attempt, &code).await.expect_status(200);

    first
        .post("/v1/client/sessions?_method=DELETE", &[])
        .await
        .expect_status(200);

    let client = browser.get("/v1/client").await;
    assert!(client.json()["response"].is_null());
}

/// An attempt that somebody prepared for the victim's address, in a browser into which they could put `__client` alone.
#[tokio::test]
async fn sec_e02_whoever_planted_a_prepared_attempt_gets_no_session_from_the_grace() {
    let stage = Stage::with_user(ADA).await;
    for has_own_seal in [false, true] {
        let (mut attacker, attempt, code) = at_the_code(&stage).await;
        let mut victim = stage.browser();
        if has_own_seal {
            victim.begin_sign_in(ADA).await;
        }
        let planted = attacker.cookies["__client"].clone();
        victim.cookies.insert("__client".to_owned(), planted);

        victim.try_code(&attempt, &code).await.expect_status(200);

        assert!(victim.session_id().await.is_some());
        for _ in 0..2 {
            let seen = attacker.get("/v1/client").await;
            assert!(seen.json()["response"].is_null(), "{}", seen.body_text());
            assert!(seen.set_cookies().is_empty());
            let again = attacker.try_code(&attempt, &code).await.expect_status(404);
            assert!(!again.body_text().contains("jwt"));
        }
        stage.clock.advance(Duration::from_secs(60));
    }
}

/// The seal that a host next door can set has no prefix, and counts for nothing where there is HTTPS.
#[tokio::test]
async fn sec_e02_over_https_no_seal_counts_that_could_be_planted() {
    let url = "https://auth.example.com";
    let stage = Stage::with_settings(|settings| settings.public_url = url.to_owned()).await;
    stage.add_user(ADA).await;
    let browser = || {
        let mut browser = stage.browser();
        browser.origin = Some(url.to_owned());
        browser
    };
    let mut attacker = browser();
    let attempt = attacker.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    let seal = attacker.cookies["__Host-client_seal"].clone();
    let mut victim = browser();
    for (name, value) in [
        ("__client", &attacker.cookies["__client"]),
        ("__client_seal", &seal),
    ] {
        victim.cookies.insert(name.to_owned(), value.clone());
    }

    victim.try_code(&attempt, &code).await.expect_status(200);

    assert!(attacker.get("/v1/client").await.json()["response"].is_null());
    assert!(victim.cookies.contains_key("__Host-client_seal"));
}

/// Nobody's cookie of before the first step has a grace, whoever has it.
#[tokio::test]
async fn sec_e02_a_cookie_dies_at_once_when_somebody_says_who_they_are() {
    let stage = Stage::with_user(ADA).await;
    let mut attacker = stage.browser();
    attacker.begin_sign_in("ada@example.com").await;
    let mut victim = attacker.clone();

    victim.begin_with_code(ADA).await;

    assert!(attacker.get("/v1/client").await.json()["response"].is_null());
}

#[tokio::test]
async fn sec_e07_a_cookie_without_the_seal_that_goes_with_it_has_no_grace() {
    let stage = Stage::with_user(ADA).await;
    let (browser, attempt, code) = at_the_code(&stage).await;
    let mut other = stage.browser();
    other.begin_sign_in(ADA).await;
    let mut first = browser.clone();
    first.try_code(&attempt, &code).await.expect_status(200);

    for seal in [
        None,
        Some("x"),
        Some(other.cookies["__client_seal"].as_str()),
    ] {
        let mut thief = browser.clone();
        thief.cookies.remove("__client_seal");
        if let Some(seal) = seal {
            thief
                .cookies
                .insert("__client_seal".to_owned(), seal.to_owned());
        }
        let client = thief.get("/v1/client").await;
        assert!(client.json()["response"].is_null(), "{seal:?}");
    }
}

/// A link of the attacker's would otherwise make a planted cookie one that has a grace.
#[tokio::test]
async fn sec_e02_a_planted_cookie_gets_no_seal() {
    let stage = Stage::with_user(ADA).await;
    let (mut attacker, attempt, code) = at_the_code(&stage).await;
    let mut victim = stage.browser();
    let planted = attacker.cookies["__client"].clone();
    victim.cookies.insert("__client".to_owned(), planted);

    for path in ["/v1/client/touch", "/v1/client", "/v1/client/handshake"] {
        victim.get(path).await;
        assert!(!victim.cookies.contains_key("__client_seal"), "{path}");
    }

    victim.try_code(&attempt, &code).await.expect_status(200);
    assert!(attacker.get("/v1/client").await.json()["response"].is_null());
}
