//! E01–E03: planting, stealing and reading the long-lived token.

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn sec_e02_a_planted_cookie_is_worth_nothing_after_the_sign_in() {
    let stage = Stage::with_user(ADA).await;
    let mut attacker = stage.browser();
    attacker.begin_sign_in("ada@example.com").await;
    let mut victim = stage.browser();
    victim.cookies = attacker.cookies.clone();

    victim
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);

    assert_ne!(victim.cookies["__client"], attacker.cookies["__client"]);
    assert!(victim.session_id().await.is_some());
    assert_eq!(attacker.session_id().await, None);
}

#[tokio::test]
async fn sec_e02_a_cookie_that_was_made_up_is_not_taken_over() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    browser
        .cookies
        .insert("__client".into(), "chosen-by-the-attacker".into());

    browser.begin_sign_in(ADA).await;

    assert_ne!(browser.cookies["__client"], "chosen-by-the-attacker");
}

#[tokio::test]
async fn sec_e02_the_cookie_of_before_the_sign_out_is_dead() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.signed_in(ADA).await;
    let mut old = browser.clone();

    browser
        .post("/v1/client/sessions?_method=DELETE", &[])
        .await
        .expect_status(200);

    assert!(old.get("/v1/client").await.json()["response"].is_null());
}

#[tokio::test]
async fn sec_e01_the_token_is_long_and_stored_as_a_digest() {
    let stage = Stage::with_user(ADA).await;
    let browser = stage.signed_in(ADA).await;
    let (_, secret) = browser.cookies["__client"].split_once('.').unwrap();

    assert!(secret.len() >= 22, "128 bits need 22 letters of base64url");
    for (path, bytes) in stage.files() {
        let holds = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!holds, "{} holds the token", path.display());
    }
}

/// The cookie says whose it is: that alone must be worth nothing.
#[tokio::test]
async fn sec_e01_another_clients_name_opens_nothing_with_ones_own_secret() {
    let stage = Stage::with_user(ADA).await;
    let victim = stage.signed_in(ADA).await;
    let (victims_id, _) = victim.cookies["__client"].split_once('.').unwrap();
    let mut attacker = stage.browser();
    attacker.begin_sign_in(ADA).await;
    let own = attacker.cookies["__client"].clone();
    let (own_id, own_secret) = own.split_once('.').unwrap();
    assert_ne!(own_id, victims_id);

    for forged in [
        format!("{victims_id}.{own_secret}"),
        format!("{victims_id}."),
        victims_id.to_owned(),
        format!("{victims_id}.%"),
        format!(".{own_secret}"),
    ] {
        attacker.cookies.insert("__client".into(), forged.clone());
        let answer = attacker.get("/v1/client").await;
        assert!(answer.json()["response"].is_null(), "{forged}");
    }
    attacker.cookies.insert("__client".into(), own);
    let answer = attacker.get("/v1/client").await;
    assert!(answer.json()["response"].is_object(), "its own works");
}

#[tokio::test]
async fn sec_e03_the_long_lived_cookie_is_for_the_server_alone() {
    for (url, secure) in [
        ("http://127.0.0.1:3000", false),
        ("https://auth.example.com", true),
    ] {
        let stage = Stage::with_settings(|settings| settings.public_url = url.to_owned()).await;
        stage.add_user(ADA).await;
        let mut browser = stage.browser();
        browser.origin = Some(url.to_owned());

        let answer = browser
            .sign_in_with_password(ADA, PASSWORD)
            .await
            .expect_status(200);

        let lines = answer.set_cookies();
        let client = lines
            .iter()
            .find(|line| line.starts_with("__client="))
            .unwrap();
        for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(client.contains(attribute), "{client}");
        }
        assert!(!client.contains("Domain"));
        let uat: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("__client_uat"))
            .collect();
        assert_eq!(uat.len(), 2, "{lines:?}");
        assert!(
            lines.iter().all(|line| line.contains("; Secure") == secure),
            "{lines:?}"
        );
    }
}
