//! What is over goes, and nothing else does.

use std::time::Duration;

use crate::stage::{ADA, PASSWORD, Stage};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Every anonymous POST used to leave a client and an attempt in the database for ever.
#[tokio::test]
async fn browsers_that_came_by_and_left_are_forgotten() {
    let stage = Stage::strict().await;
    for number in 0..250 {
        let email = format!("nobody{number}@example.com");
        stage.browser().begin_sign_in(&email).await;
    }
    stage.clock.advance(2 * DAY + Duration::from_secs(1));

    let deleted = stage.auth.sweep().await.unwrap();

    assert_eq!(deleted, 500, "as many clients as attempts");
    assert_eq!(stage.auth.sweep().await.unwrap(), 0);
}

#[tokio::test]
async fn an_attempt_that_can_be_continued_stays() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    stage.clock.advance(DAY - Duration::from_secs(60));
    browser.prepare_code(&attempt).await.expect_status(200);

    stage.auth.sweep().await.unwrap();

    browser
        .try_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn a_session_stays_as_long_as_it_lives_and_its_browser_with_it() {
    let stage = Stage::with_settings(|settings| settings.session_lifetime = 365 * DAY).await;
    stage.add_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    stage.clock.advance(364 * DAY);

    stage.auth.sweep().await.unwrap();

    assert!(browser.session_id().await.is_some());
}

#[tokio::test]
async fn a_session_and_its_browser_go_a_month_after_their_end() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    stage.clock.advance(7 * DAY + 29 * DAY);
    stage.auth.sweep().await.unwrap();
    let client = browser.get("/v1/client").await.json();
    assert!(client["response"]["id"].is_string(), "it is still known");

    stage.clock.advance(DAY);
    stage.auth.sweep().await.unwrap();

    let client = browser.get("/v1/client").await.json();
    assert!(client["response"].is_null());
    browser
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn the_lock_of_an_account_is_not_cleared_away() {
    let stage = Stage::with_user(ADA).await;
    for _ in 0..10 {
        for _ in 0..10 {
            stage
                .browser()
                .sign_in_with_password(ADA, "wrong password")
                .await
                .expect_error(422, "form_password_incorrect");
        }
        stage.clock.advance(DAY);
    }
    stage.clock.advance(365 * DAY);

    stage.auth.sweep().await.unwrap();

    let right = stage.browser().sign_in_with_password(ADA, PASSWORD).await;
    right.expect_error(422, "user_locked");
}

#[tokio::test]
async fn the_tries_at_an_identifier_that_nobody_has_are_forgotten_after_a_month() {
    let stage = Stage::strict().await;
    stage
        .browser()
        .sign_in_with_password("nobody@example.com", "wrong password")
        .await;
    stage.clock.advance(29 * DAY);
    stage.auth.sweep().await.unwrap();
    stage.clock.advance(DAY);

    assert_eq!(stage.auth.sweep().await.unwrap(), 1);
}

#[tokio::test]
async fn mails_go_after_a_week_but_not_while_they_wait() {
    let stage = Stage::with_user(ADA).await;
    stage.browser().begin_with_code(ADA).await;
    stage.clock.advance(6 * DAY);
    stage.auth.sweep().await.unwrap();
    assert_eq!(stage.mails().await.len(), 1);

    stage.clock.advance(DAY);
    stage.auth.sweep().await.unwrap();

    assert_eq!(stage.mails().await.len(), 0);
}

#[tokio::test]
async fn a_mail_that_waits_for_its_next_try_stays() {
    let stage = Stage::mailing(thyra_auth::EnumerationProtection::Strict).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    browser.begin_sign_up(ADA).await;
    stage.clock.advance(30 * DAY);

    stage.auth.sweep().await.unwrap();

    assert_eq!(stage.mails().await.len(), 1, "nobody tried to send it yet");
}
