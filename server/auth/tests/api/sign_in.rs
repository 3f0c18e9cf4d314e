//! Signing in.

use std::time::Duration;

use serde_json::json;
use thyra_auth::Requirement;

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn a_password_given_with_the_identifier_signs_in_at_once() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();

    let answer = browser
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);

    assert_eq!(answer.text("/response/status"), "complete");
    assert_eq!(
        answer.text("/response/created_session_id"),
        answer.text("/client/sessions/0/id")
    );
    assert!(answer.json()["client"]["sign_in"].is_null());
    assert_eq!(
        browser.session_id().await,
        Some(answer.text("/response/created_session_id"))
    );
}

#[tokio::test]
async fn an_identifier_alone_shows_the_ways_to_go_on() {
    let stage = Stage::with_user(ADA).await;

    let answer = stage
        .browser()
        .post("/v1/client/sign_ins", &[("identifier", "ADA@example.com")])
        .await;

    let answer = answer.expect_status(200);
    assert_eq!(answer.text("/response/status"), "needs_first_factor");
    assert_eq!(
        answer.text("/response/supported_first_factors/0/strategy"),
        "password"
    );
    assert_eq!(
        answer.text("/response/supported_first_factors/1/strategy"),
        "email_code"
    );
    assert_eq!(
        answer.text("/response/supported_first_factors/1/safe_identifier"),
        answer.text("/response/identifier")
    );
    assert_eq!(
        answer.text("/client/sign_in/id"),
        answer.text("/response/id")
    );
}

#[tokio::test]
async fn a_code_from_the_mail_signs_in() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let mail = stage.last_mail().await;
    assert_eq!(mail.to, ADA);

    let answer = browser
        .try_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);

    assert_eq!(answer.text("/response/status"), "complete");
    assert_eq!(
        answer.text("/client/last_authentication_strategy"),
        "email_code"
    );
}

#[tokio::test]
async fn a_code_may_be_typed_with_spaces() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let code = stage.last_code().await;

    let answer = browser
        .try_code(&attempt, &format!(" {}-{} ", &code[..3], &code[3..]))
        .await;

    assert_eq!(
        answer.expect_status(200).text("/response/status"),
        "complete"
    );
}

#[tokio::test]
async fn a_strategy_on_create_sends_the_code_in_the_same_call() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();

    let fields = [("identifier", ADA), ("strategy", "email_code")];
    let answer = browser
        .post("/v1/client/sign_ins", &fields)
        .await
        .expect_status(200);

    assert_eq!(
        answer.text("/response/first_factor_verification/status"),
        "unverified"
    );
    assert_eq!(stage.mails().await.len(), 1);
}

#[tokio::test]
async fn nobody_with_that_address_is_said_at_the_identifier() {
    let stage = Stage::new().await;

    let answer = stage
        .browser()
        .post(
            "/v1/client/sign_ins",
            &[("identifier", "nobody@example.com")],
        )
        .await;

    let answer = answer.expect_error(422, "form_identifier_not_found");
    assert_eq!(answer.param().as_deref(), Some("identifier"));
}

#[tokio::test]
async fn a_wrong_password_is_said_at_the_password_and_the_attempt_goes_on() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADA).await;

    let answer = browser
        .try_password(&attempt, "wrong password")
        .await
        .expect_error(422, "form_password_incorrect");

    assert_eq!(answer.param().as_deref(), Some("password"));
    assert_eq!(answer.text("/client/sign_in/status"), "needs_first_factor");
    browser
        .try_password(&attempt, PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn wrong_expired_used_and_exhausted_codes_are_told_apart() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();

    let attempt = browser.begin_sign_in(ADA).await;
    browser
        .try_code(&attempt, "123456")
        .await
        .expect_error(422, "verification_missing");

    browser.prepare_code(&attempt).await.expect_status(200);
    let code = stage.last_code().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let answer = browser
        .try_code(&attempt, wrong)
        .await
        .expect_error(422, "form_code_incorrect");
    assert_eq!(answer.param().as_deref(), Some("code"));
    for _ in 0..4 {
        browser
            .try_code(&attempt, wrong)
            .await
            .expect_error(422, "form_code_incorrect");
    }
    browser
        .try_code(&attempt, &code)
        .await
        .expect_error(422, "verification_failed");

    browser.prepare_code(&attempt).await.expect_status(200);
    let late = stage.last_code().await;
    stage.clock.advance(Duration::from_secs(600));
    browser
        .try_code(&attempt, &late)
        .await
        .expect_error(422, "verification_expired");

    browser.prepare_code(&attempt).await.expect_status(200);
    browser
        .try_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn an_attempt_belongs_to_its_browser() {
    let stage = Stage::with_user(ADA).await;
    let attempt = stage.browser().begin_with_code(ADA).await;
    let mut other = stage.browser();
    other.begin_sign_in(ADA).await;

    other
        .try_code(&attempt, &stage.last_code().await)
        .await
        .expect_error(404, "resource_not_found");
    other
        .get(&attempt)
        .await
        .expect_error(404, "resource_not_found");
}

#[tokio::test]
async fn who_is_signed_in_cannot_sign_in_again() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;

    let answer = browser
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;

    let answer = answer.expect_error(422, "session_exists");
    assert_eq!(
        Some(answer.text("/errors/0/meta/session_id")),
        browser.session_id().await
    );
}

#[tokio::test]
async fn a_username_is_an_identifier_too() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let fields = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("username", "Ada_Lovelace"),
    ];
    let answer = browser
        .post("/v1/client/sign_ups", &fields)
        .await
        .expect_status(200);
    let attempt = format!("/v1/client/sign_ups/{}", answer.text("/response/id"));
    browser
        .post(
            &format!("{attempt}/prepare_verification"),
            &[("strategy", "email_code")],
        )
        .await;
    browser
        .try_sign_up_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);

    let answer = stage
        .browser()
        .sign_in_with_password("ada_lovelace", PASSWORD)
        .await
        .expect_status(200);

    assert_eq!(answer.text("/response/status"), "complete");
    let mut other = stage.browser();
    let begun = other
        .post("/v1/client/sign_ins", &[("identifier", "ada_lovelace")])
        .await;
    assert_eq!(
        begun.text("/response/supported_first_factors/1/safe_identifier"),
        "a***@example.com"
    );
}

/// It used to be listed whatever the setting said.
#[tokio::test]
async fn a_username_is_an_identifier_only_where_there_are_usernames() {
    for (usernames, identifiers) in [
        (Requirement::Off, json!(["email_address"])),
        (Requirement::Optional, json!(["email_address", "username"])),
        (Requirement::Required, json!(["email_address", "username"])),
    ] {
        let stage = Stage::with_settings(|settings| settings.username = usernames).await;

        let begun = stage.browser().post("/v1/client/sign_ins", &[]).await;

        let begun = begun.json();
        assert_eq!(begun["response"]["supported_identifiers"], identifiers);
        let listed = &begun["client"]["sign_in"]["supported_identifiers"];
        assert_eq!(*listed, identifiers);
    }
}

#[tokio::test]
async fn a_new_attempt_takes_the_place_of_the_old_one() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let old = browser.begin_sign_in(ADA).await;
    let new = browser.begin_sign_in(ADA).await;

    browser
        .get(&old)
        .await
        .expect_error(404, "resource_not_found");
    browser
        .try_password(&new, PASSWORD)
        .await
        .expect_status(200);
}
