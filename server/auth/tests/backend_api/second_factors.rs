//! Second factors that an app server gives, checks and takes.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use thyra_auth::Clock as _;
use totp_rs::{Builder, Secret};

use crate::stage::{Answer, Stage};

/// The secret of RFC 6238, as another server has it.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn with_second_factors() -> Value {
    json!({
        "email_address": ["ada@example.com"],
        "password": "correct horse",
        "totp_secret": SECRET,
        "backup_codes": ["abcd-efgh", "ijkl-mnop"],
    })
}

/// What Ada's app shows now.
fn code(stage: &Stage) -> String {
    let secret = Secret::try_from_base32(SECRET).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    let seconds = stage.clock.now().as_seconds();
    app.generate(u64::try_from(seconds).unwrap()).to_string()
}

async fn verify(stage: &Stage, id: &str, code: &str) -> Answer {
    let path = format!("/v1/users/{id}/verify_totp");
    stage.post(&path, json!({ "code": code })).await
}

async fn flags(stage: &Stage, id: &str) -> [bool; 3] {
    let user = stage.get(&format!("/v1/users/{id}")).await;
    let user = user.expect(StatusCode::OK);
    ["totp_enabled", "backup_code_enabled", "two_factor_enabled"]
        .map(|name| user[name].as_bool().unwrap())
}

#[tokio::test]
async fn a_user_brings_their_second_factors_along() {
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    assert_eq!(flags(&stage, &id).await, [true; 3]);

    let right = verify(&stage, &id, &code(&stage)).await;

    assert_eq!(
        right.expect(StatusCode::OK),
        json!({ "verified": true, "code_type": "totp" })
    );
    let by_code = verify(&stage, &id, "ABCD EFGH").await;
    assert_eq!(
        by_code.expect(StatusCode::OK),
        json!({ "verified": true, "code_type": "backup_code" })
    );
}

#[tokio::test]
async fn sec_j02_a_code_that_was_checked_here_is_used_up() {
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    let code = code(&stage);
    verify(&stage, &id, &code).await.expect(StatusCode::OK);
    verify(&stage, &id, "abcd-efgh")
        .await
        .expect(StatusCode::OK);

    for used in [code.as_str(), "abcd-efgh"] {
        let again = verify(&stage, &id, used).await;
        again.expect_error(422, "form_code_incorrect", Some("code"));
    }
}

#[tokio::test]
async fn sec_c04_wrong_codes_here_lock_the_account() {
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    let mut answers = Vec::new();
    for _ in 0..12 {
        // Five wrong ones close one kind; the other goes on being counted.
        let wrong = if answers.len() % 2 == 0 {
            "000000"
        } else {
            "wrong-code"
        };
        let answer = verify(&stage, &id, wrong).await;
        answers.push(answer.body["errors"][0]["code"].clone());
    }

    let wrong = answers.iter().filter(|code| *code == "form_code_incorrect");
    assert_eq!(wrong.count(), 10);
    assert_eq!(answers[11], "user_locked");
    stage
        .post(&format!("/v1/users/{id}/unlock"), json!({}))
        .await
        .expect(StatusCode::OK);
    verify(&stage, &id, &code(&stage))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn second_factors_are_changed_and_taken_away() {
    let (stage, id) = Stage::with_user(json!({ "username": "ada_l" })).await;
    let path = format!("/v1/users/{id}");
    let given = json!({ "totp_secret": SECRET, "backup_codes": ["abcd-efgh"] });
    stage.patch(&path, given).await.expect(StatusCode::OK);
    assert_eq!(flags(&stage, &id).await, [true; 3]);

    for (part, left) in [
        ("backup_code", [true, false, true]),
        ("totp", [false; 3]),
        ("mfa", [false; 3]),
    ] {
        let path = format!("{path}/{part}");
        let taken = stage.call(Method::DELETE, &path, None).await;
        let taken = taken.expect(StatusCode::OK);
        assert_eq!(taken, json!({ "user_id": id }), "{part}");
        assert_eq!(flags(&stage, &id).await, left, "{part}");
    }
    let none = verify(&stage, &id, &code(&stage)).await;
    none.expect_error(422, "strategy_for_user_invalid", None);
    let nobody = stage.call(Method::DELETE, "/v1/users/user_unknown/mfa", None);
    nobody.await.expect_error(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_new_secret_takes_the_old_ones_place() {
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    let old = code(&stage);
    let other = json!({ "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" });

    stage
        .patch(&format!("/v1/users/{id}"), other)
        .await
        .expect(StatusCode::OK);

    let refused = verify(&stage, &id, &old).await;
    refused.expect_error(422, "form_code_incorrect", Some("code"));
}

#[tokio::test]
async fn what_is_no_secret_and_no_code_is_refused_by_name() {
    let stage = Stage::empty().await;
    for (field, value) in [
        ("totp_secret", json!("JBSWY3DP")),
        ("totp_secret", json!("not base32!")),
        ("totp_secret", json!(7)),
        ("backup_codes", json!("abcd-efgh")),
        ("backup_codes", json!(["short"])),
        (
            "backup_codes",
            json!(["$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"]),
        ),
        ("backup_codes", json!(vec!["abcd-efgh"; 21])),
    ] {
        let fields = json!({ "username": "ada_l", field: value });
        let refused = stage.post("/v1/users", fields).await;
        refused.expect_error(422, "form_param_format_invalid", Some(field));
    }
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    let path = format!("/v1/users/{id}/verify_totp");
    let nothing = stage.post(&path, json!({})).await;
    nothing.expect_error(422, "form_param_nil", Some("code"));
}

/// A code is right for a step more; what was checked here must not be right at the sign-in then.
#[tokio::test]
async fn sec_j02_a_code_that_was_checked_here_is_right_nowhere_else() {
    let (stage, id) = Stage::with_user(with_second_factors()).await;
    let code = code(&stage);
    verify(&stage, &id, &code).await.expect(StatusCode::OK);
    stage.clock.advance(Duration::from_secs(30));

    let again = verify(&stage, &id, &code).await;

    again.expect_error(422, "form_code_incorrect", Some("code"));
}
