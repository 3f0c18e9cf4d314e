//! One line per request.
//!
//! Method, path, status and duration, and the id that the answer carries. Never the query string, a header or a
//! body: codes, tickets and redirect targets travel there. Of a long path or method only the beginning: nobody fills the log
//! with one request.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::request_id::RequestId;

/// The bytes of a method that are logged. The longest that people use has 17 letters.
const MAX_METHOD: usize = 20;

/// The bytes of a path that are logged. Our own have fewer.
const MAX_PATH: usize = 200;

/// Middleware: the line, and a span that gives the id to all lines in between.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or("", |id| &id.0)
        .to_owned();
    let method = beginning(request.method().as_str(), MAX_METHOD);
    let path = beginning(request.uri().path(), MAX_PATH);
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

/// A text, up to a length in bytes; three dots stand for what is missing.
fn beginning(text: &str, length: usize) -> String {
    if text.len() <= length {
        return text.to_owned();
    }
    format!("{}...", &text[..text.floor_char_boundary(length)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_the_beginning_is_logged() {
        assert_eq!(beginning("/sign-in", 8), "/sign-in");
        assert_eq!(beginning("/sign-in/", 8), "/sign-in...");
        assert_eq!(beginning("/\u{e9}\u{e9}", 4), "/\u{e9}...");
    }
}
