//! The instance as a service: what hosts mount.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use thyra_wire::Embedded;
use tower::Service;

use super::Auth;
use crate::settings::Mode;

impl Auth {
    pub(super) fn api_router(&self) -> Router {
        crate::http::router(&self.0, crate::backend_api::router(&self.0))
    }

    fn service(&self) -> Router {
        let make = || match self.0.settings.mode {
            Mode::Production => self.api_router(),
            Mode::Development => self.api_router().merge(self.outbox_router()),
        };
        match &self.1 {
            Some(handle) => handle.router.get_or_init(make).clone(),
            None => make(),
        }
    }
}

/// Answers what [`Auth::router`] does, and in development the outbox at `/dev/outbox` (a page), `/dev/outbox.json` and
/// `/dev/outbox.css` as well.
///
/// ```
/// # async fn example(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
/// use axum::{body::Body, http::Request};
/// use thyra_auth::{Auth, Settings};
/// use tower::ServiceExt;
///
/// # let database_url = format!("sqlite:{}", folder.join("thyra.db").display());
/// let auth = Auth::open(Settings::development("http://localhost:3000", &database_url)).await?;
/// let response = auth.oneshot(Request::get("/dev/outbox").body(Body::empty())?).await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// # let folder = tempfile::tempdir().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(folder.path())).unwrap();
/// ```
impl Service<Request<Body>> for Auth {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Router as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.service().call(request)
    }
}

impl Embedded for Auth {
    fn public_url(&self) -> &str {
        &self.0.settings.public_url
    }

    fn allowed_origins(&self) -> &[String] {
        &self.0.settings.allowed_origins
    }

    fn is_development(&self) -> bool {
        self.0.settings.mode == Mode::Development
    }
}
