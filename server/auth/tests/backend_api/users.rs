//! Users: made, found, changed, deleted.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, ada};

async fn update(stage: &Stage, id: &str, fields: Value) -> Value {
    stage
        .patch(&format!("/v1/users/{id}"), fields)
        .await
        .expect(StatusCode::OK)
}

async fn verify(stage: &Stage, id: &str, password: &str) -> crate::stage::Answer {
    let path = format!("/v1/users/{id}/verify_password");
    stage.post(&path, json!({ "password": password })).await
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_new_user_is_answered_as_it_was_recorded() {
    let stage = Stage::empty().await;

    let user = stage.post("/v1/users", ada()).await.expect(StatusCode::OK);

    insta::assert_json_snapshot!(user, {
        ".id" => "[user]",
        ".primary_email_address_id" => "[address]",
        ".email_addresses[].id" => "[address]",
    });
    let same = stage
        .get(&format!("/v1/users/{}", user["id"].as_str().unwrap()))
        .await;
    assert_eq!(same.expect(StatusCode::OK), user);
}

#[tokio::test]
async fn a_user_made_here_signs_in_there() {
    let (stage, _) = Stage::with_user(ada()).await;

    let (session, cookie) = stage.sign_in("ada@example.com", "correct horse").await;

    assert!(session.starts_with("sess_"));
    stage.token(&session, &cookie).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_user_needs_something_to_be_known_by() {
    let stage = Stage::empty().await;

    let nobody = stage
        .post("/v1/users", json!({ "first_name": "Ada" }))
        .await;

    nobody.expect_error(422, "form_param_nil", Some("email_address"));
    stage
        .post("/v1/users", json!({ "username": "ada_l" }))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn bad_fields_are_refused_by_name() {
    let stage = Stage::empty().await;
    let table = [
        (
            json!({"email_address": ["nobody"]}),
            "form_param_format_invalid",
            "email_address",
        ),
        (
            json!({"email_address": "ada@example.com"}),
            "form_param_format_invalid",
            "email_address",
        ),
        (
            json!({"username": "a"}),
            "form_username_invalid_length",
            "username",
        ),
        (
            json!({"username": "a b c d"}),
            "form_username_invalid_character",
            "username",
        ),
        (
            json!({"username": "ada_l", "password": "short"}),
            "form_password_length_too_short",
            "password",
        ),
        (
            json!({"username": "ada_l", "password": "x".repeat(1025)}),
            "form_password_size_in_bytes_exceeded",
            "password",
        ),
        (
            json!({"username": "ada_l", "password": ""}),
            "form_param_nil",
            "password",
        ),
        (
            json!({"username": "ada_l", "password": 12345678}),
            "form_param_format_invalid",
            "password",
        ),
        (
            json!({"username": "ada_l", "first_name": "x".repeat(257)}),
            "form_param_max_length_exceeded",
            "first_name",
        ),
        (
            json!({"username": "ada_l", "first_name": "a\nb"}),
            "form_param_format_invalid",
            "first_name",
        ),
        (
            json!({"username": "ada_l", "public_metadata": []}),
            "form_param_format_invalid",
            "public_metadata",
        ),
        (
            json!({"username": "ada_l", "phone_number": ["+15555550100"]}),
            "form_param_unknown",
            "phone_number",
        ),
        (
            json!({"username": "ada_l", "password_hash": "x"}),
            "form_param_unknown",
            "password_hash",
        ),
        (
            json!({"email_address": ["a@b.example"], "email_address_identification_status": ["reserved"]}),
            "form_param_value_invalid",
            "email_address_identification_status",
        ),
    ];
    for (fields, code, param) in table {
        stage
            .post("/v1/users", fields)
            .await
            .expect_error(422, code, Some(param));
    }
    let count = stage.get("/v1/users/count").await.expect(StatusCode::OK);
    assert_eq!(count, json!({"object": "total_count", "total_count": 0}));
}

#[tokio::test]
async fn sec_l01_what_somebody_has_nobody_else_gets() {
    let (stage, _) = Stage::with_user(ada()).await;
    let table = [
        (
            json!({"email_address": ["ADA@example.COM"]}),
            "email_address",
        ),
        (json!({"username": "Ada_L"}), "username"),
        (
            json!({"username": "other", "external_id": "ext-1"}),
            "external_id",
        ),
    ];
    for (fields, param) in table {
        let taken = stage.post("/v1/users", fields).await;
        taken.expect_error(422, "form_identifier_exists", Some(param));
    }
    // A refused user leaves nothing behind, not even the username that was free.
    stage
        .post("/v1/users", json!({"username": "other"}))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_change_touches_what_is_given_and_null_clears() {
    let (stage, id) = Stage::with_user(ada()).await;
    stage.clock.advance(Duration::from_secs(5));

    let user = update(
        &stage,
        &id,
        json!({"first_name": "Augusta", "last_name": null}),
    )
    .await;

    assert_eq!(user["first_name"], "Augusta");
    assert_eq!(user["last_name"], Value::Null);
    assert_eq!(user["username"], "ada_l");
    assert_eq!(user["private_metadata"], json!({"note": "vip"}));
    assert!(user["updated_at"].as_i64() > user["created_at"].as_i64());
}

#[tokio::test]
async fn a_new_password_works_and_ends_sessions_when_asked() {
    let (stage, id) = Stage::with_user(ada()).await;
    let (session, cookie) = stage.sign_in("ada_l", "correct horse").await;

    update(&stage, &id, json!({"password": "battery staple"})).await;
    stage.token(&session, &cookie).await.expect(StatusCode::OK);
    verify(&stage, &id, "battery staple")
        .await
        .expect(StatusCode::OK);

    let change = json!({"password": "third password", "sign_out_of_other_sessions": true});
    update(&stage, &id, change).await;
    assert_eq!(
        stage.token(&session, &cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn only_an_own_address_becomes_the_primary_one() {
    let (stage, id) =
        Stage::with_user(json!({"email_address": ["a@example.com", "b@example.com"]})).await;
    let other = stage
        .create_user(json!({"email_address": ["c@example.com"]}))
        .await;
    let address_of = async |id: &str, index: usize| {
        let user = stage
            .get(&format!("/v1/users/{id}"))
            .await
            .expect(StatusCode::OK);
        user["email_addresses"][index]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };

    let second = address_of(&id, 1).await;
    let user = update(&stage, &id, json!({ "primary_email_address_id": second })).await;
    assert_eq!(user["primary_email_address_id"], second);

    let foreign = json!({ "primary_email_address_id": address_of(&other, 0).await });
    let refused = stage.patch(&format!("/v1/users/{id}"), foreign).await;
    refused.expect_error(
        422,
        "form_param_value_invalid",
        Some("primary_email_address_id"),
    );
}

#[tokio::test]
async fn metadata_is_merged_or_replaced() {
    let (stage, id) = Stage::with_user(ada()).await;
    let path = format!("/v1/users/{id}/metadata");

    let merged = stage
        .patch(
            &path,
            json!({"public_metadata": {"plan": null, "seats": {"a": 1}}}),
        )
        .await;
    assert_eq!(
        merged.expect(StatusCode::OK)["public_metadata"],
        json!({"seats": {"a": 1}})
    );
    let replaced = stage
        .call(
            Method::PUT,
            &path,
            Some(json!({"public_metadata": {"x": 1}})),
        )
        .await;
    let user = replaced.expect(StatusCode::OK);

    assert_eq!(user["public_metadata"], json!({"x": 1}));
    assert_eq!(user["private_metadata"], json!({"note": "vip"}));
    let deep = (0..32).fold(json!([]), |inner, _| json!([inner]));
    let refused = stage
        .patch(&path, json!({"private_metadata": {"x": deep}}))
        .await;
    refused.expect_error(422, "form_param_format_invalid", Some("private_metadata"));
    let huge = json!({"public_metadata": {"x": "y".repeat(9000)}});
    let refused = stage.patch(&path, huge).await;
    refused.expect_error(
        422,
        "form_param_max_length_exceeded",
        Some("public_metadata"),
    );
}

/// Nobody could sign in as them any more, or find them.
#[tokio::test]
async fn the_last_identifier_of_a_user_cannot_be_taken_away() {
    let stage = Stage::empty().await;
    let named = stage.create_user(json!({"username": "only_a_name"})).await;
    let with_both = json!({"username": "grace_h", "email_address": ["grace@example.com"]});
    let with_address = stage.create_user(with_both).await;
    let nameless = json!({"username": null});

    let refused = stage
        .patch(&format!("/v1/users/{named}"), nameless.clone())
        .await;

    refused.expect_error(422, "form_param_nil", Some("username"));
    let path = format!("/v1/users/{with_address}");
    let user = stage.patch(&path, nameless).await.expect(StatusCode::OK);
    assert!(user["username"].is_null());
}

#[tokio::test]
async fn sec_e06_a_deleted_user_is_gone_at_once() {
    let (stage, id) = Stage::with_user(ada()).await;
    let (session, cookie) = stage.sign_in("ada_l", "correct horse").await;
    let path = format!("/v1/users/{id}");

    let deleted = stage
        .call(Method::DELETE, &path, None)
        .await
        .expect(StatusCode::OK);

    assert_eq!(
        deleted,
        json!({"object": "user", "id": id, "deleted": true})
    );
    assert!(!stage.token(&session, &cookie).await.status.is_success());
    stage
        .get(&path)
        .await
        .expect_error(404, "resource_not_found", None);
    stage
        .call(Method::DELETE, &path, None)
        .await
        .expect_error(404, "resource_not_found", None);
    stage.post("/v1/users", ada()).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_password_is_verified_or_not() {
    let (stage, id) = Stage::with_user(ada()).await;
    let right = verify(&stage, &id, "correct horse")
        .await
        .expect(StatusCode::OK);
    assert_eq!(right, json!({"verified": true}));

    let wrong = verify(&stage, &id, "wrong horse").await;
    wrong.expect_error(422, "form_password_incorrect", Some("password"));
    let nothing = stage
        .post(&format!("/v1/users/{id}/verify_password"), json!({}))
        .await;
    nothing.expect_error(422, "form_param_nil", Some("password"));
    let nobody = verify(&stage, "user_unknown", "correct horse").await;
    nobody.expect_error(404, "resource_not_found", None);
    let without = stage.create_user(json!({"username": "no_password"})).await;
    let answer = verify(&stage, &without, "anything at all").await;
    answer.expect_error(422, "strategy_for_user_invalid", Some("password"));
}

#[tokio::test]
async fn sec_c04_wrong_passwords_here_lock_the_account() {
    let (stage, id) = Stage::with_user(ada()).await;
    for _ in 0..10 {
        verify(&stage, &id, "wrong horse").await;
    }

    verify(&stage, &id, "correct horse")
        .await
        .expect_error(422, "user_locked", None);
    let user = stage
        .get(&format!("/v1/users/{id}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(user["locked"], true);
    assert_eq!(user["lockout_expires_in_seconds"], 3600);

    let unlocked = stage
        .post(&format!("/v1/users/{id}/unlock"), json!({}))
        .await;
    assert_eq!(
        unlocked.expect(StatusCode::OK)["verification_attempts_remaining"],
        10
    );
    verify(&stage, &id, "correct horse")
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn right_passwords_here_neither_count_nor_forgive() {
    let (stage, id) = Stage::with_user(ada()).await;
    for _ in 0..12 {
        verify(&stage, &id, "correct horse")
            .await
            .expect(StatusCode::OK);
    }
    verify(&stage, &id, "wrong horse").await;
    verify(&stage, &id, "correct horse")
        .await
        .expect(StatusCode::OK);

    let user = stage
        .get(&format!("/v1/users/{id}"))
        .await
        .expect(StatusCode::OK);

    assert_eq!(user["verification_attempts_remaining"], 9);
}

#[tokio::test]
async fn a_locked_user_stays_locked_until_unlocked() {
    let (stage, id) = Stage::with_user(ada()).await;

    let locked = stage
        .post(&format!("/v1/users/{id}/lock"), json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&locked["locked"], &locked["lockout_expires_in_seconds"]),
        (&json!(true), &Value::Null)
    );
    stage.clock.advance(Duration::from_secs(1_000_000));

    verify(&stage, &id, "correct horse")
        .await
        .expect_error(422, "user_locked", None);
}

#[tokio::test]
async fn sec_e06_a_banned_user_loses_every_session() {
    let (stage, id) = Stage::with_user(ada()).await;
    let (session, cookie) = stage.sign_in("ada_l", "correct horse").await;

    let banned = stage
        .post(&format!("/v1/users/{id}/ban"), json!({}))
        .await
        .expect(StatusCode::OK);

    assert_eq!(banned["banned"], true);
    assert_eq!(
        stage.token(&session, &cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
    let unbanned = stage
        .post(&format!("/v1/users/{id}/unban"), json!({}))
        .await;
    assert_eq!(unbanned.expect(StatusCode::OK)["banned"], false);
    stage.sign_in("ada_l", "correct horse").await;
}

#[tokio::test]
async fn a_list_is_filtered_ordered_and_paged() {
    let stage = Stage::empty().await;
    let mut made = Vec::new();
    for (name, address) in [
        ("Cleo", "c@example.com"),
        ("Ada", "a@example.com"),
        ("Bea", "b@example.com"),
    ] {
        let fields = json!({"first_name": name, "email_address": [address], "external_id": name});
        made.push(stage.create_user(fields).await);
        stage.clock.advance(Duration::from_secs(1));
    }
    let [cleo, ada, bea] = [made[0].as_str(), made[1].as_str(), made[2].as_str()];
    let table: [(&str, &[&str]); 22] = [
        ("", &[bea, ada, cleo]),
        ("order_by=%2Bcreated_at", &[cleo, ada, bea]),
        ("order_by=first_name", &[ada, bea, cleo]),
        ("order_by=-email_address", &[cleo, bea, ada]),
        ("limit=1&offset=1", &[ada]),
        ("email_address=A%40Example.com", &[ada]),
        (
            "email_address=a%40example.com&email_address=c%40example.com",
            &[ada, cleo],
        ),
        ("external_id=Bea", &[bea]),
        ("query=cle", &[cleo]),
        ("query=EXAMPLE&paginated=true", &[bea, ada, cleo]),
        ("query=%25", &[]),
        ("query=CLEO", &[cleo]),
        ("query=leo", &[cleo]),
        ("query=%40exam&order_by=%2Bcreated_at", &[cleo, ada, bea]),
        ("query=example&order_by=first_name", &[ada, bea, cleo]),
        ("query=example&limit=1&offset=1", &[ada]),
        ("query=example&external_id=Bea", &[bea]),
        ("query=b", &[bea]),
        ("query=A%40", &[ada]),
        ("query=%22%20OR%20%22", &[]),
        ("user_id=user_unknown", &[]),
        ("last_active_at_since=1", &[]),
    ];
    for (query, expected) in table {
        let list = stage
            .get(&format!("/v1/users?{query}"))
            .await
            .expect(StatusCode::OK);
        assert_eq!(ids(&list), expected, "{query}");
    }
    let count = stage
        .get("/v1/users/count?query=example&limit=1")
        .await
        .expect(StatusCode::OK);
    assert_eq!(count["total_count"], 3);
}

/// What is found has to follow what is changed.
#[tokio::test]
async fn a_search_finds_users_by_what_they_are_called_now() {
    let (stage, id) = Stage::with_user(ada()).await;
    let path = format!("/v1/users/{id}");
    let found = async |query: &str| {
        let list = stage.get(&format!("/v1/users?query={query}")).await;
        !ids(&list.expect(StatusCode::OK)).is_empty()
    };
    assert!(found("ada_l").await && found(&id[8..20]).await);

    let renamed = json!({"username": "grace_h", "last_name": "Hopper"});
    stage.patch(&path, renamed).await.expect(StatusCode::OK);

    assert!(found("grace_h").await && found("hopper").await);
    assert!(!found("ada_l").await);
    stage
        .call(Method::DELETE, &path, None)
        .await
        .expect(StatusCode::OK);
    assert!(!found("grace_h").await && !found(&id[8..20]).await);
    let bad = stage.get("/v1/users?query=a%00b").await;
    bad.expect_error(422, "form_param_format_invalid", Some("query"));
}
