//! What apps attach to users.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};
use thyra_wire::ErrorCode;

use super::body::JsonBody;
use super::param::ParamError;
use super::user_fields::Metadata;
use super::user_json::UserJson;
use super::users::find;
use crate::error::ApiError;
use crate::http::ResourceId;
use crate::instance::SharedInstance;
use crate::metadata::check_metadata;
use crate::store::{Durability, UserUpdate, users};

/// How a given object meets the stored one.
type Combine = fn(&Value, Map<String, Value>) -> Value;

/// `PATCH /v1/users/{id}/metadata`: merges deeply; `null` deletes.
pub(super) async fn merge(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(fields): JsonBody,
) -> Result<Json<UserJson>, ApiError> {
    change(&auth, &id, Metadata::parse(fields)?, merged).await
}

/// `PUT /v1/users/{id}/metadata`: replaces each kind that is given.
pub(super) async fn replace(
    State(auth): State<SharedInstance>,
    ResourceId(id): ResourceId,
    JsonBody(fields): JsonBody,
) -> Result<Json<UserJson>, ApiError> {
    let replaced: Combine = |_, given| Value::Object(given);
    change(&auth, &id, Metadata::parse(fields)?, replaced).await
}

async fn change(
    auth: &SharedInstance,
    id: &str,
    given: Metadata,
    combine: Combine,
) -> Result<Json<UserJson>, ApiError> {
    let mut db = auth.store.write().await?;
    let user = find(&mut db, id).await?;
    let combined = |name, stored: &Value, given: Option<Map<String, Value>>| {
        given
            .map(|given| fitting(name, combine(stored, given)))
            .transpose()
    };
    let update = UserUpdate {
        public_metadata: combined("public_metadata", &user.public_metadata, given.public)?,
        private_metadata: combined("private_metadata", &user.private_metadata, given.private)?,
        unsafe_metadata: combined("unsafe_metadata", &user.unsafe_metadata, given.unsafe_)?,
        ..UserUpdate::default()
    };
    if !users::update(&mut db, id, &update, auth.clock.now()).await? {
        return Err(ApiError::new(ErrorCode::ResourceNotFound));
    }
    let user = find(&mut db, id).await?;
    let json = UserJson::load(auth, &mut db, user).await?;
    db.commit(Durability::Credential).await?;
    Ok(Json(json))
}

/// The value, when a user can have it after the change.
fn fitting(name: &str, value: Value) -> Result<Value, ParamError> {
    check_metadata(&value).map_err(|problem| ParamError::metadata(name, problem))?;
    Ok(value)
}

fn merged(stored: &Value, given: Map<String, Value>) -> Value {
    let mut result = stored.as_object().cloned().unwrap_or_default();
    for (name, value) in given {
        match value {
            Value::Null => {
                result.remove(&name);
            }
            Value::Object(inner) => {
                let before = result.get(&name).cloned().unwrap_or_default();
                result.insert(name, merged(&before, inner));
            }
            other => {
                result.insert(name, other);
            }
        }
    }
    Value::Object(result)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_goes_deep_and_null_deletes() {
        let stored = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [1]});
        let Value::Object(given) =
            json!({"a": null, "b": {"c": null, "x": 4}, "e": [2], "f": {"g": 5}})
        else {
            unreachable!("it is an object")
        };

        let result = merged(&stored, given);

        assert_eq!(
            result,
            json!({"b": {"d": 3, "x": 4}, "e": [2], "f": {"g": 5}})
        );
    }
}
