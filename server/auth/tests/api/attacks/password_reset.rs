//! D04, D10, A04: what a forgotten password must not open.

use std::time::Duration;

use crate::stage::{ADA, Answer, Browser, PASSWORD, Stage};

const RESET: &str = "reset_password_email_code";
const NEW_PASSWORD: &str = "another door of one's own";

impl Browser {
    /// Begins a sign-in and has a reset code sent.
    pub async fn begin_reset(&mut self, email: &str) -> String {
        let attempt = self.begin_sign_in(email).await;
        self.prepare_reset(&attempt).await.expect_status(200);
        attempt
    }

    async fn prepare_reset(&mut self, attempt: &str) -> Answer {
        let fields = [("strategy", RESET)];
        self.post(&format!("{attempt}/prepare_first_factor"), &fields)
            .await
    }

    pub async fn try_reset_code(&mut self, attempt: &str, code: &str) -> Answer {
        let fields = [("strategy", RESET), ("code", code)];
        self.post(&format!("{attempt}/attempt_first_factor"), &fields)
            .await
    }

    pub async fn set_password(&mut self, attempt: &str, fields: &[(&str, &str)]) -> Answer {
        self.post(&format!("{attempt}/reset_password"), fields)
            .await
    }
}

/// An attempt that waits for a new password.
async fn after_the_code(stage: &Stage, browser: &mut Browser) -> String {
    let attempt = browser.begin_reset(ADA).await;
    let code = stage.last_code().await;
    let proven = browser.try_reset_code(&attempt, &code).await;
    assert_eq!(
        proven.expect_status(200).text("/response/status"),
        "needs_new_password"
    );
    attempt
}

#[tokio::test]
async fn sec_d04_a_code_to_sign_in_sets_no_password_and_a_reset_code_signs_nobody_in() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let to_sign_in = stage.last_code().await;
    browser.prepare_reset(&attempt).await.expect_status(200);
    let to_reset = stage.last_code().await;

    if to_sign_in != to_reset {
        for answer in [
            browser.try_reset_code(&attempt, &to_sign_in).await,
            browser.try_code(&attempt, &to_reset).await,
        ] {
            answer.expect_error(422, "form_code_incorrect");
        }
    }
    let mut other = stage.browser();
    let without_reset = other.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    other
        .try_reset_code(&without_reset, &code)
        .await
        .expect_error(422, "verification_missing");
}

#[tokio::test]
async fn sec_d10_a_reset_ends_all_other_sessions_and_tells_the_owner() {
    let stage = Stage::with_user(ADA).await;
    let mut elsewhere = stage.signed_in(ADA).await;
    let mut browser = stage.browser();
    let attempt = after_the_code(&stage, &mut browser).await;
    stage.clock.advance(Duration::from_secs(1));

    let done = browser
        .set_password(&attempt, &[("password", NEW_PASSWORD)])
        .await
        .expect_status(200);

    assert_eq!(done.text("/response/status"), "complete");
    assert!(browser.session_id().await.is_some());
    assert_eq!(elsewhere.session_id().await, None);
    let mail = stage.last_mail().await;
    assert_eq!((mail.to.as_str(), mail.code), (ADA, None));
    assert!(
        mail.subject.contains("password was changed"),
        "{}",
        mail.subject
    );
    let mut other = stage.browser();
    other
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_error(422, "form_password_incorrect");
    other
        .sign_in_with_password(ADA, NEW_PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn other_sessions_go_on_when_the_owner_says_so() {
    let stage = Stage::with_user(ADA).await;
    let mut elsewhere = stage.signed_in(ADA).await;
    let mut browser = stage.browser();
    let attempt = after_the_code(&stage, &mut browser).await;

    let fields = [
        ("password", NEW_PASSWORD),
        ("sign_out_of_other_sessions", "false"),
    ];
    browser
        .set_password(&attempt, &fields)
        .await
        .expect_status(200);

    assert!(elsewhere.session_id().await.is_some());
}

#[tokio::test]
async fn sec_d10_no_password_is_set_before_the_code_nor_by_another_browser_nor_twice() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let fields = [("password", NEW_PASSWORD)];
    let attempt = browser.begin_reset(ADA).await;
    browser
        .set_password(&attempt, &fields)
        .await
        .expect_error(422, "strategy_for_user_invalid");
    let code = stage.last_code().await;
    browser
        .try_reset_code(&attempt, &code)
        .await
        .expect_status(200);

    let mut thief = stage.browser();
    thief.begin_sign_in(ADA).await;
    thief
        .set_password(&attempt, &fields)
        .await
        .expect_error(404, "resource_not_found");
    browser
        .set_password(&attempt, &fields)
        .await
        .expect_status(200);
    browser
        .set_password(&attempt, &[("password", "yet another door")])
        .await
        .expect_error(422, "strategy_for_user_invalid");
}

#[tokio::test]
async fn sec_a04_a_new_password_has_the_lengths_of_any() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = after_the_code(&stage, &mut browser).await;
    for (length, code) in [
        (0, "form_param_nil"),
        (7, "form_password_length_too_short"),
        (1025, "form_password_size_in_bytes_exceeded"),
    ] {
        let refused = browser
            .set_password(&attempt, &[("password", &"x".repeat(length))])
            .await
            .expect_error(422, code);
        assert_eq!(refused.param().as_deref(), Some("password"));
    }

    browser
        .set_password(&attempt, &[("password", &"x".repeat(1024))])
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_e06_a_user_who_is_locked_meanwhile_sets_no_password() {
    let stage = Stage::new().await;
    let user = stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = after_the_code(&stage, &mut browser).await;
    for (status, error) in [
        ("ban", (403, "user_banned")),
        ("lock", (422, "user_locked")),
    ] {
        stage.change_status(&user, status).await;

        let refused = browser
            .set_password(&attempt, &[("password", NEW_PASSWORD)])
            .await;

        refused.expect_error(error.0, error.1);
        stage.change_status(&user, &format!("un{status}")).await;
    }
}

#[tokio::test]
async fn who_has_no_password_yet_can_set_their_first_one() {
    let stage = Stage::new().await;
    stage
        .auth
        .add_user(ADA, None)
        .await
        .expect("the user is new");
    let mut browser = stage.browser();
    let attempt = after_the_code(&stage, &mut browser).await;

    browser
        .set_password(&attempt, &[("password", NEW_PASSWORD)])
        .await
        .expect_status(200);

    let mut other = stage.browser();
    other
        .sign_in_with_password(ADA, NEW_PASSWORD)
        .await
        .expect_status(200);
}
