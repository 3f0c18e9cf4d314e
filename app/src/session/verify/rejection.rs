//! Why a request has no verified session.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// Why a request has no verified session. As a response it is JSON in the auth API's error shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SessionRejection {
    /// Nobody is signed in: 401. Send a person to the sign-in page, a program away.
    NotSignedIn,
    /// The router has no `Extension(AuthApi)`: 500.
    NotConfigured,
    /// The auth API does not answer, so nothing can be said: 503.
    Unavailable,
}

impl SessionRejection {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The machine-readable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSignedIn => "authentication_invalid",
            Self::NotConfigured => "internal_clerk_error",
            Self::Unavailable => "service_unavailable",
        }
    }
}

impl std::fmt::Display for SessionRejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotSignedIn => "You are not signed in.",
            Self::NotConfigured => "Sign-in is not set up on this server.",
            Self::Unavailable => "Sign-in is not available at the moment. Try again in a minute.",
        })
    }
}

impl std::error::Error for SessionRejection {}

impl IntoResponse for SessionRejection {
    fn into_response(self) -> Response {
        let body = format!(
            r#"{{"errors":[{{"code":"{}","message":"{self}","long_message":"{self}","meta":{{}}}}]}}"#,
            self.code()
        );
        let headers = [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "no-store"),
        ];
        (self.status(), headers, body).into_response()
    }
}
