//! The server-to-server API.

use axum::Router;

use crate::auth::Auth;

/// All routes of the Backend API.
pub(crate) fn router() -> Router<Auth> {
    Router::new()
}
