//! L06: fields that belong to the server, sent by a browser.

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn sec_l06_a_sign_up_cannot_set_what_belongs_to_the_server() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let fields = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("public_metadata", r#"{"role":"admin"}"#),
        ("private_metadata", r#"{"role":"admin"}"#),
        ("verified", "true"),
        ("role", "admin"),
        ("banned", "false"),
        ("id", "user_chosen"),
        ("external_id", "chosen"),
        ("email_is_taken", "true"),
        ("user_id", "user_chosen"),
        ("unsafe_metadata", r#"{"colour":"blue"}"#),
    ];
    let begun = browser
        .post("/v1/client/sign_ups", &fields)
        .await
        .expect_status(200);
    assert_eq!(begun.text("/response/status"), "missing_requirements");
    let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
    browser
        .post(
            &format!("{attempt}/prepare_verification"),
            &[("strategy", "email_code")],
        )
        .await;
    let done = browser
        .try_sign_up_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);

    let user = done.json()["client"]["sessions"][0]["user"].clone();
    assert_eq!(user["public_metadata"], serde_json::json!({}));
    assert_eq!(user["external_id"], serde_json::Value::Null);
    assert_ne!(user["id"], "user_chosen");
    assert_eq!(user["unsafe_metadata"]["colour"], "blue");
    assert!(
        user.get("private_metadata").is_none(),
        "it is never shown to browsers"
    );
}
