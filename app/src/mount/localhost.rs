//! Development has one address: `http://localhost` and a port.
//!
//! Passkeys need a name, and the cookies of `127.0.0.1` are not those of `localhost`: who opens a page at the number
//! would be somebody else there. Only pages are led over; programs that use the number know what they do.

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, HOST};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// The port of a public URL that is `http://localhost`.
pub(super) fn port(public_url: &str) -> Option<u16> {
    let rest = public_url.strip_prefix("http://localhost")?;
    match rest.strip_prefix(':') {
        Some(port) => port.parse().ok(),
        None => rest.is_empty().then_some(80),
    }
}

/// Middleware: leads a page that is asked for at the number to the name.
pub(super) async fn lead(State(port): State<u16>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str());
    let is_page = request.method() == Method::GET && takes_html(request.headers());
    if is_page && is_numeric(request.headers(), port) && path.starts_with('/') {
        let authority = if port == 80 {
            "localhost".to_owned()
        } else {
            format!("localhost:{port}")
        };
        // For now: another project may answer at this address tomorrow, and browsers remember.
        return Redirect::temporary(&format!("http://{authority}{path}")).into_response();
    }
    next.run(request).await
}

fn takes_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_numeric(headers: &HeaderMap, port: u16) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    // Port 80 goes without saying.
    let number = match host.strip_suffix(&format!(":{port}")) {
        None if port == 80 => host,
        number => number.unwrap_or_default(),
    };
    matches!(number, "127.0.0.1" | "[::1]")
}
