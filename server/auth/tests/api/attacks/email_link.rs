//! D04, D06–D09: what links in mails must not do.

use std::time::Duration;

use axum::body::Body;
use http::{Request, header};

use crate::stage::{ADA, Answer, Browser, ORIGIN, PASSWORD, Stage};

const BACK: &str = "http://127.0.0.1:3000/sign-in/verify";

impl Browser {
    /// Begins a sign-in and has a link sent.
    pub async fn begin_with_link(&mut self, email: &str) -> String {
        let attempt = self.begin_sign_in(email).await;
        self.prepare_link(&attempt, BACK).await.expect_status(200);
        attempt
    }

    async fn prepare_link(&mut self, attempt: &str, back: &str) -> Answer {
        let fields = [("strategy", "email_link"), ("redirect_url", back)];
        self.post(&format!("{attempt}/prepare_first_factor"), &fields)
            .await
    }

    /// Presses the button of the link's page.
    async fn follow(&mut self, link: &str) -> Answer {
        let token = link.split_once("token=").expect("a link has a token").1;
        self.post("/v1/verify", &[("token", token)]).await
    }

    /// How far the attempt's first factor is.
    async fn progress(&mut self, attempt: &str) -> String {
        let answer = self.get(attempt).await;
        answer.text("/response/first_factor_verification/status")
    }
}

impl Stage {
    /// The path and query of the newest link.
    async fn last_link(&self) -> String {
        let link = self.last_mail().await.link.expect("the mail has a link");
        let path = link.strip_prefix(&format!("{ORIGIN}/__clerk"));
        path.expect("links are made of the public URL").to_owned()
    }
}

fn location(answer: &Answer) -> &str {
    let location = answer.headers.get(header::LOCATION);
    location
        .unwrap_or_else(|| panic!("{}: no redirect: {}", answer.status, answer.body_text()))
        .to_str()
        .expect("our locations are text")
}

#[track_caller]
fn expect_end(answer: &Answer, status: &str) {
    let expected = format!("{BACK}?__clerk_status={status}");
    assert!(
        location(answer).starts_with(&expected),
        "{}",
        location(answer)
    );
}

#[tokio::test]
async fn a_link_signs_in_the_browser_that_asked_for_it() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;

    let followed = browser.follow(&link).await.expect_status(303);

    let id = browser.session_id().await.expect("somebody is signed in");
    let expected = format!("{BACK}?__clerk_status=verified&__clerk_created_session={id}");
    assert_eq!(location(&followed), expected);
    let polled = browser.get(&attempt).await;
    assert_eq!(polled.text("/response/status"), "complete");
    assert_eq!(polled.text("/response/created_session_id"), id);
    let client = browser.get("/v1/client").await.text("/response/id");
    let at = polled.text("/response/first_factor_verification/verified_at_client");
    assert_eq!(at, client);
}

#[tokio::test]
async fn sec_d07_looking_at_a_link_uses_nothing_up() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    for _ in 0..10 {
        let page = browser.get(&link).await.expect_status(200);
        assert!(
            page.body_text().contains("<button>"),
            "{}",
            page.body_text()
        );
        let head = Request::head(link.as_str());
        browser.send(head, Body::empty()).await.expect_status(200);
    }
    let mut scanner = stage.browser();
    scanner.origin = None;
    let told = scanner.get(&link).await;
    expect_end(&told, "client_mismatch");
    assert_eq!(browser.session_id().await, None);

    let followed = browser.follow(&link).await;

    expect_end(&followed, "verified");
}

#[tokio::test]
async fn sec_d08_a_link_followed_elsewhere_ends_nothing_and_lets_nobody_in() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    let mut elsewhere = stage.browser();
    elsewhere.begin_sign_in(ADA).await;

    let told = elsewhere.follow(&link).await;

    expect_end(&told, "client_mismatch");
    assert_eq!(elsewhere.session_id().await, None);
    assert_eq!(browser.session_id().await, None);
    assert_eq!(browser.progress(&attempt).await, "unverified");
    expect_end(&browser.follow(&link).await, "verified");
}

#[tokio::test]
async fn sec_d08_where_it_is_allowed_the_first_browser_is_signed_in_and_no_other() {
    let stage = Stage::with_settings(|settings| settings.email_link_same_client = false).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    let mut elsewhere = stage.browser();
    let page = elsewhere.get(&link).await.expect_status(200).body_text();
    assert!(page.contains(ADA), "it says what is being approved: {page}");
    assert!(
        !page.contains(".submit()"),
        "nobody presses for them: {page}"
    );

    let followed = elsewhere.follow(&link).await;

    expect_end(&followed, "verified");
    assert_eq!(followed.set_cookies(), Vec::<String>::new());
    assert_eq!(elsewhere.session_id().await, None);
    assert!(browser.session_id().await.is_some());
    assert_eq!(browser.progress(&attempt).await, "verified");
}

#[tokio::test]
async fn sec_d09_a_link_works_for_ten_minutes_and_not_a_moment_longer() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    stage.clock.advance(Duration::from_millis(600_000));

    expect_end(&browser.get(&link).await, "expired");
    expect_end(&browser.follow(&link).await, "expired");

    assert_eq!(browser.progress(&attempt).await, "expired");
    assert_eq!(browser.session_id().await, None);
}

#[tokio::test]
async fn sec_d04_a_link_works_once_and_only_the_newest() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let old = stage.last_link().await;
    stage.clock.advance(Duration::from_secs(1));
    browser
        .prepare_link(&attempt, BACK)
        .await
        .expect_status(200);
    let new = stage.last_link().await;
    browser.follow(&old).await.expect_status(404);
    expect_end(&browser.follow(&new).await, "verified");

    expect_end(&browser.follow(&new).await, "failed");
    expect_end(&browser.get(&new).await, "failed");
}

#[tokio::test]
async fn sec_d04_a_link_is_overtaken_by_another_password_and_by_another_attempt() {
    let stage = Stage::new().await;
    let user = stage.add_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_with_link(ADA).await;
    let before_password = stage.last_link().await;
    stage.clock.advance(Duration::from_secs(1));
    stage.set_password(&user, "another door of one's own").await;
    expect_end(&browser.follow(&before_password).await, "expired");

    browser.begin_with_link(ADA).await;
    let before_attempt = stage.last_link().await;
    browser.begin_sign_in(ADA).await;
    expect_end(&browser.follow(&before_attempt).await, "expired");
    assert_eq!(browser.session_id().await, None);
}

#[tokio::test]
async fn sec_e06_the_link_of_a_closed_or_locked_account_fails() {
    let stage = Stage::new().await;
    let user = stage.add_user(ADA).await;
    for action in ["ban", "lock"] {
        let mut browser = stage.browser();
        browser.begin_with_link(ADA).await;
        let link = stage.last_link().await;
        stage.change_status(&user, action).await;

        expect_end(&browser.follow(&link).await, "failed");

        assert_eq!(browser.session_id().await, None);
        stage.change_status(&user, &format!("un{action}")).await;
    }
}

#[tokio::test]
async fn sec_d09_the_page_of_a_link_tells_nobody_and_loads_nothing() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_with_link(ADA).await;

    let page = browser.get(&stage.last_link().await).await;

    let header = |name: &str| page.headers[name].to_str().expect("our headers are text");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("cache-control"), "no-store");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:3000;"),
        "{policy}"
    );
    let html = page.body_text();
    assert!(
        html.contains("history.replaceState"),
        "the token leaves the address bar"
    );
    assert!(!html.contains("src=") && !html.contains("href="), "{html}");
}

/// A page that says `no-referrer` posts its form with `Origin: null`.
#[tokio::test]
async fn the_button_works_where_browsers_keep_the_origin_to_themselves() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    browser.origin = Some("null".to_owned());

    expect_end(&browser.follow(&link).await, "verified");
}

#[tokio::test]
async fn sec_f07_a_link_leads_to_no_other_site() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    for back in [
        "https://evil.example/",
        "/sign-in/verify",
        "javascript:alert(1)",
    ] {
        let refused = browser.prepare_link(&attempt, back).await;
        let refused = refused.expect_error(422, "form_param_value_invalid");
        assert_eq!(refused.param().as_deref(), Some("redirect_url"));
    }
    browser
        .prepare_link(&attempt, "")
        .await
        .expect_error(422, "form_param_nil");
}

#[tokio::test]
async fn a_link_that_never_was_one_says_so() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    let id = attempt.rsplit('/').next().expect("an attempt has an id");

    for token in ["", "x", "sia_x.y", &format!("{id}.guess"), "%00", "'"] {
        let page = browser.get(&format!("/v1/verify?token={token}")).await;
        assert!(
            page.expect_status(404)
                .body_text()
                .contains("doesn\u{2019}t work")
        );
        browser
            .follow(&format!("?token={token}x"))
            .await
            .expect_status(404);
    }
}

#[tokio::test]
async fn sec_d06_no_file_holds_a_link_that_works() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_with_link(ADA).await;
    let link = stage.last_link().await;
    let secret = link.rsplit('.').next().expect("a token has a secret");

    for (path, content) in stage.files() {
        let found = content
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
}

#[tokio::test]
async fn links_can_be_switched_off() {
    let stage = Stage::with_settings(|settings| settings.email_links = false).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;

    let refused = browser.prepare_link(&attempt, BACK).await;

    refused.expect_error(422, "strategy_for_user_invalid");
    browser
        .try_password(&attempt, PASSWORD)
        .await
        .expect_status(200);
}
