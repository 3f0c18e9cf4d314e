//! D02–D05: guessing, reusing and racing one-time codes.

use std::time::Duration;

use futures::future::join_all;

use crate::stage::{ADA, Stage};

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

#[tokio::test]
async fn sec_d02_a_code_works_for_ten_minutes_and_not_a_moment_longer() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    stage.clock.advance(Duration::from_millis(600_000));

    browser
        .try_code(&attempt, &code)
        .await
        .expect_error(422, "verification_expired");

    browser.prepare_code(&attempt).await.expect_status(200);
    let code = stage.last_code().await;
    stage.clock.advance(Duration::from_millis(599_999));
    browser.try_code(&attempt, &code).await.expect_status(200);
}

#[tokio::test]
async fn sec_d03_a_code_is_dead_after_five_tries() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    for _ in 0..5 {
        browser
            .try_code(&attempt, wrong(&code))
            .await
            .expect_error(422, "form_code_incorrect");
    }

    browser
        .try_code(&attempt, &code)
        .await
        .expect_error(422, "verification_failed");
}

#[tokio::test]
async fn sec_d04_a_new_code_kills_the_old_one() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let old = stage.last_code().await;
    browser.prepare_code(&attempt).await.expect_status(200);
    let new = stage.last_code().await;

    if old != new {
        browser
            .try_code(&attempt, &old)
            .await
            .expect_error(422, "form_code_incorrect");
    }
    browser.try_code(&attempt, &new).await.expect_status(200);
}

#[tokio::test]
async fn sec_d04_a_code_works_only_for_its_attempt_and_purpose() {
    let stage = Stage::with_user(ADA).await;
    let mut first = stage.browser();
    let one = first.begin_with_code(ADA).await;
    let code_of_one = stage.last_code().await;
    let mut second = stage.browser();
    let two = second.begin_with_code(ADA).await;
    let code_of_two = stage.last_code().await;
    let mut third = stage.browser();
    let sign_up = third.begin_sign_up("eve@example.com").await;
    let code_of_sign_up = stage.last_code().await;

    if code_of_one != code_of_two {
        second
            .try_code(&two, &code_of_one)
            .await
            .expect_error(422, "form_code_incorrect");
    }
    if code_of_sign_up != code_of_one {
        first
            .try_code(&one, &code_of_sign_up)
            .await
            .expect_error(422, "form_code_incorrect");
        third
            .try_sign_up_code(&sign_up, &code_of_one)
            .await
            .expect_error(422, "form_code_incorrect");
    }
}

#[tokio::test]
async fn sec_d05_a_hundred_parallel_right_codes_give_one_success() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    // Not the browser that got the cookie from us: that one's repeated requests are answered like the first (E07).
    browser.cookies.remove("__client_seal");
    let code = stage.last_code().await;

    let tries = (0..100).map(|_| {
        let (mut browser, attempt, code) = (browser.clone(), attempt.clone(), code.clone());
        async move { browser.try_code(&attempt, &code).await.status.as_u16() }
    });
    let statuses = join_all(tries).await;

    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert!(statuses.iter().all(|status| *status < 500), "{statuses:?}");
}

#[tokio::test]
async fn sec_d05_of_two_hundred_parallel_wrong_codes_at_most_five_are_evaluated() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let wrong = wrong(&stage.last_code().await);

    let tries = (0..200).map(|_| {
        let (mut browser, attempt) = (browser.clone(), attempt.clone());
        async move { browser.try_code(&attempt, wrong).await.code() }
    });
    let codes = join_all(tries).await;

    let evaluated = codes
        .iter()
        .filter(|code| *code == "form_code_incorrect")
        .count();
    assert!((1..=5).contains(&evaluated), "{evaluated} were evaluated");
}

#[tokio::test]
async fn a_used_code_cannot_be_used_again() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(ADA).await;
    let code = stage.last_code().await;
    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);

    let again = browser.try_sign_up_code(&attempt, &code).await;

    again.expect_error(422, "verification_already_verified");
}
