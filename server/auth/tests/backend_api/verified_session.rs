//! Session tokens, checked in the process that mounts the API.

use std::time::Duration;

use http::{Method, StatusCode};
use thyra_auth::TokenError;

use crate::stage::{Stage, ada};

async fn signed_in() -> (Stage, String, String, String) {
    let (stage, user_id) = Stage::with_user(ada()).await;
    let (session_id, cookie) = stage.sign_in("ada_l", "correct horse").await;
    let token = stage
        .token(&session_id, &cookie)
        .await
        .expect(StatusCode::OK);
    let jwt = token["jwt"].as_str().unwrap().to_owned();
    (stage, user_id, session_id, jwt)
}

#[tokio::test]
async fn a_fresh_token_names_user_and_session() {
    let (stage, user_id, session_id, jwt) = signed_in().await;

    let verified = stage.auth.verify_session_token(&jwt).unwrap();

    assert_eq!(
        (verified.user_id, verified.session_id),
        (user_id, session_id)
    );
    assert_eq!(verified.factor_verification_age, [0, -1]);
}

#[tokio::test]
async fn sec_e04_a_token_is_refused_when_its_minute_is_over() {
    let (stage, _, _, jwt) = signed_in().await;
    stage.clock.advance(Duration::from_secs(66));

    assert_eq!(
        stage.auth.verify_session_token(&jwt),
        Err(TokenError::Expired)
    );
}

#[tokio::test]
async fn sec_e08_another_instances_token_is_refused() {
    let (_, _, _, foreign) = signed_in().await;
    let here = Stage::empty().await;

    assert_eq!(
        here.auth.verify_session_token(&foreign),
        Err(TokenError::UnknownKey)
    );
}

#[tokio::test]
async fn sec_e06_the_online_check_knows_at_once_what_a_token_learns_in_a_minute() {
    let (stage, _, session_id, jwt) = signed_in().await;
    assert!(stage.auth.is_session_live(&session_id).await.unwrap());

    let path = format!("/v1/sessions/{session_id}/revoke");
    stage
        .call(Method::POST, &path, None)
        .await
        .expect(StatusCode::OK);

    assert!(stage.auth.verify_session_token(&jwt).is_ok());
    assert!(!stage.auth.is_session_live(&session_id).await.unwrap());
    assert!(!stage.auth.is_session_live("sess_unknown").await.unwrap());
}

#[tokio::test]
async fn sec_n01_tokens_outlive_a_rotation() {
    let (stage, _, _, jwt) = signed_in().await;

    stage.auth.rotate_keys().await.unwrap();

    assert!(stage.auth.verify_session_token(&jwt).is_ok());
    let keys = stage.get("/v1/jwks").await.expect(StatusCode::OK);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
}
