//! How large and how slow a request may be.
//!
//! The body is read whole before anything else looks at it. It is at most 64 KiB, so this costs little, and it buys
//! that no handler ever meets half a body: too large is one answer in one place, too slow another.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;

use super::problem::Problem;

/// The largest body, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// The longest a request may take, from its first line to its answer.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Middleware: ends what takes too long.
pub(super) async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(DEADLINE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem(StatusCode::REQUEST_TIMEOUT).into_response(),
    }
}

/// Middleware: refuses what is too large.
pub(super) async fn body(request: Request, next: Next) -> Response {
    if announced_length(&request) > MAX_BODY as u64 {
        return Problem(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, MAX_BODY).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(error) => Problem(reading_failed(&error)).into_response(),
    }
}

fn announced_length(request: &Request) -> u64 {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

fn reading_failed(error: &axum::Error) -> StatusCode {
    let is_limit =
        std::error::Error::source(error).is_some_and(|source| source.is::<LengthLimitError>());
    if is_limit {
        StatusCode::PAYLOAD_TOO_LARGE
    } else {
        StatusCode::BAD_REQUEST
    }
}
