//! The stage of this folder's tests: an API of its own, with one user, a clock in the test's hand, and a browser's cookie.
//! What happens inside is open to them, as it is not to the tests that speak to the router alone.

use std::sync::Arc;

use axum::body::Body;
use http::{Request, header};
use serde_json::Value;
use tempfile::TempDir;
use thyra_wire::Secret;
use tower::ServiceExt as _;

use crate::auth::Auth;
use crate::clock::TestClock;
use crate::settings::Settings;
use crate::strategy::Strategy;

pub(super) const ADA: &str = "ada@example.com";
pub(super) const PASSWORD: &str = "a door of one's own";

#[derive(Clone)]
pub(super) struct Stage {
    pub(super) auth: Auth,
    pub(super) cookie: String,
    pub(super) clock: Arc<TestClock>,
    pub(super) folder: Arc<TempDir>,
}

impl Stage {
    pub(super) async fn new(
        strategies: Vec<&'static dyn Strategy>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let mut settings = Settings::development("http://127.0.0.1:3000", &url);
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let auth = Auth::open_with(settings, clock.clone(), strategies)
            .await
            .unwrap();
        auth.add_user(ADA, Some(Secret::from(PASSWORD)))
            .await
            .unwrap();
        Self {
            auth,
            cookie: String::new(),
            clock,
            folder: Arc::new(folder),
        }
    }

    /// A cookie that was planted, or two tabs.
    pub(super) fn another_browser_with_the_same_cookie(&self) -> Self {
        self.clone()
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let (status, cookie, answer) = self.send(path, fields).await;
        if let Some(cookie) = cookie {
            self.cookie = cookie;
        }
        (status, answer)
    }

    /// The status, the cookie that was set, and the answer: one of several requests that are under way together.
    pub(super) async fn send(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (u16, Option<String>, Value) {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://127.0.0.1:3000")
            .header(header::COOKIE, &self.cookie)
            .body(Body::from(body))
            .unwrap();
        self.answer(request).await
    }

    /// The answer to a request that only reads.
    pub(super) async fn get(&self, path: &str) -> Value {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .body(Body::empty())
            .unwrap();
        self.answer(request).await.2
    }

    /// Posts as an app server does.
    pub(super) async fn post_by_app_server(&self, path: &str, body: &str) -> (u16, Value) {
        self.by_app_server("POST", path, body).await
    }

    /// Asks as an app server does: with the secret key, and JSON.
    pub(super) async fn by_app_server(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let secret_key = self.auth.secret_key();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", secret_key.expose()),
            )
            .body(Body::from(body.to_owned()))
            .unwrap();
        let (status, _, answer) = self.answer(request).await;
        (status, answer)
    }

    async fn answer(&self, request: Request<Body>) -> (u16, Option<String>, Value) {
        let response = self.auth.router().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let mut lines = response.headers().get_all(header::SET_COOKIE).iter();
        let cookie = lines
            .find(|line| line.as_bytes().starts_with(b"__client="))
            .map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        // A redirect has no body.
        let answer = serde_json::from_slice(&bytes).unwrap_or_default();
        (status, cookie, answer)
    }
}
