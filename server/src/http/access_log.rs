//! One line per request.
//!
//! Method, path, status and duration, and the id that the answer carries. Never the query string, a header or a
//! body: codes, tickets and redirect targets travel there.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::request_id::RequestId;

/// Middleware: the line, and a span that gives the id to all lines in between.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or("", |id| &id.0)
        .to_owned();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let begin = Instant::now();
    let span = tracing::info_span!("request", id);
    let response = next.run(request).instrument(span.clone()).await;
    let _inside = span.enter();
    let status = response.status().as_u16();
    let millis = begin.elapsed().as_millis();
    if response.status().is_server_error() {
        tracing::error!(%method, path, status, millis, "answered");
    } else if path.starts_with("/pkg/") || path == "/healthz" || path == "/readyz" {
        tracing::debug!(%method, path, status, millis, "answered");
    } else {
        tracing::info!(%method, path, status, millis, "answered");
    }
    response
}
