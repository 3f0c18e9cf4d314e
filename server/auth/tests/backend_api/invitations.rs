//! Invitations: made one by one and in bulk, listed, taken back.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, ada};

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Stage {
    async fn invite(&self, fields: Value) -> Value {
        let made = self.post("/v1/invitations", fields).await;
        made.expect(StatusCode::OK)
    }

    /// The addresses of a list, and its total.
    async fn invited(&self, query: &str) -> (Vec<String>, u64) {
        let path = format!("/v1/invitations?paginated=true&{query}");
        let page = self.get(&path).await.expect(StatusCode::OK);
        let data = page["data"].as_array().unwrap();
        let address = |one: &Value| one["email_address"].as_str().unwrap().to_owned();
        (
            data.iter().map(address).collect(),
            page["total_count"].as_u64().unwrap(),
        )
    }
}

#[tokio::test]
async fn an_invitation_is_answered_as_it_was_recorded_and_mailed() {
    let stage = Stage::empty().await;

    let made = stage
        .invite(json!({
            "email_address": "Bea@Example.com",
            "expires_in_days": 7,
            "public_metadata": {"role": "editor"},
            "redirect_url": "http://127.0.0.1:3000/welcome",
        }))
        .await;

    let url = made["url"].as_str().unwrap();
    let ticket = format!("?ticket={}.", made["id"].as_str().unwrap());
    assert!(
        url.contains("/__clerk/v1/tickets/accept?") && url.contains(&ticket),
        "{url}"
    );
    let mail = stage.auth.outbox(10).await.unwrap().remove(0);
    assert_eq!(mail.to, "bea@example.com");
    assert_eq!(mail.link.as_deref(), Some(url));
    assert!(
        mail.body.contains(url) && mail.body.contains("7 days"),
        "{}",
        mail.body
    );
    insta::assert_json_snapshot!(made, {".id" => "[id]", ".url" => "[url]"});
}

#[tokio::test]
async fn an_invitation_is_not_mailed_where_the_app_server_does_it() {
    let stage = Stage::empty().await;

    let fields = json!({"email_address": "bea@example.com", "notify": false});
    stage.invite(fields).await;

    assert_eq!(stage.auth.outbox(10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn invitations_in_bulk_are_made_all_or_none() {
    let stage = Stage::empty().await;
    let bulk = "/v1/invitations/bulk";
    let half = json!([{"email_address": "bea@example.com"}, {"email_address": "nobody"}]);

    let refused = stage.post(bulk, half).await;
    refused.expect_error(422, "form_param_format_invalid", Some("email_address"));
    assert_eq!(stage.invited("").await, (vec![], 0));
    assert_eq!(stage.auth.outbox(10).await.unwrap().len(), 0);

    let both = json!([{"email_address": "bea@example.com"}, {"email_address": "cleo@example.com"}]);
    let made = stage.post(bulk, both).await.expect(StatusCode::OK);
    assert_eq!(made.as_array().unwrap().len(), 2);
    assert_eq!(stage.invited("").await.1, 2);
    for body in [
        json!({"email_address": "dora@example.com"}),
        json!([1]),
        json!("x"),
    ] {
        let refused = stage.post(bulk, body).await;
        refused.expect_error(400, "request_invalid", None);
    }
    let many: Vec<_> = (0..101)
        .map(|n| json!({"email_address": format!("a{n}@example.com")}))
        .collect();
    let refused = stage.post(bulk, json!(many)).await;
    refused.expect_error(422, "form_param_max_length_exceeded", None);
}

#[tokio::test]
async fn invitations_are_listed_by_what_became_of_them() {
    let stage = Stage::empty().await;
    let bea = stage
        .invite(json!({"email_address": "bea@example.com", "expires_in_days": 1}))
        .await;
    stage.clock.advance(Duration::from_secs(1));
    stage
        .invite(json!({"email_address": "cleo@example.com", "expires_in_days": 2}))
        .await;
    stage.clock.advance(Duration::from_secs(1));
    stage
        .invite(json!({"email_address": "a_b@example.com", "expires_in_days": 9}))
        .await;
    let path = format!("/v1/invitations/{}/revoke", bea["id"].as_str().unwrap());

    let revoked = stage
        .call(Method::POST, &path, None)
        .await
        .expect(StatusCode::OK);

    assert_eq!(
        (&revoked["status"], &revoked["revoked"]),
        (&json!("revoked"), &json!(true))
    );
    let again = stage.call(Method::POST, &path, None).await;
    again.expect_error(422, "invitation_already_revoked", None);
    let of = async |query: &str| stage.invited(query).await.0;
    assert_eq!(
        of("").await,
        ["a_b@example.com", "cleo@example.com", "bea@example.com"]
    );
    assert_eq!(
        of("order_by=email_address&limit=1&offset=1").await,
        ["bea@example.com"]
    );
    assert_eq!(stage.invited("limit=1").await.1, 3);
    assert_eq!(of("status=revoked").await, ["bea@example.com"]);
    assert_eq!(of("status=accepted").await, [] as [&str; 0]);
    assert_eq!(of("query=LEO").await, ["cleo@example.com"]);
    // Neither is a wildcard.
    assert_eq!(of("query=_").await, ["a_b@example.com"]);
    assert_eq!(of("query=%25").await, [] as [&str; 0]);
    stage.clock.advance(2 * DAY);
    assert_eq!(of("status=pending").await, ["a_b@example.com"]);
    assert_eq!(of("status=expired").await, ["cleo@example.com"]);
    let bare = stage.get("/v1/invitations").await.expect(StatusCode::OK);
    assert_eq!(bare.as_array().unwrap().len(), 3);
    for (query, param) in [("status=gone", "status"), ("order_by=id", "order_by")] {
        let refused = stage.get(&format!("/v1/invitations?{query}")).await;
        refused.expect_error(422, "form_param_value_invalid", Some(param));
    }
}

#[tokio::test]
async fn nobody_is_invited_twice_or_who_has_an_account_unless_it_is_asked_for() {
    let (stage, _) = Stage::with_user(ada()).await;
    stage
        .invite(json!({"email_address": "bea@example.com", "expires_in_days": 1}))
        .await;

    for (address, code) in [
        ("ada@example.com", "form_identifier_exists"),
        ("bea@example.com", "duplicate_record"),
    ] {
        let refused = stage.post("/v1/invitations", json!({"email_address": address}));
        refused.await.expect_error(422, code, Some("email_address"));
        stage
            .invite(json!({"email_address": address, "ignore_existing": true}))
            .await;
    }
    stage.clock.advance(31 * DAY);
    // The one that ran out stands in nobody's way.
    stage
        .invite(json!({"email_address": "bea@example.com"}))
        .await;
}

#[tokio::test]
async fn what_makes_no_invitation_is_told() {
    let stage = Stage::empty().await;
    let bea = "bea@example.com";
    for (fields, code, param) in [
        (json!({}), "form_param_nil", "email_address"),
        (
            json!({"email_address": "bea"}),
            "form_param_format_invalid",
            "email_address",
        ),
        (
            json!({"email_address": bea, "expires_in_days": 0}),
            "form_param_value_invalid",
            "expires_in_days",
        ),
        (
            json!({"email_address": bea, "redirect_url": "https://evil.example/"}),
            "form_param_value_invalid",
            "redirect_url",
        ),
        (
            json!({"email_address": bea, "redirect_url": "/welcome"}),
            "form_param_value_invalid",
            "redirect_url",
        ),
        (
            json!({"email_address": bea, "public_metadata": []}),
            "form_param_format_invalid",
            "public_metadata",
        ),
        (
            json!({"email_address": bea, "template_slug": "x"}),
            "form_param_value_invalid",
            "template_slug",
        ),
        (
            json!({"email_address": bea, "role": "admin"}),
            "form_param_unknown",
            "role",
        ),
    ] {
        let refused = stage.post("/v1/invitations", fields).await;
        refused.expect_error(422, code, Some(param));
    }
    let unknown = stage.post("/v1/invitations/inv_x/revoke", json!({})).await;
    unknown.expect_error(404, "resource_not_found", None);
}

/// One kind of ticket is not taken back in the place of another.
#[tokio::test]
async fn an_invitation_is_no_sign_in_token() {
    let stage = Stage::empty().await;
    let made = stage
        .invite(json!({"email_address": "bea@example.com"}))
        .await;

    let path = format!("/v1/sign_in_tokens/{}/revoke", made["id"].as_str().unwrap());
    let refused = stage.call(Method::POST, &path, None).await;

    refused.expect_error(404, "resource_not_found", None);
}
