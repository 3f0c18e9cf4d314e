//! D02, D04–D07: what tickets of app servers must not do.

use std::time::Duration;

use http::header;
use serde_json::{Value, json};

use crate::stage::{ADA, Answer, Browser, ORIGIN, PASSWORD, Stage};

const HOUR: Duration = Duration::from_secs(3600);

impl Stage {
    /// A sign-in token for this user, as the app server gets it.
    pub async fn sign_in_token(&self, user_id: &str) -> Value {
        let fields = json!({"user_id": user_id, "expires_in_seconds": 3600});
        self.by_app_server("/v1/sign_in_tokens", fields).await
    }

    /// A ticket for this user.
    pub async fn ticket_for(&self, user_id: &str) -> String {
        text(&self.sign_in_token(user_id).await, "token")
    }
}

impl Browser {
    /// Signs in by a ticket.
    pub async fn bring(&mut self, ticket: &str) -> Answer {
        let fields = [("strategy", "ticket"), ("ticket", ticket)];
        self.post("/v1/client/sign_ins", &fields).await
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("it is a text").to_owned()
}

fn location(answer: &Answer) -> &str {
    let location = answer.headers.get(header::LOCATION);
    let location = location.expect("it leads elsewhere");
    location.to_str().expect("our locations are text")
}

async fn ada() -> (Stage, String) {
    let stage = Stage::new().await;
    let id = stage.add_user(ADA).await;
    (stage, id)
}

#[tokio::test]
async fn a_ticket_signs_in_whoever_brings_it() {
    let (stage, id) = ada().await;
    let mut browser = stage.browser();
    let ticket = stage.ticket_for(&id).await;

    let answer = browser.bring(&ticket).await.expect_status(200);

    assert_eq!(answer.text("/response/status"), "complete");
    let verification = "/response/first_factor_verification";
    assert_eq!(answer.text(&format!("{verification}/strategy")), "ticket");
    assert_eq!(answer.text(&format!("{verification}/status")), "verified");
    assert_eq!(answer.text("/client/sessions/0/user/id"), id);
    assert_eq!(answer.json()["client"]["sign_in"], Value::Null);
}

#[tokio::test]
async fn sec_d04_a_ticket_works_once() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    stage.browser().bring(&ticket).await.expect_status(200);
    let mut second = stage.browser();

    let answer = second.bring(&ticket).await;

    answer.expect_error(422, "sign_in_token_already_used_code");
    assert_eq!(second.session_id().await, None);
}

#[tokio::test]
async fn sec_d05_of_a_hundred_who_bring_a_ticket_at_once_one_is_signed_in() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    let bring = |mut browser: Browser| {
        let ticket = ticket.clone();
        tokio::spawn(async move { browser.bring(&ticket).await.status })
    };

    let all: Vec<_> = (0..100).map(|_| bring(stage.browser())).collect();

    let mut signed_in = 0;
    for one in all {
        let status = one.await.expect("nobody panics");
        signed_in += usize::from(status.is_success());
    }
    assert_eq!(signed_in, 1);
}

#[tokio::test]
async fn sec_d02_a_ticket_that_is_too_old_signs_nobody_in() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    stage.clock.advance(HOUR);

    let answer = stage.browser().bring(&ticket).await;

    answer.expect_error(422, "ticket_expired_code");
}

#[tokio::test]
async fn a_ticket_that_was_taken_back_signs_nobody_in() {
    let (stage, id) = ada().await;
    let token = stage.sign_in_token(&id).await;
    let revoke = format!("/v1/sign_in_tokens/{}/revoke", text(&token, "id"));
    stage.by_app_server(&revoke, json!({})).await;

    let answer = stage.browser().bring(&text(&token, "token")).await;

    answer.expect_error(422, "sign_in_token_revoked_code");
}

#[tokio::test]
async fn sec_d06_a_ticket_of_another_instance_or_of_nobody_is_none() {
    let (stage, id) = ada().await;
    let (other, other_id) = ada().await;
    let own = stage.ticket_for(&id).await;
    let (name, digest) = own.split_once('.').expect("a ticket has two parts");
    let mut browser = stage.browser();

    for ticket in [
        other.ticket_for(&other_id).await,
        name.to_owned(),
        format!("{name}."),
        format!("{}.{digest}", name.replace("sit_", "inv_")),
        "eyJhbGciOiJub25lIn0.e30.".to_owned(),
    ] {
        let answer = browser.bring(&ticket).await;
        answer.expect_error(422, "ticket_invalid_code");
    }
    let without = browser.post("/v1/client/sign_ins", &[("strategy", "ticket")]);
    let without = without.await.expect_error(422, "form_param_nil");
    assert_eq!(without.param().as_deref(), Some("ticket"));
    // Nothing was begun, so there is nothing to go on with.
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_ticket_of_a_user_who_is_gone_or_banned_signs_nobody_in() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    stage.change_status(&id, "ban").await;
    let mut browser = stage.browser();
    browser
        .bring(&ticket)
        .await
        .expect_error(403, "user_banned");
    // Who is let in again can still use it.
    stage.change_status(&id, "unban").await;
    browser.bring(&ticket).await.expect_status(200);

    let ticket = stage.ticket_for(&id).await;
    stage.delete_user(&id).await;

    let answer = stage.browser().bring(&ticket).await;
    answer.expect_error(422, "ticket_invalid_code");
}

#[tokio::test]
async fn whoever_is_signed_in_uses_no_ticket_up() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    let mut browser = stage.signed_in(ADA).await;

    let answer = browser.bring(&ticket).await;

    answer.expect_error(422, "session_exists");
    stage.browser().bring(&ticket).await.expect_status(200);
}

/// Each sign-in by ticket used to stay behind as a failed try of its browser.
#[tokio::test]
async fn a_browser_that_signs_in_by_many_tickets_is_never_locked() {
    let (stage, id) = ada().await;
    let mut browser = stage.browser();
    for _ in 0..12 {
        let ticket = stage.ticket_for(&id).await;
        browser.bring(&ticket).await.expect_status(200);
        browser
            .post("/v1/client/sessions?_method=DELETE", &[])
            .await
            .expect_status(200);
    }
}

#[tokio::test]
async fn sec_e01_a_cookie_of_before_opens_nothing_after_a_ticket_was_used() {
    let (stage, id) = ada().await;
    let mut browser = stage.browser();
    browser.begin_sign_in(ADA).await;
    let mut planted = browser.clone();

    let ticket = stage.ticket_for(&id).await;
    browser.bring(&ticket).await.expect_status(200);

    assert_eq!(planted.session_id().await, None);
    assert!(browser.session_id().await.is_some());
}

#[tokio::test]
async fn sec_d07_the_link_of_a_ticket_uses_nothing_up() {
    let (stage, id) = ada().await;
    let token = stage.sign_in_token(&id).await;
    let (url, ticket) = (text(&token, "url"), text(&token, "token"));
    let link = url.strip_prefix(&format!("{ORIGIN}/__clerk"));
    let link = link.expect("links are made of the public URL");
    let mut scanner = stage.browser();
    scanner.origin = None;

    for _ in 0..10 {
        let answer = scanner.get(link).await.expect_status(303);
        let expected = format!("{ORIGIN}/sign-in?__clerk_ticket={ticket}&__clerk_status=sign_in");
        assert_eq!(location(&answer), expected);
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(answer.set_cookies(), [] as [String; 0]);
    }

    stage.browser().bring(&ticket).await.expect_status(200);
}

#[tokio::test]
async fn the_link_of_a_ticket_tells_who_is_signed_in_already() {
    let (stage, id) = ada().await;
    let ticket = stage.ticket_for(&id).await;
    let link = format!("/v1/tickets/accept?ticket={ticket}");
    stage.add_user("bea@example.com").await;
    let mut bea = stage.browser();
    bea.sign_in_with_password("bea@example.com", PASSWORD)
        .await
        .expect_status(200);

    let same = stage.signed_in(ADA).await.get(&link).await;
    let other = bea.get(&link).await;

    assert_eq!(location(&same), "/?__clerk_status=complete");
    assert!(location(&other).ends_with("&__clerk_status=sign_in"));
}

#[tokio::test]
async fn sec_f05_no_link_of_a_ticket_leads_away() {
    let stage = Stage::new().await;
    let long = "a".repeat(3000);
    for ticket in [
        "",
        "x&redirect_url=https://evil.example",
        "%0d%0aLocation:x",
        &long,
    ] {
        let link = format!("/v1/tickets/accept?ticket={ticket}");
        let answer = stage.browser().get(&link).await.expect_status(303);
        let target = location(&answer);
        assert!(
            target.starts_with(&format!("{ORIGIN}/sign-in?__clerk_ticket=")),
            "{target}"
        );
        assert!(target.len() < 200 && !target.contains("evil"), "{target}");
    }
}
