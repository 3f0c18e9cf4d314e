//! How large and how slow a request may be, and that it says whom it is for.
//!
//! Heads that are too large are refused before there is a request: see [`MAX_HEAD`](crate::serve::MAX_HEAD).
//!
//! The body is read whole before anything else looks at it. It is at most 64 KiB, so this costs little, and it buys
//! that no handler ever meets half a body: too large is one answer in one place, too slow another.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, HOST};
use axum::http::{StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use super::problem::Problem;

/// The largest body, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// The longest address (path and query), in bytes. Longer ones are answered with 414: what reads a query is not made for
/// thousands of names.
pub const MAX_URI: usize = 8 * 1024;

/// How much of a body that is too large is still read and dropped, in bytes.
///
/// A client that is still sending when the connection is closed may never see the answer.
const MAX_DROPPED: usize = 1024 * 1024;

/// How long that may take.
const DROPPING: Duration = Duration::from_secs(1);

/// The longest a request may take, from its first line to its answer.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Middleware: ends what takes too long.
pub(super) async fn deadline(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem(StatusCode::REQUEST_TIMEOUT).into_response(),
    }
}

/// Middleware: refuses addresses that are too long, and requests for two hosts or for none. A proxy in front of us and we
/// might each believe another one.
pub(super) async fn head(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query();
    if address.is_some_and(|address| address.as_str().len() > MAX_URI) {
        return Problem(StatusCode::URI_TOO_LONG).into_response();
    }
    let hosts = request.headers().get_all(HOST).iter().count();
    // Only HTTP/1.0 knows requests without a host; checks of a load balancer may be such.
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Problem(StatusCode::BAD_REQUEST).into_response();
    }
    next.run(request).await
}

/// Middleware: refuses what is too large.
pub(super) async fn body(request: Request, next: Next) -> Response {
    if announced_length(&request) > MAX_DROPPED as u64 {
        return Problem(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    let (parts, body) = request.into_parts();
    match read(body).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(problem) => problem.into_response(),
    }
}

fn announced_length(request: &Request) -> u64 {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

async fn read(mut body: Body) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem(StatusCode::BAD_REQUEST))?;
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        if bytes.len() > MAX_BODY {
            let _ = tokio::time::timeout(DROPPING, drop_rest(body)).await;
            return Err(Problem(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    Ok(bytes)
}

async fn drop_rest(mut body: Body) {
    let mut dropped = 0;
    while let Some(Ok(frame)) = body.frame().await {
        dropped += frame.into_data().unwrap_or_default().len();
        if dropped > MAX_DROPPED {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn sec_c14_what_takes_too_long_is_ended() {
        let router = Router::new()
            .route("/", get(std::future::pending::<&'static str>))
            .layer(middleware::from_fn_with_state(Duration::ZERO, deadline));

        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();

        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    }
}
