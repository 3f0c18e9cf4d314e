//! A12, D06, E01: what a thief finds in the database.

use crate::stage::{ADA, PASSWORD, Stage};

fn assert_nowhere(stage: &Stage, secret: &str, what: &str) {
    for (path, bytes) in stage.files() {
        let holds = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!holds, "{} holds {what}", path.display());
    }
}

#[tokio::test]
async fn sec_d06_a_dump_shows_no_live_code() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut codes = Vec::new();
    for i in 0..5 {
        browser.begin_sign_up(&format!("ada{i}@example.com")).await;
        codes.push(stage.last_code().await);
    }

    for code in codes {
        // Six digits turn up by chance in other numbers; as a text of their own they would stand between quotes, in a
        // mail's body or subject.
        for form in [
            format!("\"{code}\""),
            format!("\n{code}\n"),
            format!("{code} is your"),
            format!("'{code}'"),
        ] {
            assert_nowhere(&stage, &form, "a code");
        }
    }
}

#[tokio::test]
async fn sec_a12_a_dump_shows_no_password() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(ADA).await;
    browser
        .try_sign_up_code(&attempt, &stage.last_code().await)
        .await
        .expect_status(200);

    assert_nowhere(&stage, PASSWORD, "the password");
}

#[tokio::test]
async fn sec_n02_a_dump_shows_no_key() {
    let stage = Stage::new().await;

    assert_nowhere(&stage, stage.auth.secret_key().expose(), "the secret key");
    assert_nowhere(&stage, "PRIVATE KEY", "a private key in PEM");
}

#[tokio::test]
async fn sec_a01_stored_passwords_are_argon2id_with_the_parameters_of_the_checklist() {
    let stage = Stage::with_user(ADA).await;

    let database = stage
        .files()
        .into_iter()
        .flat_map(|(_, bytes)| bytes)
        .collect::<Vec<u8>>();

    let expected = b"$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(
        database
            .windows(expected.len())
            .any(|window| window == expected)
    );
}
