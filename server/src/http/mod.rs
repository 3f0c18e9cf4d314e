//! The whole server as one axum router.
//!
//! | path | what |
//! |---|---|
//! | `/`, `/sign-in/*`, `/sign-up/*` | hosted pages |
//! | `/api/auth/*` | server functions |
//! | `/__clerk/*` | the auth API, as it is |
//! | `/v1/*`, `/.well-known/jwks.json` | the embedded auth API for other servers |
//! | `/pkg/*` and files of `public/` | the site |
//! | `/healthz`, `/readyz` | for whoever runs it |
//! | `/dev/outbox`, `/dev/outbox.json` | development only |
//!
//! Around all of it, from the outside in: a request id, the log, safe headers, one rendering of everything that
//! fails, the catch of panics, the limits of the head, the deadline and the limit of the body; inside of them what
//! `thyra::mount` adds: the client's address and the auth API. A layer trusts only what lies outside of it.

mod access_log;
mod document;
mod headers;
mod health;
mod limits;
mod pages;
mod problem;
mod request_id;
mod site;

use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use axum::{Router, middleware};
use thyra::{Mount, TrustedProxy};
use tower_http::catch_panic::CatchPanicLayer;

pub use health::Stopping;
pub use limits::{DEADLINE, MAX_BODY, MAX_URI};
pub use request_id::{REQUEST_ID, RequestId};
pub use site::{Assets, Site};

use crate::backend::Backend;
use crate::config::Config;

/// What the router is made of.
pub struct Parts {
    /// Who answers the auth API's calls.
    pub backend: Backend,
    /// The files of the pages.
    pub site: Site,
    /// Says when the server is about to stop.
    pub stopping: Stopping,
    /// Routes of the caller's own, inside of all layers. Tests put here what fails on purpose.
    pub extra: Router,
}

/// The whole server: `config` says how, `public_url` where people see it.
pub fn router(config: &Config, public_url: &str, parts: Parts) -> Router {
    let Parts {
        backend,
        site,
        stopping,
        extra,
    } = parts;
    let is_remote = backend.embedded().is_none();
    let origins = config.allowed_origins.clone().into();
    let pages = pages::routes(site.clone(), origins, is_remote);
    let mut others = health::routes(backend.clone(), stopping)
        .merge(extra)
        .route("/plain.css", get(plain_styles));
    if let Some(auth) = backend.embedded() {
        // Merged, not mounted below a wildcard: its parameters would come on top of the API's own.
        others = others.merge(auth.router());
    }
    let others = others.fallback_service(site.routes());
    let trusted = config.trusted_proxies.iter().copied();
    let router = Mount::new(backend.api())
        .trusted_proxies(trusted.map(TrustedProxy::from))
        .leads_to_localhost(config.leads_to_localhost())
        .beside(others)
        .mount(pages);
    wrap(router, public_url)
}

/// The layers. The last one added is the outermost.
fn wrap(router: Router, public_url: &str) -> Router {
    let facts = Arc::new(headers::HeaderFacts {
        is_https: public_url.starts_with("https://"),
    });
    router
        .layer(middleware::from_fn(problem::name_empty))
        .layer(middleware::from_fn(limits::body))
        .layer(middleware::from_fn_with_state(
            limits::DEADLINE,
            limits::deadline,
        ))
        .layer(middleware::from_fn(limits::head))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(middleware::from_fn(problem::render))
        .layer(middleware::from_fn_with_state(facts, headers::secure))
        .layer(middleware::from_fn(access_log::log))
        .layer(middleware::from_fn(request_id::assign))
}

async fn plain_styles() -> ([(axum::http::HeaderName, &'static str); 2], &'static str) {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("plain.css"))
}
