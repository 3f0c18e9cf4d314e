//! C06, C07, C12: what one network can ask for, and what it cannot take from others.

use std::time::Duration;

use thyra_auth::EnumerationProtection::{Off, Strict};

use crate::stage::{ADA, PASSWORD, Stage};

const EVES: &str = "203.0.113.66";
const ADAS: &str = "198.51.100.7";

fn retry_after(answer: &crate::stage::Answer) -> u64 {
    let header = answer.headers.get("retry-after").expect("a 429 says when");
    header.to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn sec_c06_the_sixth_sign_in_within_ten_seconds_is_429_and_says_when() {
    let stage = Stage::with_user(ADA).await;
    let begin = [("identifier", ADA)];
    for _ in 0..5 {
        let mut browser = stage.browser_at(EVES);
        browser
            .post("/v1/client/sign_ins", &begin)
            .await
            .expect_status(200);
    }

    let mut eve = stage.browser_at(EVES);
    let refused = eve.post("/v1/client/sign_ins", &begin).await;
    assert_eq!(retry_after(&refused), 2);
    refused.expect_error(429, "too_many_requests");

    let mut ada = stage.browser_at(ADAS);
    ada.post("/v1/client/sign_ins", &begin)
        .await
        .expect_status(200);
    stage.clock.advance(Duration::from_secs(2));
    eve.post("/v1/client/sign_ins", &begin)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_c06_the_fourth_answer_within_ten_seconds_is_not_looked_at() {
    let stage = Stage::with_user(ADA).await;
    let mut eve = stage.browser_at("2001:db8:1:2::1");
    let attempt = eve.begin_sign_in(ADA).await;
    for _ in 0..3 {
        eve.try_password(&attempt, "not hers")
            .await
            .expect_error(422, "form_password_incorrect");
    }

    let mut neighbour = stage.browser_at("2001:db8:1:2:ffff::1");
    neighbour.cookies.clone_from(&eve.cookies);
    neighbour
        .try_password(&attempt, PASSWORD)
        .await
        .expect_error(429, "too_many_requests");
}

/// Sign-ups with a password filled the queue of hashes, and right passwords of others failed with 503.
#[tokio::test]
async fn sec_c06_sign_ups_from_one_network_leave_room_for_the_passwords_of_others() {
    let stage = Stage::with_user(ADA).await;
    let mut hashed = 0;
    for number in 0..300 {
        let address = format!("eve{number}@example.com");
        let fields = [("email_address", address.as_str()), ("password", PASSWORD)];
        let answer = stage
            .browser_at(EVES)
            .post("/v1/client/sign_ups", &fields)
            .await;
        hashed += usize::from(answer.status == 200);
    }
    assert_eq!(hashed, 5);

    let mut ada = stage.browser_at(ADAS);
    ada.sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

/// 1,300 codes were asked for in a second, and an honest one ran out while it waited for them to be sent.
#[tokio::test]
async fn sec_c06_codes_asked_for_in_one_network_do_not_fill_the_queue_of_mails() {
    let stage = Stage::mailing(Off).await;
    for number in 0..20 {
        stage.add_user(&format!("eve{number}@example.com")).await;
    }
    for number in 0..20 {
        let mut eve = stage.browser_at(EVES);
        let strategy = ("strategy", "email_code");
        let address = format!("eve{number}@example.com");
        eve.post("/v1/client/sign_ins", &[("identifier", &address), strategy])
            .await;
    }

    assert_eq!(stage.mails().await.len(), 5);
}

/// 300 mails went to one mailbox by `victim+N@`.
#[tokio::test]
async fn sec_c07_addresses_with_a_plus_sign_share_the_limit_of_their_mailbox() {
    let stage = Stage::mailing(Strict).await;
    for number in 0..20 {
        let mut eve = stage.browser();
        let address = format!("ada+{number}@example.com");
        let begin = [("identifier", address.as_str()), ("strategy", "email_code")];
        eve.post("/v1/client/sign_ins", &begin).await;
        let fields = [("email_address", address.as_str()), ("password", PASSWORD)];
        let begun = eve.post("/v1/client/sign_ups", &fields).await;
        let path = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
        let by_code = [("strategy", "email_code")];
        eve.post(&format!("{path}/prepare_verification"), &by_code)
            .await;
    }

    assert!(
        stage.mails().await.len() <= 5,
        "{}",
        stage.mails().await.len()
    );
}

#[tokio::test]
async fn sec_c12_a_network_in_which_fifteen_people_fail_gets_no_further_tries() {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    for number in 0..15 {
        let mut eve = stage.browser_at(EVES);
        eve.sign_in_with_password(&format!("someone{number}@example.com"), "from a list")
            .await
            .expect_status(422);
        stage.clock.advance(Duration::from_secs(10));
    }

    let mut eve = stage.browser_at(EVES);
    let refused = eve.sign_in_with_password(ADA, PASSWORD).await;
    assert!(retry_after(&refused) > 3600, "{}", retry_after(&refused));
    refused.expect_error(429, "too_many_requests");
    let mut ada = stage.browser_at(ADAS);
    ada.sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);

    stage.clock.advance(Duration::from_secs(3 * 3600));
    eve.sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

/// Ten wrong codes, ten times over, and a new address could not sign up any more.
#[tokio::test]
async fn sec_c02_an_address_that_nobody_has_is_never_locked_for_good() {
    let stage = Stage::new().await;
    for _ in 0..40 {
        let mut eve = stage.browser();
        let attempt = eve.begin_sign_up(ADA).await;
        for _ in 0..5 {
            eve.try_sign_up_code(&attempt, "000000").await;
        }
        stage.clock.advance(Duration::from_secs(3601));
    }

    let mut ada = stage.browser();
    let attempt = ada.begin_sign_up(ADA).await;
    let code = stage.last_code().await;
    ada.try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn without_limits_nothing_is_counted_by_network() {
    let stage = Stage::with_settings(|settings| settings.limits = false).await;
    stage.add_user(ADA).await;

    for _ in 0..30 {
        let mut browser = stage.browser_at(EVES);
        let begin = [("identifier", ADA)];
        browser
            .post("/v1/client/sign_ins", &begin)
            .await
            .expect_status(200);
    }
}
