//! People in front of the server: each sees what is theirs, with and without script, here and through a remote API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::sync::Arc;

use reqwest::Method;
use stage::{Answer, Browser, PASSWORD, Stage};
use tokio::net::TcpListener;

const CROWD: usize = 200;

fn address(number: usize) -> String {
    // A test address: its code is always 424242.
    format!("person{number}+clerk_test@example.com")
}

/// A browser in which this person is signed in.
async fn signed_in(stage: &Stage, number: usize) -> Browser {
    let address = address(number);
    stage.auth().add_user(&address, None).await.unwrap();
    let browser = stage.browser();
    let strategy = ("strategy", "email_code");
    let fields = [("identifier", address.as_str()), strategy];
    let created = browser
        .post("/__clerk/v1/client/sign_ins", &fields)
        .await
        .expect(200);
    let id = created.json()["response"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/__clerk/v1/client/sign_ins/{id}/attempt_first_factor");
    let answer = browser
        .post(&path, &[strategy, ("code", "424242")])
        .await
        .expect(200);
    assert_eq!(answer.json()["response"]["status"], "complete");
    browser
}

/// Every person that a page mentions.
fn mentioned(page: &str) -> Vec<usize> {
    let numbers = page
        .split("person")
        .skip(1)
        .filter_map(|rest| rest.split_once("+clerk_test"));
    let mut numbers: Vec<usize> = numbers
        .filter_map(|(number, _)| number.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_e14_two_hundred_people_at_once_see_nobody_elses_data() {
    let stage = Arc::new(Stage::start().await);
    let arriving: Vec<_> = (0..CROWD)
        .map(|number| {
            let stage = stage.clone();
            tokio::spawn(async move { signed_in(&stage, number).await })
        })
        .collect();
    let mut browsers = Vec::new();
    for browser in arriving {
        browsers.push(browser.await.unwrap());
    }

    let pages: Vec<_> = browsers
        .into_iter()
        .map(|browser| tokio::spawn(async move { browser.open("/").await }))
        .collect();

    for (number, page) in pages.into_iter().enumerate() {
        let page = page.await.unwrap().expect(200);
        assert_eq!(mentioned(&page.text), [number], "{}", page.text);
        assert_eq!(page.header("cache-control"), "no-store, private");
        assert!(page.headers.get("content-encoding").is_none());
    }
}

#[tokio::test]
async fn sec_e14_a_stranger_sees_nobody() {
    let stage = Stage::start().await;
    let _ada = signed_in(&stage, 1).await;

    let page = stage.browser().open("/").await.expect(200);

    assert_eq!(mentioned(&page.text), Vec::<usize>::new());
}

/// What every form of the component at `/sign-in` brings along.
const FLOW: (&str, &str) = ("flow[path]", "/sign-in");

/// Follows the redirect of a form that was sent without script.
async fn follow(browser: &Browser, answer: stage::Answer) -> stage::Answer {
    let answer = answer.expect(302);
    let target = answer.header("location").to_owned();
    browser.open(&target).await
}

#[tokio::test]
async fn sec_f10_a_password_sign_in_needs_no_script() {
    let stage = Stage::start().await;
    stage.signed_up("ada@example.com").await;
    let browser = stage.browser();

    let start = [FLOW, ("identifier", "ada@example.com")];
    let answer = browser
        .submit("/api/auth/sign_in/continue", "/sign-in", &start)
        .await;
    let step = follow(&browser, answer).await.expect(200);
    assert!(step.text.contains("type=\"password\""), "{}", step.text);

    let wrong = [FLOW, ("password", "something else")];
    let answer = browser
        .submit(
            "/api/auth/sign_in/submit_password",
            "/sign-in/factor-one",
            &wrong,
        )
        .await;
    let step = follow(&browser, answer).await.expect(200);
    assert!(step.text.contains("incorrect"), "{}", step.text);

    let right = [FLOW, ("password", PASSWORD)];
    let answer = browser
        .submit(
            "/api/auth/sign_in/submit_password",
            "/sign-in/factor-one",
            &right,
        )
        .await;
    let home = follow(&browser, answer).await.expect(200);
    assert!(home.text.contains("ada@example.com"), "{}", home.text);
}

/// The attempt that the forms of a page are made for.
fn attempt_of(page: &str) -> String {
    let (_, value) = page.split_once("name=\"flow[attempt]\" value=\"").unwrap();
    value.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn two_tabs_with_two_names_try_each_password_for_its_own() {
    // The second tab's attempt replaced the first one's, whose password was then tried for the wrong person.
    let stage = Stage::start().await;
    stage.signed_up("carol@example.com").await;
    stage
        .auth()
        .add_user("raw@example.com", None)
        .await
        .unwrap();
    let browser = stage.browser();
    let begin = async |identifier: &str| {
        let fields = [FLOW, ("identifier", identifier)];
        let answer = browser
            .submit("/api/auth/sign_in/continue", "/sign-in", &fields)
            .await;
        attempt_of(&follow(&browser, answer).await.expect(200).text)
    };
    let carols = begin("carol@example.com").await;
    let raws = begin("raw@example.com").await;
    assert_ne!(carols, raws);

    let fields = [
        FLOW,
        ("flow[attempt]", &carols),
        ("identifier", "carol@example.com"),
        ("password", PASSWORD),
    ];
    let path = "/api/auth/sign_in/submit_password";
    let answer = browser.submit(path, "/sign-in/factor-one", &fields).await;

    let home = follow(&browser, answer).await.expect(200);
    assert!(home.text.contains("carol@example.com"), "{}", home.text);
}

#[tokio::test]
async fn a_code_typed_for_an_attempt_that_is_gone_leads_to_the_start_and_says_so() {
    let stage = Stage::start().await;
    let fields = [FLOW, ("flow[attempt]", "sia_gone"), ("code", "123456")];

    let browser = stage.browser();
    let path = "/api/auth/sign_in/submit_code";
    let answer = browser.submit(path, "/sign-in/factor-one", &fields).await;

    let start = follow(&browser, answer).await.expect(200);
    assert!(
        start.text.contains("This attempt has ended."),
        "{}",
        start.text
    );
}

#[tokio::test]
async fn sec_f05_those_who_arrive_signed_in_are_led_where_they_may_go_and_nowhere_else() {
    // They used to end at `/` whenever the target was a whole URL, even one of the own origin.
    let stage = Stage::with(&[("THYRA_ALLOWED_ORIGINS", "https://app.example.com")]).await;
    let browser = stage.signed_up("ada@example.com").await;
    let own = format!("{}/?from=invoice", stage.origin);
    for (there, target) in [
        (own.as_str(), own.as_str()),
        (
            "https://app.example.com/inbox?a=b",
            "https://app.example.com/inbox?a=b",
        ),
        ("/?tab=2", "/?tab=2"),
        ("https://evil.example/", "/"),
        ("https://app.example.com.evil.example/", "/"),
        ("https://app.example.com@evil.example/", "/"),
        ("//evil.example/", "/"),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(there.as_bytes()).collect();
        for page in ["/sign-in", "/sign-in/factor-one", "/sign-up"] {
            let answer = browser.open(&format!("{page}?redirect_url={query}")).await;

            assert_eq!(answer.status, 302, "{page} to {there}");
            assert_eq!(answer.header("location"), target, "{page} to {there}");
        }
    }
}

#[tokio::test]
async fn those_who_arrive_signed_in_are_led_on_whatever_they_accept() {
    // A script and a link preview take anything; they got a page that only says that it leads on.
    let stage = Stage::start().await;
    let browser = stage.signed_up("ada@example.com").await;

    let answer = browser.get("/sign-in?redirect_url=/?tab=2").await;

    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), "/?tab=2");
}

#[tokio::test]
async fn the_head_of_a_page_is_that_of_the_page() {
    // It was rendered without a session, and said so in the log as if the host had forgotten something.
    let stage = Stage::start().await;
    let browser = stage.signed_up("ada@example.com").await;

    let page = browser.open("/sign-in").await.expect(302);
    let request = browser
        .request(Method::HEAD, "/sign-in")
        .header("accept", "text/html");
    let head = Answer::of(request).await.expect(302);

    assert_eq!(head.headers["location"], page.headers["location"]);
}

#[tokio::test]
async fn sec_f02_a_form_on_another_site_signs_nobody_in() {
    let stage = Stage::start().await;
    stage.signed_up("ada@example.com").await;
    let fields = [("identifier", "ada@example.com"), ("password", PASSWORD)];

    for (origin, site) in [
        ("https://evil.example", "cross-site"),
        ("https://evil.example", "same-site"),
        ("null", "cross-site"),
    ] {
        let browser = stage.browser();
        for path in [
            "/api/auth/sign_in/continue",
            "/__clerk/v1/client/sign_ins",
            "/v1/client/sign_ins",
        ] {
            let request = browser
                .request(reqwest::Method::POST, path)
                .header("origin", origin)
                .header("sec-fetch-site", site)
                .header("cookie", "theme=dark")
                .form(&fields);
            let answer = stage::Answer::of(request).await;

            assert!(
                answer.headers.get("set-cookie").is_none(),
                "{path}: {answer:?}"
            );
            assert!(!answer.status.is_success(), "{path}: {answer:?}");
        }
    }
}

/// A server of pages only, in front of another one with the auth API.
async fn in_front_of_another() -> (Stage, Stage) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let origin = format!("http://localhost:{port}");
    let api = Stage::with(&[("THYRA_ALLOWED_ORIGINS", &origin)]).await;
    let pages = Stage::set(&[("THYRA_AUTH_API_URL", &api.origin)]).listener(listener);
    (pages.start().await, api)
}

#[tokio::test]
async fn a_remote_auth_api_serves_the_same_pages() {
    let (pages, api) = in_front_of_another().await;
    let browser = pages.browser();
    let address = "ada@example.com";

    let id = browser.begin_sign_up(address, PASSWORD).await;
    let code = api.last_code(address).await;
    let path = format!("/__clerk/v1/client/sign_ups/{id}/attempt_verification");
    let fields = [("strategy", "email_code"), ("code", code.as_str())];
    browser.post(&path, &fields).await.expect(200);

    let home = browser.open("/").await.expect(200);
    assert!(home.text.contains(address), "{}", home.text);
}

#[tokio::test]
async fn a_form_without_script_signs_in_through_a_remote_auth_api() {
    let (pages, api) = in_front_of_another().await;
    api.signed_up("ada@example.com").await;
    let browser = pages.browser();

    let fields = [("identifier", "ada@example.com"), ("password", PASSWORD)];
    let answer = browser
        .submit("/api/auth/sign_in/continue", "/sign-in", &fields)
        .await;
    let home = follow(&browser, answer).await.expect(200);

    assert!(home.text.contains("ada@example.com"), "{}", home.text);
}

#[tokio::test]
async fn a_server_with_a_remote_api_has_no_embedded_one() {
    let (pages, _api) = in_front_of_another().await;

    for path in [
        "/v1/users",
        "/v1/environment",
        "/.well-known/jwks.json",
        "/dev/outbox",
        "/dev/outbox.json",
    ] {
        pages.browser().get(path).await.expect(404);
    }
    pages.browser().get("/readyz").await.expect(200);
    pages
        .browser()
        .get("/__clerk/v1/environment")
        .await
        .expect(200);
    assert!(!pages.folder.path().join("thyra.db").exists());
}

#[tokio::test]
async fn a_remote_api_that_is_gone_is_said_in_words() {
    let stage = Stage::with(&[("THYRA_AUTH_API_URL", "http://127.0.0.1:1")]).await;

    let api = stage.browser().get("/__clerk/v1/client").await.expect(502);
    let page = stage.browser().open("/sign-in").await;

    assert!(!api.error_code().is_empty());
    assert!(page.text.contains("</html>"), "{}", page.text);
    stage.browser().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_page_asked_for_at_the_number_is_led_to_the_name() {
    let stage = Stage::start().await;
    let number = stage.origin.replace("localhost", "127.0.0.1");

    let led = Browser::new(&number).open("/sign-in?a=b").await.expect(307);

    let name = format!("{}/sign-in?a=b", stage.origin);
    assert_eq!(led.header("location"), name);
    stage.browser().open("/sign-in").await.expect(200);
    // What is no page stays where it was asked for: programs know what they do.
    Browser::new(&number).get("/readyz").await.expect(200);
}

#[tokio::test]
async fn an_origin_that_was_set_is_not_argued_with() {
    let stage = Stage::with(&[("THYRA_PUBLIC_URL", "http://localhost:3000")]).await;
    let number = stage.origin.replace("localhost", "127.0.0.1");

    Browser::new(&number).open("/sign-in").await.expect(200);
}
