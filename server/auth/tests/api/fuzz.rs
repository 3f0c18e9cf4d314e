//! P03: whatever is sent anywhere, in whatever order, is answered, and never with a 500.

use std::cell::RefCell;

use axum::body::Body;
use http::{Request, Uri, header};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::stage::{ADA, Browser, PASSWORD, Stage};

/// How many requests; the checklist's million is `THYRA_FUZZ_REQUESTS=1000000`.
const REQUESTS: u32 = 3000;

/// Every route. `{…}` stands for the id of something that is there, or for anything else.
static ROUTES: [&str; 39] = [
    "/v1/environment",
    "/v1/client",
    "/v1/client/touch",
    "/v1/client/handshake",
    "/v1/client/sessions",
    "/v1/client/sessions/{id}/touch",
    "/v1/client/sessions/{id}/tokens",
    "/v1/client/sessions/{id}/end",
    "/v1/client/sessions/{id}/remove",
    "/v1/client/sign_ins",
    "/v1/client/sign_ins/{id}",
    "/v1/client/sign_ins/{id}/prepare_first_factor",
    "/v1/client/sign_ins/{id}/attempt_first_factor",
    "/v1/client/sign_ins/{id}/prepare_second_factor",
    "/v1/client/sign_ins/{id}/attempt_second_factor",
    "/v1/client/sign_ins/{id}/reset_password",
    "/v1/verify",
    "/v1/client/sign_ups",
    "/v1/client/sign_ups/{id}",
    "/v1/client/sign_ups/{id}/prepare_verification",
    "/v1/client/sign_ups/{id}/attempt_verification",
    "/v1/me",
    "/v1/me/sessions/active",
    "/.well-known/jwks.json",
    "/v1/users",
    "/v1/users/count",
    "/v1/users/{id}",
    "/v1/users/{id}/metadata",
    "/v1/users/{id}/verify_password",
    "/v1/users/{id}/ban",
    "/v1/users/{id}/unban",
    "/v1/users/{id}/lock",
    "/v1/users/{id}/unlock",
    "/v1/sessions",
    "/v1/sessions/{id}",
    "/v1/sessions/{id}/revoke",
    "/v1/jwks",
    "/{id}",
    "/v1/client/{id}",
];

static NAMES: [&str; 29] = [
    "identifier",
    "password",
    "strategy",
    "code",
    "email_address",
    "email_address_id",
    "username",
    "first_name",
    "last_name",
    "unsafe_metadata",
    "public_metadata",
    "private_metadata",
    "locale",
    "transfer",
    "ticket",
    "redirect_url",
    "_method",
    "limit",
    "offset",
    "order_by",
    "query",
    "user_id",
    "client_id",
    "status",
    "external_id",
    "active_organization_id",
    "skip_password_checks",
    "sign_out_of_other_sessions",
    "token",
];

static VALUES: [&str; 26] = [
    "",
    ADA,
    "nobody@example.com",
    PASSWORD,
    "wrong password",
    "password",
    "email_code",
    "email_link",
    "reset_password_email_code",
    "oauth_google",
    "424242",
    "000000",
    "PATCH",
    "DELETE",
    "true",
    "null",
    "[]",
    "{\"a\":{\"b\":[1]}}",
    "-1",
    "99999999999999999999",
    "active",
    "-created_at",
    "https://evil.example",
    "'; DROP TABLE users; --",
    "\0",
    "\u{202e}\u{1f600}\u{fffd}",
];

/// One request, before the ids are filled in.
#[derive(Clone, Debug)]
struct Shot {
    method: &'static str,
    route: &'static str,
    /// Which of the known ids, or the text in its place.
    id: Result<usize, String>,
    query: Vec<(String, String)>,
    kind: &'static str,
    body: Vec<u8>,
    has_key: bool,
    is_new_browser: bool,
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        9 => select(&NAMES[..]).prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    let value = prop_oneof![
        4 => select(&VALUES[..]).prop_map(str::to_owned),
        1 => ".{0,40}",
    ];
    proptest::collection::vec((name, value), 0..5)
}

fn form(pairs: &[(String, String)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs).finish()
}

fn json(pairs: Vec<(String, String)>) -> Vec<u8> {
    let value = |text: String| serde_json::from_str(&text).unwrap_or(serde_json::Value::from(text));
    let object: serde_json::Map<_, _> = pairs
        .into_iter()
        .map(|(name, text)| (name, value(text)))
        .collect();
    serde_json::Value::Object(object).to_string().into_bytes()
}

fn shots() -> impl Strategy<Value = Shot> {
    let methods = [
        "POST", "POST", "POST", "POST", "GET", "GET", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS",
        "BREW",
    ];
    let id = prop_oneof![5 => (0usize..5).prop_map(Ok), 1 => ".{0,20}".prop_map(Err)];
    let query = prop_oneof![3 => Just(Vec::new()), 1 => pairs()];
    let body = prop_oneof![
        6 => pairs().prop_map(|pairs| ("application/x-www-form-urlencoded", form(&pairs).into_bytes())),
        3 => pairs().prop_map(|pairs| ("application/json", json(pairs))),
        1 => (
            select(vec!["application/json", "application/x-www-form-urlencoded", "text/plain", ""]),
            proptest::collection::vec(any::<u8>(), 0..60),
        ),
    ];
    let flags = (any::<bool>(), proptest::bool::weighted(0.1));
    (
        select(methods.to_vec()),
        select(&ROUTES[..]),
        id,
        query,
        body,
        flags,
    )
        .prop_map(
            |(method, route, id, query, (kind, body), (has_key, is_new_browser))| Shot {
                method,
                route,
                id,
                query,
                kind,
                body,
                has_key,
                is_new_browser,
            },
        )
}

/// Somebody who has one of everything, and keeps it up while everything is shot at.
struct Target {
    stage: Stage,
    browser: Browser,
    ids: [String; 5],
}

impl Target {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let user = stage.add_user(ADA).await;
        let mut signed_in = stage.signed_in(ADA).await;
        let session = signed_in.session_id().await.unwrap();
        let mut browser = stage.browser();
        let sign_up = browser.begin_sign_up("eve@example.com").await;
        let sign_in = browser.begin_with_code(ADA).await;
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            stage,
            browser,
            ids: [user, session, last(&sign_in), last(&sign_up), "x".into()],
        }
    }

    /// Shoots, and keeps what the answer says is there now.
    async fn take(&mut self, shot: &Shot) -> (u16, String) {
        if shot.is_new_browser {
            self.browser = self.stage.browser();
        }
        let id = match &shot.id {
            Ok(at) => self.ids[*at].clone(),
            Err(text) => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        };
        let target = format!("{}?{}", shot.route.replace("{id}", &id), form(&shot.query));
        let Ok(uri) = target.parse::<Uri>() else {
            return (400, String::new());
        };
        let mut request = Request::builder().method(shot.method).uri(uri);
        request = request.header(header::CONTENT_TYPE, shot.kind);
        if shot.has_key {
            let key = format!("Bearer {}", self.stage.auth.secret_key().expose());
            request = request.header(header::AUTHORIZATION, key);
        }
        let answer = self
            .browser
            .send(request, Body::from(shot.body.clone()))
            .await;
        let text = answer.body_text();
        self.note(&text);
        (answer.status.as_u16(), text)
    }

    fn note(&mut self, body: &str) {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(body) else {
            return;
        };
        for object in [&json, &json["response"]] {
            let Some(id) = object["id"].as_str() else {
                continue;
            };
            let prefixes = ["user_", "sess_", "sia_", "sua_"];
            if let Some(at) = prefixes.iter().position(|prefix| id.starts_with(prefix)) {
                self.ids[at] = id.to_owned();
            }
        }
    }
}

#[test]
fn sec_p03_no_order_of_random_requests_is_answered_with_a_500() {
    let asked_for = std::env::var("THYRA_FUZZ_REQUESTS").ok();
    let cases = asked_for
        .and_then(|count| count.parse().ok())
        .unwrap_or(REQUESTS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let target = RefCell::new(runtime.block_on(Target::new()));
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };

    let result = TestRunner::new(config).run(&shots(), |shot| {
        let (status, text) = runtime.block_on(target.borrow_mut().take(&shot));
        prop_assert!(status < 500, "{status}: {text}");
        let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        // What people look at, as opposed to clients, is the page of a link.
        let is_page = text.starts_with("<!DOCTYPE html>");
        prop_assert!(text.is_empty() || is_json || is_page, "{status}: {text}");
        Ok(())
    });

    if let Err(error) = result {
        panic!("{error}");
    }
}

/// They used to be answered in plain text, which official clients cannot read.
#[tokio::test]
async fn an_id_that_is_no_text_is_answered_in_json_by_every_route() {
    let target = Target::new().await;
    let key = format!("Bearer {}", target.stage.auth.secret_key().expose());
    let with_id = ROUTES.iter().filter(|route| route.contains("{id}"));
    let mut found = 0;
    for route in with_id {
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
            let request = Request::builder()
                .method(method)
                .uri(route.replace("{id}", "%ff%fe"))
                .header(header::AUTHORIZATION, &key);
            let mut browser = target.browser.clone();
            let answer = browser.send(request, Body::empty()).await;
            let codes = ["resource_not_found", "method_not_allowed"];
            let code = answer.code();
            assert!(codes.contains(&code.as_str()), "{method} {route}: {code}");
            found += usize::from(code == codes[0]);
        }
    }
    assert!(found >= 20, "{found} routes have an id");
}
