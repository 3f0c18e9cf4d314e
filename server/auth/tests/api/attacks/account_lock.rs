//! C01, C02, C04, C10: guessing passwords and codes.

use std::time::Duration;

use futures::future::join_all;

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn sec_c01_fresh_attempts_and_browsers_reset_nothing() {
    let stage = Stage::with_user(ADA).await;
    for _ in 0..10 {
        let answer = stage
            .browser()
            .sign_in_with_password(ADA, "wrong password")
            .await;
        answer.expect_error(422, "form_password_incorrect");
    }

    let answer = stage.browser().sign_in_with_password(ADA, PASSWORD).await;

    let answer = answer.expect_error(422, "user_locked");
    assert_eq!(
        answer.json()["errors"][0]["meta"]["lockout_expires_in_seconds"],
        3600
    );
}

#[tokio::test]
async fn sec_c01_the_counter_of_an_identifier_that_nobody_has_locks_too() {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    let mut answers = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..12 {
            answers.push(
                stage
                    .browser()
                    .sign_in_with_password(email, "wrong password")
                    .await
                    .code(),
            );
        }
    }

    assert!(
        answers
            .iter()
            .all(|code| code == "form_password_or_identifier_incorrect"),
        "{answers:?}"
    );
    let right = stage.browser().sign_in_with_password(ADA, PASSWORD).await;
    right.expect_error(422, "form_password_or_identifier_incorrect");
}

#[tokio::test]
async fn sec_c02_the_lock_opens_after_an_hour() {
    let stage = Stage::with_user(ADA).await;
    for _ in 0..10 {
        stage
            .browser()
            .sign_in_with_password(ADA, "wrong password")
            .await;
    }
    stage.clock.advance(Duration::from_secs(3599));
    stage
        .browser()
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_error(422, "user_locked");

    stage.clock.advance(Duration::from_secs(1));

    stage
        .browser()
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_c02_a_success_forgets_the_failures() {
    let stage = Stage::with_user(ADA).await;
    for _ in 0..3 {
        for _ in 0..9 {
            stage
                .browser()
                .sign_in_with_password(ADA, "wrong password")
                .await;
        }
        stage
            .browser()
            .sign_in_with_password(ADA, PASSWORD)
            .await
            .expect_status(200);
    }
}

#[tokio::test]
async fn sec_c02_nobody_has_more_than_a_hundred_tries() {
    let stage = Stage::with_user(ADA).await;
    let mut evaluated = 0;
    for _ in 0..15 {
        for _ in 0..10 {
            let answer = stage
                .browser()
                .sign_in_with_password(ADA, "wrong password")
                .await;
            evaluated += usize::from(answer.code() == "form_password_incorrect");
        }
        stage.clock.advance(Duration::from_secs(3600));
    }

    assert_eq!(evaluated, 100);
    stage
        .browser()
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_error(422, "user_locked");
}

#[tokio::test]
async fn sec_c04_wrong_codes_and_wrong_passwords_count_together() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        browser
            .try_code(&attempt, wrong)
            .await
            .expect_error(422, "form_code_incorrect");
        browser
            .try_password(&attempt, "wrong password")
            .await
            .expect_error(422, "form_password_incorrect");
    }

    browser
        .try_password(&attempt, PASSWORD)
        .await
        .expect_error(422, "user_locked");
}

#[tokio::test]
async fn an_answer_to_nothing_is_no_guess() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    for _ in 0..20 {
        browser
            .try_code(&attempt, "123456")
            .await
            .expect_error(422, "verification_missing");
    }

    browser
        .try_password(&attempt, PASSWORD)
        .await
        .expect_status(200);
}

/// An empty field used to count as a guess: ten clicks on "Continue" locked the account for an hour.
#[tokio::test]
async fn what_is_no_code_is_no_guess() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    for (typed, code) in [
        ("", "form_param_nil"),
        ("no digits", "form_param_nil"),
        ("12345", "form_code_incorrect"),
        ("1234567", "form_code_incorrect"),
    ] {
        for _ in 0..12 {
            let answer = browser.try_code(&attempt, typed).await;
            let answer = answer.expect_error(422, code);
            assert_eq!(answer.param().as_deref(), Some("code"));
        }
    }

    browser
        .try_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn what_is_not_hashed_is_no_guess() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    let long = "x".repeat(1025);
    for (typed, code) in [
        ("", "form_param_nil"),
        (&long, "form_password_size_in_bytes_exceeded"),
    ] {
        for _ in 0..12 {
            browser
                .try_password(&attempt, typed)
                .await
                .expect_error(422, code);
        }
    }

    browser
        .try_password(&attempt, PASSWORD)
        .await
        .expect_status(200);
}

/// In strict mode a locked account's tries are not counted; each one that answered nothing used to be taken back all
/// the same, and so opened the lock.
#[tokio::test]
async fn sec_c02_an_answer_to_nothing_opens_no_lock() {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    for _ in 0..10 {
        stage
            .browser()
            .sign_in_with_password(ADA, "wrong password")
            .await;
    }
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;
    browser
        .try_code(&attempt, "123456")
        .await
        .expect_error(422, "verification_missing");

    let right = browser.try_password(&attempt, PASSWORD).await;

    right.expect_error(422, "form_password_or_identifier_incorrect");
}

#[tokio::test]
async fn sec_c10_of_two_hundred_parallel_guesses_no_more_than_ten_are_evaluated() {
    let stage = Stage::with_user(ADA).await;
    let tries = (0..200).map(|_| {
        let mut browser = stage.browser();
        async move {
            browser
                .sign_in_with_password(ADA, "wrong password")
                .await
                .code()
        }
    });

    let codes = join_all(tries).await;

    let evaluated = codes
        .iter()
        .filter(|code| *code == "form_password_incorrect")
        .count();
    assert_eq!(evaluated, 10, "{codes:?}");
}

// The losers' tries used to stay counted when they came after the winner had cleared the account.
#[tokio::test]
async fn sec_c02_the_losers_of_many_parallel_right_codes_count_for_nothing() {
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

    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    for _ in 0..10 {
        let answer = stage
            .browser()
            .sign_in_with_password(ADA, "wrong password")
            .await;
        answer.expect_error(422, "form_password_incorrect");
    }
}
