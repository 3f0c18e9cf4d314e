//! Answers to requests that failed before or outside the application.
//!
//! Whoever fails, a panic, a limit, a path that does not exist, says only the status; this is where it becomes
//! something to read: JSON in the API's shape on the API's paths, a page for people elsewhere. Neither says more
//! than what the person can do and the request's id. The cause goes to the log, under the same id.

use axum::extract::Request;
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use thyra_wire::{ApiError, ApiErrors, ErrorCode, ErrorMeta};

use super::headers::PLAIN_PAGE_POLICY;
use super::request_id::RequestId;

/// A failed request of which only the status is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Problem(pub(super) StatusCode);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: writes the body of every [`Problem`].
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone());
    let is_machine = wants_json(request.uri().path(), request.headers());
    let response = next.run(request).await;
    let Some(Problem(status)) = response.extensions().get::<Problem>().copied() else {
        return response;
    };
    let mut answer = if is_machine {
        json(status, id)
    } else {
        page(status, &id)
    };
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(allowed) = response.headers().get(ALLOW) {
        headers.insert(ALLOW, allowed.clone());
    }
    answer
}

/// Whether an answer on this path is read by a program.
pub(super) fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let is_api = ["/v1/", "/__clerk/", "/.well-known/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    is_api || !(accept.contains("text/html") || accept.contains("*/*")) || path.ends_with(".json")
}

fn json(status: StatusCode, id: String) -> Response {
    let (code, sentence) = words(status);
    let error = ApiError {
        code,
        message: sentence.to_owned(),
        long_message: Some(sentence.to_owned()),
        meta: ErrorMeta::default(),
    };
    let body = ApiErrors {
        errors: vec![error],
        clerk_trace_id: Some(id),
        client: None,
    };
    axum::Json(body).into_response()
}

fn page(status: StatusCode, id: &str) -> Response {
    let (_, sentence) = words(status);
    let title = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/plain.css\"></head><body><main class=\"card\">\
         <p class=\"label\">{code}</p><h1>{title}</h1><p>{sentence}</p>\
         <p><a href=\"/\">Back to the start</a></p>\
         <p class=\"quiet\">Request <code>{id}</code></p></main></body></html>"
    );
    ([(CONTENT_SECURITY_POLICY, PLAIN_PAGE_POLICY)], Html(html)).into_response()
}

fn words(status: StatusCode) -> (ErrorCode, &'static str) {
    match status {
        StatusCode::NOT_FOUND => (
            ErrorCode::ResourceNotFound,
            "There is nothing at this address.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            ErrorCode::MethodNotAllowed,
            "This address does not take this kind of request.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ErrorCode::RequestTooLarge,
            "The request is larger than 64 KiB.",
        ),
        StatusCode::URI_TOO_LONG => (
            ErrorCode::RequestTooLarge,
            "The address is longer than 8 KiB.",
        ),
        StatusCode::BAD_REQUEST => (ErrorCode::RequestInvalid, "The request could not be read."),
        StatusCode::REQUEST_TIMEOUT => (
            ErrorCode::RequestInvalid,
            "The request took too long to arrive or to answer. Please try again.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            ErrorCode::ServiceUnavailable,
            "The server cannot answer at the moment. Please try again soon.",
        ),
        _ => (
            ErrorCode::InternalError,
            "Something broke on our side. Please try again.",
        ),
    }
}

/// What a panic becomes: a status, and nothing of what it said.
pub(super) fn from_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Problem(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// Middleware: a router's own empty 404 and 405 read like every other problem.
pub(super) async fn name_empty(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_unfound = matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    );
    if is_unfound && !response.headers().contains_key(CONTENT_TYPE) {
        return (response.headers().clone(), Problem(status)).into_response();
    }
    response
}
