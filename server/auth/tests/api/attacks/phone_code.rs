//! B05, C07, D02, D04, D10, D12: what codes to phones must not open, and what they must not cost.

use std::time::Duration;

use serde_json::json;
use thyra_auth::{Auth, EnumerationProtection, Settings};
use thyra_wire::Secret;

use crate::stage::{ADA, ADAS_NUMBER, Answer, Browser, PASSWORD, Stage};

const NOBODYS: &str = "+12125550177";
const CODE: &str = "424242";

fn strict(settings: &mut Settings) {
    settings.enumeration_protection = EnumerationProtection::Strict;
}

/// Messages leave the house, to an API that nobody started; so that limits hold for them.
fn sending(settings: &mut Settings) {
    settings.sms_url = Some(Secret::from("http://AC1:token@127.0.0.1:9/Messages.json"));
    settings.sms_from = Some("+12125550006".to_owned());
}

fn offered(answer: &Answer, level: &str) -> Vec<String> {
    let json = answer.json();
    let factors = json["response"][level].as_array().cloned();
    let names = factors.unwrap_or_default();
    names
        .iter()
        .map(|factor| factor["strategy"].as_str().unwrap().to_owned())
        .collect()
}

async fn begin(browser: &mut Browser, identifier: &str) -> Answer {
    browser
        .post("/v1/client/sign_ins", &[("identifier", identifier)])
        .await
        .expect_status(200)
}

/// The id of Ada's number.
async fn number_id(stage: &Stage) -> String {
    let begun = begin(&mut stage.browser(), ADAS_NUMBER).await;
    let json = begun.json();
    let factors = json["response"]["supported_first_factors"].as_array();
    let id = factors
        .into_iter()
        .flatten()
        .find_map(|factor| factor["phone_number_id"].as_str());
    id.unwrap().to_owned()
}

#[tokio::test]
async fn sec_b05_nothing_is_sent_to_a_number_that_nobody_has() {
    for change in [|_: &mut Settings| {}, strict] {
        let stage = Stage::with_phones(change).await;
        for strategy in ["phone_code", "reset_password_phone_code"] {
            let fields = [("identifier", NOBODYS), ("strategy", strategy)];
            stage.browser().post("/v1/client/sign_ins", &fields).await;
        }

        assert!(stage.mails().await.is_empty());
    }
}

#[tokio::test]
async fn sec_b01_in_strict_mode_a_number_that_nobody_has_is_answered_as_one_that_somebody_has() {
    let stage = Stage::with_phones(strict).await;
    let mut answers = Vec::new();
    for number in [ADAS_NUMBER, NOBODYS] {
        let mut browser = stage.browser();
        let begun = begin(&mut browser, number).await;
        let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
        let prepared = browser
            .prepare_phone_code(&attempt, &[])
            .await
            .expect_status(200);
        let missed = browser.try_phone_code(&attempt, "000000").await;
        answers.push((
            offered(&begun, "supported_first_factors"),
            prepared.text("/response/first_factor_verification/channel"),
            prepared.body.len(),
            missed.status,
            missed.code(),
        ));
    }

    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        answers[0].0,
        ["password", "phone_code", "reset_password_phone_code"]
    );
}

#[tokio::test]
async fn sec_b01_in_strict_mode_an_address_does_not_tell_of_a_number() {
    let stage = Stage::with_phones(strict).await;

    let begun = begin(&mut stage.browser(), ADA).await;

    assert!(!begun.body_text().contains("phone_number_id"));
}

#[tokio::test]
async fn sec_c07_asking_again_within_thirty_seconds_sends_nothing() {
    let stage = Stage::with_phones(sending).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;
    stage.clock.advance(Duration::from_secs(29));

    browser
        .prepare_phone_code(&attempt, &[])
        .await
        .expect_status(200);
    assert_eq!(stage.mails().await.len(), 1);
    stage.clock.advance(Duration::from_secs(1));
    browser
        .prepare_phone_code(&attempt, &[])
        .await
        .expect_status(200);

    assert_eq!(stage.mails().await.len(), 2);
}

#[tokio::test]
async fn sec_c07_a_number_gets_five_messages_an_hour_whoever_asks() {
    let stage = Stage::with_phones(sending).await;
    for _ in 0..5 {
        stage.browser().begin_with_phone_code(ADAS_NUMBER).await;
    }
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADAS_NUMBER).await;

    let refused = browser.prepare_phone_code(&attempt, &[]).await;

    refused.expect_error(429, "too_many_requests");
    assert_eq!(stage.mails().await.len(), 5);
}

#[tokio::test]
async fn sec_c07_nothing_is_sent_to_a_country_that_is_not_listed() {
    for change in [|_: &mut Settings| {}, strict] {
        let stage = Stage::with_phones(|settings| {
            sending(settings);
            change(settings);
            settings.sms_countries = vec!["US".to_owned()];
        })
        .await;
        let berlin = "+493022732152";
        stage.add_user_with_number("bea@example.com", berlin).await;

        let begun = begin(&mut stage.browser(), berlin).await;

        let factors = offered(&begun, "supported_first_factors");
        assert!(!factors.contains(&"phone_code".to_owned()), "{factors:?}");
        assert!(stage.mails().await.is_empty());
    }
}

#[tokio::test]
async fn sec_d02_a_code_to_a_phone_works_for_five_minutes() {
    let stage = Stage::with_phones(|_| {}).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;
    stage.clock.advance(Duration::from_secs(300));

    browser
        .try_phone_code(&attempt, CODE)
        .await
        .expect_error(422, "verification_expired");
}

#[tokio::test]
async fn sec_d04_a_code_to_sign_in_sets_no_password() {
    let stage = Stage::with_phones(|settings| settings.test_codes = false).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;
    let code = stage.last_code().await;

    let fields = [("strategy", "reset_password_phone_code"), ("code", &*code)];
    let answer = browser
        .post(&format!("{attempt}/attempt_first_factor"), &fields)
        .await;

    answer.expect_error(422, "verification_missing");
    let by_mail = browser.try_code(&attempt, &code).await;
    by_mail.expect_error(422, "verification_missing");
}

#[tokio::test]
async fn sec_d04_a_number_that_is_taken_away_is_proven_by_no_code() {
    let stage = Stage::with_phones(|_| {}).await;
    let id = number_id(&stage).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;

    stage.change_number(&id, json!({ "verified": false })).await;

    browser
        .try_phone_code(&attempt, CODE)
        .await
        .expect_error(422, "form_code_incorrect");
}

/// Whoever holds the phone would pass both factors by it, or set a new password and pass the second.
#[tokio::test]
async fn sec_d10_a_number_that_is_the_second_factor_is_neither_the_first_nor_resets_a_password() {
    for change in [|_: &mut Settings| {}, strict] {
        let stage = Stage::with_phones(change).await;
        let id = number_id(&stage).await;
        stage
            .change_number(&id, json!({ "reserved_for_second_factor": true }))
            .await;
        for strategy in ["phone_code", "reset_password_phone_code"] {
            let fields = [("identifier", ADAS_NUMBER), ("strategy", strategy)];
            stage.browser().post("/v1/client/sign_ins", &fields).await;
            let fields = [("identifier", ADA), ("strategy", strategy)];
            stage.browser().post("/v1/client/sign_ins", &fields).await;
        }

        assert!(stage.mails().await.is_empty());
    }
}

#[tokio::test]
async fn a_reserved_number_is_asked_for_after_the_first_factor() {
    let stage = Stage::with_phones(|_| {}).await;
    let id = number_id(&stage).await;
    stage
        .change_number(&id, json!({ "reserved_for_second_factor": true }))
        .await;
    let mut browser = stage.browser();
    let first = browser
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);

    assert_eq!(first.text("/response/status"), "needs_second_factor");
    let json = first.json();
    let factor = &json["response"]["supported_second_factors"][0];
    assert_eq!(factor["strategy"], "phone_code");
    assert_eq!(factor["default"], true);
    assert_eq!(factor["safe_identifier"], "+*********00");
    let attempt = format!("/v1/client/sign_ins/{}", first.text("/response/id"));
    let strategy = ("strategy", "phone_code");
    browser
        .post(&format!("{attempt}/prepare_second_factor"), &[strategy])
        .await
        .expect_status(200);
    let done = browser
        .post(
            &format!("{attempt}/attempt_second_factor"),
            &[strategy, ("code", CODE)],
        )
        .await
        .expect_status(200);
    assert_eq!(done.text("/response/status"), "complete");
}

#[tokio::test]
async fn sec_d12_without_test_codes_there_is_no_fixed_code_for_numbers() {
    let stage = Stage::with_phones(|settings| settings.test_codes = false).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;

    if stage.last_code().await != CODE {
        browser
            .try_phone_code(&attempt, CODE)
            .await
            .expect_error(422, "form_code_incorrect");
    }
}

async fn why_not_opened(change: impl FnOnce(&mut Settings)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
    let mut settings = Settings::production("https://auth.example.com", &url);
    settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:2525"));
    settings.phone_numbers = thyra_auth::Requirement::Optional;
    change(&mut settings);
    let opened = Auth::open(settings).await;
    opened.err().expect("it is refused").to_string()
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_before_anything_opens() {
    let nothing = why_not_opened(|_| {}).await;
    assert!(nothing.starts_with("sms_url: "), "{nothing}");
    let no_sender = why_not_opened(|settings| {
        sending(settings);
        settings.sms_from = None;
    })
    .await;
    assert!(no_sender.starts_with("sms_from: "), "{no_sender}");
    let no_country = why_not_opened(|settings| {
        sending(settings);
        settings.sms_from = Some("Acme".to_owned());
    })
    .await;
    assert!(no_country.starts_with("sms_countries: "), "{no_country}");
    let no_url = why_not_opened(|settings| {
        sending(settings);
        settings.sms_url = Some(Secret::from("https://canary"));
    })
    .await;
    assert!(
        no_url.starts_with("sms_url: ") && !no_url.contains("canary"),
        "{no_url}"
    );
}
