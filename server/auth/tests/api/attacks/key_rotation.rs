//! N01: changing the signing key while everybody is signed in.

use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use crate::stage::{ADA, Browser, Stage};

async fn key_set(stage: &Stage) -> JwkSet {
    let answer = stage
        .browser()
        .get("/.well-known/jwks.json")
        .await
        .expect_status(200);
    serde_json::from_slice(&answer.body).unwrap()
}

/// Checks a token as a third party would: with a library of its own and the published keys.
fn verifies(token: &str, keys: &JwkSet) -> bool {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let Some(key) = keys.find(&kid) else {
        return false;
    };
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules).is_ok()
}

async fn token(browser: &mut Browser, session: &str) -> String {
    browser
        .post(&format!("/v1/client/sessions/{session}/tokens"), &[])
        .await
        .text("/jwt")
}

#[tokio::test]
async fn sec_n01_every_token_verifies_against_keys_cached_up_to_five_minutes() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let session = browser.session_id().await.unwrap();
    let mut cached = key_set(&stage).await;
    let mut signers = std::collections::BTreeSet::new();

    for second in 0..900 {
        if second == 10 {
            stage.auth.rotate_keys().await.unwrap();
        }
        if second % 299 == 0 {
            cached = key_set(&stage).await;
        }
        if second % 7 == 0 {
            let token = token(&mut browser, &session).await;
            signers.insert(decode_header(&token).unwrap().kid);
            assert!(verifies(&token, &cached), "at second {second}");
        }
        stage.clock.advance(Duration::from_secs(1));
    }

    assert_eq!(signers.len(), 2, "the new key has taken over");
}

#[tokio::test]
async fn the_keys_are_the_same_after_a_restart() {
    let stage = Stage::with_user(ADA).await;
    let before = key_set(&stage).await;

    let stage = stage.restarted().await;

    assert_eq!(key_set(&stage).await, before);
}
