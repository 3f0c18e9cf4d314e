//! The id that ties an answer to its lines in the log.
//!
//! It is always ours: an id that a caller may choose could be made to look like somebody else's, or break the log.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::{MakeRequestId, MakeRequestUuid};

/// The header that carries it, in the answer.
pub const REQUEST_ID: &str = "x-request-id";

/// The id of a request, as an extension.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Middleware: gives the request its id and shows it in the answer.
pub(super) async fn assign(mut request: Request, next: Next) -> Response {
    let id = fresh(&request);
    request.headers_mut().remove(REQUEST_ID);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn fresh(request: &Request) -> String {
    let id = MakeRequestUuid.make_request_id(request);
    let id = id
        .as_ref()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    id.replace('-', "")
}
