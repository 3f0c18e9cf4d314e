//! An instance with an empty database, and an app server that knows its secret key.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use thyra_auth::{Auth, Requirement, Settings, TestClock};
use tower::ServiceExt;

pub struct Stage {
    pub auth: Auth,
    pub clock: Arc<TestClock>,
    router: Router,
    folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub body: Value,
}

impl Stage {
    pub async fn empty() -> Self {
        Self::with_settings(|_| {}).await
    }

    /// An instance whose people have phone numbers.
    pub async fn with_phones() -> Self {
        Self::with_settings(|settings| settings.phone_numbers = Requirement::Optional).await
    }

    async fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let mut settings = Settings::development("http://127.0.0.1:3000", &url);
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let auth = Auth::open_idle(settings, clock.clone()).await.unwrap();
        Self {
            router: auth.router(),
            auth,
            clock,
            folder,
        }
    }

    /// The database's file.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("thyra.db")
    }

    /// An instance with one user, and the user's id.
    pub async fn with_user(fields: Value) -> (Self, String) {
        let stage = Self::empty().await;
        let id = stage.create_user(fields).await;
        (stage, id)
    }

    pub async fn create_user(&self, fields: Value) -> String {
        let created = self.post("/v1/users", fields).await.expect(StatusCode::OK);
        created["id"].as_str().unwrap().to_owned()
    }

    pub async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        self.read(self.send(self.request(method, path, body)).await)
            .await
    }

    /// A request as the official SDK makes it.
    pub fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let bearer = format!("Bearer {}", self.auth.secret_key().expose());
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, bearer)
            .header(header::CONTENT_TYPE, "application/json")
            .header("Clerk-API-Version", "2026-05-12")
            .body(body)
            .unwrap()
    }

    pub async fn read(&self, response: Response) -> Answer {
        let status = response.status();
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .map_or("", |kind| kind.to_str().unwrap())
            .to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            content_type,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// Signs in on a new client by the Frontend API. Gives the session's id and the client's cookie.
    pub async fn sign_in(&self, identifier: &str, password: &str) -> (String, String) {
        let form = format!("identifier={identifier}&password={password}&strategy=password");
        let request = Request::post("/v1/client/sign_ins")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://127.0.0.1:3000")
            .body(Body::from(form))
            .unwrap();
        let response = self.send(request).await;
        let cookies = response.headers().get_all(header::SET_COOKIE);
        let cookie = cookies
            .iter()
            .filter_map(|line| line.to_str().unwrap().split(';').next())
            .find(|pair| pair.starts_with("__client="))
            .unwrap()
            .to_owned();
        let body = self.read(response).await.expect(StatusCode::OK);
        let session = body["response"]["created_session_id"].as_str().unwrap();
        (session.to_owned(), cookie)
    }

    /// Asks the Frontend API for a fresh token of the session.
    pub async fn token(&self, session_id: &str, cookie: &str) -> Answer {
        let request = Request::post(format!("/v1/client/sessions/{session_id}/tokens"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://127.0.0.1:3000")
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        self.read(self.send(request).await).await
    }
}

impl Answer {
    /// The body of an answer with this status.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.content_type, "application/json");
        self.body
    }

    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str, param: Option<&str>) {
        let body = self.expect(StatusCode::from_u16(status).unwrap());
        let error = &body["errors"][0];
        assert_eq!(error["code"], code, "{body:#}");
        assert_eq!(error["meta"]["param_name"].as_str(), param, "{body:#}");
        assert!(!error["long_message"].as_str().unwrap().is_empty());
    }
}

/// The fields of Ada, who has everything.
pub fn ada() -> Value {
    json!({
        "email_address": ["Ada@Example.com"],
        "username": "ada_l",
        "password": "correct horse",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "external_id": "ext-1",
        "public_metadata": {"plan": "pro"},
        "private_metadata": {"note": "vip"},
        "unsafe_metadata": {"theme": "dark"},
    })
}
