//! C01, C04, C07: codes to somebody else's address, asked for and guessed at without end.

use std::time::Duration;

use http::header;
use thyra_auth::EnumerationProtection::{Off, Strict};

use crate::stage::{ADA, Answer, Stage};

const EVE: &str = "eve@example.com";

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

/// Every fresh code used to bring five fresh guesses, and nobody counted the codes: with patience anybody could
/// "verify" anybody's address.
#[tokio::test]
async fn sec_c01_fresh_sign_ups_buy_no_more_guesses_at_an_address() {
    let stage = Stage::new().await;
    let mut evaluated = 0;
    for _ in 0..5 {
        let mut browser = stage.browser();
        let attempt = browser.begin_sign_up(EVE).await;
        let wrong = wrong(&stage.last_code().await);
        for _ in 0..5 {
            let answer = browser.try_sign_up_code(&attempt, wrong).await;
            evaluated += usize::from(answer.code() == "form_code_incorrect");
        }
    }
    assert_eq!(evaluated, 10);

    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(EVE).await;
    let code = stage.last_code().await;
    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_error(422, "user_locked");
    stage.clock.advance(Duration::from_secs(3600));
    browser
        .post(
            &format!("{attempt}/prepare_verification"),
            &[("strategy", "email_code")],
        )
        .await;
    let code = stage.last_code().await;
    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_c04_in_strict_mode_a_taken_address_locks_like_a_free_one() {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    let mut answers = Vec::new();
    for address in [ADA, EVE] {
        let mut codes = Vec::new();
        for _ in 0..3 {
            let mut browser = stage.browser();
            let attempt = browser.begin_sign_up(address).await;
            for _ in 0..5 {
                codes.push(browser.try_sign_up_code(&attempt, "000000").await.code());
            }
        }
        answers.push(codes);
    }

    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0][10], "user_locked");
}

#[tokio::test]
async fn sec_c07_asking_again_within_thirty_seconds_sends_nothing() {
    let stage = Stage::mailing(Off).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    let first = browser.prepare_code(&attempt).await.expect_status(200);
    let code = stage.last_code().await;
    stage.clock.advance(Duration::from_millis(29_999));

    let second = browser.prepare_code(&attempt).await.expect_status(200);

    assert_eq!(second.json()["response"], first.json()["response"]);
    assert_eq!(stage.mails().await.len(), 1);
    browser.try_code(&attempt, &code).await.expect_status(200);
}

#[tokio::test]
async fn sec_c07_after_thirty_seconds_a_new_code_comes() {
    let stage = Stage::mailing(Off).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(EVE).await;
    stage.clock.advance(Duration::from_secs(30));

    let answer = ask_again(&mut browser, &attempt).await;

    answer.expect_status(200);
    assert_eq!(stage.mails().await.len(), 2);
    let code = stage.last_code().await;
    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);
}

async fn ask_again(browser: &mut crate::stage::Browser, sign_up: &str) -> Answer {
    let strategy = [("strategy", "email_code")];
    browser
        .post(&format!("{sign_up}/prepare_verification"), &strategy)
        .await
}

#[tokio::test]
async fn a_code_that_is_used_up_is_replaced_at_once() {
    let stage = Stage::mailing(Off).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(EVE).await;
    let wrong = wrong(&stage.last_code().await);
    for _ in 0..5 {
        browser.try_sign_up_code(&attempt, wrong).await;
    }

    ask_again(&mut browser, &attempt).await.expect_status(200);

    assert_eq!(stage.mails().await.len(), 2);
}

#[tokio::test]
async fn choosing_the_code_again_after_a_wrong_password_asks_for_the_same_code() {
    let stage = Stage::mailing(Off).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    browser.try_password(&attempt, "wrong password").await;

    let answer = browser.prepare_code(&attempt).await.expect_status(200);

    let strategy = answer.text("/response/first_factor_verification/strategy");
    assert_eq!(strategy, "email_code");
    assert_eq!(stage.mails().await.len(), 1);
    let code = stage.last_code().await;
    browser.try_code(&attempt, &code).await.expect_status(200);
}

#[tokio::test]
async fn sec_c07_an_address_gets_five_mails_an_hour_whoever_asks() {
    let stage = Stage::mailing(Off).await;
    for _ in 0..5 {
        stage.browser().begin_sign_up(EVE).await;
    }
    let mut browser = stage.browser();
    let fields = [("email_address", EVE)];
    let begun = browser.post("/v1/client/sign_ups", &fields).await;
    let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));

    let answer = ask_again(&mut browser, &attempt).await;

    let answer = answer.expect_error(429, "too_many_requests");
    assert_eq!(answer.headers[header::RETRY_AFTER], "3600");
    assert_eq!(stage.mails().await.len(), 5);
    stage.clock.advance(Duration::from_secs(3600));
    ask_again(&mut browser, &attempt).await.expect_status(200);
}

#[tokio::test]
async fn sec_c07_the_limit_does_not_tell_who_has_an_account() {
    let stage = Stage::mailing(Strict).await;
    stage.add_user(ADA).await;
    let mut answers = Vec::new();
    for address in [ADA, EVE] {
        let mut statuses = Vec::new();
        for _ in 0..7 {
            let mut browser = stage.browser();
            let attempt = browser.begin_sign_in(address).await;
            statuses.push(browser.prepare_code(&attempt).await.status.as_u16());
            statuses.push(browser.prepare_code(&attempt).await.status.as_u16());
        }
        answers.push(statuses);
    }

    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains(&429));
}
