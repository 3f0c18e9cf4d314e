//! C04, D10, J02–J06: guessing, replaying and going around second factors.

use std::time::Duration;

use futures::future::join_all;

use crate::authenticator::{Authenticator, backup_codes};
use crate::stage::{ADA, PASSWORD, Stage};

const STEP: Duration = Duration::from_secs(30);

#[tokio::test]
async fn sec_j01_a_code_is_right_one_step_before_and_after_and_no_longer() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    let code = app.code(&stage);
    stage.clock.advance(2 * STEP);

    browser
        .try_second(&attempt, "totp", &code)
        .await
        .expect_error(422, "form_code_incorrect");

    let code = app.code(&stage);
    stage.clock.advance(STEP);
    browser
        .try_second(&attempt, "totp", &code)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_j02_a_code_works_once_and_so_does_no_earlier_one() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let earlier = app.code(&stage);
    stage.clock.advance(STEP);
    let code = app.code(&stage);
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    browser
        .try_second(&attempt, "totp", &code)
        .await
        .expect_status(200);

    for used in [&code, &earlier] {
        let mut other = stage.browser();
        let attempt = other.begin_second().await;
        other
            .try_second(&attempt, "totp", used)
            .await
            .expect_error(422, "form_code_incorrect");
    }
    // Waiting for the next one is all that is needed.
    stage.clock.advance(STEP);
    let mut other = stage.browser();
    let attempt = other.begin_second().await;
    other
        .try_second(&attempt, "totp", &app.code(&stage))
        .await
        .expect_status(200);
}

/// The code by which an app was set up is used up too.
#[tokio::test]
async fn sec_j02_the_code_that_set_the_app_up_signs_nobody_in() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let offered = browser.offer_totp().await.expect_status(200);
    let app = Authenticator::of(&offered.text("/response/secret"));
    let code = app.code(&stage);
    browser.verify_totp(&code).await.expect_status(200);

    let mut other = stage.browser();
    let attempt = other.begin_second().await;

    other
        .try_second(&attempt, "totp", &code)
        .await
        .expect_error(422, "form_code_incorrect");
}

#[tokio::test]
async fn sec_j02_of_a_hundred_parallel_right_codes_one_signs_in() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let mut browsers = Vec::new();
    for _ in 0..100 {
        let mut browser = stage.browser();
        let attempt = browser.begin_second().await;
        browsers.push((browser, attempt));
    }
    let code = app.code(&stage);

    let answers = join_all(
        browsers
            .iter_mut()
            .map(|(browser, attempt)| browser.try_second(attempt, "totp", &code)),
    )
    .await;

    let signed_in = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(signed_in.count(), 1);
}

#[tokio::test]
async fn sec_j03_a_dump_shows_neither_the_secret_nor_a_backup_code() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let offered = browser.offer_totp().await.expect_status(200);
    let secret = offered.text("/response/secret");
    let app = Authenticator::of(&secret);
    let verified = browser.verify_totp(&app.code(&stage)).await;
    let codes = backup_codes(&verified.expect_status(200), "/response/backup_codes");
    let raw = totp_rs::Secret::try_from_base32(&secret).unwrap();

    let mut secrets: Vec<Vec<u8>> = vec![secret.into_bytes(), raw.as_ref().to_vec()];
    for code in codes {
        secrets.push(code.replace('-', "").into_bytes());
        secrets.push(code.into_bytes());
    }
    for (path, bytes) in stage.files() {
        for secret in &secrets {
            let holds = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!holds, "{} holds a secret", path.display());
        }
    }
}

#[tokio::test]
async fn sec_j03_a_secret_is_shown_once_and_asks_for_nothing_before_its_first_code() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let first = browser.offer_totp().await.expect_status(200);
    let first = Authenticator::of(&first.text("/response/secret"));
    let mut other = stage.browser();
    let done = other.sign_in_with_password(ADA, PASSWORD).await;
    assert_eq!(done.text("/response/status"), "complete");

    // Begun a second time: the newest secret counts, and no other.
    let second = browser.offer_totp().await.expect_status(200);
    let second = Authenticator::of(&second.text("/response/secret"));
    browser
        .verify_totp(&first.code(&stage))
        .await
        .expect_error(422, "form_code_incorrect");
    browser
        .verify_totp(&second.code(&stage))
        .await
        .expect_status(200);

    // In use, it is neither shown again nor replaced.
    browser
        .offer_totp()
        .await
        .expect_error(422, "totp_already_enabled");
    browser
        .verify_totp(&second.code(&stage))
        .await
        .expect_error(422, "totp_already_enabled");
    stage.clock.advance(STEP);
    let mut third = stage.browser();
    let attempt = third.begin_second().await;
    third
        .try_second(&attempt, "totp", &second.code(&stage))
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_j04_five_wrong_codes_close_the_app_for_a_quarter_of_an_hour_and_nothing_else() {
    let (stage, app, codes) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    let wrong = app.wrong_code(&stage);
    for _ in 0..5 {
        browser
            .try_second(&attempt, "totp", &wrong)
            .await
            .expect_error(422, "form_code_incorrect");
    }

    let closed = browser
        .try_second(&attempt, "totp", &app.code(&stage))
        .await
        .expect_error(429, "too_many_requests");

    assert_eq!(closed.headers["retry-after"], "900");
    browser
        .try_second(&attempt, "backup_code", &codes[0])
        .await
        .expect_status(200);
    stage.clock.advance(Duration::from_secs(900));
    let mut other = stage.browser();
    let attempt = other.begin_second().await;
    other
        .try_second(&attempt, "totp", &app.code(&stage))
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_c04_wrong_second_factors_of_any_kind_lock_the_account() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let wrong = app.wrong_code(&stage);
    let mut evaluated = 0;
    for _ in 0..20 {
        let mut browser = stage.browser();
        let begun = browser.sign_in_with_password(ADA, PASSWORD).await;
        if begun.code() == "user_locked" {
            break;
        }
        let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
        for (strategy, code) in [("totp", wrong.as_str()), ("backup_code", "abcde-fghjk")] {
            let answer = browser.try_second(&attempt, strategy, code).await;
            evaluated += usize::from(answer.code() == "form_code_incorrect");
        }
    }

    assert_eq!(evaluated, 10);
}

#[tokio::test]
async fn sec_j05_a_backup_code_works_once_however_it_is_typed_and_its_use_is_told() {
    let (stage, _, codes) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    let typed = format!(" {} ", codes[3].to_uppercase().replace('-', " "));

    let done = browser
        .try_second(&attempt, "backup_code", &typed)
        .await
        .expect_status(200);

    assert_eq!(done.text("/response/status"), "complete");
    let mail = stage.last_mail().await;
    assert!(mail.subject.contains("backup code"), "{}", mail.subject);
    assert!(!mail.body.contains(&codes[3]), "{}", mail.body);
    let mut other = stage.browser();
    let attempt = other.begin_second().await;
    other
        .try_second(&attempt, "backup_code", &codes[3])
        .await
        .expect_error(422, "form_code_incorrect");
    other
        .try_second(&attempt, "backup_code", &codes[4])
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_j05_of_ten_parallel_right_backup_codes_one_signs_in() {
    let (stage, _, codes) = Stage::with_authenticator().await;
    let mut browsers = Vec::new();
    for _ in 0..10 {
        let mut browser = stage.browser();
        let attempt = browser.begin_second().await;
        browsers.push((browser, attempt));
    }

    let answers = join_all(
        browsers
            .iter_mut()
            .map(|(browser, attempt)| browser.try_second(attempt, "backup_code", &codes[0])),
    )
    .await;

    let signed_in = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(signed_in.count(), 1);
}

#[tokio::test]
async fn sec_j05_new_backup_codes_kill_the_old_ones() {
    let (stage, app, old) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    browser
        .try_second(&attempt, "totp", &app.code(&stage))
        .await
        .expect_status(200);

    let made = browser.make_backup_codes().await.expect_status(200);

    let new = backup_codes(&made, "/response/codes");
    assert_eq!(new.len(), 10);
    let mut other = stage.browser();
    let attempt = other.begin_second().await;
    other
        .try_second(&attempt, "backup_code", &old[0])
        .await
        .expect_error(422, "form_code_incorrect");
    other
        .try_second(&attempt, "backup_code", &new[0])
        .await
        .expect_status(200);
}

/// An attempt that was begun before the app was set up used to know nothing of it, and completed without it.
#[tokio::test]
async fn sec_d10_an_attempt_of_before_does_not_pass_by_a_second_factor_that_is_there_since() {
    let stage = Stage::with_user(ADA).await;
    let mut thief = stage.browser();
    let attempt = thief.begin_sign_in(ADA).await;
    stage.set_up_authenticator().await;

    let proven = thief.try_password(&attempt, PASSWORD).await;

    let proven = proven.expect_status(200);
    assert_eq!(proven.text("/response/status"), "needs_second_factor");
    assert_eq!(thief.session_id().await, None);
}

#[tokio::test]
async fn sec_d10_a_reset_by_mail_does_not_pass_by_the_app() {
    let (stage, app, _) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_reset(ADA).await;
    let code = stage.last_code().await;
    browser
        .try_reset_code(&attempt, &code)
        .await
        .expect_status(200);

    let set = browser
        .set_password(&attempt, &[("password", "another door of one's own")])
        .await
        .expect_status(200);

    assert_eq!(set.text("/response/status"), "needs_second_factor");
    assert_eq!(browser.session_id().await, None);
    browser
        .try_second(&attempt, "totp", &app.wrong_code(&stage))
        .await
        .expect_error(422, "form_code_incorrect");
    let done = browser
        .try_second(&attempt, "totp", &app.code(&stage))
        .await;
    assert_eq!(done.text("/response/status"), "complete");
    assert_eq!(
        done.text("/response/first_factor_verification/strategy"),
        "reset_password_email_code"
    );
}

/// What was set up between the code and the new password used to be passed by.
#[tokio::test]
async fn sec_d10_a_reset_that_began_before_does_not_pass_by_the_app_either() {
    let stage = Stage::with_user(ADA).await;
    let mut thief = stage.browser();
    let attempt = thief.begin_reset(ADA).await;
    let code = stage.last_code().await;
    thief
        .try_reset_code(&attempt, &code)
        .await
        .expect_status(200);
    stage.set_up_authenticator().await;

    let set = thief
        .set_password(&attempt, &[("password", "another door of one's own")])
        .await
        .expect_status(200);

    assert_eq!(set.text("/response/status"), "needs_second_factor");
    assert_eq!(thief.session_id().await, None);
}

/// The way back in is through the app's own server, by a person's decision, and the owner hears of it.
#[tokio::test]
async fn sec_j06_an_app_server_takes_a_lost_second_factor_away_and_the_owner_is_told() {
    let stage = Stage::new().await;
    let ada = stage.add_user(ADA).await;
    stage.set_up_authenticator().await;

    stage.remove_second_factors(&ada).await;

    let mail = stage.last_mail().await;
    assert!(mail.subject.contains("turned off"), "{}", mail.subject);
    let done = stage.browser().sign_in_with_password(ADA, PASSWORD).await;
    assert_eq!(done.text("/response/status"), "complete");
}
