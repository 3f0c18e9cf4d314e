//! The server-to-server API.
//!
//! For app servers that hold the secret key, and for nobody else: without it, no path of this API tells anything but
//! that the key is missing. Answers are bare resources without envelope, JSON with exactly the content type
//! `application/json`, because the official SDK reads nothing else. Fields and parameters that are not known are
//! refused by name: a server that misspells `banned` has to hear of it.

mod body;
mod fields;
mod invitations;
mod param;
mod phone_numbers;
mod query;
mod second_factors;
mod secret_key;
mod sessions;
mod sign_in_tokens;
mod tickets;
mod user_fields;
mod user_json;
mod user_list;
mod user_metadata;
mod user_status;
mod users;

use axum::extract::State;
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router, middleware};

use crate::instance::SharedInstance;

/// All routes of the Backend API.
pub(crate) fn router(auth: &SharedInstance) -> Router<SharedInstance> {
    Router::new()
        .route("/v1/users", get(user_list::list).post(users::create))
        .route("/v1/users/count", get(user_list::count))
        .route(
            "/v1/users/{id}",
            get(users::show).patch(users::update).delete(users::delete),
        )
        .route(
            "/v1/users/{id}/metadata",
            patch(user_metadata::merge).put(user_metadata::replace),
        )
        .route(
            "/v1/users/{id}/verify_password",
            post(users::verify_password),
        )
        .route(
            "/v1/users/{id}/verify_totp",
            post(second_factors::verify_totp),
        )
        .route("/v1/users/{id}/mfa", delete(second_factors::delete_all))
        .route("/v1/users/{id}/totp", delete(second_factors::delete_totp))
        .route(
            "/v1/users/{id}/backup_code",
            delete(second_factors::delete_backup_codes),
        )
        .route("/v1/users/{id}/ban", post(user_status::ban))
        .route("/v1/users/{id}/unban", post(user_status::unban))
        .route("/v1/users/{id}/lock", post(user_status::lock))
        .route("/v1/users/{id}/unlock", post(user_status::unlock))
        .route("/v1/phone_numbers", post(phone_numbers::create))
        .route(
            "/v1/phone_numbers/{id}",
            get(phone_numbers::show)
                .patch(phone_numbers::update)
                .delete(phone_numbers::delete),
        )
        .route("/v1/sessions", get(sessions::list))
        .route("/v1/sessions/{id}", get(sessions::show))
        .route("/v1/sessions/{id}/revoke", post(sessions::revoke))
        .route(
            "/v1/invitations",
            get(invitations::list).post(invitations::create),
        )
        .route("/v1/invitations/bulk", post(invitations::create_bulk))
        .route("/v1/invitations/{id}/revoke", post(invitations::revoke))
        .route("/v1/sign_in_tokens", post(sign_in_tokens::create))
        .route(
            "/v1/sign_in_tokens/{id}/revoke",
            post(sign_in_tokens::revoke),
        )
        .route("/v1/jwks", get(jwks))
        .route_layer(middleware::from_fn_with_state(
            auth.clone(),
            secret_key::require,
        ))
}

/// The key set, for SDKs that ask here with their secret key.
async fn jwks(State(auth): State<SharedInstance>) -> Json<serde_json::Value> {
    Json(auth.keyring.jwks(auth.clock.now()))
}
