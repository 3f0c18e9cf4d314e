//! Attacks on the verifier, and the ways on which a session is found.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde_json::{Value, json};
use thyra_wire::Timestamp;
use tower::ServiceExt;

use super::token::{key_id, verify};
use super::{OptionalSession, SessionLayer, VerifiedSession};
use crate::AuthApi;
use crate::auth_api::Origins;
use crate::clock::now;

const MODULUS: &str = include_str!("testdata/rsa_modulus.txt");
const ORIGIN: &str = "https://app.example.com";
const NOW: i64 = 1_780_000_000;

fn private_key() -> EncodingKey {
    let der = STANDARD
        .decode(include_str!("testdata/rsa_private_key.der.b64"))
        .unwrap();
    EncodingKey::from_rsa_der(&der)
}

fn public_key() -> DecodingKey {
    DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap()
}

fn claims_at(seconds: i64) -> Value {
    json!({
        "iss": ORIGIN, "azp": ORIGIN, "sub": "user_1", "sid": "sess_1", "sts": "active",
        "iat": seconds, "nbf": seconds - 10, "exp": seconds + 60, "fva": [3, -1],
    })
}

fn claims(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims_at(NOW);
    change(&mut claims);
    claims
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("ins_1".to_owned());
    header
}

fn sign(claims: &Value) -> String {
    jsonwebtoken::encode(&header(), claims, &private_key()).unwrap()
}

/// A token whose parts are exactly these texts, signed all the same.
fn sign_raw(header: &str, claims: &str) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &private_key(), Algorithm::RS256).unwrap();
    format!("{message}.{signature}")
}

fn origins() -> Origins {
    let mut origins = Origins::default();
    origins.set_public_url(ORIGIN);
    origins
}

fn accepts_at(token: &str, now: i64) -> bool {
    let is_known_key = key_id(token).as_deref() == Some("ins_1");
    let now = Timestamp::from_seconds(now);
    is_known_key && verify(token, &public_key(), &origins(), &HeaderMap::new(), now).is_some()
}

fn accepts(token: &str) -> bool {
    accepts_at(token, NOW)
}

#[test]
fn a_good_token_is_accepted_and_read() {
    let token = sign(&claims(|_| {}));

    let now = Timestamp::from_seconds(NOW);
    let claims = verify(&token, &public_key(), &origins(), &HeaderMap::new(), now).unwrap();

    assert_eq!(
        (claims.sub.as_str(), claims.sid.as_str()),
        ("user_1", "sess_1")
    );
    assert_eq!(claims.fva, Some([3, -1]));
}

#[test]
fn sec_e08_times_have_five_seconds_of_leeway_and_no_more() {
    let token = sign(&claims(|_| {}));
    assert!(accepts_at(&token, NOW + 64));
    assert!(!accepts_at(&token, NOW + 65));
    assert!(accepts_at(&token, NOW - 5));
    assert!(!accepts_at(&token, NOW - 6), "made in the future");
    assert!(
        !accepts(&sign(&claims(|c| c["nbf"] = json!(NOW + 6)))),
        "not valid yet"
    );
    assert!(!accepts(&sign(&claims(|c| c["exp"] = json!(i64::MIN)))));
}

#[test]
fn sec_e08_issuer_and_party_are_exact() {
    for (claim, value) in [
        ("iss", json!("https://app.example.com.evil")),
        ("iss", json!("https://app.example.com/")),
        ("iss", json!("")),
        ("azp", json!("https://evil.example")),
        ("azp", json!("https://app.example.com.evil")),
        ("azp", Value::Null),
        ("sub", json!("")),
        ("sid", json!("")),
    ] {
        assert!(
            !accepts(&sign(&claims(|c| c[claim] = value.clone()))),
            "{claim} {value}"
        );
    }
    for claim in ["iss", "azp", "sub", "sid", "exp", "iat"] {
        let without = claims(|c| {
            c.as_object_mut().unwrap().remove(claim);
        });
        assert!(!accepts(&sign(&without)), "without {claim}");
    }
}

#[test]
fn sec_e13_a_pending_session_opens_nothing() {
    assert!(!accepts(&sign(&claims(|c| c["sts"] = json!("pending")))));
}

#[test]
fn sec_e08_the_algorithm_is_ours_to_choose() {
    let payload = URL_SAFE_NO_PAD.encode(claims(|_| {}).to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"ins_1"}"#);
    assert!(!accepts(&format!("{none}.{payload}.")));

    // The public key is public: whoever takes it for an HMAC secret believes everybody.
    let mut hmac_header = Header::new(Algorithm::HS256);
    hmac_header.kid = Some("ins_1".to_owned());
    for secret in [
        MODULUS.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(MODULUS).unwrap(),
    ] {
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&hmac_header, &claims(|_| {}), &key).unwrap();
        assert!(!accepts(&token));
    }
    let mut stronger = Header::new(Algorithm::RS512);
    stronger.kid = Some("ins_1".to_owned());
    let token = jsonwebtoken::encode(&stronger, &claims(|_| {}), &private_key()).unwrap();
    assert!(!accepts(&token), "only what is on the list");
}

#[test]
fn sec_e08_headers_that_bring_a_key_along_are_refused() {
    let body = claims(|_| {}).to_string();
    assert!(accepts(&sign_raw(
        r#"{"alg":"RS256","kid":"ins_1","typ":"JWT"}"#,
        &body
    )));
    for part in [
        r#""jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        r#""jku":"https://evil.example/jwks.json""#,
        r#""x5u":"https://evil.example/cert""#,
        r#""x5c":["MIIB"]"#,
        r#""crit":["exp"]"#,
        r#""typ":"at+jwt""#,
        r#""cat":"cl_B7d4PD333AAA""#,
        r#""kid":"ins_1""#,
    ] {
        let header = format!(r#"{{"alg":"RS256","kid":"ins_1",{part}}}"#);
        assert!(!accepts(&sign_raw(&header, &body)), "{part}");
    }
    for kid in ["../../dev/null", "", "ins_2", "ins_1'--"] {
        let header = json!({"alg": "RS256", "kid": kid}).to_string();
        assert!(!accepts(&sign_raw(&header, &body)), "{kid}");
    }
    assert!(
        !accepts(&sign_raw(r#"{"alg":"RS256"}"#, &body)),
        "no key id"
    );
}

#[test]
fn sec_e08_a_claim_given_twice_is_refused() {
    let body = claims(|_| {}).to_string();
    let twice = body.replacen('{', r#"{"sub":"user_evil","#, 1);
    assert!(!accepts(&sign_raw(
        r#"{"alg":"RS256","kid":"ins_1"}"#,
        &twice
    )));
}

#[test]
fn sec_e08_what_was_changed_or_is_no_token_is_refused() {
    let token = sign(&claims(|_| {}));
    let other = URL_SAFE_NO_PAD.encode(claims(|c| c["sub"] = json!("user_2")).to_string());
    let parts: Vec<&str> = token.split('.').collect();

    assert!(!accepts(&format!("{}.{other}.{}", parts[0], parts[2])));
    assert!(!accepts(&format!("{}.{}.", parts[0], parts[1])));
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        &"a".repeat(10_000),
        &format!("{token}.x"),
    ] {
        assert!(!accepts(text), "{text:.40}");
    }
}

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
