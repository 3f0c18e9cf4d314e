//! Who may use the Backend API.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use thyra_wire::ErrorCode;

use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::token::texts_match;

/// Lets nobody through who does not send the secret key. Whatever is wrong, the answer is the same.
pub(super) async fn require(
    State(auth): State<SharedInstance>,
    request: Request,
    next: Next,
) -> Response {
    let is_known =
        bearer(request.headers()).is_some_and(|token| texts_match(token, auth.secret_key.expose()));
    if !is_known {
        return ApiError::new(ErrorCode::ClerkKeyInvalid).into_response();
    }
    next.run(request).await
}

/// The token of exactly one `Authorization: Bearer` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn only_one_bearer_header_is_read() {
        assert_eq!(read(&["Bearer sk_1"]).as_deref(), Some("sk_1"));
        assert_eq!(read(&["bearer  sk_1 "]).as_deref(), Some("sk_1"));
        assert_eq!(read(&["Basic sk_1"]), None);
        assert_eq!(read(&["sk_1"]), None);
        assert_eq!(read(&["Bearer sk_1", "Bearer sk_2"]), None);
        assert_eq!(read(&[]), None);
    }
}
