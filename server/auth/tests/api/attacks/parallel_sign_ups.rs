//! L01: many sign-ups with one address at the same time.

use futures::future::join_all;

use crate::stage::{ADA, Stage};

#[tokio::test]
async fn sec_l01_parallel_sign_ups_with_one_address_make_one_account() {
    let stage = Stage::new().await;
    let mut ready = Vec::new();
    for i in 0..100 {
        let mut browser = stage.browser();
        let spelling = if i % 2 == 0 { ADA } else { "ADA@Example.com" };
        let fields = [("email_address", spelling), ("first_name", "Ada")];
        let begun = browser
            .post("/v1/client/sign_ups", &fields)
            .await
            .expect_status(200);
        let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
        browser
            .post(
                &format!("{attempt}/prepare_verification"),
                &[("strategy", "email_code")],
            )
            .await;
        let code = stage.last_code().await;
        browser
            .try_sign_up_code(&attempt, &code)
            .await
            .expect_status(200);
        ready.push((browser, attempt));
    }
    // All that is missing is the password: the last field makes the account.
    let finish = ready.into_iter().map(|(mut browser, attempt)| async move {
        let fields = [("password", "a door of one's own")];
        browser
            .post(&format!("{attempt}?_method=PATCH"), &fields)
            .await
    });

    let answers = join_all(finish).await;

    let made = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(made, 1);
    // On a machine that is busy, some passwords are not hashed in time: that makes no account either.
    let is_refusal = |code: &str| matches!(code, "form_identifier_exists" | "service_unavailable");
    assert!(
        answers
            .iter()
            .filter(|answer| answer.status != 200)
            .all(|answer| is_refusal(&answer.code()))
    );
}
