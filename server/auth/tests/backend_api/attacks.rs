//! Injection, mass assignment, canaries, and nonsense.

use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::json;

use crate::stage::{Stage, ada};

const INJECTIONS: [&str; 16] = [
    "' OR '1'='1",
    "' OR 1=1 --",
    "\" OR \"\"=\"",
    "'; DROP TABLE users; --",
    "1); DELETE FROM users; --",
    "' UNION SELECT password_hash FROM users --",
    "x' AND (SELECT COUNT(*) FROM users) > 0 --",
    "created_at; DROP TABLE users",
    "CASE WHEN (1=1) THEN id ELSE username END",
    "(SELECT sealed_private_key FROM signing_keys)",
    "$1",
    "?1",
    "%' ESCAPE '!' OR '1'='1",
    "!%!_!!",
    "\\'; --",
    "admin'/*",
];

const PARAMETERS: [&str; 12] = [
    "query",
    "user_id",
    "email_address",
    "username",
    "external_id",
    "order_by",
    "limit",
    "offset",
    "last_active_at_since",
    "status",
    "client_id",
    "paginated",
];

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn sec_n04_no_list_parameter_reaches_the_sql() {
    let (stage, _) = Stage::with_user(ada()).await;
    stage.sign_in("ada_l", "correct horse").await;

    for path in ["/v1/users", "/v1/users/count", "/v1/sessions"] {
        for parameter in PARAMETERS {
            for injection in INJECTIONS {
                let uri = format!("{path}?{parameter}={}", escaped(injection));
                let answer = stage.get(&uri).await;
                let (status, body) = (answer.status, answer.body);
                assert!(status.as_u16() < 500, "{uri}: {status}");
                let found = body.as_array().map_or(0, Vec::len) as u64
                    + body["total_count"].as_u64().unwrap_or(0);
                let is_ignored = parameter == "paginated";
                assert!(found == 0 || is_ignored, "{uri} found something: {body}");
                let shown = body.to_string();
                assert!(
                    !shown.contains("argon2id") && !shown.contains("SELECT count"),
                    "{shown}"
                );
            }
        }
    }

    let count = stage.get("/v1/users/count").await.expect(StatusCode::OK);
    assert_eq!(count["total_count"], 1);
}

#[tokio::test]
async fn sec_n04_ids_in_paths_reach_no_sql() {
    let (stage, _) = Stage::with_user(ada()).await;

    for injection in INJECTIONS {
        let id = escaped(injection);
        for path in [format!("/v1/users/{id}"), format!("/v1/sessions/{id}")] {
            stage
                .get(&path)
                .await
                .expect_error(404, "resource_not_found", None);
        }
        let path = format!("/v1/users/{id}");
        let deleted = stage.call(Method::DELETE, &path, None).await;
        deleted.expect_error(404, "resource_not_found", None);
    }
}

#[tokio::test]
async fn sec_l06_what_only_the_server_writes_is_refused() {
    let (stage, id) = Stage::with_user(ada()).await;
    let path = format!("/v1/users/{id}");

    for field in [
        "id",
        "object",
        "password_hash",
        "password_enabled",
        "email_addresses",
        "banned",
        "locked",
        "created_at",
        "updated_at",
        "role",
        "verified",
        "last_sign_in_at",
        "__proto__",
    ] {
        let refused = stage.patch(&path, json!({ field: "x" })).await;
        refused.expect_error(422, "form_param_unknown", Some(field));
    }
}

#[tokio::test]
async fn sec_a12_no_answer_repeats_a_password() {
    let (stage, id) = Stage::with_user(ada()).await;
    let canary = "canary-in-the-mine";
    let tries = [
        (
            "/v1/users".to_owned(),
            json!({"username": "x", "password": canary}),
        ),
        (
            "/v1/users".to_owned(),
            json!({"username": "fine_name", "password": [canary]}),
        ),
        (
            "/v1/users".to_owned(),
            json!({"username": "fine_name", "password": canary}),
        ),
        (
            format!("/v1/users/{id}/verify_password"),
            json!({"password": canary}),
        ),
        (
            format!("/v1/users/{id}/verify_password"),
            json!({"password": {"x": canary}}),
        ),
    ];
    for (path, body) in tries {
        let answer = stage.post(&path, body).await;
        assert!(
            !answer.body.to_string().contains("canary"),
            "{:#}",
            answer.body
        );
    }
}

#[tokio::test]
async fn sec_f09_no_answer_holds_a_hash_or_a_key() {
    let (stage, id) = Stage::with_user(ada()).await;
    let secret = stage.auth.secret_key().expose().to_owned();

    for path in [
        format!("/v1/users/{id}"),
        "/v1/users".to_owned(),
        "/v1/jwks".to_owned(),
    ] {
        let shown = stage.get(&path).await.body.to_string();
        for part in [
            "argon2",
            "password_hash",
            "sealed",
            "\"d\":",
            secret.as_str(),
        ] {
            assert!(!shown.contains(part), "{path} shows {part}");
        }
    }
}

#[tokio::test]
async fn sec_c10_of_200_guesses_at_once_ten_are_evaluated() {
    let (stage, id) = Stage::with_user(ada()).await;
    let stage = std::sync::Arc::new(stage);
    let path = format!("/v1/users/{id}/verify_password");
    let guess = |number: usize| {
        let (stage, path) = (stage.clone(), path.clone());
        tokio::spawn(async move {
            let body = json!({"password": format!("wrong horse {number}")});
            stage.post(&path, body).await.body["errors"][0]["code"]
                .as_str()
                .unwrap()
                .to_owned()
        })
    };

    let guesses: Vec<_> = (0..200).map(guess).collect();
    let mut codes = Vec::new();
    for guess in guesses {
        codes.push(guess.await.unwrap());
    }

    let evaluated = codes
        .iter()
        .filter(|code| *code == "form_password_incorrect")
        .count();
    assert_eq!(evaluated, 10);
    assert!(codes.iter().filter(|code| *code == "user_locked").count() == 190);
}

#[test]
fn sec_p03_no_request_ends_in_a_500() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stage, id) = runtime.block_on(Stage::with_user(ada()));
    let name = prop_oneof![
        Just("first_name".to_owned()),
        Just("public_metadata".to_owned()),
        Just("username".to_owned()),
        Just("external_id".to_owned()),
        "[a-z_]{0,12}",
        ".{0,8}",
    ];
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!(-1)),
        Just(json!(true)),
        ".{0,20}".prop_map(|text| json!(text)),
        ".{0,20}".prop_map(|text| json!([text])),
        ".{0,20}".prop_map(|text| json!({"nested": {"deep": text}})),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    runner
        .run(&(name, value, ".{0,30}"), |(name, value, text)| {
            let uri = format!("/v1/users?{}={}", escaped(&name), escaped(&text));
            let answers = runtime.block_on(async {
                let list = stage.get(&uri).await.status;
                let change = stage
                    .patch(&format!("/v1/users/{id}"), json!({ name: value }))
                    .await
                    .status;
                [list, change]
            });
            prop_assert!(
                answers.iter().all(|status| status.as_u16() < 500),
                "{answers:?}"
            );
            Ok(())
        })
        .unwrap();
}
