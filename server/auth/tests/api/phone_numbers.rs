//! Signing in by a phone number, and by codes to it.

use std::time::Duration;

use serde_json::{Value, json};
use thyra_auth::Channel;
use thyra_wire::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::stage::{ADA, ADAS_NUMBER, Answer, Browser, PASSWORD, Stage};

const CODE: &str = "424242";

impl Browser {
    /// Begins a sign-in and has a code sent to a phone.
    pub async fn begin_with_phone_code(&mut self, identifier: &str) -> String {
        let attempt = self.begin_sign_in(identifier).await;
        self.prepare_phone_code(&attempt, &[])
            .await
            .expect_status(200);
        attempt
    }

    pub async fn prepare_phone_code(&mut self, attempt: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("strategy", "phone_code")];
        fields.extend(more);
        self.post(&format!("{attempt}/prepare_first_factor"), &fields)
            .await
    }

    pub async fn try_phone_code(&mut self, attempt: &str, code: &str) -> Answer {
        let fields = [("strategy", "phone_code"), ("code", code)];
        self.post(&format!("{attempt}/attempt_first_factor"), &fields)
            .await
    }
}

fn strategies(answer: &Answer, level: &str) -> Vec<String> {
    let json = answer.json();
    let factors = json["response"][level].as_array().cloned();
    factors
        .unwrap_or_default()
        .iter()
        .map(|factor| factor["strategy"].as_str().unwrap().to_owned())
        .collect()
}

fn factor(answer: &Answer, strategy: &str) -> Value {
    let json = answer.json();
    let factors = json["response"]["supported_first_factors"].as_array();
    let found = factors
        .into_iter()
        .flatten()
        .find(|factor| factor["strategy"] == strategy);
    found.cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_code_to_a_number_signs_in() {
    let stage = Stage::with_phones(|_| {}).await;
    let mut browser = stage.browser();
    let begun = browser
        .post(
            "/v1/client/sign_ins",
            &[("identifier", "+1 (555) 555-0100")],
        )
        .await
        .expect_status(200);

    assert_eq!(begun.text("/response/identifier"), ADAS_NUMBER);
    let offered = factor(&begun, "phone_code");
    assert_eq!(offered["safe_identifier"], ADAS_NUMBER);
    assert_eq!(offered["primary"], true);
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let id = offered["phone_number_id"].as_str().unwrap();
    let prepared = browser
        .prepare_phone_code(&attempt, &[("phone_number_id", id)])
        .await
        .expect_status(200);
    assert_eq!(
        prepared.text("/response/first_factor_verification/channel"),
        "sms"
    );
    let text = stage.last_mail().await;
    assert_eq!(
        (text.channel, text.to.as_str()),
        (Channel::Sms, ADAS_NUMBER)
    );
    assert!(text.body.ends_with("@127.0.0.1 #424242"), "{}", text.body);

    let done = browser
        .try_phone_code(&attempt, CODE)
        .await
        .expect_status(200);

    assert_eq!(done.text("/response/status"), "complete");
    assert_eq!(
        done.text("/client/last_authentication_strategy"),
        "phone_code"
    );
    assert_eq!(
        done.text("/client/sessions/0/user/phone_numbers/0/phone_number"),
        ADAS_NUMBER
    );
}

#[tokio::test]
async fn one_request_begins_and_sends() {
    let stage = Stage::with_phones(|_| {}).await;
    let fields = [
        ("identifier", ADAS_NUMBER),
        ("strategy", "phone_code"),
        ("channel", "whatsapp"),
    ];

    let begun = stage
        .browser()
        .post("/v1/client/sign_ins", &fields)
        .await
        .expect_status(200);

    let verification = &begun.json()["response"]["first_factor_verification"];
    assert_eq!(verification["strategy"], "phone_code");
    assert_eq!(verification["channel"], "whatsapp");
    let text = stage.last_mail().await;
    assert_eq!(text.channel, Channel::Whatsapp);
    assert!(!text.body.contains('@'), "{}", text.body);
}

#[tokio::test]
async fn a_number_and_a_password_sign_in() {
    let stage = Stage::with_phones(|_| {}).await;

    let done = stage
        .browser()
        .sign_in_with_password(ADAS_NUMBER, PASSWORD)
        .await
        .expect_status(200);

    assert_eq!(done.text("/response/status"), "complete");
}

#[tokio::test]
async fn what_was_not_typed_is_shown_masked() {
    let stage = Stage::with_phones(|_| {}).await;

    let begun = stage
        .browser()
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;

    assert_eq!(
        factor(&begun, "phone_code")["safe_identifier"],
        "+*********00"
    );
    let by_number = stage
        .browser()
        .post("/v1/client/sign_ins", &[("identifier", ADAS_NUMBER)])
        .await;
    assert_eq!(
        factor(&by_number, "email_code")["safe_identifier"],
        "a***@example.com"
    );
}

#[tokio::test]
async fn bad_input_at_a_phone_code_is_told_what_is_wrong() {
    let stage = Stage::with_phones(|_| {}).await;
    let mut browser = stage.browser();
    for typed in ["+1 555", "+999 12345678", "+1 212 555 0123 ext. 4"] {
        let answer = browser
            .post("/v1/client/sign_ins", &[("identifier", typed)])
            .await
            .expect_error(422, "form_param_format_invalid");
        assert_eq!(answer.param().as_deref(), Some("identifier"), "{typed}");
    }
    browser
        .post("/v1/client/sign_ins", &[("identifier", "+12125550123")])
        .await
        .expect_error(422, "form_identifier_not_found");
    let attempt = browser.begin_sign_in(ADAS_NUMBER).await;
    let wrong_channel = browser
        .prepare_phone_code(&attempt, &[("channel", "pigeon")])
        .await
        .expect_error(422, "form_param_value_invalid");
    assert_eq!(wrong_channel.param().as_deref(), Some("channel"));
    let wrong_id = browser
        .prepare_phone_code(&attempt, &[("phone_number_id", "idn_of_nobody")])
        .await
        .expect_error(404, "resource_not_found");
    assert_eq!(wrong_id.param().as_deref(), Some("phone_number_id"));
    browser
        .try_phone_code(&attempt, CODE)
        .await
        .expect_error(422, "verification_missing");
    browser
        .prepare_phone_code(&attempt, &[])
        .await
        .expect_status(200);
    browser
        .try_phone_code(&attempt, "000000")
        .await
        .expect_error(422, "form_code_incorrect");
    browser
        .try_phone_code(&attempt, CODE)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn where_nobody_has_numbers_nothing_knows_of_them() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();

    browser
        .post("/v1/client/sign_ins", &[("identifier", ADAS_NUMBER)])
        .await
        .expect_error(422, "form_param_format_invalid");
    let begun = browser
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;

    assert!(!strategies(&begun, "supported_first_factors").contains(&"phone_code".to_owned()));
    let environment = browser.get("/v1/environment").await.json();
    let attribute = &environment["user_settings"]["attributes"]["phone_number"];
    assert_eq!(attribute["enabled"], false);
    assert_eq!(attribute["channels"], json!([]));
}

#[tokio::test]
async fn the_environment_says_how_codes_go_to_phones() {
    let environment = async |stage: &Stage| {
        let answer = stage.browser().get("/v1/environment").await.json();
        answer["user_settings"]["attributes"]["phone_number"].clone()
    };

    let all = Stage::with_phones(|_| {}).await;
    let attribute = environment(&all).await;
    assert_eq!(attribute["enabled"], true);
    assert_eq!(attribute["verifications"], json!(["phone_code"]));
    assert_eq!(
        attribute["first_factors"],
        json!(["phone_code", "reset_password_phone_code"])
    );
    assert_eq!(attribute["channels"], json!(["sms", "whatsapp"]));
    let only_sms = Stage::with_phones(|settings| {
        settings.sms_url = Some(Secret::from("http://AC1:token@127.0.0.1:9/Messages.json"));
        settings.sms_from = Some("+15005550006".to_owned());
    })
    .await;
    assert_eq!(environment(&only_sms).await["channels"], json!(["sms"]));
}

#[tokio::test]
async fn without_a_sender_for_whatsapp_there_is_no_whatsapp() {
    let stage = Stage::with_phones(|settings| {
        settings.sms_url = Some(Secret::from("http://AC1:token@127.0.0.1:9/Messages.json"));
        settings.sms_from = Some("+12125550006".to_owned());
    })
    .await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADAS_NUMBER).await;

    browser
        .prepare_phone_code(&attempt, &[("channel", "whatsapp")])
        .await
        .expect_error(422, "form_param_value_invalid");
    let sent = browser
        .prepare_phone_code(&attempt, &[("channel", "default")])
        .await
        .expect_status(200);
    assert_eq!(
        sent.text("/response/first_factor_verification/channel"),
        "sms"
    );
}

/// An API for messages to phones that takes one, over HTTP.
async fn api_that_takes_one(listener: TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut heard = String::new();
    let mut part = [0; 4096];
    while !heard.contains("Body=") {
        let length = stream.read(&mut part).await.unwrap();
        heard.push_str(&String::from_utf8_lossy(&part[..length]));
    }
    let answer =
        "HTTP/1.1 201 Created\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"sid\":\"SM1\"}";
    stream.write_all(answer.as_bytes()).await.unwrap();
    heard
}

#[tokio::test]
async fn a_message_waits_for_an_api_that_is_not_there_and_leaves_when_it_is() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let stage = Stage::with_phones(|settings| {
        let url = format!("http://AC1:token@127.0.0.1:{port}/Messages.json");
        settings.sms_url = Some(Secret::from(url));
        settings.sms_from = Some("+12125550006".to_owned());
    })
    .await;
    stage.browser().begin_with_phone_code(ADAS_NUMBER).await;

    assert_eq!(stage.auth.deliver_due_messages().await.unwrap(), 0);
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let api = tokio::spawn(api_that_takes_one(listener));
    stage.clock.advance(Duration::from_secs(60));
    assert_eq!(stage.auth.deliver_due_messages().await.unwrap(), 1);

    let heard = api.await.unwrap();
    assert!(
        heard.contains("To=%2B15555550100&From=%2B12125550006&Body=424242"),
        "{heard}"
    );
    assert_eq!(
        stage.auth.outbox(10).await.unwrap().len(),
        0,
        "what was sent is not kept"
    );
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_code_to_the_number() {
    let stage = Stage::with_phones(|_| {}).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_in(ADAS_NUMBER).await;
    let strategy = ("strategy", "reset_password_phone_code");
    browser
        .post(&format!("{attempt}/prepare_first_factor"), &[strategy])
        .await
        .expect_status(200);
    assert!(
        stage
            .last_mail()
            .await
            .subject
            .contains("password reset code")
    );

    let proven = browser
        .post(
            &format!("{attempt}/attempt_first_factor"),
            &[strategy, ("code", CODE)],
        )
        .await
        .expect_status(200);
    assert_eq!(proven.text("/response/status"), "needs_new_password");
    let done = browser
        .set_password(&attempt, &[("password", "another door of one's own")])
        .await
        .expect_status(200);

    assert_eq!(done.text("/response/status"), "complete");
    let warning = stage.last_mail().await;
    assert_eq!(
        (warning.channel, warning.to.as_str()),
        (Channel::Email, ADA)
    );
}
