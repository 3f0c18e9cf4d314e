//! The wire: decode, call a service, encode.
//!
//! Nothing is decided here but what every HTTP server decides: which origin may ask, how much it may send, in which
//! form. Every answer is JSON, also for paths that do not exist: the official client cannot read anything else.

mod client;
mod environment;
mod handshake;
mod limits;
mod me;
mod origin;
mod params;
mod redirect;
mod render;
mod reply;
mod resource_id;
mod second_factors;
mod sessions;
mod sign_ins;
mod sign_ups;
mod tickets;
mod verify;
mod visitor;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use http::{HeaderValue, header};
use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::flow::Level;
use crate::instance::SharedInstance;

pub(crate) use params::read_body;
pub(crate) use render::{ABANDONED_AFTER, phone_number, user};
pub(crate) use resource_id::ResourceId;

/// More than any form of the API needs, and little enough to be read by anybody who asks.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// Where the links in mails lead.
const VERIFY_PATH: &str = "/v1/verify";

/// All routes: ours, and those for app servers.
pub(crate) fn router(auth: &SharedInstance, backend_api: Router<SharedInstance>) -> Router {
    Router::new()
        .merge(frontend_api().layer(middleware::from_fn_with_state(auth.clone(), limits::guard)))
        .merge(backend_api)
        .route("/.well-known/jwks.json", get(jwks))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(auth.clone(), origin::guard))
        .layer(middleware::map_response(never_cached))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(auth.clone())
}

fn frontend_api() -> Router<SharedInstance> {
    Router::new()
        .route(
            "/v1/environment",
            get(environment::show).post(environment::show),
        )
        .route(
            "/v1/client",
            get(client::show)
                .post(client::change)
                .put(client::create)
                .delete(client::delete),
        )
        .route("/v1/client/touch", get(client::touch))
        .route("/v1/client/handshake", get(handshake::show))
        .route(
            "/v1/client/sessions",
            post(client::end_sessions).delete(client::end_sessions),
        )
        .route("/v1/client/sessions/{id}/touch", post(sessions::touch))
        .route("/v1/client/sessions/{id}/tokens", post(sessions::token))
        .route("/v1/client/sessions/{id}/end", post(sessions::end))
        .route("/v1/client/sessions/{id}/remove", post(sessions::remove))
        .route("/v1/client/sign_ins", post(sign_ins::create))
        .route("/v1/client/sign_ins/{id}", get(sign_ins::show))
        .route(
            "/v1/client/sign_ins/{id}/prepare_first_factor",
            sign_ins::prepare_factor(Level::First),
        )
        .route(
            "/v1/client/sign_ins/{id}/attempt_first_factor",
            sign_ins::attempt_factor(Level::First),
        )
        .route(
            "/v1/client/sign_ins/{id}/prepare_second_factor",
            sign_ins::prepare_factor(Level::Second),
        )
        .route(
            "/v1/client/sign_ins/{id}/attempt_second_factor",
            sign_ins::attempt_factor(Level::Second),
        )
        .route(
            "/v1/client/sign_ins/{id}/reset_password",
            post(sign_ins::reset_password),
        )
        .route("/v1/client/sign_ups", post(sign_ups::create))
        .route(
            "/v1/client/sign_ups/{id}",
            get(sign_ups::show)
                .post(sign_ups::update)
                .patch(sign_ups::update),
        )
        .route(
            "/v1/client/sign_ups/{id}/prepare_verification",
            post(sign_ups::prepare_verification),
        )
        .route(
            "/v1/client/sign_ups/{id}/attempt_verification",
            post(sign_ups::attempt_verification),
        )
        .route(VERIFY_PATH, get(verify::show).post(verify::follow))
        .route("/v1/tickets/accept", get(tickets::accept))
        .route("/v1/me", get(me::show))
        .route(
            "/v1/me/totp",
            post(second_factors::change_totp).delete(second_factors::change_totp),
        )
        .route(
            "/v1/me/totp/attempt_verification",
            post(second_factors::verify_totp),
        )
        .route(
            "/v1/me/backup_codes",
            post(second_factors::make_backup_codes),
        )
        .route(
            "/v1/me/backup_codes/",
            post(second_factors::make_backup_codes),
        )
        .route("/v1/me/sessions/active", get(sessions::active))
}

/// The key set, for whoever checks our tokens. Public, and the one answer that may be kept for a while.
async fn jwks(
    axum::extract::State(auth): axum::extract::State<SharedInstance>,
) -> impl axum::response::IntoResponse {
    let keys = auth.keyring.jwks(auth.clock.now());
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(keys))
}

async fn not_found() -> ApiError {
    ApiError::new(ErrorCode::ResourceNotFound)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(ErrorCode::MethodNotAllowed)
}

async fn never_cached(mut response: axum::response::Response) -> axum::response::Response {
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
