//! Where calls to the auth API go: to a router in the same process, or over HTTPS to another server.
//!
//! [`AuthApi`] is one cloneable service, `Request` in, `Response` out. The host makes it once and adds it to its
//! router as an extension; server functions, the session extractor and the session layer find it in the request. It
//! holds no auth logic: it forwards the browser's auth cookies and nothing else of the `Cookie` header, and hands
//! back what the auth API sets.

mod call;
mod cookie_suffix;
mod cookies;
mod environment;
mod exchange;
mod headers;
mod origin;
mod remote;

pub(crate) use call::Call;
pub(crate) use cookies::Jar;
use environment::EnvironmentCache;
pub(crate) use exchange::Exchange;
pub(crate) use origin::{Origins, origin_of, text};
pub use remote::{RemoteConfig, RemoteConfigError};

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Extensions, Request, Response};
use thyra_wire::{ClientAddress, Embedded};
use tower::Service;
use tower::util::BoxCloneSyncService;

use crate::AuthError;
use crate::notice::Notice;
use crate::session::KeyCache;

/// The path at which the auth API is mounted raw unless another is chosen, for redirects from elsewhere and for other
/// clients.
pub const PROXY_PATH: &str = "/__clerk";

type Inner = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;
type Forward = Arc<dyn Fn(&Extensions, &mut Extensions) + Send + Sync>;

/// The auth API, wherever it is. Cheap to clone.
///
/// [`mount`](crate::mount()) makes it of a service that says about itself what it has to know (`thyra_auth::Auth`), and
/// takes one that was made here.
///
/// ```
/// use axum::Router;
/// use thyra::AuthApi;
///
/// # fn auth_router() -> Router { Router::new() }
/// let auth_api = AuthApi::in_process(auth_router()).with_public_url("https://app.example.com");
/// let app = thyra::mount(Router::new(), auth_api);
/// ```
#[derive(Clone)]
pub struct AuthApi {
    inner: Inner,
    path: Arc<str>,
    is_development: bool,
    origins: Arc<Origins>,
    forwards: Arc<[Forward]>,
    keys: Arc<KeyCache>,
    environments: Arc<EnvironmentCache>,
}

impl AuthApi {
    /// An auth API in the same process, a router or any other service of requests: it answers paths like `/v1/client`.
    /// No socket is involved.
    pub fn in_process<S>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        Self::new(BoxCloneSyncService::new(service), Origins::default())
    }

    /// An auth API elsewhere, spoken to over HTTPS.
    ///
    /// # Errors
    /// When the address is not an `http(s)` origin.
    pub fn remote(config: RemoteConfig) -> Result<Self, RemoteConfigError> {
        let origins = Origins::default().with_issuers_of(&config.frontend_api_url);
        Ok(Self::new(remote::service(config)?, origins))
    }

    fn new(inner: Inner, origins: Origins) -> Self {
        Self {
            inner,
            path: Arc::from(PROXY_PATH),
            is_development: false,
            origins: Arc::new(origins),
            forwards: Arc::new([]),
            keys: Arc::default(),
            environments: Arc::default(),
        }
        .forward_extension::<ClientAddress>()
    }

    /// The origin at which browsers see this app, for example `https://app.example.com`. Set it in production:
    /// without it, the request's own `Host` is taken for it, and cookies are not marked `Secure`.
    pub fn with_public_url(mut self, origin: &str) -> Self {
        Arc::make_mut(&mut self.origins).set_public_url(origin);
        self
    }

    /// Other origins that may be redirected to after signing in, and whose session tokens are accepted.
    pub fn with_allowed_origins(
        mut self,
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Arc::make_mut(&mut self.origins).allow(origins.into_iter().map(Into::into));
        self
    }

    /// The exact issuer (`iss`) of session tokens. Default: what the public URL, or the remote API's address, implies.
    pub fn with_issuer(mut self, issuer: &str) -> Self {
        Arc::make_mut(&mut self.origins).set_issuer(issuer);
        self
    }

    /// Hands this extension of the browser's request on to an auth API in the same process, as the browser's
    /// [`ClientAddress`] always is. Extensions that are not named stay behind: the outer router's own would confuse the inner one.
    pub fn forward_extension<T: Clone + Send + Sync + 'static>(mut self) -> Self {
        let forward: Forward = Arc::new(|from, to| {
            if let Some(value) = from.get::<T>() {
                to.insert(value.clone());
            }
        });
        self.forwards = self
            .forwards
            .iter()
            .cloned()
            .chain(std::iter::once(forward))
            .collect();
        self
    }

    /// The auth API of the request that a server function or component is running for.
    ///
    /// # Errors
    /// [`AuthError::NotConfigured`] when the host's router has no `Extension(AuthApi)`.
    pub fn from_context() -> Result<Self, AuthError> {
        leptos::prelude::use_context::<Parts>()
            .and_then(|parts| Self::from_parts(&parts))
            .ok_or(AuthError::NotConfigured)
    }

    pub(crate) fn from_parts(parts: &Parts) -> Option<Self> {
        parts.extensions.get::<Self>().cloned()
    }

    /// The auth API of a request that needs one.
    pub(crate) fn require(parts: &Parts) -> Result<Self, AuthError> {
        Self::from_parts(parts).ok_or_else(|| {
            Notice::NoAuthApi.say();
            AuthError::NotConfigured
        })
    }

    /// The path at which the auth API is mounted raw. Default: [`PROXY_PATH`]. Pages learn it from here.
    ///
    /// # Panics
    /// When it is not a path like `/__clerk`: a slash and one or more plain segments.
    pub fn at(mut self, path: &str) -> Self {
        let is_plain = |segment: &str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            segment.bytes().all(is_plain) && !["", ".", ".."].contains(&segment)
        };
        let is_path = path
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(is_plain));
        assert!(is_path, "read {path:?}, expected a path like {PROXY_PATH}");
        self.path = Arc::from(path);
        Arc::make_mut(&mut self.origins).set_mount_path(path);
        self
    }

    /// The path at which the auth API is mounted raw.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A router that serves the auth API raw at [`AuthApi::path`], all methods, with the prefix stripped.
    pub fn proxy_router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new().nest_service(&self.path, self.clone())
    }

    /// A router for the outbox of an auth API for development.
    pub(crate) fn outbox_router(&self) -> Router {
        ["/dev/outbox", "/dev/outbox.json", "/dev/outbox.css"]
            .into_iter()
            .fold(Router::new(), |router, path| {
                router.route_service(path, self.clone())
            })
    }

    pub(crate) fn is_development(&self) -> bool {
        self.is_development
    }

    pub(crate) fn public_url(&self) -> Option<&str> {
        self.origins.public_url()
    }

    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    pub(crate) fn keys(&self) -> &KeyCache {
        &self.keys
    }

    pub(crate) fn environments(&self) -> &EnvironmentCache {
        &self.environments
    }

    fn forward_extensions(&self, from: &Extensions, to: &mut Extensions) {
        for forward in self.forwards.iter() {
            forward(from, to);
        }
    }

    /// Sends one request; the service is always ready.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        let Ok(response) = tower::ServiceExt::oneshot(self.inner.clone(), request).await;
        response
    }
}

impl Service<Request<Body>> for AuthApi {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Inner as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.inner.call(request)
    }
}

/// An auth API in the same process that says about itself what else would have to be said: its origins, and whether it is
/// for development.
impl<S> From<S> for AuthApi
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Embedded
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    fn from(service: S) -> Self {
        let is_development = service.is_development();
        let (public_url, allowed) = (
            service.public_url().to_owned(),
            service.allowed_origins().to_vec(),
        );
        let api = Self::in_process(service)
            .with_public_url(&public_url)
            .with_allowed_origins(allowed);
        Self {
            is_development,
            ..api
        }
    }
}

impl std::fmt::Debug for AuthApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthApi")
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}
