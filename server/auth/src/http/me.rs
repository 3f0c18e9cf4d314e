//! `/v1/me`: what users do with their own account.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use http::request::Parts;
use thyra_wire::ErrorCode;

use super::render;
use super::reply::envelope;
use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::service::{SessionService, Visit};

/// The session that a request is about: the one that its query names, or the one that the client uses.
pub(super) struct CurrentSession(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for CurrentSession {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let named = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "_clerk_session_id")
            .map(|(_, value)| value.into_owned());
        Ok(Self(named.filter(|id| !id.is_empty())))
    }
}

impl CurrentSession {
    /// Its id. Whether it is the visitor's, and opens anything, is not said.
    pub(super) fn id(self, visit: &Visit) -> Result<String, ApiError> {
        let signed_out = || ApiError::new(ErrorCode::AuthenticationInvalid);
        let client = visit.client.as_ref().ok_or_else(signed_out)?;
        let used = || client.last_active_session_id.clone();
        self.0.or_else(used).ok_or_else(signed_out)
    }
}

/// The user.
pub(super) async fn show(
    State(auth): State<SharedInstance>,
    session: CurrentSession,
    visit: Visit,
) -> Response {
    let user = current_user(&auth, &visit, session).await;
    envelope(&auth, visit, user).await
}

async fn current_user(
    auth: &SharedInstance,
    visit: &Visit,
    session: CurrentSession,
) -> Result<thyra_wire::User, ApiError> {
    let id = session.id(visit)?;
    let (_, user) = SessionService(auth).find(visit, &id).await?;
    Ok(render::user(&user))
}
