//! Phone numbers: given to users, changed, reserved, taken away.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::Stage;

const ADAS: &str = "+15555550100";
const OTHER: &str = "+12125550123";

fn ada() -> Value {
    json!({ "email_address": ["ada@example.com"], "phone_number": [ADAS] })
}

async fn user(stage: &Stage, id: &str) -> Value {
    let answer = stage.get(&format!("/v1/users/{id}")).await;
    answer.expect(StatusCode::OK)
}

async fn add(stage: &Stage, user_id: &str, number: &str, more: Value) -> Value {
    let mut fields = json!({ "user_id": user_id, "phone_number": number });
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    stage
        .post("/v1/phone_numbers", fields)
        .await
        .expect(StatusCode::OK)
}

fn path(number: &Value) -> String {
    format!("/v1/phone_numbers/{}", number["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_new_user_has_the_numbers_that_were_given() {
    let stage = Stage::with_phones().await;
    let fields = json!({ "phone_number": ["+1 (555) 555-0100", OTHER] });

    let id = stage.create_user(fields).await;

    let user = user(&stage, &id).await;
    let numbers = user["phone_numbers"].as_array().unwrap();
    let named = |number: &str| numbers.iter().find(|own| own["phone_number"] == number);
    let first = named(ADAS).expect("the first one is there");
    assert_eq!(user["primary_phone_number_id"], first["id"]);
    assert_eq!(first["verification"]["status"], "verified");
    assert!(named(OTHER).is_some());
}

#[tokio::test]
async fn users_are_found_by_their_numbers() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(ada()).await;
    stage.create_user(json!({ "phone_number": [OTHER] })).await;

    for query in ["phone_number=%2B15555550100", "query=5555550100"] {
        let found = stage.get(&format!("/v1/users?{query}")).await;
        let found = found.expect(StatusCode::OK);
        assert_eq!(found.as_array().unwrap().len(), 1, "{query}");
        assert_eq!(found[0]["id"], id);
    }
    let refused = stage.get("/v1/users?phone_number=555").await;
    refused.expect_error(422, "form_param_format_invalid", Some("phone_number"));
}

#[tokio::test]
async fn a_number_belongs_to_one_user() {
    let stage = Stage::with_phones().await;
    stage.create_user(ada()).await;

    let second = stage
        .post("/v1/users", json!({ "phone_number": ["+1-555-555-0100"] }))
        .await;

    second.expect_error(422, "form_identifier_exists", Some("phone_number"));
    let nobody = stage.get("/v1/users/count").await.expect(StatusCode::OK);
    assert_eq!(nobody["total_count"], 1, "nothing of the second one stays");
}

#[tokio::test]
async fn a_number_is_added_shown_changed_and_taken_away() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(ada()).await;

    let added = add(&stage, &id, OTHER, json!({})).await;
    assert_eq!(added["object"], "phone_number");
    assert_eq!(added["phone_number"], OTHER);
    assert_eq!(added["verification"]["status"], "unverified");
    assert_eq!(added["linked_to"], json!([]));
    let shown = stage.get(&path(&added)).await.expect(StatusCode::OK);
    assert_eq!(shown, added);

    let unproven = stage.patch(&path(&added), json!({ "primary": true })).await;
    unproven.expect_error(422, "form_param_value_invalid", Some("primary"));
    let changed = stage
        .patch(&path(&added), json!({ "verified": true, "primary": true }))
        .await
        .expect(StatusCode::OK);
    assert_eq!(changed["verification"]["status"], "verified");
    assert_eq!(
        user(&stage, &id).await["primary_phone_number_id"],
        added["id"]
    );

    let gone = stage.call(Method::DELETE, &path(&added), None).await;
    assert_eq!(
        gone.expect(StatusCode::OK),
        json!({ "object": "phone_number", "id": added["id"], "deleted": true })
    );
    let user = user(&stage, &id).await;
    assert_eq!(user["phone_numbers"].as_array().unwrap().len(), 1);
    assert_eq!(
        user["primary_phone_number_id"],
        user["phone_numbers"][0]["id"]
    );
    let missing = stage.get(&path(&added)).await;
    missing.expect_error(404, "resource_not_found", None);
}

#[tokio::test]
async fn of_the_reserved_numbers_one_is_the_default() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(ada()).await;
    let reserved = json!({ "verified": true, "reserved_for_second_factor": true });
    let first = add(&stage, &id, OTHER, reserved.clone()).await;
    let second = add(&stage, &id, "+12125550124", reserved).await;

    assert_eq!(first["default_second_factor"], true);
    assert_eq!(second["default_second_factor"], false);
    let released = json!({ "reserved_for_second_factor": false });
    stage
        .patch(&path(&first), released)
        .await
        .expect(StatusCode::OK);

    let second = stage.get(&path(&second)).await.expect(StatusCode::OK);
    assert_eq!(second["default_second_factor"], true);
    let first = stage.get(&path(&first)).await.expect(StatusCode::OK);
    assert_eq!(first["default_second_factor"], false);
}

#[tokio::test]
async fn a_number_that_is_unverified_is_no_factor_any_more() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(ada()).await;
    let number = user(&stage, &id).await["phone_numbers"][0].clone();
    let reserve = json!({ "reserved_for_second_factor": true });
    stage
        .patch(&path(&number), reserve)
        .await
        .expect(StatusCode::OK);

    let changed = stage
        .patch(&path(&number), json!({ "verified": false }))
        .await
        .expect(StatusCode::OK);

    assert_eq!(changed["reserved_for_second_factor"], false);
    assert_eq!(changed["default_second_factor"], false);
    assert_eq!(
        user(&stage, &id).await["primary_phone_number_id"],
        Value::Null
    );
}

#[tokio::test]
async fn the_last_thing_a_user_is_known_by_stays() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(json!({ "phone_number": [ADAS] })).await;
    let number = user(&stage, &id).await["phone_numbers"][0].clone();

    let refused = stage.call(Method::DELETE, &path(&number), None).await;

    refused.expect_error(422, "identification_deletion_failed", None);
}

#[tokio::test]
async fn bad_fields_of_a_number_are_refused_by_name() {
    let stage = Stage::with_phones().await;
    let id = stage.create_user(ada()).await;
    let table = [
        (
            json!({ "phone_number": OTHER }),
            422,
            "form_param_nil",
            Some("user_id"),
        ),
        (
            json!({ "user_id": id }),
            422,
            "form_param_nil",
            Some("phone_number"),
        ),
        (
            json!({ "user_id": "user_x", "phone_number": OTHER }),
            404,
            "resource_not_found",
            None,
        ),
        (
            json!({ "user_id": id, "phone_number": "555" }),
            422,
            "form_param_format_invalid",
            Some("phone_number"),
        ),
        (
            json!({ "user_id": id, "phone_number": ADAS }),
            422,
            "form_identifier_exists",
            Some("phone_number"),
        ),
        (
            json!({ "user_id": id, "phone_number": OTHER, "verified": "yes" }),
            422,
            "form_param_format_invalid",
            Some("verified"),
        ),
        (
            json!({ "user_id": id, "phone_number": OTHER, "reserved_for_second_factor": true }),
            422,
            "form_param_value_invalid",
            Some("reserved_for_second_factor"),
        ),
        (
            json!({ "user_id": id, "phone_number": OTHER, "role": "admin" }),
            422,
            "form_param_unknown",
            Some("role"),
        ),
    ];
    for (fields, status, code, param) in table {
        let answer = stage.post("/v1/phone_numbers", fields).await;
        answer.expect_error(status, code, param);
    }
}

#[tokio::test]
async fn where_nobody_has_numbers_none_is_given() {
    let stage = Stage::empty().await;
    let id = stage
        .create_user(json!({ "email_address": ["ada@example.com"] }))
        .await;

    let refused = stage
        .post(
            "/v1/phone_numbers",
            json!({ "user_id": id, "phone_number": OTHER }),
        )
        .await;

    refused.expect_error(422, "form_param_unknown", Some("phone_number"));
}
