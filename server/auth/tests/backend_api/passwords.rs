//! Passwords that app servers bring along, and those that nobody should have.

use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::stage::Stage;

const PASSWORD: &str = "a door of one's own";
const BCRYPT: &str = "$2b$10$abcdefghijklmnopqrstuuM0LbjWsG0iC2eLA7NAqZWLe9bF3om2m";

fn imported(digest: &str, hasher: &str) -> Value {
    json!({
        "email_address": ["ada@example.com"],
        "password_digest": digest,
        "password_hasher": hasher,
    })
}

async fn signs_in(stage: &Stage, password: &str) -> u16 {
    let fields = [("identifier", "ada@example.com"), ("password", password)];
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post("/v1/client/sign_ins")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .body(body.into())
        .unwrap();
    stage.send(request).await.status().as_u16()
}

fn stored_hash(stage: &Stage) -> String {
    let database = rusqlite::Connection::open(stage.database()).unwrap();
    let sql = "SELECT password_hash FROM users";
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn sec_a02_an_imported_hash_signs_in_and_is_one_of_ours_afterwards() {
    let (stage, id) = Stage::with_user(imported(BCRYPT, "bcrypt")).await;
    assert_eq!(stored_hash(&stage), BCRYPT);
    assert_eq!(signs_in(&stage, "another door").await, 422);
    assert_eq!(
        stored_hash(&stage),
        BCRYPT,
        "a wrong password changes nothing"
    );
    let before = stage
        .get(&format!("/v1/users/{id}"))
        .await
        .expect(StatusCode::OK);

    assert_eq!(signs_in(&stage, PASSWORD).await, 200);

    let hash = stored_hash(&stage);
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    let after = stage
        .get(&format!("/v1/users/{id}"))
        .await
        .expect(StatusCode::OK);
    let changed_at = "password_last_updated_at";
    assert_eq!(
        before[changed_at], after[changed_at],
        "the password is the one it was"
    );
    assert_eq!(signs_in(&stage, PASSWORD).await, 200);
    assert_eq!(
        stored_hash(&stage),
        hash,
        "and is not hashed anew each time"
    );
}

#[tokio::test]
async fn a_digest_that_cannot_be_verified_is_refused_with_the_field_at_fault() {
    let stage = Stage::empty().await;
    for (digest, hasher, code, param) in [
        (
            "not a hash",
            "bcrypt",
            "form_param_format_invalid",
            "password_digest",
        ),
        (
            BCRYPT,
            "argon2id",
            "form_param_format_invalid",
            "password_digest",
        ),
        (BCRYPT, "md5", "form_param_value_invalid", "password_hasher"),
    ] {
        let answer = stage.post("/v1/users", imported(digest, hasher)).await;
        answer.expect_error(422, code, Some(param));
    }
    let mut without = imported(BCRYPT, "bcrypt");
    without.as_object_mut().unwrap().remove("password_hasher");
    let answer = stage.post("/v1/users", without).await;
    answer.expect_error(422, "form_param_nil", Some("password_hasher"));
    let mut both = imported(BCRYPT, "bcrypt");
    both["password"] = PASSWORD.into();
    let answer = stage.post("/v1/users", both).await;
    answer.expect_error(422, "form_param_value_invalid", Some("password_digest"));
}

#[tokio::test]
async fn sec_a06_what_is_tried_first_is_no_password_unless_the_app_server_insists() {
    let stage = Stage::empty().await;
    for password in ["password", "QWERTYUIOP", "ada.lovelace1815", "lovelace!"] {
        let fields = json!({
            "email_address": ["ada.lovelace@example.com"],
            "last_name": "Lovelace",
            "password": password,
        });
        let answer = stage.post("/v1/users", fields.clone()).await;
        answer.expect_error(422, "form_password_not_strong_enough", Some("password"));
    }

    let insists = json!({
        "email_address": ["ada.lovelace@example.com"],
        "password": "password",
        "skip_password_checks": true,
    });
    stage
        .post("/v1/users", insists)
        .await
        .expect(StatusCode::OK);
}
