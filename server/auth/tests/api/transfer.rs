//! A sign-in that becomes a sign-up once the address is proven, and what cannot be taken over.

use std::time::Duration;

use serde_json::{Value, json};
use thyra_auth::SignUpMode;

use crate::stage::{ADA, Answer, Browser, PASSWORD, Stage};

const BEA: &str = "bea@example.com";

impl Browser {
    /// Begins a sign-in that may become a sign-up, and has a code sent: gives the attempt's path.
    async fn begins_as_newcomer(&mut self, email: &str) -> String {
        let fields = [("identifier", email), ("sign_up_if_missing", "true")];
        let begun = self.post("/v1/client/sign_ins", &fields).await;
        let attempt = format!(
            "/v1/client/sign_ins/{}",
            begun.expect_status(200).text("/response/id")
        );
        self.prepare_code(&attempt).await.expect_status(200);
        attempt
    }

    async fn take_over(&mut self, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("transfer", "true")];
        fields.extend(more);
        self.post("/v1/client/sign_ups", &fields).await
    }
}

/// A browser in which Bea has proven an address that nobody has.
async fn proven(stage: &Stage) -> (Browser, Answer) {
    let mut browser = stage.browser();
    let attempt = browser.begins_as_newcomer(BEA).await;
    let code = stage.last_code().await;
    let told = browser.try_code(&attempt, &code).await;
    (browser, told)
}

#[tokio::test]
async fn whoever_proves_an_address_that_nobody_has_signs_up_with_it() {
    for stage in [Stage::new().await, Stage::strict().await] {
        let (mut browser, told) = proven(&stage).await;

        let told = told.expect_error(404, "sign_up_if_missing_transfer");
        let shown = told.json()["client"]["sign_in"].clone();
        assert_eq!(shown["status"], "needs_first_factor");
        assert_eq!(shown["first_factor_verification"]["status"], "transferable");
        assert_eq!(shown["first_factor_verification"]["strategy"], "email_code");
        let begun = browser.take_over(&[]).await.expect_status(200);
        assert_eq!(begun.text("/response/email_address"), BEA);
        assert_eq!(begun.json()["response"]["unverified_fields"], json!([]));
        assert_eq!(
            begun.json()["response"]["missing_fields"],
            json!(["password"])
        );
        assert_eq!(begun.json()["client"]["sign_in"], Value::Null);
        let path = format!(
            "/v1/client/sign_ups/{}?_method=PATCH",
            begun.text("/response/id")
        );
        let done = browser.post(&path, &[("password", PASSWORD)]).await;
        assert_eq!(done.text("/response/status"), "complete");
    }
}

#[tokio::test]
async fn with_all_that_is_missing_a_transfer_completes_at_once() {
    let stage = Stage::new().await;
    let (mut browser, _) = proven(&stage).await;

    let done = browser.take_over(&[("password", PASSWORD)]).await;

    assert_eq!(done.text("/response/status"), "complete");
    assert!(browser.session_id().await.is_some());
}

#[tokio::test]
async fn whoever_has_an_account_signs_in_as_ever() {
    for stage in [Stage::new().await, Stage::strict().await] {
        stage.add_user(ADA).await;
        let mut browser = stage.browser();
        let attempt = browser.begins_as_newcomer(ADA).await;

        let done = browser.try_code(&attempt, &stage.last_code().await).await;

        assert_eq!(done.text("/response/status"), "complete");
        let refused = browser.take_over(&[]).await;
        refused.expect_error(422, "session_exists");
    }
}

/// Who has an account shows in nothing before the address is proven.
#[tokio::test]
async fn sec_b01_in_strict_mode_a_newcomer_looks_like_everybody() {
    let stage = Stage::strict().await;
    stage.add_user(ADA).await;
    let fields = |email| [("identifier", email), ("sign_up_if_missing", "true")];
    let mut answers = Vec::new();
    for email in [ADA, BEA] {
        let mut browser = stage.browser();
        let begun = browser
            .post("/v1/client/sign_ins", &fields(email))
            .await
            .expect_status(200);
        let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
        let sent = browser.prepare_code(&attempt).await.expect_status(200);
        let wrong = if stage.last_code().await == "000000" {
            "000001"
        } else {
            "000000"
        };
        let missed = browser
            .try_code(&attempt, wrong)
            .await
            .expect_error(422, "form_code_incorrect");
        let password = browser.try_password(&attempt, "not the password").await;
        answers.push([begun, sent, missed, password].map(|answer| settled(&answer, email)));
        assert_eq!(stage.last_mail().await.to, email);
    }

    assert_eq!(answers[0], answers[1]);
}

/// What differs between any two attempts, taken out.
fn settled(answer: &Answer, email: &str) -> (u16, String) {
    let mut text = answer.body_text().replace(email, "[email]");
    for prefix in ["sia_", "client_", "idn_"] {
        while let Some(at) = text.find(prefix) {
            let end = at + prefix.len() + 27;
            text.replace_range(at..end, "[id]");
        }
    }
    (answer.status.as_u16(), text)
}

#[tokio::test]
async fn a_proof_is_taken_over_once_in_its_own_browser_and_in_time() {
    let stage = Stage::new().await;
    let (mut browser, _) = proven(&stage).await;

    let elsewhere = stage.browser().take_over(&[]).await;
    elsewhere.expect_error(422, "account_transfer_invalid");
    let late = {
        let (mut late, _) = proven(&stage).await;
        stage.clock.advance(Duration::from_secs(24 * 3600));
        late.take_over(&[]).await
    };
    late.expect_error(422, "account_transfer_invalid");

    let (mut browser_of_today, _) = proven(&stage).await;
    browser_of_today.take_over(&[]).await.expect_status(200);
    let again = browser_of_today.take_over(&[]).await;
    again.expect_error(422, "account_transfer_invalid");
    // The one of yesterday is over as well.
    browser
        .take_over(&[])
        .await
        .expect_error(422, "account_transfer_invalid");
}

#[tokio::test]
async fn what_was_not_proven_is_not_taken_over() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    browser
        .take_over(&[])
        .await
        .expect_error(422, "account_transfer_invalid");

    browser.begins_as_newcomer(BEA).await;

    browser
        .take_over(&[])
        .await
        .expect_error(422, "account_transfer_invalid");
    let back = browser
        .post("/v1/client/sign_ins", &[("transfer", "true")])
        .await;
    back.expect_error(422, "account_transfer_invalid");
}

#[tokio::test]
async fn an_address_that_somebody_got_meanwhile_is_not_taken_over() {
    let stage = Stage::new().await;
    let (mut browser, _) = proven(&stage).await;
    stage.add_user(BEA).await;

    let refused = browser.take_over(&[("password", PASSWORD)]).await;

    let refused = refused.expect_error(422, "form_identifier_exists");
    assert_eq!(refused.param().as_deref(), Some("email_address"));
}

#[tokio::test]
async fn where_an_invitation_is_needed_nobody_becomes_a_newcomer() {
    let stage = Stage::with_settings(|settings| settings.sign_up = SignUpMode::Restricted).await;
    let fields = [("identifier", BEA), ("sign_up_if_missing", "true")];

    let refused = stage.browser().post("/v1/client/sign_ins", &fields).await;

    refused.expect_error(422, "form_identifier_not_found");
}

#[tokio::test]
async fn a_username_that_nobody_has_makes_no_newcomer() {
    let stage = Stage::new().await;
    let fields = [
        ("identifier", "nobody_here"),
        ("sign_up_if_missing", "true"),
    ];

    let refused = stage.browser().post("/v1/client/sign_ins", &fields).await;

    refused.expect_error(422, "form_identifier_not_found");
}

/// A code for a new password goes to nobody who has none.
#[tokio::test]
async fn sec_b05_a_newcomer_is_sent_no_code_to_reset_a_password() {
    let stage = Stage::strict().await;
    let mut browser = stage.browser();
    let fields = [("identifier", BEA), ("sign_up_if_missing", "true")];
    let begun = browser
        .post("/v1/client/sign_ins", &fields)
        .await
        .expect_status(200);
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let reset = [("strategy", "reset_password_email_code")];

    let sent = browser
        .post(&format!("{attempt}/prepare_first_factor"), &reset)
        .await;

    sent.expect_status(200);
    assert!(stage.mails().await.is_empty());
}

#[tokio::test]
async fn a_link_proves_an_address_that_nobody_has_as_well() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let back = "http://127.0.0.1:3000/sign-in/verify";
    let fields = [
        ("identifier", BEA),
        ("sign_up_if_missing", "true"),
        ("strategy", "email_link"),
        ("redirect_url", back),
    ];
    let begun = browser
        .post("/v1/client/sign_ins", &fields)
        .await
        .expect_status(200);
    let link = stage.last_mail().await.link.expect("the mail has a link");
    let (_, token) = link.split_once("token=").expect("a link has a token");

    let followed = browser
        .post("/v1/verify", &[("token", token)])
        .await
        .expect_status(303);

    let location = followed.headers["location"].to_str().expect("it is text");
    assert_eq!(location, format!("{back}?__clerk_status=transferable"));
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let polled = browser.get(&attempt).await.expect_status(200);
    let status = polled.text("/response/first_factor_verification/status");
    assert_eq!(status, "transferable");
    let done = browser.take_over(&[("password", PASSWORD)]).await;
    assert_eq!(done.text("/response/status"), "complete");
}
