//! `<AuthProvider>` as a host renders it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use axum::routing::get;
use axum::{Extension, Router};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use leptos_router::components::{ProtectedRoute, Route, Router as LeptosRouter, Routes};
use leptos_router::{SsrMode, path};
use serde_json::json;
use tower::ServiceExt;

use super::{AuthProvider, use_auth};
use crate::{AuthApi, Protect, SessionLayer, is_signed_in, sign_in_path};

#[component]
fn Who() -> impl IntoView {
    let auth = use_auth();
    view! { <p>{move || auth.user_id().unwrap_or_else(|| "nobody".to_owned())}</p> }
}

/// A host with the provider around the router.
#[component]
fn Around() -> impl IntoView {
    view! {
        <AuthProvider>
            <LeptosRouter>
                <Routes fallback=|| "not found">
                    <Route path=path!("/who") view=Who ssr=SsrMode::Async/>
                    <Route path=path!("/late") view=Who/>
                </Routes>
            </LeptosRouter>
        </AuthProvider>
    }
}

/// A host with the provider inside of a route.
#[component]
fn Inside() -> impl IntoView {
    let page = || view! { <main><AuthProvider><Who/></AuthProvider></main> };
    view! {
        <LeptosRouter>
            <Routes fallback=|| "not found">
                <Route path=path!("/who") view=page ssr=SsrMode::Async/>
            </Routes>
        </LeptosRouter>
    }
}

fn auth_router() -> Router {
    let client = |headers: HeaderMap| async move {
        let cookie = headers
            .get("cookie")
            .and_then(|cookie| cookie.to_str().ok());
        let name = cookie
            .and_then(|cookie| cookie.strip_prefix("__client="))
            .unwrap_or_default();
        axum::Json(
            json!({"client": null, "response": {"id": "client_1", "sessions": [
            {"id": "sess_1", "status": "active", "user": {"id": format!("user_{name}")},
                "last_active_token": {"jwt": format!("token.of.{name}")}}]}}),
        )
    };
    Router::new()
        .route("/v1/client", get(client))
        .route("/v1/environment", get(|| async { axum::Json(json!({})) }))
}

/// A host as the documentation says.
fn host<V: IntoView + 'static>(app: fn() -> V) -> Router {
    plain_host(app).layer(SessionLayer).layer(api())
}

fn api() -> Extension<AuthApi> {
    Extension(AuthApi::in_process(auth_router()))
}

fn plain_host<V: IntoView + 'static>(app: fn() -> V) -> Router {
    let options = LeptosOptions::builder().output_name("host").build();
    let routes = generate_route_list(app);
    assert!(!routes.is_empty());
    Router::new()
        .leptos_routes(&options, routes, app)
        .with_state(options)
}

async fn page(host: Router, path: &str, cookie: &str) -> (HeaderMap, String) {
    let request = Request::builder()
        .uri(path)
        .header("accept", "text/html")
        .header("sec-fetch-site", "cross-site")
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    let response = host.oneshot(request).await.unwrap();
    let headers = response.headers().clone();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (headers, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn the_first_html_knows_who_is_signed_in() {
    for host in [host(Around), host(Inside)] {
        let (_, html) = page(host, "/who", "__client=ada").await;
        assert!(html.contains("<p>user_ada</p>"), "{html}");
    }
}

#[tokio::test]
async fn with_the_layer_no_mode_of_a_route_needs_a_script() {
    let (_, html) = page(host(Around), "/late", "__client=ada").await;
    assert!(
        html.contains("<p>user_ada</p>") && !html.contains("<template"),
        "{html}"
    );
}

#[tokio::test]
async fn without_the_layer_nothing_is_said_that_may_be_wrong() {
    for host in [plain_host(Around), plain_host(Inside)] {
        let (_, html) = page(host.layer(api()), "/who", "__client=ada").await;
        assert!(!html.contains("<p>"), "{html}");
    }
}

#[tokio::test]
async fn routes_inside_of_the_provider_are_found() {
    let paths: Vec<String> = generate_route_list(Around)
        .iter()
        .map(|route| route.path().to_owned())
        .collect();
    assert_eq!(paths, ["/who", "/late"]);
}

#[tokio::test]
async fn the_page_carries_its_state_without_a_token_and_sets_the_cookie() {
    let (headers, html) = page(host(Around), "/who", "__client=ada").await;

    assert!(
        html.contains("loaded_at"),
        "the state travels with the page"
    );
    assert!(!html.contains("token.of.ada"), "{html}");
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__session=token.of.ada; "), "{cookie}");
}

#[tokio::test]
async fn a_browser_that_is_not_known_is_nobody() {
    let (headers, html) = page(host(Around), "/who", "theme=dark").await;
    assert!(html.contains("<p>nobody</p>"), "{html}");
    assert!(!headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn without_an_auth_api_the_page_is_there_all_the_same() {
    let (_, html) = page(
        plain_host(Around).layer(SessionLayer),
        "/who",
        "__client=ada",
    )
    .await;

    assert!(html.contains("<p>nobody</p>"), "{html}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sec_e14_pages_rendered_at_once_never_mix_people() {
    let host = host(Around);
    let pages: Vec<_> = (0..200)
        .map(|number| {
            let host = host.clone();
            tokio::spawn(async move { page(host, "/who", &format!("__client={number}")).await.1 })
        })
        .collect();
    for (number, page) in pages.into_iter().enumerate() {
        let html = page.await.unwrap();
        assert!(html.contains(&format!("<p>user_{number}</p>")), "{html}");
        let others = html
            .split("user_")
            .skip(1)
            .map(|rest| {
                rest.chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
            })
            .filter(|digits| !digits.is_empty() && *digits != number.to_string());
        assert_eq!(others.count(), 0, "{html}");
    }
}

/// A host with a page, and a part of another, for signed-in people.
#[component]
fn Guarded() -> impl IntoView {
    view! {
        <LeptosRouter>
            <AuthProvider>
                <Routes fallback=|| "not found">
                    <ProtectedRoute
                        path=path!("/notes")
                        view=|| view! { <p>"my notes"</p> }
                        condition=is_signed_in
                        redirect_path=sign_in_path
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/mixed") view=Mixed ssr=SsrMode::Async/>
                </Routes>
            </AuthProvider>
        </LeptosRouter>
    }
}

#[component]
fn Mixed() -> impl IntoView {
    view! {
        <Protect fallback=|| view! { <p>"for everybody"</p> }><p>"for members"</p></Protect>
        <Protect><p>"for members as well"</p></Protect>
    }
}

#[tokio::test]
async fn a_protected_route_leads_strangers_to_sign_in_and_back() {
    let (_, html) = page(host(Guarded), "/notes", "__client=ada").await;
    assert!(html.contains("<p>my notes</p>"), "{html}");

    let (headers, html) = page(host(Guarded), "/notes?page=2", "theme=dark").await;
    assert_eq!(
        headers["location"],
        "/sign-in?redirect_url=%2Fnotes%3Fpage%3D2"
    );
    assert!(!html.contains("my notes"), "{html}");
}

#[tokio::test]
async fn a_protected_part_is_not_sent_to_strangers() {
    let (_, members) = page(host(Guarded), "/mixed", "__client=ada").await;
    assert!(members.contains("for members") && members.contains("for members as well"));
    assert!(!members.contains("for everybody"), "{members}");

    let (_, strangers) = page(host(Guarded), "/mixed", "theme=dark").await;
    assert!(strangers.contains("for everybody"), "{strangers}");
    assert!(!strangers.contains("for members"), "{strangers}");
}
