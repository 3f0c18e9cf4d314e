//! B01, B02, B04: finding out who has an account.

use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;

use crate::stage::{ADA, Answer, PASSWORD, Stage};

const NOBODY: &str = "nob@example.com";
const NO_PASSWORD: &str = "bea@example.com";
const BANNED: &str = "cid@example.com";
const LOCKED: &str = "dan@example.com";

/// A strict instance with one account of each kind.
async fn strict() -> Stage {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    stage.auth.add_user(NO_PASSWORD, None).await.unwrap();
    let banned = stage.add_user(BANNED).await;
    let key = format!("Bearer {}", stage.auth.secret_key().expose());
    let ban = Request::post(format!("/v1/users/{banned}/ban")).header("authorization", key);
    stage
        .browser()
        .send(ban, Body::empty())
        .await
        .expect_status(200);
    stage.add_user(LOCKED).await;
    for _ in 0..10 {
        stage
            .browser()
            .sign_in_with_password(LOCKED, "wrong password")
            .await;
    }
    stage
}

/// The answer as bytes, with ids and the identifier itself replaced by texts of the same length.
fn normalised(answer: &Answer, email: &str) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        let value = value.to_str().unwrap();
        let shown = if name == "set-cookie" {
            value.split_once(';').unwrap().1
        } else {
            value
        };
        text.push_str(&format!("{name}: {shown}\n"));
    }
    text.push_str(&answer.body_text().replace(email, "EMAIL"));
    let mut settled = String::new();
    let mut rest = text.as_str();
    while let Some(at) = ["sia_", "idn_", "client_", "user_", "sess_"]
        .iter()
        .filter_map(|p| rest.find(p))
        .min()
    {
        settled.push_str(&rest[..at]);
        let id_length = rest[at..].find(['"', ';']).unwrap_or(0);
        settled.push_str(&"#".repeat(id_length.max(1)));
        rest = &rest[at + id_length.max(1)..];
    }
    settled + rest
}

#[tokio::test]
async fn sec_b01_every_kind_of_account_and_none_get_the_same_answer() {
    let stage = strict().await;
    for step in ["identifier", "password", "both", "code", "wrong code"] {
        let mut answers = Vec::new();
        for email in [ADA, NOBODY, NO_PASSWORD, BANNED, LOCKED] {
            let mut browser = stage.browser();
            let answer = match step {
                "identifier" => {
                    browser
                        .post("/v1/client/sign_ins", &[("identifier", email)])
                        .await
                }
                "both" => browser.sign_in_with_password(email, "wrong password").await,
                "password" => {
                    let attempt = browser.begin_sign_in(email).await;
                    browser.try_password(&attempt, "wrong password").await
                }
                "code" => {
                    let attempt = browser.begin_sign_in(email).await;
                    browser.prepare_code(&attempt).await
                }
                _ => {
                    let attempt = browser.begin_with_code(email).await;
                    browser.try_code(&attempt, "000000").await
                }
            };
            answers.push((email, normalised(&answer, email)));
        }
        for (email, answer) in &answers[1..] {
            assert_eq!(answer, &answers[0].1, "{step}: {email} differs from {ADA}");
        }
    }
}

#[tokio::test]
async fn sec_b01_an_identifier_that_nobody_has_always_gets_the_same_made_up_ids() {
    let stage = strict().await;
    let ids = async || {
        let answer = stage
            .browser()
            .post("/v1/client/sign_ins", &[("identifier", NOBODY)])
            .await;
        answer.text("/response/supported_first_factors/1/email_address_id")
    };

    assert_eq!(ids().await, ids().await);
}

/// The statistical test in small; the times are of this process alone, without a network in between. What else runs on
/// the machine is measured along, so it has three runs.
#[tokio::test]
async fn sec_b02_an_unknown_identifier_takes_as_long_as_a_wrong_password() {
    let stage = Stage::strict().await;
    let mut medians = Vec::new();
    for run in 0..3 {
        let [known, unknown] = medians_of_wrong_passwords(&stage, run).await;
        // The checklist's bar is 5 % over a thousand pairs: `make bench` has them. Sixty pairs on a busy machine tell 15 % at
        // best; a missing hash would show as a factor of twenty.
        let allowed = (known * 15 / 100).max(Duration::from_millis(3));
        if known.abs_diff(unknown) <= allowed {
            return;
        }
        medians.push((known, unknown));
    }
    panic!("known and unknown: {medians:?}");
}

async fn medians_of_wrong_passwords(stage: &Stage, run: usize) -> [Duration; 2] {
    const PAIRS: usize = 60;
    let mut times = [Vec::new(), Vec::new()];
    for i in 0..PAIRS {
        let emails = [
            format!("known{run}.{i}@example.com"),
            format!("unknown{run}.{i}@example.com"),
        ];
        stage.add_user(&emails[0]).await;
        // Now one of them is the first, now the other: what the machine does meanwhile must not hit one kind only.
        for kind in [i % 2, 1 - i % 2] {
            let mut browser = stage.browser();
            let began = Instant::now();
            browser
                .sign_in_with_password(&emails[kind], "wrong password")
                .await
                .expect_status(422);
            times[kind].push(began.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[PAIRS / 2]
    })
}

#[tokio::test]
async fn sec_b03_no_mail_is_sent_to_an_address_that_nobody_has() {
    let stage = strict().await;

    stage.browser().begin_with_code(NOBODY).await;

    assert!(stage.mails().await.iter().all(|mail| mail.to != NOBODY));
}

#[tokio::test]
async fn sec_b04_a_sign_up_with_a_taken_address_looks_like_any_other_and_warns_the_owner() {
    let stage = strict().await;
    let mut answers = Vec::new();
    for email in [ADA, NOBODY] {
        let mut browser = stage.browser();
        let fields = [("email_address", email), ("password", PASSWORD)];
        let begun = browser
            .post("/v1/client/sign_ups", &fields)
            .await
            .expect_status(200);
        let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
        let sent = browser
            .post(
                &format!("{attempt}/prepare_verification"),
                &[("strategy", "email_code")],
            )
            .await;
        let missed = browser
            .try_sign_up_code(&attempt, "000000")
            .await
            .expect_status(422);
        let all =
            [begun, sent, missed].map(|answer| normalised(&answer, email).replace("sua_", "###"));
        answers.push(all.map(|text| without_ids(&text)));
    }

    assert_eq!(answers[0], answers[1]);
    let warning = stage
        .mails()
        .await
        .into_iter()
        .find(|mail| mail.to == ADA)
        .unwrap();
    assert_eq!(warning.code, None);
    assert!(warning.body.contains("already has an"), "{}", warning.body);
}

fn without_ids(text: &str) -> String {
    text.split("###")
        .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest))
        .collect()
}
