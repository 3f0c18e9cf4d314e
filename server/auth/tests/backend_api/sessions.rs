//! Sessions: listed, shown, revoked.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::stage::{Stage, ada};

#[tokio::test]
async fn a_session_is_answered_as_it_was_recorded() {
    let (stage, user_id) = Stage::with_user(ada()).await;
    let (id, _) = stage.sign_in("ada_l", "correct horse").await;

    let session = stage
        .get(&format!("/v1/sessions/{id}"))
        .await
        .expect(StatusCode::OK);

    assert_eq!(session["id"], id);
    assert_eq!(session["user_id"], user_id);
    insta::assert_json_snapshot!(session, {
        ".id" => "[session]", ".client_id" => "[client]", ".user_id" => "[user]",
    });
}

#[tokio::test]
async fn sec_e06_a_revoked_session_gives_no_token_any_more() {
    let (stage, _) = Stage::with_user(ada()).await;
    let (id, cookie) = stage.sign_in("ada_l", "correct horse").await;
    stage.token(&id, &cookie).await.expect(StatusCode::OK);

    let path = format!("/v1/sessions/{id}/revoke");
    let revoked = stage
        .call(http::Method::POST, &path, None)
        .await
        .expect(StatusCode::OK);

    assert_eq!(revoked["status"], "revoked");
    assert_eq!(
        stage.token(&id, &cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
    let again = stage
        .call(http::Method::POST, &path, None)
        .await
        .expect(StatusCode::OK);
    assert_eq!(again, revoked);
}

#[tokio::test]
async fn sessions_are_listed_by_user_and_status() {
    let (stage, ada_id) = Stage::with_user(ada()).await;
    let bea = json!({"username": "bea_b", "password": "battery staple"});
    let bea_id = stage.create_user(bea).await;
    let (first, _) = stage.sign_in("ada_l", "correct horse").await;
    stage.clock.advance(Duration::from_secs(60));
    let (second, _) = stage.sign_in("ada_l", "correct horse").await;
    stage.sign_in("bea_b", "battery staple").await;
    let path = format!("/v1/sessions/{first}/revoke");
    stage
        .call(http::Method::POST, &path, None)
        .await
        .expect(StatusCode::OK);

    let list = async |query: String| {
        let path = format!("/v1/sessions?paginated=true&{query}");
        let page = stage.get(&path).await.expect(StatusCode::OK);
        let data = page["data"].as_array().unwrap().clone();
        assert_eq!(page["total_count"], data.len());
        data.iter()
            .map(|session| session["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(list(String::new()).await.len(), 3);
    assert_eq!(
        list(format!("user_id={ada_id}")).await,
        [second.clone(), first.clone()]
    );
    assert_eq!(
        list(format!("user_id={ada_id}&status=active")).await,
        std::slice::from_ref(&second)
    );
    assert_eq!(
        list(format!("user_id={ada_id}&status=revoked")).await,
        [first]
    );
    stage.clock.advance(Duration::from_secs(8 * 24 * 3600));
    assert_eq!(list("status=active".to_owned()).await.len(), 0);
    assert_eq!(list("status=expired".to_owned()).await.len(), 2);
    assert_eq!(
        list(format!("user_id={bea_id}&status=expired")).await.len(),
        1
    );
    let session = stage
        .get(&format!("/v1/sessions/{second}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(session["status"], "expired");
}

#[tokio::test]
async fn without_paginated_the_list_is_bare() {
    let (stage, _) = Stage::with_user(ada()).await;
    stage.sign_in("ada_l", "correct horse").await;

    let list = stage.get("/v1/sessions").await.expect(StatusCode::OK);

    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_that_does_not_exist_is_not_found() {
    let stage = Stage::empty().await;

    stage
        .get("/v1/sessions/sess_x")
        .await
        .expect_error(404, "resource_not_found", None);
    let revoked = stage
        .call(http::Method::POST, "/v1/sessions/sess_x/revoke", None)
        .await;
    revoked.expect_error(404, "resource_not_found", None);
    let unknown = stage.get("/v1/sessions?status=sleeping").await;
    unknown.expect_error(422, "form_param_value_invalid", Some("status"));
}
