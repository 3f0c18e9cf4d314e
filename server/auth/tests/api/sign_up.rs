//! Signing up.

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn an_address_a_password_and_the_code_from_the_mail_make_an_account() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(ADA).await;

    let answer = browser
        .try_sign_up_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);

    assert_eq!(answer.text("/response/status"), "complete");
    assert_eq!(
        answer.text("/client/sessions/0/user/id"),
        answer.text("/response/created_user_id")
    );
    assert_eq!(
        answer.text("/client/sessions/0/id"),
        answer.text("/response/created_session_id")
    );
    assert_eq!(
        answer.text("/client/sessions/0/user/email_addresses/0/verification/status"),
        "verified"
    );
    assert!(answer.json()["client"]["sign_up"].is_null());
    stage
        .browser()
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn the_answer_says_what_is_missing_and_what_is_unverified() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();

    let begun = browser
        .post("/v1/client/sign_ups", &[("email_address", ADA)])
        .await
        .expect_status(200);

    assert_eq!(begun.text("/response/status"), "missing_requirements");
    assert_eq!(
        begun.json()["response"]["missing_fields"],
        serde_json::json!(["password"])
    );
    assert_eq!(
        begun.json()["response"]["unverified_fields"],
        serde_json::json!(["email_address"])
    );
    let attempt = format!(
        "/v1/client/sign_ups/{}?_method=PATCH",
        begun.text("/response/id")
    );
    let fields = [
        ("password", PASSWORD),
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
    ];
    let updated = browser.post(&attempt, &fields).await.expect_status(200);
    assert_eq!(
        updated.json()["response"]["missing_fields"],
        serde_json::json!([])
    );
    assert_eq!(updated.text("/response/first_name"), "Ada");
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_at_the_address() {
    let stage = Stage::with_user(ADA).await;
    let fields = [("email_address", "Ada@Example.com"), ("password", PASSWORD)];

    let answer = stage.browser().post("/v1/client/sign_ups", &fields).await;

    let answer = answer.expect_error(422, "form_identifier_exists");
    assert_eq!(answer.param().as_deref(), Some("email_address"));
}

#[tokio::test]
async fn a_short_password_is_refused_before_it_is_hashed() {
    let stage = Stage::new().await;
    for (password, code) in [
        ("1234567", "form_password_length_too_short"),
        (&"x".repeat(1025), "form_password_size_in_bytes_exceeded"),
    ] {
        let fields = [("email_address", ADA), ("password", password)];
        let answer = stage
            .browser()
            .post("/v1/client/sign_ups", &fields)
            .await
            .expect_error(422, code);
        assert_eq!(answer.param().as_deref(), Some("password"));
    }
}

#[tokio::test]
async fn a_wrong_code_leaves_the_sign_up_usable() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(ADA).await;
    let code = stage.last_code().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };

    browser
        .try_sign_up_code(&attempt, wrong)
        .await
        .expect_error(422, "form_code_incorrect");

    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);
}

/// The sentences named the defaults, whatever the instance was set to.
#[tokio::test]
async fn the_sentence_and_the_environment_name_the_limit_that_is_set() {
    let stage = Stage::with_settings(|settings| settings.password_min_length = 15).await;
    let mut browser = stage.browser();
    let fields = [("email_address", ADA), ("password", "fourteen chars")];

    let refused = browser
        .post("/v1/client/sign_ups", &fields)
        .await
        .expect_error(422, "form_password_length_too_short");

    let sentence = refused.text("/errors/0/long_message");
    assert!(sentence.contains("at least 15 characters"), "{sentence}");
    let environment = browser.get("/v1/environment").await.json();
    assert_eq!(
        environment["user_settings"]["password_settings"]["min_length"],
        15
    );
}
