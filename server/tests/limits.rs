//! How much a request may bring, and whose it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::routing::{get, post};
use reqwest::Method;
use stage::{Answer, Browser, Stage};
use thyra_auth::ClientAddress;
use thyra_server::http::MAX_URI;
use thyra_server::serve::MAX_HEAD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const LIMIT: usize = 64 * 1024;

#[tokio::test]
async fn sec_c14_a_body_over_64_kib_is_refused_everywhere() {
    let stage = Stage::start().await;

    for path in [
        "/__clerk/v1/client/sign_ups",
        "/v1/client/sign_ins",
        "/v1/users",
        "/api/auth/sign_in/continue",
        "/nowhere",
    ] {
        let request = stage.browser().posting(path).body("x".repeat(LIMIT + 1));
        let answer = Answer::of(request.header("accept", "application/json"))
            .await
            .expect(413);

        assert_eq!(answer.error_code(), "request_too_large", "{path}");
    }
}

/// What the server answers to these bytes, until it closes the connection.
async fn answer_to(stage: &Stage, request: &[u8]) -> String {
    let address = stage.origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have answered and closed before all of it is out.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request whose head has so many bytes.
fn with_head_of(length: usize) -> Vec<u8> {
    let head = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: ";
    let end = "\r\n\r\n";
    let long = "x".repeat(length - head.len() - end.len());
    format!("{head}{long}{end}").into_bytes()
}

#[tokio::test]
async fn sec_c14_a_head_over_32_kib_is_refused() {
    let stage = Stage::start().await;

    let largest = answer_to(&stage, &with_head_of(MAX_HEAD)).await;
    let larger = answer_to(&stage, &with_head_of(MAX_HEAD + 1)).await;
    let unended = answer_to(&stage, &with_head_of(MAX_HEAD + 9)[..=MAX_HEAD]).await;

    assert!(largest.starts_with("HTTP/1.1 200"), "{largest}");
    assert!(larger.starts_with("HTTP/1.1 431"), "{larger}");
    assert!(unended.starts_with("HTTP/1.1 431"), "{unended}");
}

#[tokio::test]
async fn sec_c14_an_address_over_8_kib_is_refused() {
    // 50 kB of names of parameters took half a second each time.
    let stage = Stage::start().await;
    for path in [
        "/sign-in?",
        "/v1/client?",
        "/__clerk/v1/client?",
        "/nowhere",
    ] {
        let names = "a&".repeat(MAX_URI);
        let longest = format!("{path}{names}")[..MAX_URI].to_owned();

        let arrived = stage.browser().get(&longest).await;
        let refused = stage.browser().get(&format!("{longest}&")).await;

        assert_ne!(arrived.status, 414, "{path}");
        refused.expect(414);
    }
}

#[tokio::test]
async fn sec_o03_a_request_is_for_one_host() {
    // Two hosts, or none, were answered like any other request.
    let stage = Stage::start().await;
    let hosts = |lines: &str, version| {
        format!("GET /healthz HTTP/{version}\r\n{lines}Connection: close\r\n\r\n").into_bytes()
    };
    for (lines, version, status) in [
        ("Host: a.example\r\n", "1.1", "200"),
        ("", "1.0", "200"),
        ("", "1.1", "400"),
        ("Host: a.example\r\nHost: evil.example\r\n", "1.1", "400"),
        ("Host: a.example\r\nHost: a.example\r\n", "1.0", "400"),
    ] {
        let answer = answer_to(&stage, &hosts(lines, version)).await;

        assert_eq!(&answer[9..12], status, "{lines:?} {version}: {answer}");
    }
}

#[tokio::test]
async fn sec_f05_a_path_that_browsers_read_as_another_host_is_not_led_to() {
    let stage = Stage::start().await;
    for path in [
        "/\\evil.example/",
        "//evil.example/",
        "/\\/evil.example/",
        "\\\\evil.example/",
        "/%5cevil.example/",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        let answer = answer_to(&stage, request.as_bytes()).await;

        let location = answer
            .lines()
            .find_map(|line| line.strip_prefix("location: "));
        let is_own = |target: &str| target == "/%5cevil.example";
        assert!(location.is_none_or(is_own), "{path}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn sec_c14_a_body_that_hides_its_length_is_refused_as_well() {
    let stage = Stage::start().await;
    let address = stage.origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/client/sign_ups HTTP/1.1\r\nHost: {address}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    for _ in 0..5 {
        // The server may have answered and closed before all of it is out.
        let _ = stream.write_all(chunk.as_bytes()).await;
    }

    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;

    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("request_too_large"), "{answer}");
}

#[tokio::test]
async fn a_body_of_exactly_64_kib_arrives() {
    async fn length(body: String) -> String {
        body.len().to_string()
    }
    let stage = Stage::set(&[]).routes(Router::new().route("/length", post(length)));
    let stage = stage.start().await;

    let request = stage.browser().posting("/length").body("x".repeat(LIMIT));

    assert_eq!(
        Answer::of(request).await.expect(200).text,
        LIMIT.to_string()
    );
}

/// A stage with a route that says whose request it is.
async fn mirror(trusted: &str) -> Stage {
    async fn mirror(address: Option<Extension<ClientAddress>>) -> String {
        address.map_or_else(
            || "nobody".to_owned(),
            |Extension(ClientAddress(ip))| ip.to_string(),
        )
    }
    Stage::set(&[("THYRA_TRUSTED_PROXIES", trusted)])
        .routes(Router::new().route("/whose", get(mirror)))
        .start()
        .await
}

async fn whose(browser: &Browser, forwarded: &str) -> String {
    let request = browser
        .request(Method::GET, "/whose")
        .header("x-forwarded-for", forwarded);
    Answer::of(request).await.text
}

#[tokio::test]
async fn sec_c08_a_forwarded_address_is_ignored_without_a_trusted_proxy() {
    let stage = mirror("").await;

    assert_eq!(whose(&stage.browser(), "6.6.6.6").await, "127.0.0.1");
}

#[tokio::test]
async fn sec_c08_a_trusted_proxy_is_believed_as_far_as_it_knows() {
    let stage = mirror("127.0.0.0/8").await;

    assert_eq!(
        whose(&stage.browser(), "6.6.6.6, 203.0.113.7").await,
        "203.0.113.7"
    );
    assert_eq!(
        whose(&stage.browser(), "6.6.6.6, nonsense").await,
        "127.0.0.1"
    );
}

#[tokio::test]
async fn ready_means_that_the_data_answers_and_nobody_asked_to_stop() {
    let stage = Stage::start().await;
    stage.browser().get("/readyz").await.expect(200);

    stage.stopping.begin();

    stage.browser().get("/readyz").await.expect(503);
    stage.browser().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn the_outbox_exists_in_development_only() {
    let development = Stage::start().await;
    let production = Stage::production().await;

    for path in ["/dev/outbox", "/dev/outbox.json"] {
        development.browser().open(path).await.expect(200);
        production.browser().open(path).await.expect(404);
    }
}

#[tokio::test]
async fn the_outbox_shows_the_newest_message_first_with_its_code() {
    let stage = Stage::start().await;
    for address in ["ada@example.com", "bob@example.com"] {
        stage
            .browser()
            .begin_sign_up(address, stage::PASSWORD)
            .await;
        stage.clock.advance(std::time::Duration::from_secs(1));
    }

    let list = stage
        .browser()
        .get("/dev/outbox.json")
        .await
        .expect(200)
        .json();
    let page = stage.browser().open("/dev/outbox").await.expect(200).text;

    assert_eq!(list[0]["to"], "bob@example.com");
    assert_eq!(list[1]["to"], "ada@example.com");
    for message in list.as_array().unwrap() {
        let code = message["code"].as_str().unwrap();
        assert!(page.contains(&format!(">{code}</p>")), "{page}");
    }
    assert!(page.find("bob@").unwrap() < page.find("ada@").unwrap());
}

#[tokio::test]
async fn sec_f08_the_outbox_shows_text_as_text() {
    let stage = Stage::start().await;
    let browser = stage.browser();
    let address = "\"<img/src=x>\"@example.com";
    let fields = [("email_address", address), ("password", stage::PASSWORD)];
    // Whether such an address is accepted is the auth API's business.
    browser.post("/__clerk/v1/client/sign_ups", &fields).await;

    let page = browser.open("/dev/outbox").await.expect(200).text;

    assert!(!page.contains("<img"), "{page}");
}

#[tokio::test]
async fn a_slow_head_does_not_hold_up_others() {
    let stage = Stage::start().await;
    let address = stage.origin.trim_start_matches("http://").to_owned();
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHos")
            .await
            .unwrap();
        slow.push(stream);
    }

    stage.browser().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_server_that_stops_answers_who_is_waiting_and_nobody_new() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        move || async move {
            begun.notify_one();
            go_on.notified().await;
            "done"
        }
    };
    let routes = Router::new().route("/slow", get(slow));
    let mut stage = Stage::set(&[]).routes(routes).start().await;
    let browser = stage.browser();
    let waiting = tokio::spawn(async move { browser.get("/slow").await });
    begun.notified().await;

    stage.stop();
    let address = stage.origin.trim_start_matches("http://").to_owned();
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.notify_one();

    assert_eq!(waiting.await.unwrap().expect(200).text, "done");
}
