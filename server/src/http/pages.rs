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
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use leptos_meta::MetaTags;
use thyra::i18n::page_locale;
use thyra::{App, SessionLayer};
use tower_http::compression::CompressionLayer;

use super::headers::{keep_private, page_policy};
use super::site::Assets;

pub(super) fn routes(assets: Arc<Assets>, allowed_origins: Arc<[String]>) -> Router {
    thyra::register_server_fns();
    let options = LeptosOptions::builder().output_name("thyra").build();
    let policy = move || send_policy(&allowed_origins);
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), policy, move || {
            shell(&assets)
        })
        .with_state(options)
        .layer(SessionLayer)
        .layer(middleware::from_fn(be_private))
        .layer(CompressionLayer::new().compress_when(is_compressible))
}

/// The document around the application.
fn shell(assets: &Assets) -> impl IntoView + use<> {
    let styles = assets.styles.clone();
    let scripts = assets.script.clone().zip(assets.wasm.clone());
    let locale = page_locale();
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag() dir=locale.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {styles.map(|href| view! { <link rel="stylesheet" href=href/> })}
                {scripts.map(|(script, wasm)| view! { <Scripts script wasm/> })}
                <MetaTags/>
            </head>
            <body class="thyra-page">
                <App/>
            </body>
        </html>
    }
}

/// Starts the application in the browser, when the browser has time: the page works without it.
///
/// In place of Leptos's `HydrationScripts`, which reads the list of hashed names from the disk at every render and
/// panics when it is not there.
#[component]
fn Scripts(script: String, wasm: String) -> impl IntoView {
    let start = format!(
        "const start=()=>import('{script}').then(m=>m.default({{module_or_path:'{wasm}'}}).then(()=>m.hydrate()));\
         'requestIdleCallback' in window?requestIdleCallback(start,{{timeout:2000}}):start()"
    );
    view! {
        <link rel="modulepreload" href=script fetchpriority="low"/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}

fn send_policy(allowed_origins: &[String]) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = page_policy(&nonce, allowed_origins, reload_source().as_deref());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Where `cargo leptos watch` announces changes; `None` when it does not run.
fn reload_source() -> Option<String> {
    std::env::var_os("LEPTOS_WATCH")?;
    let port = std::env::var("LEPTOS_RELOAD_PORT").unwrap_or_else(|_| "3001".to_owned());
    Some(format!("ws://127.0.0.1:{port} ws://localhost:{port}"))
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
