//! Server functions as browsers call them: as a plain form post, by our script, and from elsewhere.

mod attacks;
mod forms;
mod other_steps;
mod second_factor;
mod sign_in_steps;

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, RETRY_AFTER, SET_COOKIE,
};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Extension, Router};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::Outcome;
use crate::{AuthApi, AuthError};

const OWN: &str = "https://app.example.com";

/// An auth API whose answers a test writes beforehand, and which remembers what it was asked.
#[derive(Clone, Default)]
struct Wire {
    answers: Arc<Mutex<Vec<(String, u16, Value)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Clone, Debug)]
struct Asked {
    line: String,
    body: String,
    headers: HeaderMap,
}

impl Wire {
    /// The next question of this kind gets this answer; the last one written for a kind is given again and again.
    fn answers(self, line: &str, status: u16, body: Value) -> Self {
        self.answers
            .lock()
            .unwrap()
            .push((line.to_owned(), status, body));
        self
    }

    fn router(&self) -> Router {
        let wire = self.clone();
        Router::new().fallback(move |request: Request| async move { wire.answer(request).await })
    }

    async fn answer(&self, request: Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let line = format!("{} {}", parts.method, parts.uri.path());
        let body = to_bytes(body, 1 << 16).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        self.asked.lock().unwrap().push(Asked {
            line: line.clone(),
            body,
            headers: parts.headers,
        });
        let mut answers = self.answers.lock().unwrap();
        let at = answers.iter().position(|(known, ..)| *known == line);
        let Some(at) = at else {
            return (
                StatusCode::NOT_FOUND,
                axum::Json(error("resource_not_found")),
            )
                .into_response();
        };
        let is_last = answers.iter().filter(|(known, ..)| *known == line).count() == 1;
        let (_, status, body) = if is_last {
            answers[at].clone()
        } else {
            answers.remove(at)
        };
        let cookie = [(
            SET_COOKIE,
            "__client=rotated; Path=/; HttpOnly; SameSite=Lax",
        )];
        let wait = (status == 429).then_some([(RETRY_AFTER, "42")]);
        let status = StatusCode::from_u16(status).unwrap();
        let mut response = (status, cookie, axum::Json(body)).into_response();
        for (name, value) in wait.into_iter().flatten() {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response
    }

    fn lines(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .map(|asked| asked.line.clone())
            .collect()
    }

    fn asked(&self, line: &str) -> Asked {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .find(|asked| asked.line == line)
            .unwrap_or_else(|| panic!("not asked: {line}"))
            .clone()
    }

    /// Posts a form to a server function.
    async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Response<Body> {
        self.post_bytes(path, form.as_bytes(), headers).await
    }

    /// Posts whatever it is; a form unless the headers say otherwise.
    async fn post_bytes(
        &self,
        path: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Response<Body> {
        super::register_server_fns();
        let api = AuthApi::in_process(self.router()).with_public_url(OWN);
        let app: Router = Router::new()
            .route("/api/auth/{*path}", post(leptos_axum::handle_server_fns))
            .layer(Extension(api));
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/auth/{path}"))
            .header(HOST, "app.example.com");
        if !headers
            .iter()
            .any(|(name, _)| *name == CONTENT_TYPE.as_str())
        {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.oneshot(request.body(Body::from(body.to_owned())).unwrap())
            .await
            .unwrap()
    }

    /// Posts as a browser without scripts does.
    async fn post_plain(&self, path: &str, form: &str) -> Response<Body> {
        let headers = [
            (ACCEPT.as_str(), "text/html,application/xhtml+xml"),
            (
                REFERER.as_str(),
                "https://app.example.com/sign-in/factor-one?redirect_url=%2Finbox",
            ),
            ("sec-fetch-site", "same-origin"),
            (COOKIE.as_str(), "__client=c; theme=dark"),
        ];
        self.post(path, form, &headers).await
    }

    /// Posts as our script does.
    async fn post_fetch(&self, path: &str, form: &str) -> Response<Body> {
        let headers = [
            (ACCEPT.as_str(), "application/json"),
            ("sec-fetch-site", "same-origin"),
            (COOKIE.as_str(), "__client=c; __session=old"),
        ];
        self.post(path, form, &headers).await
    }
}

fn error(code: &str) -> Value {
    json!({"errors": [{"code": code, "message": "m", "long_message": "A sentence.", "meta": {"param_name": "password"}}]})
}

fn sign_in(status: &str) -> Value {
    json!({"id": "sia_1", "status": status, "identifier": "ada@example.com",
        "supported_first_factors": [{"strategy": "password"},
            {"strategy": "email_code", "email_address_id": "idn_1", "safe_identifier": "ada@example.com"}],
        "created_session_id": (status == "complete").then_some("sess_1")})
}

fn with_verification(mut sign_in: Value, status: &str) -> Value {
    sign_in["first_factor_verification"] = json!({"status": status, "strategy": "email_code"});
    sign_in
}

fn envelope(response: Value) -> Value {
    json!({"response": response, "client": null})
}

fn signed_in(response: Value) -> Value {
    json!({"response": response, "client": {"id": "client_1", "last_active_session_id": "sess_1",
        "sessions": [{"id": "sess_1", "status": "active", "last_active_token": {"jwt": "the.session.token"}}]}})
}

fn client_with(sign_in: Value) -> Value {
    envelope(json!({"id": "client_1", "sign_in": sign_in}))
}

fn environment(preference: &str) -> Value {
    json!({"display_config": {"preferred_sign_in_strategy": preference, "after_sign_in_url": "/welcome"}})
}

/// The auth API of somebody who is at the password step and knows the password.
fn complete_wire() -> Wire {
    Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
            200,
            signed_in(sign_in("complete")),
        )
        .answers(
            "POST /v1/client/sessions/sess_1/touch",
            200,
            signed_in(json!({"id": "sess_1", "status": "active"})),
        )
        .answers("GET /v1/environment", 200, environment("password"))
}

fn location(response: &Response<Body>) -> &str {
    response.headers()[LOCATION].to_str().unwrap()
}

fn cookies(response: &Response<Body>) -> Vec<&str> {
    response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect()
}

async fn outcome(response: Response<Body>) -> Outcome {
    assert_eq!(response.status(), StatusCode::OK);
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

async fn failure(response: Response<Body>) -> (StatusCode, AuthError) {
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}
