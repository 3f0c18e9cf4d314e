//! The wiring of a host's router, in one line.

mod client_address;
mod localhost;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;

use axum::{Extension, Router, middleware};
use ipnet::IpNet;

pub use client_address::client_address;

use crate::components::style_sheet_router;
use crate::{AuthApi, SessionLayer, register_server_fns};

/// Puts an auth API behind a host's router, and what pages need of it around.
///
/// `auth` is an auth API in the same process (`thyra_auth::Auth`) or an [`AuthApi`], for example
/// [`AuthApi::remote`]. The router gets
///
/// - the server functions that components and hooks call,
/// - the auth API itself at [`PROXY_PATH`](crate::PROXY_PATH), for redirects from elsewhere and for other clients,
/// - the style sheet of `<AuthStyles/>`,
/// - the state of sign-in for every page, loaded before it is rendered ([`SessionLayer`]),
/// - the browser's address, by which the auth API counts tries,
/// - and where the auth API is one for development, its outbox at `/dev/outbox` and `/dev/outbox.json`, and a redirect
///   from `http://127.0.0.1:3000` to `http://localhost:3000` when the latter is the public URL.
///
/// Call it last, on the router that has all routes: what is added afterwards does not know who is asking. A router cannot
/// know the address of the peer, so serve it with `into_make_service_with_connect_info`. Behind a proxy say which one is
/// believed: [`Mount::trusted_proxies`].
///
/// ```no_run
/// use std::net::SocketAddr;
/// use axum::Router;
///
/// async fn serve(app: Router, auth: impl Into<thyra::AuthApi>) -> std::io::Result<()> {
///     let app = thyra::mount(app, auth);
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
///     axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
/// }
/// ```
///
/// # Panics
/// When the router has a route of its own where something of this goes.
pub fn mount(app: Router, auth: impl Into<AuthApi>) -> Router {
    Mount::new(auth).mount(app)
}

/// [`mount`](mount()) with more to say.
///
/// ```
/// use axum::Router;
/// use thyra::{AuthApi, Mount, RemoteConfig};
///
/// # fn example() -> Result<Router, Box<dyn std::error::Error>> {
/// let auth = AuthApi::remote(RemoteConfig {
///     frontend_api_url: "https://clerk.example.com".to_owned(),
///     ..RemoteConfig::default()
/// })?;
/// let app = Mount::new(auth.with_public_url("https://app.example.com"))
///     .trusted_proxies(["10.0.0.0/8".parse()?])
///     .at("/auth-api")
///     .mount(Router::new());
/// # Ok(app)
/// # }
/// # example().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Mount {
    auth: AuthApi,
    trusted_proxies: Arc<[TrustedProxy]>,
    leads_to_localhost: bool,
    beside: Router,
}

impl Mount {
    /// The same as [`mount`](mount()) as long as nothing else is said.
    pub fn new(auth: impl Into<AuthApi>) -> Self {
        let auth = auth.into();
        Self {
            leads_to_localhost: auth.is_development(),
            trusted_proxies: Arc::new([]),
            beside: Router::new(),
            auth,
        }
    }

    /// Peers whose `X-Forwarded-For` is believed: addresses and networks of the own proxies. Default: none, the peer is
    /// the browser.
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = TrustedProxy>) -> Self {
        self.trusted_proxies = proxies.into_iter().collect();
        self
    }

    /// The path at which the auth API is mounted raw. Default: [`PROXY_PATH`](crate::PROXY_PATH). Pages learn it from
    /// here; other clients have to be told, and so has the auth API, whose mails have links to it (`api_path` in the settings of
    /// `thyra_auth`).
    ///
    /// # Panics
    /// When it is not a path like `/__clerk`: a slash and one or more plain segments.
    pub fn at(mut self, path: &str) -> Self {
        self.auth = self.auth.at(path);
        self
    }

    /// Whether a page that is asked for at `127.0.0.1` or `[::1]` is led to `localhost`, when the public URL is
    /// `http://localhost` with the same port. Passkeys need a name, and cookies of one are not those of the other.
    /// Default: in development only.
    pub fn leads_to_localhost(mut self, leads: bool) -> Self {
        self.leads_to_localhost = leads;
        self
    }

    /// Routes that are no pages: they get the auth API and the browser's address, and no state is loaded for them.
    pub fn beside(mut self, routes: Router) -> Self {
        self.beside = self.beside.merge(routes);
        self
    }

    /// The router with the auth API behind it.
    ///
    /// # Panics
    /// As [`mount`](mount()).
    pub fn mount(self, app: Router) -> Router {
        register_server_fns();
        // The last layer is the outermost: each finds what those after it bring.
        let mut app = app
            .layer(SessionLayer)
            .merge(self.beside)
            .merge(style_sheet_router())
            .merge(self.auth.proxy_router());
        if self.auth.is_development() {
            app = app.merge(self.auth.outbox_router());
        }
        let app = app.layer(middleware::from_fn_with_state(
            self.trusted_proxies,
            client_address::attach,
        ));
        let localhost = self.auth.public_url().and_then(localhost::port);
        let app = match localhost.filter(|_| self.leads_to_localhost) {
            Some(port) => app.layer(middleware::from_fn_with_state(port, localhost::lead)),
            None => app,
        };
        app.layer(Extension(self.auth))
    }
}

/// An address or network whose `X-Forwarded-For` is believed: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedProxy(IpNet);

impl From<IpNet> for TrustedProxy {
    fn from(network: IpNet) -> Self {
        Self(network)
    }
}

impl From<IpAddr> for TrustedProxy {
    fn from(address: IpAddr) -> Self {
        Self(address.into())
    }
}

impl std::str::FromStr for TrustedProxy {
    type Err = ipnet::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text
            .parse()
            .or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error));
        network.map(Self)
    }
}
