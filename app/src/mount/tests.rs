//! A host's router, wired by one line.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT, HOST, LOCATION};
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use axum::{Extension, Json, Router};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use leptos_router::components::{Route, Router as LeptosRouter, Routes};
use leptos_router::{SsrMode, path};
use serde_json::json;
use thyra_wire::{ClientAddress, Embedded};
use tower::{Service, ServiceExt};

use super::{Mount, mount};
use crate::components::style_sheet_path;
use crate::notice::Notice;
use crate::{AuthApi, AuthProvider, AuthState, SessionLayer, use_auth};

const ORIGIN: &str = "http://localhost:3000";
const ADA: &str = "__client=ada";

/// An auth API of somebody else's making: a service that says what it is.
#[derive(Clone)]
struct Api {
    router: Router,
    is_development: bool,
}

impl Api {
    fn development() -> Self {
        let client = || async {
            Json(
                json!({"client": null, "response": {"id": "client_1", "sessions": [
                {"id": "sess_1", "status": "active", "user": {"id": "user_ada"}}]}}),
            )
        };
        let address = |address: Option<Extension<ClientAddress>>| async move {
            address.map_or("nobody".to_owned(), |Extension(address)| {
                address.0.to_string()
            })
        };
        let router = Router::new()
            .route("/v1/client", get(client))
            .route("/v1/environment", get(|| async { Json(json!({})) }))
            .route("/v1/address", get(address))
            .route("/dev/outbox", get(|| async { "the outbox" }))
            .route("/dev/outbox.json", get(|| async { "[]" }));
        Self {
            router,
            is_development: true,
        }
    }

    fn production() -> Self {
        Self {
            is_development: false,
            ..Self::development()
        }
    }
}

impl Service<Request<Body>> for Api {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Router as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.router.call(request)
    }
}

impl Embedded for Api {
    fn public_url(&self) -> &str {
        ORIGIN
    }

    fn allowed_origins(&self) -> &[String] {
        &[]
    }

    fn is_development(&self) -> bool {
        self.is_development
    }
}

#[component]
fn Who() -> impl IntoView {
    let auth = use_auth();
    view! { <p>{move || auth.user_id().unwrap_or_else(|| "nobody".to_owned())}</p> }
}

#[component]
fn App() -> impl IntoView {
    view! {
        <LeptosRouter>
            <AuthProvider>
                <Routes fallback=|| "not found">
                    <Route path=path!("/who") view=Who ssr=SsrMode::Async/>
                </Routes>
            </AuthProvider>
        </LeptosRouter>
    }
}

/// A host's router without anything of ours.
fn app() -> Router {
    let options = LeptosOptions::builder().output_name("host").build();
    Router::new()
        .leptos_routes(&options, generate_route_list(App), App)
        .with_state(options)
}

fn request(path: &str) -> axum::http::request::Builder {
    Request::get(path)
        .header(HOST, "localhost:3000")
        .header("cookie", ADA)
}

async fn send(host: &Router, request: axum::http::request::Builder) -> (StatusCode, String) {
    let request = request.body(Body::empty()).unwrap();
    let response = host.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn page(host: &Router) -> String {
    let request = request("/who").header(ACCEPT, "text/html");
    send(host, request).await.1
}

async fn load(host: &Router) -> AuthState {
    let request = Request::post("/api/auth/load")
        .header(HOST, "localhost:3000")
        .header("sec-fetch-site", "same-origin")
        .header(ACCEPT, "application/json");
    let (status, body) = send(host, request).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn one_line_wires_pages_server_functions_and_the_auth_api() {
    let host = mount(app(), Api::development());

    let html = page(&host).await;
    assert!(html.contains("<p>user_ada</p>"), "{html}");
    assert!(!html.contains("thyra-notice"), "{html}");
    assert_eq!(load(&host).await.api_path, "/__clerk");
    for path in ["/__clerk/v1/environment", &style_sheet_path()] {
        let (status, _) = send(&host, request(path)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_auth_api_that_says_nothing_about_itself_is_mounted_as_well() {
    let api = AuthApi::in_process(Api::development().router);

    let host = mount(app(), api.with_public_url(ORIGIN));

    assert!(page(&host).await.contains("<p>user_ada</p>"));
    let (status, _) = send(&host, request("/dev/outbox")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_outbox_is_there_in_development_only() {
    let development = mount(app(), Api::development());
    let production = mount(app(), Api::production());

    let (_, page) = send(&development, request("/dev/outbox")).await;
    assert_eq!(page, "the outbox");
    for path in ["/dev/outbox", "/dev/outbox.json", "/dev/outbox.css"] {
        let (status, _) = send(&production, request(path)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_auth_api_is_where_it_is_mounted_and_pages_learn_it() {
    let host = Mount::new(Api::development()).at("/auth-api").mount(app());

    assert_eq!(load(&host).await.api_path, "/auth-api");
    let (status, _) = send(&host, request("/auth-api/v1/environment")).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = send(&host, request("/__clerk/v1/environment")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[test]
fn only_a_plain_path_can_be_mounted_at() {
    for path in ["", "/", "clerk", "/a/", "/a//b", "/{id}", "/a b", "/../a"] {
        let mounted = std::panic::catch_unwind(|| Mount::new(Api::development()).at(path));
        assert!(mounted.is_err(), "{path:?}");
    }
    _ = Mount::new(Api::development()).at("/api/auth-api");
}

#[tokio::test]
async fn routes_beside_the_pages_get_the_auth_api_and_no_state() {
    let beside = Router::new().route(
        "/v2/has-api",
        get(|api: Option<Extension<AuthApi>>| async move { api.is_some().to_string() }),
    );
    let host = Mount::new(Api::development()).beside(beside).mount(app());

    let (_, has_api) = send(&host, request("/v2/has-api")).await;

    assert_eq!(has_api, "true");
}

#[tokio::test]
async fn sec_c08_the_browsers_address_reaches_the_auth_api_through_trusted_proxies_only() {
    let from = |peer: [u8; 4]| {
        request("/__clerk/v1/address")
            .header("x-forwarded-for", "203.0.113.7")
            .extension(ConnectInfo(SocketAddr::from((peer, 4711))))
    };
    let host = Mount::new(Api::development())
        .trusted_proxies(["10.0.0.0/8".parse().unwrap(), "192.0.2.1".parse().unwrap()])
        .mount(app());

    assert_eq!(send(&host, from([10, 0, 0, 1])).await.1, "203.0.113.7");
    assert_eq!(send(&host, from([192, 0, 2, 1])).await.1, "203.0.113.7");
    assert_eq!(send(&host, from([192, 0, 2, 2])).await.1, "192.0.2.2");
}

#[tokio::test]
async fn sec_c08_a_missing_peer_is_said_and_nobody_can_claim_an_address() {
    let host = mount(app(), Api::development());
    let claimed =
        request("/__clerk/v1/address").extension(ClientAddress("6.6.6.6".parse().unwrap()));

    let (_, address) = send(&host, claimed).await;

    assert_eq!(address, "nobody");
    assert!(Notice::NoPeer.is_said());
}

async fn redirect(host: &Router, method: &str, authority: &str, accept: &str) -> Option<String> {
    let request = Request::builder()
        .method(method)
        .uri("/who?a=b")
        .header(HOST, authority)
        .header(ACCEPT, accept)
        .body(Body::empty())
        .unwrap();
    let response = host.clone().oneshot(request).await.unwrap();
    let location = response.headers().get(LOCATION)?.to_str().unwrap();
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    Some(location.to_owned())
}

#[tokio::test]
async fn in_development_a_page_asked_for_at_the_number_is_led_to_the_name() {
    let host = mount(app(), Api::development());

    for authority in ["127.0.0.1:3000", "[::1]:3000"] {
        assert_eq!(
            redirect(&host, "GET", authority, "text/html")
                .await
                .as_deref(),
            Some("http://localhost:3000/who?a=b")
        );
    }
    for (method, authority, accept) in [
        ("GET", "localhost:3000", "text/html"),
        ("GET", "127.0.0.1:3001", "text/html"),
        ("GET", "127.0.0.1", "text/html"),
        ("GET", "192.168.0.7:3000", "text/html"),
        ("GET", "127.0.0.1:3000", "application/json"),
        ("POST", "127.0.0.1:3000", "text/html"),
    ] {
        let led = redirect(&host, method, authority, accept).await;
        assert_eq!(led, None, "{method} {authority} {accept}");
    }
}

#[tokio::test]
async fn production_leads_nobody_anywhere_and_who_wants_that_can_say_so() {
    let number = "127.0.0.1:3000";
    let production = mount(app(), Api::production());
    let switched_off = Mount::new(Api::development())
        .leads_to_localhost(false)
        .mount(app());

    for host in [production, switched_off] {
        assert_eq!(redirect(&host, "GET", number, "text/html").await, None);
    }
}

#[tokio::test]
async fn a_page_without_an_auth_api_says_what_is_missing() {
    let html = page(&app()).await;

    assert!(html.contains(">Thyra: no auth API reaches"), "{html}");
    assert!(html.contains("<p>nobody</p>"), "{html}");
    assert!(Notice::NoAuthApi.is_said());
}

#[tokio::test]
async fn a_page_without_the_session_layer_says_so() {
    let host = app().layer(Extension(AuthApi::from(Api::development())));

    let html = page(&host).await;

    assert!(html.contains("Thyra: no SessionLayer around"), "{html}");
    assert!(
        !html.contains("nobody"),
        "nothing is said that may be wrong: {html}"
    );
    assert!(Notice::NoSessionLayer.is_said());
}

#[tokio::test]
async fn layers_in_the_wrong_order_say_so() {
    let host = app()
        .layer(Extension(AuthApi::from(Api::development())))
        .layer(SessionLayer);

    let html = page(&host).await;

    assert!(html.contains("Thyra: SessionLayer lies outside"), "{html}");
    assert!(Notice::LayersSwapped.is_said());
}
