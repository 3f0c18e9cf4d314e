//! Where an auth API meets the app that has it in its own process.

use std::net::IpAddr;

/// What an auth API in the process of its app says about itself to whoever mounts it, so that nothing is said twice.
///
/// ```
/// use thyra_wire::Embedded;
///
/// struct Elsewhere;
///
/// impl Embedded for Elsewhere {
///     fn public_url(&self) -> &str {
///         "https://app.example.com"
///     }
///     fn allowed_origins(&self) -> &[String] {
///         &[]
///     }
///     fn is_development(&self) -> bool {
///         false
///     }
/// }
/// ```
pub trait Embedded {
    /// The origin under which browsers reach the app: `scheme://host[:port]`, without a slash at the end.
    fn public_url(&self) -> &str;

    /// Other origins that may call the API with cookies and be redirected to.
    fn allowed_origins(&self) -> &[String];

    /// Whether development's conveniences exist. The service answers `/dev/outbox`, `/dev/outbox.json` and
    /// `/dev/outbox.css` then.
    fn is_development(&self) -> bool;
}

/// The address of the browser, in the extensions of a request. Whoever knows which proxies are to be believed puts it
/// there; limits count by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(
    /// The address.
    pub IpAddr,
);
