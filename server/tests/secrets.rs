//! What must not come out: passwords of people and keys of the server. Each is a canary that is searched for
//! wherever it could have gone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::path::Path;

use serde_json::json;
use stage::{Answer, Browser, Program, Stage, run_to_end};

const SECRET_KEY: &str = "sk_live_CanaryKey0123456789abcdefghijklmnop";
const PASSWORD: &str = "Canary7horse-battery-staple";
const CANARY: &str = "Canary7horse";

/// Sends the password wherever a password can be sent, rightly and wrongly.
async fn send_the_password_everywhere(browser: &Browser) {
    let api = "/__clerk/v1/client";
    let id = browser
        .begin_sign_up("ada+clerk_test@example.com", PASSWORD)
        .await;
    let verify = format!("{api}/sign_ups/{id}/attempt_verification");
    browser
        .post(&verify, &[("strategy", "email_code"), ("code", "424242")])
        .await
        .expect(200);
    for fields in [
        &[
            ("email_address", "ada+clerk_test@example.com"),
            ("password", PASSWORD),
        ][..],
        &[("email_address", "nobody"), ("password", PASSWORD)],
        &[
            ("email_address", ""),
            ("password", PASSWORD),
            ("password", PASSWORD),
        ],
        &[("username", PASSWORD), ("password", PASSWORD)],
    ] {
        browser.post(&format!("{api}/sign_ups"), fields).await;
        browser
            .post(&format!("{api}/sign_ups/{id}?_method=PATCH"), fields)
            .await;
    }
    for identifier in [
        "ada+clerk_test@example.com",
        "nobody@example.com",
        "\u{0}",
        "",
    ] {
        let fields = [
            ("strategy", "password"),
            ("identifier", identifier),
            ("password", PASSWORD),
        ];
        let created = browser.post(&format!("{api}/sign_ins"), &fields).await;
        let id = created.json()["response"]["id"]
            .as_str()
            .unwrap_or("sia_none")
            .to_owned();
        for step in [
            "attempt_first_factor",
            "attempt_second_factor",
            "prepare_first_factor",
        ] {
            browser
                .post(&format!("{api}/sign_ins/{id}/{step}"), &fields)
                .await;
        }
    }
    send_it_by_server_functions(browser).await;
    send_it_malformed(browser).await;
    send_it_to_the_backend_api(browser).await;
}

async fn send_it_by_server_functions(browser: &Browser) {
    let fields = [
        ("identifier", "ada+clerk_test@example.com"),
        ("email_address", "bob+clerk_test@example.com"),
        ("password", PASSWORD),
        ("code", PASSWORD),
        ("params[password]", PASSWORD),
        ("params[strategy]", "email_code"),
        ("params[code]", PASSWORD),
        ("params[identifier]", "ada+clerk_test@example.com"),
    ];
    for name in [
        "sign_in/continue",
        "sign_in/submit_password",
        "sign_in/submit_code",
        "sign_in/create",
        "sign_in/attempt_password",
        "sign_in/prepare_factor",
        "sign_in/attempt_factor",
        "sign_up/submit",
        "sign_up/continue",
        "sign_up/submit_code",
        "sign_up/create",
        "sign_up/update",
        "sign_up/verify_email_code",
    ] {
        let path = format!("/api/auth/{name}");
        for answer in [
            browser.post(&path, &fields).await,
            browser.submit(&path, "/sign-in", &fields).await,
        ] {
            assert!(!answer.text.contains(CANARY), "{path}: {}", answer.text);
            assert!(
                !answer.header("location").contains(CANARY),
                "{path}: {answer:?}"
            );
        }
    }
}

async fn send_it_malformed(browser: &Browser) {
    for path in [
        "/__clerk/v1/client/sign_ins",
        "/v1/users",
        "/api/auth/sign_in/continue",
        "/nowhere",
    ] {
        for (kind, body) in [
            (
                "application/json",
                format!("{{\"password\": \"{PASSWORD}\""),
            ),
            ("text/plain", PASSWORD.to_owned()),
            (
                "application/x-www-form-urlencoded",
                format!("password={PASSWORD}&%zz=%ff"),
            ),
            ("application/x-www-form-urlencoded", PASSWORD.repeat(4000)),
            (
                "multipart/form-data; boundary=x",
                format!("--x\r\n\r\n{PASSWORD}"),
            ),
        ] {
            let request = browser
                .posting(path)
                .header("content-type", kind)
                .body(body);
            let answer = Answer::of(request).await;
            assert!(!answer.text.contains(CANARY), "{path}: {}", answer.text);
        }
        browser.get(&format!("{path}?password={PASSWORD}")).await;
    }
}

async fn send_it_to_the_backend_api(browser: &Browser) {
    let user = json!({ "email_address": ["eve@example.com"], "password": PASSWORD });
    let create = browser
        .posting("/v1/users")
        .bearer_auth(SECRET_KEY)
        .json(&user);
    let id = Answer::of(create).await.json()["id"]
        .as_str()
        .unwrap_or("user_none")
        .to_owned();
    for path in [
        format!("/v1/users/{id}"),
        format!("/v1/users/{id}/verify_password"),
    ] {
        let body = json!({ "password": PASSWORD });
        Answer::of(browser.posting(&path).bearer_auth(SECRET_KEY).json(&body)).await;
        let patch = browser.request(reqwest::Method::PATCH, &path);
        Answer::of(patch.bearer_auth(SECRET_KEY).json(&body)).await;
    }
}

#[track_caller]
fn assert_absent(needle: &str, bytes: &[u8], place: &str) {
    let found = bytes
        .windows(needle.len())
        .position(|window| window == needle.as_bytes());
    let around = found.map(|at| {
        let from = at.saturating_sub(120);
        let to = (at + 160).min(bytes.len());
        String::from_utf8_lossy(&bytes[from..to]).into_owned()
    });
    assert_eq!(around, None, "{needle} is in {place}");
}

fn assert_absent_from_files(needle: &str, folder: &Path) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        assert_absent(
            needle,
            &std::fs::read(&path).unwrap(),
            &path.display().to_string(),
        );
    }
}

/// The long-lived token of a browser that has just signed in.
async fn client_cookie(origin: &str) -> String {
    let answer = Browser::new(origin)
        .sign_in("mallory@example.com", PASSWORD)
        .await
        .expect(200);
    let lines = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut clients = lines.filter_map(|line| line.strip_prefix("__client="));
    let client = clients.next().unwrap().split(';').next().unwrap();
    assert!(client.len() > 20, "{client}");
    client.to_owned()
}

#[tokio::test]
async fn sec_a12_a_password_reaches_neither_log_nor_database() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("THYRA_LOG", "trace"), ("THYRA_SECRET_KEY", SECRET_KEY)];
    let arguments = ["user", "add", "mallory@example.com", "--password-stdin"];
    let added = run_to_end(
        folder.path(),
        &variables,
        &arguments,
        &format!("{PASSWORD}\n"),
    );
    assert!(added.status.success(), "{added:?}");
    assert_absent(CANARY, &added.stderr, "the log of `thyra user add`");

    let program = Program::serve(folder.path(), &variables);
    send_the_password_everywhere(&Browser::new(&program.origin)).await;
    let client = client_cookie(&program.origin).await;
    let data = folder.path().join("data");
    assert_absent_from_files(CANARY, &data);
    let log = program.log();

    assert!(
        log.contains("/__clerk/v1/client/sign_ins"),
        "nothing was logged"
    );
    assert_absent(CANARY, log.as_bytes(), "the log");
    assert_absent(SECRET_KEY, log.as_bytes(), "the log");
    assert_absent(&client, log.as_bytes(), "the log");
    assert_absent_from_files(&client, &data);
    assert_absent_from_files(CANARY, &data);
}

#[tokio::test]
async fn sec_f09_keys_of_the_server_reach_no_browser() {
    let stage = Stage::with(&[
        ("THYRA_SECRET_KEY", SECRET_KEY),
        ("THYRA_SMTP_URL", "smtp://mailer:CanarySmtp@127.0.0.1:1"),
    ])
    .await;
    let master_key = std::fs::read_to_string(stage.folder.path().join("thyra.key")).unwrap();
    stage
        .auth()
        .add_user("ada@example.com", Some(PASSWORD.into()))
        .await
        .unwrap();
    let browser = stage.browser();
    browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .expect(200);

    for path in [
        "/",
        "/sign-in",
        "/sign-in/factor-one",
        "/sign-up",
        "/nowhere",
        "/dev/outbox",
        "/dev/outbox.json",
        "/healthz",
        "/readyz",
        "/plain.css",
        "/__clerk/v1/environment",
        "/__clerk/v1/client",
        "/v1/users",
        "/.well-known/jwks.json",
    ] {
        let answer = browser.open(path).await;

        let whole = format!("{:?}{}", answer.headers, answer.text);
        for secret in [
            "CanaryKey",
            "CanarySmtp",
            "PRIVATE KEY",
            "sk_live_",
            master_key.trim(),
            PASSWORD,
        ] {
            assert_absent(secret, whole.as_bytes(), path);
        }
    }
}
