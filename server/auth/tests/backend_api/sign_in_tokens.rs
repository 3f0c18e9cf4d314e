//! Sign-in tokens: made and taken back.

use http::StatusCode;
use serde_json::json;

use crate::stage::{Stage, ada};

#[tokio::test]
async fn a_sign_in_token_is_answered_as_it_was_recorded() {
    let (stage, user_id) = Stage::with_user(ada()).await;

    let made = stage.post("/v1/sign_in_tokens", json!({"user_id": user_id}));
    let made = made.await.expect(StatusCode::OK);

    assert_eq!(made["user_id"], user_id);
    let (token, url) = (
        made["token"].as_str().unwrap(),
        made["url"].as_str().unwrap(),
    );
    assert!(token.starts_with(made["id"].as_str().unwrap()));
    assert!(
        url.ends_with(&format!("/__clerk/v1/tickets/accept?ticket={token}")),
        "{url}"
    );
    insta::assert_json_snapshot!(made, {
        ".id" => "[id]", ".user_id" => "[user]", ".token" => "[ticket]", ".url" => "[url]",
    });
}

#[tokio::test]
async fn a_sign_in_token_is_taken_back_once() {
    let (stage, user_id) = Stage::with_user(ada()).await;
    let made = stage.post("/v1/sign_in_tokens", json!({"user_id": user_id}));
    let made = made.await.expect(StatusCode::OK);
    let revoke = format!("/v1/sign_in_tokens/{}/revoke", made["id"].as_str().unwrap());

    let revoked = stage.post(&revoke, json!({})).await.expect(StatusCode::OK);
    let again = stage.post(&revoke, json!({})).await;

    assert_eq!(revoked["status"], "revoked");
    again.expect_error(422, "sign_in_token_cannot_be_revoked_code", None);
}

#[tokio::test]
async fn what_makes_no_sign_in_token_is_told() {
    let (stage, user_id) = Stage::with_user(ada()).await;
    let path = "/v1/sign_in_tokens";
    for (fields, code, param) in [
        (json!({}), "form_param_nil", "user_id"),
        (
            json!({"user_id": 7}),
            "form_param_format_invalid",
            "user_id",
        ),
        (
            json!({"user_id": user_id, "expires_in_seconds": 0}),
            "form_param_value_invalid",
            "expires_in_seconds",
        ),
        (
            json!({"user_id": user_id, "expires_in_seconds": "1"}),
            "form_param_format_invalid",
            "expires_in_seconds",
        ),
        (
            json!({"user_id": user_id, "org_id": "org_1"}),
            "form_param_unknown",
            "org_id",
        ),
    ] {
        let refused = stage.post(path, fields).await;
        refused.expect_error(422, code, Some(param));
    }
    let nobody = stage.post(path, json!({"user_id": "user_x"})).await;
    nobody.expect_error(404, "resource_not_found", None);
    let unknown = stage
        .post("/v1/sign_in_tokens/sit_x/revoke", json!({}))
        .await;
    unknown.expect_error(404, "resource_not_found", None);
}
