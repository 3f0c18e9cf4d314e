//! Second factors: set up, asked for, removed.

use std::time::Duration;

use thyra_auth::Settings;

use crate::authenticator::{Authenticator, backup_codes};
use crate::stage::{ADA, ADAS_NUMBER, Browser, PASSWORD, Stage};

/// What the browser's own user is said to have.
async fn flags(browser: &mut Browser) -> [bool; 3] {
    let user = browser.get("/v1/me").await.expect_status(200).json();
    ["totp_enabled", "backup_code_enabled", "two_factor_enabled"]
        .map(|name| user["response"][name].as_bool().expect("it is said"))
}

#[tokio::test]
async fn an_app_that_is_set_up_is_asked_for_at_the_next_sign_in() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let offered = browser.offer_totp().await.expect_status(200);
    assert_eq!(offered.text("/response/object"), "totp");
    assert_eq!(offered.json()["response"]["verified"], false);
    let app = Authenticator::scan(&offered.text("/response/uri"));
    assert_eq!(flags(&mut browser).await, [false; 3]);

    let verified = browser.verify_totp(&app.code(&stage)).await;

    let verified = verified.expect_status(200);
    assert_eq!(verified.json()["response"]["verified"], true);
    assert_eq!(verified.json()["response"].get("secret"), None);
    assert_eq!(backup_codes(&verified, "/response/backup_codes").len(), 10);
    assert_eq!(
        verified.json()["client"]["sessions"][0]["user"]["totp_enabled"],
        true
    );
    assert_eq!(flags(&mut browser).await, [true; 3]);
    assert!(
        stage
            .last_mail()
            .await
            .subject
            .contains("authenticator app")
    );

    stage.clock.advance(Duration::from_secs(30));
    let mut other = stage.browser();
    let begun = other.sign_in_with_password(ADA, PASSWORD).await;
    assert_eq!(begun.text("/response/status"), "needs_second_factor");
    let factors = &begun.json()["response"]["supported_second_factors"];
    assert_eq!(
        factors,
        &serde_json::json!([{ "strategy": "totp" }, { "strategy": "backup_code" }])
    );
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let done = other.try_second(&attempt, "totp", &app.code(&stage)).await;
    let done = done.expect_status(200);
    assert_eq!(done.text("/response/status"), "complete");
    assert_eq!(
        done.json()["client"]["sessions"][0]["factor_verification_age"],
        serde_json::json!([0, 0])
    );
    assert_eq!(
        done.text("/response/second_factor_verification/strategy"),
        "totp"
    );
}

#[tokio::test]
async fn second_factors_are_told_to_nobody_before_the_first_one_is_proven() {
    let (stage, _, _) = Stage::with_authenticator().await;
    let mut browser = stage.browser();

    let attempt = browser.begin_sign_in(ADA).await;

    let shown = browser.get(&attempt).await.json();
    assert_eq!(
        shown["response"]["supported_second_factors"],
        serde_json::Value::Null
    );
    browser
        .try_second(&attempt, "totp", "123456")
        .await
        .expect_error(422, "strategy_for_user_invalid");
}

#[tokio::test]
async fn every_first_factor_leads_to_the_second_one() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;

    let proven = browser.try_code(&attempt, &stage.last_code().await).await;

    assert_eq!(proven.text("/response/status"), "needs_second_factor");
    let done = browser
        .try_second(&attempt, "totp", &app.code(&stage))
        .await;
    assert_eq!(done.text("/response/status"), "complete");
}

#[tokio::test]
async fn an_app_that_was_removed_is_not_asked_for_and_takes_its_backup_codes_along() {
    let (stage, app, codes) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    browser
        .try_second(&attempt, "totp", &app.code(&stage))
        .await
        .expect_status(200);

    let removed = browser.remove_totp().await.expect_status(200);

    assert_eq!(removed.text("/response/object"), "totp");
    assert_eq!(removed.json()["response"]["deleted"], true);
    assert_eq!(flags(&mut browser).await, [false; 3]);
    browser
        .remove_totp()
        .await
        .expect_error(404, "resource_not_found");
    let mut other = stage.browser();
    let done = other.sign_in_with_password(ADA, PASSWORD).await;
    assert_eq!(done.text("/response/status"), "complete");
    // A new app does not bring the old codes back.
    let offered = other.offer_totp().await.expect_status(200);
    let app = Authenticator::of(&offered.text("/response/secret"));
    other
        .verify_totp(&app.code(&stage))
        .await
        .expect_status(200);
    let mut third = stage.browser();
    let attempt = third.begin_second().await;
    third
        .try_second(&attempt, "backup_code", &codes[0])
        .await
        .expect_error(422, "form_code_incorrect");
}

#[tokio::test]
async fn what_is_switched_off_is_neither_offered_nor_asked_for() {
    let stage = Stage::with_settings(|settings| {
        settings.totp = false;
        settings.backup_codes = false;
    })
    .await;
    stage.add_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;

    for answer in [
        browser.offer_totp().await,
        browser.verify_totp("123456").await,
        browser.make_backup_codes().await,
    ] {
        answer.expect_error(404, "resource_not_found");
    }
    let environment = browser.get("/v1/environment").await.json();
    let attributes = &environment["user_settings"]["attributes"];
    assert_eq!(attributes["authenticator_app"]["enabled"], false);
    assert_eq!(attributes["backup_code"]["enabled"], false);
}

#[tokio::test]
async fn nobody_sets_anything_up_who_is_not_signed_in() {
    let (stage, _, _) = Stage::with_authenticator().await;
    let mut ada = stage.browser();
    // A sign-in that waits for its second factor opens nothing.
    ada.begin_second().await;
    let mut nobody = stage.browser();

    for browser in [&mut ada, &mut nobody] {
        for answer in [
            browser.offer_totp().await,
            browser.verify_totp("123456").await,
            browser.remove_totp().await,
            browser.make_backup_codes().await,
        ] {
            answer.expect_error(401, "authentication_invalid");
        }
    }
}

/// Sessions are named in the query, and a session of somebody else's browser is none.
#[tokio::test]
async fn sec_l05_nobody_sets_anything_up_for_somebody_else() {
    let stage = Stage::with_user(ADA).await;
    let mut ada = stage.signed_in(ADA).await;
    let session = ada.session_id().await.expect("she is signed in");
    stage.add_user("eve@example.com").await;
    let mut eve = stage.signed_in("eve@example.com").await;

    for path in [
        "/v1/me/totp?",
        "/v1/me/totp?_method=DELETE&",
        "/v1/me/backup_codes?",
    ] {
        let answer = eve
            .post(&format!("{path}_clerk_session_id={session}"), &[])
            .await;
        answer.expect_error(404, "resource_not_found");
    }
    assert_eq!(flags(&mut ada).await, [false; 3]);
}

#[tokio::test]
async fn a_password_needs_a_code_by_mail_beside_it_where_the_instance_says_so() {
    let stage = Stage::with_settings(|settings| settings.email_second_factor = true).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    let shown = browser.get(&attempt).await.json();
    let factor = &shown["response"]["supported_second_factors"][0];
    assert_eq!(factor["strategy"], "email_code");
    assert_eq!(factor["safe_identifier"], ADA);

    let prepared = browser
        .post(
            &format!("{attempt}/prepare_second_factor"),
            &[
                ("strategy", "email_code"),
                (
                    "email_address_id",
                    factor["email_address_id"].as_str().unwrap(),
                ),
            ],
        )
        .await
        .expect_status(200);

    assert_eq!(
        prepared.text("/response/second_factor_verification/status"),
        "unverified"
    );
    let code = stage.last_code().await;
    let done = browser.try_second(&attempt, "email_code", &code).await;
    assert_eq!(done.text("/response/status"), "complete");
}

/// Whoever reads somebody's mail has one factor, not two: a second code to the same mailbox would prove nothing more.
#[tokio::test]
async fn sec_j06_a_mailbox_is_never_both_factors_nor_stands_in_for_an_app() {
    let stage = Stage::with_settings(|settings| settings.email_second_factor = true).await;
    stage.add_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let by_mail = browser.try_code(&attempt, &stage.last_code().await).await;
    assert_eq!(by_mail.text("/response/status"), "complete");

    // Ada sets up her app, in this browser that is signed in.
    let offered = browser.offer_totp().await.expect_status(200);
    let app = Authenticator::of(&offered.text("/response/secret"));
    browser
        .verify_totp(&app.code(&stage))
        .await
        .expect_status(200);
    let mut other = stage.browser();
    let attempt = other.begin_second().await;
    let shown = other.get(&attempt).await.json();
    let factors = shown["response"]["supported_second_factors"].as_array();
    let strategies: Vec<_> = factors
        .into_iter()
        .flatten()
        .map(|factor| factor["strategy"].clone())
        .collect();
    assert_eq!(strategies, ["totp", "backup_code"]);
    other
        .post(
            &format!("{attempt}/prepare_second_factor"),
            &[("strategy", "email_code")],
        )
        .await
        .expect_error(422, "strategy_for_user_invalid");
}

/// Ada, who has a number that is her second factor, and backup codes. Gives the stage and her id.
async fn with_reserved_number(change: impl FnOnce(&mut Settings)) -> (Stage, String) {
    let stage = Stage::with_phones(change).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_code(ADA).await;
    let code = stage.last_code().await;
    browser.try_code(&attempt, &code).await.expect_status(200);
    let user = browser.get("/v1/me").await;
    let number = user.text("/response/phone_numbers/0/id");
    let reserved = serde_json::json!({ "reserved_for_second_factor": true });
    stage.change_number(&number, reserved).await;
    browser.make_backup_codes().await.expect_status(200);
    (stage, user.text("/response/id"))
}

/// What is asked for beside the password.
async fn second_strategies(stage: &Stage) -> Vec<String> {
    let mut browser = stage.browser();
    let begun = browser.sign_in_with_password(ADA, PASSWORD).await.json();
    let factors = begun["response"]["supported_second_factors"].as_array();
    factors
        .into_iter()
        .flatten()
        .map(|factor| factor["strategy"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_number_that_is_reserved_is_a_second_factor_like_the_app() {
    // A code by mail stands beside none that is stronger.
    let (stage, id) = with_reserved_number(|settings| settings.email_second_factor = true).await;
    assert_eq!(
        second_strategies(&stage).await,
        ["phone_code", "backup_code"]
    );

    stage.remove_second_factors(&id).await;

    assert_eq!(second_strategies(&stage).await, ["email_code"]);
    let mail = stage.last_mail().await;
    assert!(mail.subject.contains("turned off"), "{}", mail.subject);
    // The number is none that could never be used again: it can be the first factor.
    let begun = stage.browser().begin_with_phone_code(ADAS_NUMBER).await;
    assert!(begun.starts_with("/v1/client/sign_ins/"));
}

#[tokio::test]
async fn backup_codes_stay_as_long_as_they_stand_in_for_anything() {
    let (stage, _) = with_reserved_number(|_| {}).await;
    let mut browser = stage.browser();
    let begun = browser.sign_in_with_password(ADA, PASSWORD).await;
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let strategy = [("strategy", "phone_code")];
    browser
        .post(&format!("{attempt}/prepare_second_factor"), &strategy)
        .await
        .expect_status(200);
    browser
        .try_second(&attempt, "phone_code", "424242")
        .await
        .expect_status(200);
    let offered = browser.offer_totp().await.expect_status(200);
    let app = Authenticator::of(&offered.text("/response/secret"));
    let verified = browser.verify_totp(&app.code(&stage)).await;
    let verified = verified.expect_status(200).json();
    assert_eq!(
        verified["response"].get("backup_codes"),
        None,
        "there were some"
    );

    browser.remove_totp().await.expect_status(200);

    assert_eq!(flags(&mut browser).await, [false, true, true]);
    assert_eq!(
        second_strategies(&stage).await,
        ["phone_code", "backup_code"]
    );
}
