//! Ids in paths.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use thyra_wire::ErrorCode;

use crate::error::ApiError;

/// The id in the path of a route. One whose escapes are no UTF-8 names nothing, like any other that is not known.
pub(crate) struct ResourceId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for ResourceId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(ApiError::new(ErrorCode::ResourceNotFound)),
        }
    }
}
