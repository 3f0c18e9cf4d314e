//! A request's JSON body.

use axum::extract::{FromRequest, Request};
use http::header;
use thyra_wire::ErrorCode;

use super::fields::Fields;
use crate::error::ApiError;
use crate::http::read_body;

/// The fields of the body; none when there is no body.
pub(super) struct JsonBody(pub Fields);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(&request);
        let body = read_body(request, state).await?;
        if !body.is_empty() && !is_json {
            return Err(ApiError::new(ErrorCode::UnsupportedContentType));
        }
        let fields = Fields::parse(&body);
        fields
            .map(Self)
            .map_err(|_| ApiError::new(ErrorCode::RequestInvalid))
    }
}

/// The objects of a body that is a list, each with its fields.
pub(super) struct JsonList(pub Vec<Fields>);

impl<S: Send + Sync> FromRequest<S> for JsonList {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(&request);
        let body = read_body(request, state).await?;
        if !is_json {
            return Err(ApiError::new(ErrorCode::UnsupportedContentType));
        }
        let list = serde_json::from_slice(&body);
        list.map(Self)
            .map_err(|_| ApiError::new(ErrorCode::RequestInvalid))
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
