//! Server functions as browsers call them: as a plain form post, by our script, and from elsewhere.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Extension, Router};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Outcome, Redirect};
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
        (
            StatusCode::from_u16(status).unwrap(),
            cookie,
            axum::Json(body),
        )
            .into_response()
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
        super::register_server_fns();
        let api = AuthApi::in_process(self.router()).with_public_url(OWN);
        let app: Router = Router::new()
            .route("/api/auth/{*path}", post(leptos_axum::handle_server_fns))
            .layer(Extension(api));
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/auth/{path}"))
            .header(HOST, "app.example.com")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.oneshot(request.body(Body::from(form.to_owned())).unwrap())
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

#[tokio::test]
async fn sec_f10_a_plain_form_signs_in_and_leads_to_the_target() {
    let wire = complete_wire();

    let form = "password=secret&flow[path]=/sign-in&flow[redirect_url]=/inbox";
    let response = wire.post_plain("sign_in/submit_password", form).await;

    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(location(&response), "/inbox");
    let cookies = cookies(&response);
    assert!(
        cookies.contains(&"__client=rotated; Path=/; HttpOnly; SameSite=Lax"),
        "{cookies:?}"
    );
    assert!(
        cookies.contains(
            &"__session=the.session.token; Path=/; Max-Age=31536000; SameSite=Lax; Secure"
        ),
        "{cookies:?}"
    );
    let attempt = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(attempt.body, "strategy=password&password=secret");
}

#[tokio::test]
async fn the_auth_api_gets_its_own_cookies_and_our_origin_only() {
    let wire = complete_wire();
    wire.post_plain(
        "sign_in/submit_password",
        "password=secret&flow[path]=/sign-in",
    )
    .await;

    let first = wire.asked("GET /v1/client");
    assert_eq!(first.headers[COOKIE], "__client=c");
    assert_eq!(first.headers["origin"], OWN);
    let second = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(
        second.headers[COOKIE], "__client=rotated",
        "what the first call set"
    );
}

#[tokio::test]
async fn our_script_gets_the_outcome_without_a_token() {
    let wire = complete_wire();

    let response = wire
        .post_fetch(
            "sign_in/submit_password",
            "password=secret&flow[path]=/sign-in",
        )
        .await;

    assert!(!response.headers().contains_key("serverfnredirect"));
    assert_eq!(response.headers()["cache-control"], "no-store, private");
    let outcome = outcome(response).await;
    assert_eq!(
        outcome.redirect,
        Some(Redirect::Leave("/welcome".to_owned()))
    );
    assert_eq!(
        outcome.sign_in.unwrap().created_session_id.as_deref(),
        Some("sess_1")
    );
    assert_eq!(outcome.client.unwrap().sessions[0].last_active_token, None);
}

#[tokio::test]
async fn sec_f05_a_target_elsewhere_is_dropped_silently() {
    for target in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x",
    ] {
        let wire = complete_wire();
        let form = format!(
            "password=p&flow[path]=/sign-in&flow[redirect_url]={}",
            crate::encode_query_value(target)
        );
        let response = wire.post_plain("sign_in/submit_password", &form).await;
        assert_eq!(location(&response), "/welcome", "{target}");
    }
}

#[tokio::test]
async fn what_the_component_insists_on_wins_and_what_it_suggests_comes_last() {
    for (fields, expected) in [
        (
            "flow[force_redirect_url]=/forced&flow[redirect_url]=/asked",
            "/forced",
        ),
        (
            "flow[redirect_url]=/asked&flow[fallback_redirect_url]=/suggested",
            "/asked",
        ),
        ("flow[fallback_redirect_url]=/suggested", "/suggested"),
        (
            "flow[force_redirect_url]=https://evil.example&flow[redirect_url]=/asked",
            "/asked",
        ),
    ] {
        let wire = complete_wire();
        let form = format!("password=p&flow[path]=/sign-in&{fields}");
        let response = wire.post_plain("sign_in/submit_password", &form).await;
        assert_eq!(location(&response), expected);
    }
}

#[tokio::test]
async fn sec_f05_a_mount_path_elsewhere_is_not_led_to() {
    for path in [
        "https://evil.example",
        "//evil.example",
        "sign-in",
        "/\\evil.example",
    ] {
        let wire = Wire::default()
            .answers(
                "POST /v1/client/sign_ins",
                200,
                envelope(sign_in("needs_first_factor")),
            )
            .answers("GET /v1/environment", 200, environment("password"));
        let form = format!(
            "identifier=ada@example.com&flow[path]={}",
            crate::encode_query_value(path)
        );
        let response = wire.post_plain("sign_in/continue", &form).await;
        assert_eq!(location(&response), "/factor-one", "{path}");
    }
}

#[tokio::test]
async fn a_wrong_password_leads_a_plain_form_back_with_the_error() {
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
            422,
            error("form_password_incorrect"),
        );

    let response = wire
        .post_plain(
            "sign_in/submit_password",
            "password=tiger&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(response.status(), StatusCode::FOUND);
    let location = location(&response);
    assert!(
        location.starts_with("https://app.example.com/sign-in/factor-one?redirect_url=%2Finbox&"),
        "{location}"
    );
    assert!(location.contains("__err="), "{location}");
    assert!(!location.contains("tiger"), "{location}");
}

#[tokio::test]
async fn a_refused_sign_up_leads_a_plain_form_back_with_what_was_typed_but_the_password() {
    let wire = Wire::default().answers(
        "POST /v1/client/sign_ups",
        422,
        error("form_password_length_too_short"),
    );

    let response = wire
        .post_plain(
            "sign_up/submit",
            "email_address=ada%40example.com&first_name=Ada&password=tiger&flow[path]=/sign-up",
        )
        .await;

    let location = location(&response);
    assert!(
        location.contains("email_address=ada%40example.com"),
        "{location}"
    );
    assert!(location.contains("first_name=Ada"), "{location}");
    assert!(
        !location.contains("tiger") && !location.contains("username"),
        "{location}"
    );
    assert_eq!(location.matches("__err=").count(), 1, "{location}");
}

#[tokio::test]
async fn a_wrong_password_answers_our_script_with_422() {
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
            422,
            error("form_password_incorrect"),
        );

    let response = wire
        .post_fetch(
            "sign_in/submit_password",
            "password=tiger&flow[path]=/sign-in",
        )
        .await;

    let (status, error) = failure(response).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error.code(), "form_password_incorrect");
}

#[tokio::test]
async fn sec_f02_a_form_on_another_site_does_nothing() {
    for accept in ["text/html", "application/json"] {
        let wire = complete_wire();
        let headers = [
            (ACCEPT.as_str(), accept),
            (REFERER.as_str(), "https://evil.example/"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            (COOKIE.as_str(), "__client=c"),
        ];
        for (path, form) in [
            ("sign_in/continue", "identifier=a"),
            ("sign_in/submit_password", "password=p"),
            ("sign_in/create", "params[identifier]=a"),
            ("sign_up/submit", "email_address=a"),
            ("session/sign_out", ""),
            ("session/token", ""),
            ("load", ""),
        ] {
            let response = wire.post(path, form, &headers).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
            assert!(response.headers().get(SET_COOKIE).is_none(), "{path}");
        }
        assert!(wire.lines().is_empty(), "{:?}", wire.lines());
    }
}

#[tokio::test]
async fn sec_p03_a_form_that_cannot_be_read_is_the_senders_fault() {
    for form in [
        "",
        "identifier[a]=b",
        "identifier=a&identifier=b",
        "%ff%fe=%",
        "flow=x",
    ] {
        let wire = Wire::default();
        let (status, error) = failure(wire.post_fetch("sign_in/continue", form).await).await;
        assert_eq!(
            (status, error.code()),
            (StatusCode::BAD_REQUEST, "request_invalid"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn without_an_auth_api_the_answer_says_so() {
    super::register_server_fns();
    let app: Router =
        Router::new().route("/api/auth/{*path}", post(leptos_axum::handle_server_fns));
    let request = Request::builder()
        .method("POST")
        .uri("/api/auth/load")
        .body(Body::empty())
        .unwrap();

    let (status, error) = failure(app.oneshot(request).await.unwrap()).await;

    assert_eq!(
        (status, error),
        (StatusCode::INTERNAL_SERVER_ERROR, AuthError::NotConfigured)
    );
}

#[tokio::test]
async fn an_unknown_identifier_leads_to_its_own_step() {
    let wire = Wire::default().answers(
        "POST /v1/client/sign_ins",
        422,
        error("form_identifier_not_found"),
    );

    let form = "identifier=+ada%2Bx@example.com+&flow[path]=/sign-in&flow[redirect_url]=/inbox";
    let response = wire.post_plain("sign_in/continue", form).await;

    assert_eq!(
        location(&response),
        "/sign-in/account-not-found?identifier=ada%2Bx%40example.com&redirect_url=%2Finbox"
    );
}

#[tokio::test]
async fn a_wrong_password_from_a_password_manager_is_tried_without_it() {
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            422,
            error("form_password_incorrect"),
        )
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers("GET /v1/environment", 200, environment("password"));

    let response = wire
        .post_plain(
            "sign_in/continue",
            "identifier=ada&password=old&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(location(&response), "/sign-in/factor-one");
    let asked = wire.asked.lock().unwrap();
    assert_eq!(asked[0].body, "identifier=ada&password=old");
    assert_eq!(asked[1].body, "identifier=ada");
}

#[tokio::test]
async fn the_code_is_sent_when_the_first_step_asks_for_one() {
    let prepare = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers("GET /v1/environment", 200, environment("otp"))
        .answers(
            prepare,
            200,
            envelope(with_verification(
                sign_in("needs_first_factor"),
                "unverified",
            )),
        );

    let response = wire
        .post_plain(
            "sign_in/continue",
            "identifier=ada@example.com&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(location(&response), "/sign-in/factor-one");
    assert_eq!(
        wire.asked(prepare).body,
        "strategy=email_code&email_address_id=idn_1"
    );
}

#[tokio::test]
async fn choosing_a_code_that_is_on_its_way_sends_no_second_one() {
    let pending = with_verification(sign_in("needs_first_factor"), "unverified");
    let wire = Wire::default().answers("GET /v1/client", 200, client_with(pending));

    let response = wire
        .post_plain(
            "sign_in/choose_factor",
            "strategy=email_code&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(
        location(&response),
        "/sign-in/factor-one?factor=email_code&address=idn_1"
    );
    assert_eq!(wire.lines(), ["GET /v1/client"]);
}

#[tokio::test]
async fn a_factor_nobody_offered_cannot_be_chosen() {
    let wire = Wire::default().answers(
        "GET /v1/client",
        200,
        client_with(sign_in("needs_first_factor")),
    );

    let response = wire
        .post_fetch("sign_in/choose_factor", "strategy=totp&flow[path]=/sign-in")
        .await;

    assert_eq!(failure(response).await.1, AuthError::FactorNotFound);
}

#[tokio::test]
async fn a_code_reaches_the_api_normalised() {
    let wire = complete_wire();

    wire.post_plain("sign_in/submit_code", "code=+123-456+&flow[path]=/sign-in")
        .await;

    let attempt = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(attempt.body, "strategy=email_code&code=123456");
}

#[tokio::test]
async fn a_step_whose_sign_in_is_gone_leads_to_the_start() {
    for path in [
        "sign_in/submit_password",
        "sign_in/submit_code",
        "sign_in/resend_code",
        "sign_in/choose_factor",
    ] {
        let wire =
            Wire::default().answers("GET /v1/client", 200, envelope(json!({"id": "client_1"})));
        let form =
            "password=p&code=1&strategy=password&flow[path]=/sign-in&flow[redirect_url]=/inbox";
        let response = wire.post_plain(path, form).await;
        assert_eq!(
            location(&response),
            "/sign-in?redirect_url=%2Finbox",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_sign_in_and_a_sign_up_can_begin_with_nothing() {
    // What the browser sends when every parameter is absent used to be refused as unreadable.
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_identifier")),
        )
        .answers(
            "POST /v1/client/sign_ups",
            200,
            envelope(json!({"id": "sua_1", "status": "missing_requirements"})),
        );

    assert!(
        outcome(wire.post_fetch("sign_in/create", "").await)
            .await
            .sign_in
            .is_some()
    );
    assert!(
        outcome(wire.post_fetch("sign_up/create", "").await)
            .await
            .sign_up
            .is_some()
    );
    assert_eq!(wire.asked("POST /v1/client/sign_ins").body, "");
}

#[tokio::test]
async fn the_methods_of_sign_in_future_reach_the_api_as_the_contract_says() {
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ins",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
            200,
            envelope(sign_in("needs_first_factor")),
        )
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        );

    // password() always creates, with the current identifier when none is given.
    outcome(
        wire.post_fetch("sign_in/attempt_password", "password=p")
            .await,
    )
    .await;
    // emailCode.sendCode({ emailAddress }) creates and prepares.
    outcome(
        wire.post_fetch("sign_in/send_email_code", "email_address=ada%40example.com")
            .await,
    )
    .await;

    assert_eq!(
        wire.lines(),
        [
            "GET /v1/client",
            "POST /v1/client/sign_ins",
            "POST /v1/client/sign_ins",
            "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
        ]
    );
    assert_eq!(
        wire.asked("POST /v1/client/sign_ins").body,
        "identifier=ada%40example.com&password=p"
    );
}

#[tokio::test]
async fn a_sign_up_sends_its_code_and_leads_to_the_step_for_it() {
    let unverified = json!({"id": "sua_1", "status": "missing_requirements", "unverified_fields": ["email_address"]});
    let prepare = "POST /v1/client/sign_ups/sua_1/prepare_verification";
    let wire = Wire::default()
        .answers(
            "POST /v1/client/sign_ups",
            200,
            envelope(unverified.clone()),
        )
        .answers(prepare, 200, envelope(unverified));

    let form =
        "email_address=ada@example.com&password=correct+horse&first_name=&flow[path]=/sign-up";
    let response = wire.post_plain("sign_up/submit", form).await;

    assert_eq!(location(&response), "/sign-up/verify-email-address");
    assert_eq!(
        wire.asked("POST /v1/client/sign_ups").body,
        "email_address=ada%40example.com&password=correct%20horse"
    );
    assert_eq!(wire.asked(prepare).body, "strategy=email_code");
}

#[tokio::test]
async fn signing_out_takes_the_session_cookie_away() {
    let nobody = json!({"response": {"id": "client_1", "sessions": []}, "client": {"id": "client_1", "sessions": []}});
    let wire = Wire::default().answers("DELETE /v1/client/sessions", 200, nobody);

    let response = wire
        .post_fetch("session/sign_out", "flow[redirect_url]=/bye")
        .await;

    assert!(cookies(&response).contains(&"__session=; Path=/; Max-Age=0; SameSite=Lax; Secure"));
    assert_eq!(
        outcome(response).await.redirect,
        Some(Redirect::Leave("/bye".to_owned()))
    );
}

#[tokio::test]
async fn signing_out_twice_is_no_error() {
    let wire = Wire::default().answers(
        "DELETE /v1/client/sessions",
        401,
        error("authentication_invalid"),
    );

    let response = wire.post_fetch("session/sign_out", "").await;

    assert!(cookies(&response).contains(&"__session=; Path=/; Max-Age=0; SameSite=Lax; Secure"));
    assert_eq!(
        outcome(response).await.redirect,
        Some(Redirect::Leave("/".to_owned()))
    );
}

#[tokio::test]
async fn sec_o01_an_id_cannot_change_the_path_of_a_call() {
    for id in ["../users", "a/b", "sess_1?x=y", "a%2Fb", ""] {
        let wire = Wire::default();
        let form = format!("session_id={}", crate::encode_query_value(id));
        let response = wire.post_fetch("session/activate", &form).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{id}");
        assert!(wire.lines().is_empty());
    }
}

#[tokio::test]
async fn an_api_that_answers_nonsense_is_a_transport_error() {
    let wire = Wire::default().answers("GET /v1/client", 200, json!("nonsense"));

    let response = wire
        .post_fetch("sign_in/submit_password", "password=p")
        .await;

    let (status, error) = failure(response).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert_eq!(
        error,
        AuthError::Transport {
            is_temporary: false
        }
    );
}
