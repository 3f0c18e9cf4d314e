//! What every answer carries, and what it never says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use axum::Router;
use axum::routing::get;
use stage::{Answer, Stage};

/// The headers that every answer has, whatever it is.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin-allow-popups"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const PATHS: &[(&str, u16)] = &[
    ("/", 200),
    ("/sign-in", 200),
    ("/sign-up", 200),
    ("/healthz", 200),
    ("/readyz", 200),
    ("/plain.css", 200),
    ("/dev/outbox", 200),
    ("/dev/outbox.json", 200),
    ("/__clerk/v1/environment", 200),
    ("/v1/environment", 200),
    ("/.well-known/jwks.json", 200),
    ("/pkg/nothing.js", 404),
    ("/nowhere", 404),
    ("/v1/nowhere", 404),
    ("/__clerk/nowhere", 404),
];

#[tokio::test]
async fn sec_f07_every_answer_carries_the_safe_headers() {
    let stage = Stage::start().await;

    for (path, status) in PATHS {
        let answer = stage.browser().open(path).await.expect(*status);

        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), *value, "{name} of {path}");
        }
        assert!(
            !answer.header("content-security-policy").is_empty(),
            "{path}"
        );
        assert!(!answer.header("cache-control").is_empty(), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn sec_f07_https_is_kept_for_two_years() {
    let stage = Stage::production().await;

    let answer = stage.browser().open("/sign-in").await.expect(200);

    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=63072000"
    );
}

#[tokio::test]
async fn sec_f06_every_hosted_page_has_a_policy_with_its_own_nonce() {
    let stage = Stage::start().await;

    let mut nonces = Vec::new();
    for path in ["/", "/sign-in", "/sign-up", "/sign-in"] {
        let answer = stage.browser().open(path).await.expect(200);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        for part in [
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "'wasm-unsafe-eval'",
        ] {
            assert!(policy.contains(part), "{part} is not in {policy}");
        }
        let nonce = nonce_of(&policy);
        assert_every_script_has(&answer, &nonce);
        assert!(!answer.text.contains(" style="), "inline style on {path}");
        assert!(!nonces.contains(&nonce), "a nonce was used twice");
        nonces.push(nonce);
    }
}

fn nonce_of(policy: &str) -> String {
    let (_, rest) = policy
        .split_once("'nonce-")
        .expect("the policy has a nonce");
    rest.split('\'').next().unwrap().to_owned()
}

fn assert_every_script_has(answer: &Answer, nonce: &str) {
    for tag in answer.text.split("<script").skip(1) {
        let tag = tag.split('>').next().unwrap();
        assert!(
            tag.contains(&format!("nonce=\"{nonce}\"")),
            "a script without nonce: {tag}"
        );
    }
}

#[tokio::test]
async fn sec_f06_forms_may_lead_to_the_allowed_origins_only() {
    let stage = Stage::with(&[("THYRA_ALLOWED_ORIGINS", "https://app.example.com")]).await;

    let answer = stage.browser().open("/sign-in").await.expect(200);

    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' https://app.example.com;"),
        "{policy}"
    );
}

#[tokio::test]
async fn sec_e14_hosted_pages_are_kept_by_nobody() {
    let stage = Stage::start().await;

    for path in ["/", "/sign-in", "/sign-up"] {
        let answer = stage.browser().open(path).await.expect(200);

        assert_eq!(
            answer.header("cache-control"),
            "no-store, private",
            "{path}"
        );
        let vary = answer.headers.get_all("vary");
        assert!(vary.iter().any(|name| name == "Cookie"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_for_strangers_only() {
    let stage = Stage::start().await;
    let page = |cookie: &'static str| {
        let request = stage
            .browser()
            .request(reqwest::Method::GET, "/sign-in")
            .header("accept", "text/html")
            .header("accept-encoding", "br");
        async move {
            match cookie {
                "" => request.send().await.unwrap(),
                cookie => request.header("cookie", cookie).send().await.unwrap(),
            }
        }
    };

    assert_eq!(page("").await.headers()["content-encoding"], "br");
    // Who has a cookie may have secrets on the page, and their length must not show what else is on it.
    assert!(
        page("__client=x")
            .await
            .headers()
            .get("content-encoding")
            .is_none()
    );
}

#[tokio::test]
async fn sec_p03_a_panic_is_a_500_with_a_request_id_and_nothing_else() {
    async fn fail() -> &'static str {
        panic!("the canary sings")
    }
    let extra = Router::new()
        .route("/fails", get(fail))
        .route("/fails.json", get(fail));
    let stage = Stage::set(&[]).routes(extra).start().await;

    let page = stage.browser().open("/fails").await.expect(500);
    let json = stage.browser().get("/fails.json").await.expect(500);

    let id = page.header("x-request-id").to_owned();
    assert!(
        page.text.contains(&id) && !page.text.contains("canary"),
        "{}",
        page.text
    );
    assert!(!page.text.contains(".rs"), "{}", page.text);
    assert_eq!(json.json()["clerk_trace_id"], json.header("x-request-id"));
    stage.browser().open("/healthz").await.expect(200);
}

#[tokio::test]
async fn sec_p03_an_id_of_the_callers_own_is_not_taken_over() {
    let stage = Stage::start().await;

    let request = stage
        .browser()
        .request(reqwest::Method::GET, "/healthz")
        .header("x-request-id", "chosen");
    let answer = Answer::of(request).await;

    assert_ne!(answer.header("x-request-id"), "chosen");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_people_and_json_for_programs() {
    let stage = Stage::start().await;

    let page = stage.browser().open("/nowhere").await.expect(404);
    let json = stage.browser().get("/__clerk/v1/nowhere").await.expect(404);

    assert!(
        page.text.contains("There is nothing at this address."),
        "{}",
        page.text
    );
    assert!(
        page.header("content-security-policy")
            .contains("style-src 'self'")
    );
    assert_eq!(json.error_code(), "resource_not_found");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let stage = Stage::start().await;

    let answer = stage
        .browser()
        .submit("/healthz", "/", &[])
        .await
        .expect(405);

    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page_and_nowhere_else() {
    let stage = Stage::start().await;

    let answer = stage.browser().open("/sign-in/?redirect_url=/a").await;
    assert_eq!(
        answer.expect(308).header("location"),
        "/sign-in?redirect_url=/a"
    );
    for path in ["//evil.example/", "//", "/nowhere"] {
        stage.browser().open(path).await.expect(404);
    }
}

#[tokio::test]
async fn sec_f04_only_listed_origins_may_read_the_api_and_nobody_the_pages() {
    let listed = "https://app.example.com";
    let stage = Stage::with(&[("THYRA_ALLOWED_ORIGINS", listed)]).await;

    for (path, origin, allowed) in [
        ("/__clerk/v1/client", listed, listed),
        ("/v1/client", listed, listed),
        ("/__clerk/v1/client", "https://evil.example", ""),
        (
            "/__clerk/v1/client",
            "https://app.example.com.evil.example",
            "",
        ),
        ("/__clerk/v1/client", "null", ""),
        ("/sign-in", listed, ""),
        ("/dev/outbox.json", listed, ""),
    ] {
        let request = stage.browser().request(reqwest::Method::GET, path);
        let answer = Answer::of(request.header("origin", origin))
            .await
            .expect(200);

        assert_eq!(
            answer.header("access-control-allow-origin"),
            allowed,
            "{path} for {origin}"
        );
    }
}
