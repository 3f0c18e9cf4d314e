//! Why a request has no verified session.

use http::StatusCode;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::json::WireEncoding;

/// Why a request has no verified session.
///
/// A server function can have it as its error, on both sides; on the wire it has its status then, 401 when nobody is
/// signed in. As a response of a handler it is JSON in the auth API's error shape.
///
/// ```
/// use leptos::prelude::*;
/// use thyra::SessionRejection;
///
/// #[server]
/// async fn my_notes() -> Result<Vec<String>, SessionRejection> {
///     let session = thyra::require_session().await?;
///     Ok(vec![format!("a note of {}", session.user_id())])
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SessionRejection {
    /// Nobody is signed in: 401. Send a person to the sign-in page, a program away.
    NotSignedIn,
    /// The router has no auth API, because `mount` is missing: 500.
    NotConfigured,
    /// The auth API does not answer, so nothing can be said: 503.
    Unavailable,
    /// A server function could not be called, or could not read what it was called with: 500.
    CallFailed,
}

impl SessionRejection {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::NotConfigured | Self::CallFailed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The machine-readable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSignedIn => "authentication_invalid",
            Self::NotConfigured | Self::CallFailed => "internal_clerk_error",
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
            Self::CallFailed => "The server could not be reached. Try again.",
        })
    }
}

impl std::error::Error for SessionRejection {}

impl FromServerFnError for SessionRejection {
    type Encoder = WireEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::CallFailed
    }

    fn ser(&self) -> leptos::server_fn::Bytes {
        #[cfg(feature = "ssr")]
        crate::server_fns::answer_with_status(self.status());
        let json = serde_json::to_vec(self).expect("a name is always JSON");
        json.into()
    }
}

#[cfg(feature = "ssr")]
impl axum::response::IntoResponse for SessionRejection {
    fn into_response(self) -> axum::response::Response {
        use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
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
