//! The hosted pages: the application's HTML, rendered for one person.
//!
//! A page may show who is signed in and carries the state of an attempt, so it is kept by nobody: not by a cache
//! on the way, not by the browser. For the same reason a page is compressed only for people without cookies:
//! compressing a secret together with something a stranger can choose (a `redirect_url`) lets him guess the secret
//! by the length of the answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::response::Response;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
use thyra::hosted::App;
use tower_http::compression::CompressionLayer;

use super::document::document;
use super::headers::{keep_private, page_policy};
use super::site::{Site, is_watched};

/// Where the remote API that most instances have keeps the pictures of its users. Others' pictures are not shown: their
/// place is known only once a page has been rendered, and the initials stand in for them.
const REMOTE_PICTURES: &str = "https://img.clerk.com";

pub(super) fn routes(site: Site, allowed_origins: Arc<[String]>, is_remote: bool) -> Router {
    thyra::register_server_fns();
    let options = LeptosOptions::builder()
        .output_name("thyra")
        .reload_port(reload_port())
        .build();
    let policy = move || send_policy(&allowed_origins, is_remote.then_some(REMOTE_PICTURES));
    let document = {
        let options = options.clone();
        move || document(&site.assets(), options.clone())
    };
    Router::new()
        .leptos_routes_with_context(&options, page_routes(), policy, document)
        .with_state(options)
        .layer(middleware::from_fn(be_private))
        .layer(CompressionLayer::new().compress_when(is_compressible))
}

/// The pages' routes. A wildcard of axum's needs a segment, the pages' also match without one.
fn page_routes() -> Vec<AxumRouteListing> {
    let mut routes = generate_route_list(App);
    let mounts: Vec<AxumRouteListing> = routes
        .iter()
        .filter_map(|route| {
            let (mount, _) = route.path().split_once("/{*")?;
            let methods = route.methods().collect::<Vec<_>>();
            Some(AxumRouteListing::new(
                mount.to_owned(),
                route.mode().clone(),
                methods,
                Vec::new(),
            ))
        })
        .collect();
    routes.extend(mounts);
    routes
}

fn send_policy(allowed_origins: &[String], pictures: Option<&str>) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = page_policy(
        &nonce,
        allowed_origins,
        pictures,
        reload_source().as_deref(),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Where `cargo leptos watch` announces changes.
fn reload_port() -> u32 {
    let port = std::env::var("LEPTOS_RELOAD_PORT").ok();
    port.and_then(|port| port.parse().ok()).unwrap_or(3001)
}

/// The same for the content security policy; `None` when nobody watches.
fn reload_source() -> Option<String> {
    let port = reload_port();
    is_watched().then(|| format!("ws://127.0.0.1:{port} ws://localhost:{port}"))
}

/// Marks an answer that must not be compressed.
#[derive(Clone, Copy)]
struct MayHoldSecrets;

/// Middleware: personal answers are kept by nobody, and compressed only when there is no person yet.
async fn be_private(request: Request, next: Next) -> Response {
    let has_cookies = request.headers().contains_key(COOKIE);
    let mut response = next.run(request).await;
    keep_private(response.headers_mut());
    if has_cookies {
        response.extensions_mut().insert(MayHoldSecrets);
    }
    response
}

fn is_compressible(
    _: StatusCode,
    _: Version,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> bool {
    let is_page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // An answer that brings cookies makes somebody of a stranger: it may hold secrets as well.
    is_page && !headers.contains_key(SET_COOKIE) && extensions.get::<MayHoldSecrets>().is_none()
}
