//! The ways on which a session is found.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use leptos::prelude::{ServerFnError, server};
use leptos::server_fn::axum::register_explicit;
use leptos::server_fn::error::FromServerFnError;
use serde_json::json;
use tower::ServiceExt;

use super::super::{
    OptionalSession, SessionLayer, VerifiedSession, current_session, require_session,
};
use super::{MODULUS, ORIGIN, claims_at, sign};
use crate::AuthApi;
use crate::SessionRejection;
use crate::clock::now;

/// An auth API that knows one browser, and counts how often it is asked.
#[derive(Clone)]
struct Stage {
    asked: Arc<AtomicU32>,
    app: Router,
}

impl Stage {
    fn new() -> Self {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let client = move |headers: HeaderMap| async move {
            counter.fetch_add(1, Ordering::Relaxed);
            client_answer(&headers)
        };
        let keys = json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "ins_1", "n": MODULUS, "e": "AQAB"}]});
        let environment = get(|| async { axum::Json(json!({})) });
        let auth = Router::new()
            .route("/v1/client", get(client))
            .route("/v1/environment", environment)
            .route(
                "/.well-known/jwks.json",
                get(move || async move { axum::Json(keys) }),
            );
        let api = AuthApi::in_process(auth).with_public_url(ORIGIN);
        let app = Router::new()
            .route(
                "/who",
                get(|session: VerifiedSession| async move { session.user_id().to_owned() }),
            )
            .route("/maybe", get(maybe))
            .route(
                "/image",
                get(|| async { ([(CONTENT_TYPE, "image/png")], "png") }),
            )
            .layer(SessionLayer)
            .layer(axum::Extension(api));
        Self { asked, app }
    }

    async fn get(&self, path: &str, cookie: &str, accept: &str) -> Response<Body> {
        let mut request = Request::builder()
            .uri(path)
            .header("host", "app.example.com");
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        let request = request
            .header("accept", accept)
            .body(Body::empty())
            .unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn maybe(OptionalSession(session): OptionalSession) -> Html<String> {
    Html(session.map_or_else(
        || "nobody".to_owned(),
        |session| session.user_id().to_owned(),
    ))
}

fn client_answer(headers: &HeaderMap) -> Response<Body> {
    let is_known = headers
        .get("cookie")
        .is_some_and(|cookie| cookie.to_str().unwrap().contains("__client=known"));
    let client = is_known.then(|| {
        json!({"id": "client_1", "last_active_session_id": "sess_1", "sessions": [{
            "id": "sess_1", "status": "active",
            "last_active_token": {"jwt": sign(&claims_at(now().as_seconds()))},
        }]})
    });
    axum::Json(json!({"response": client, "client": null})).into_response()
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn fresh_cookie() -> String {
    format!("__session={}", sign(&claims_at(now().as_seconds())))
}

fn stale_token() -> String {
    sign(&claims_at(now().as_seconds() - 3600))
}

#[tokio::test]
async fn a_fresh_token_needs_no_question_to_the_auth_api() {
    let stage = Stage::new();

    let response = stage.get("/who", &fresh_cookie(), "application/json").await;

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "user_1");
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn a_suffixed_cookie_counts_as_well() {
    let stage = Stage::new();
    let cookie = format!(
        "__session=garbage; {}",
        fresh_cookie().replacen("__session", "__session_abc", 1)
    );

    assert_eq!(
        text(stage.get("/who", &cookie, "*/*").await).await,
        "user_1"
    );
}

#[tokio::test]
async fn a_token_in_a_header_or_query_counts_for_nothing() {
    let stage = Stage::new();
    let token = sign(&claims_at(now().as_seconds()));
    let request = Request::builder()
        .uri(format!("/who?__session={token}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();

    let response = stage.app.clone().oneshot(request).await.unwrap();

    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(text(response).await.contains("authentication_invalid"));
}

#[tokio::test]
async fn an_expired_token_is_renewed_for_a_known_browser_only() {
    let stage = Stage::new();
    let known = format!("__client=known; __session={}", stale_token());
    let unknown = format!("__client=unknown; __session={}", stale_token());

    assert_eq!(
        text(stage.get("/who", "__client=known", "*/*").await).await,
        "user_1"
    );
    assert_eq!(
        text(stage.get("/maybe", &unknown, "text/html").await).await,
        "nobody"
    );
    assert_eq!(text(stage.get("/who", &known, "*/*").await).await, "user_1");
}

#[tokio::test]
async fn a_page_gets_a_fresh_cookie_when_its_token_is_missing() {
    let stage = Stage::new();

    let response = stage.get("/maybe", "__client=known", "text/html").await;

    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__session=ey"), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; Max-Age=31536000; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert_eq!(text(response).await, "user_1");
    assert_eq!(stage.asked(), 1, "the handler uses what the layer found");
}

#[tokio::test]
async fn sec_e14_pages_of_signed_in_people_are_nobody_elses() {
    let stage = Stage::new();

    let mine = stage.get("/maybe", &fresh_cookie(), "text/html").await;
    assert_eq!(mine.headers()[CACHE_CONTROL], "no-store, private");
    assert_eq!(mine.headers()[VARY], "Cookie");

    let anonymous = stage.get("/maybe", "", "text/html").await;
    assert!(!anonymous.headers().contains_key(CACHE_CONTROL));
    assert_eq!(anonymous.headers()[VARY], "Cookie");

    let image = stage.get("/image", &fresh_cookie(), "image/png").await;
    assert!(!image.headers().contains_key(VARY));
}

#[tokio::test]
async fn sec_e14_many_people_at_once_each_see_themselves() {
    let stage = Stage::new();
    let requests = (0..200).map(|number| {
        let stage = stage.clone();
        tokio::spawn(async move {
            let mut claims = claims_at(now().as_seconds());
            claims["sub"] = json!(format!("user_{number}"));
            let cookie = format!("__session={}", sign(&claims));
            let page = text(stage.get("/maybe", &cookie, "text/html").await).await;
            assert_eq!(page, format!("user_{number}"));
        })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap();
    }
}

#[tokio::test]
async fn without_an_auth_api_the_answer_is_a_clear_error() {
    let app: Router = Router::new().route("/who", get(|_: VerifiedSession| async {}));
    let request = Request::builder().uri("/who").body(Body::empty()).unwrap();

    let response = app.oneshot(request).await.unwrap();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(response).await.contains("not set up"));
}

#[tokio::test]
async fn sec_p01_an_auth_api_that_is_away_opens_nothing() {
    let app: Router = Router::new()
        .route("/who", get(|_: VerifiedSession| async {}))
        .layer(axum::Extension(
            AuthApi::in_process(Router::new()).with_public_url(ORIGIN),
        ));
    let request = Request::builder()
        .uri("/who")
        .header("cookie", fresh_cookie())
        .body(Body::empty())
        .unwrap();

    let response = app.oneshot(request).await.unwrap();

    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[server(prefix = "/api/tests", endpoint = "own_error")]
async fn with_the_error_itself() -> Result<String, SessionRejection> {
    Ok(current_session().await?.user_id().to_owned())
}

#[server(prefix = "/api/tests", endpoint = "any_error")]
async fn with_any_error() -> Result<String, ServerFnError> {
    let session = require_session().await.map_err(ServerFnError::new)?;
    Ok(session.user_id().to_owned())
}

#[server(prefix = "/api/tests", endpoint = "no_error")]
async fn without_an_error() -> Result<bool, ServerFnError> {
    Ok(current_session().await.is_ok())
}

async fn call(endpoint: &str, cookie: &str, accept: &str) -> Response<Body> {
    register_explicit::<WithTheErrorItself>();
    register_explicit::<WithAnyError>();
    register_explicit::<WithoutAnError>();
    let app = Router::new().route(
        "/api/tests/{endpoint}",
        axum::routing::post(leptos_axum::handle_server_fns),
    );
    let keys = json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "ins_1", "n": MODULUS, "e": "AQAB"}]});
    let auth = Router::new().route(
        "/.well-known/jwks.json",
        get(move || async move { axum::Json(keys) }),
    );
    let api = AuthApi::in_process(auth).with_public_url(ORIGIN);
    let request = Request::post(format!("/api/tests/{endpoint}"))
        .header("host", "app.example.com")
        .header("cookie", cookie)
        .header("accept", accept)
        .header("referer", format!("{ORIGIN}/notes"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::empty())
        .unwrap();
    crate::mount(app, api).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_server_function_for_signed_in_people_answers_401_to_all_others() {
    for endpoint in ["own_error", "any_error"] {
        let stranger = call(endpoint, "theme=dark", "application/json").await;
        assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED, "{endpoint}");

        let person = call(endpoint, &fresh_cookie(), "application/json").await;
        assert_eq!(person.status(), StatusCode::OK, "{endpoint}");
        assert!(text(person).await.contains("user_1"), "{endpoint}");
    }
}

#[tokio::test]
async fn the_rejection_is_read_on_the_other_side_as_it_was_written() {
    let answer = call("own_error", "theme=dark", "application/json").await;
    let bytes = to_bytes(answer.into_body(), 1 << 16).await.unwrap();

    assert_eq!(SessionRejection::de(bytes), SessionRejection::NotSignedIn);
}

#[tokio::test]
async fn asking_who_is_there_is_no_refusal() {
    let answer = call("no_error", "theme=dark", "application/json").await;

    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(text(answer).await, "false");
}

#[tokio::test]
async fn a_form_without_scripts_is_led_back_with_the_refusal() {
    for endpoint in ["own_error", "any_error"] {
        let answer = call(endpoint, "theme=dark", "text/html").await;

        assert_eq!(answer.status(), StatusCode::FOUND, "{endpoint}");
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(
            location.starts_with(&format!("{ORIGIN}/notes?")),
            "{location}"
        );
        assert!(location.contains("__err="), "{location}");
    }
}
