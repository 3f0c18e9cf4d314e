//! Conversations with an API that is really there, and with one that is not.

use thyra_wire::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::super::outbox::next_try;
use super::super::text::{CodeText, TextedCode};
use super::*;

const TAKEN: &str = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"sid\":\"SM1\"}";
const FROM: &str = "+15005550006";

fn message(channel: Channel) -> Message {
    let texted = TextedCode {
        app_name: "Acme",
        host: "acme.example",
        code: "012345",
        lifetime: Duration::from_secs(300),
    };
    let letter = CodeText::SignIn.letter(channel, texted);
    Message::text(channel, "+12125550123", letter)
        .with_code("012345", Timestamp::from_seconds(1_000_300))
}

fn sender(port: u16, sms_from: Option<&str>, whatsapp_from: Option<&str>) -> SmsSender {
    let url = format!("http://AC1:canary@127.0.0.1:{port}/2010-04-01/Accounts/AC1/Messages.json");
    SmsSender::new(&Secret::from(url), sms_from, whatsapp_from).unwrap()
}

/// An API for one request: reads it, and answers so.
async fn converse(mut stream: TcpStream, answer: &str) -> String {
    let mut heard = Vec::new();
    let mut part = [0; 4096];
    while !is_whole(&heard) {
        match stream.read(&mut part).await.unwrap() {
            0 => break,
            length => heard.extend_from_slice(&part[..length]),
        }
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    String::from_utf8(heard).unwrap()
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    length.is_some_and(|length: usize| body.len() >= length)
}

/// What became of a message, and what the API heard.
async fn deliver_by(
    channel: Channel,
    (sms_from, whatsapp_from): (Option<&str>, Option<&str>),
    answer: &str,
) -> (Result<(), SendError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let sender = sender(port, sms_from, whatsapp_from);
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, answer).await
    };
    let message = message(channel);
    tokio::join!(sender.send(&message), server)
}

async fn deliver(answer: &str) -> (Result<(), SendError>, String) {
    deliver_by(Channel::Sms, (Some(FROM), None), answer).await
}

/// The form that the API got, in the order it came.
fn form_of(request: &str) -> Vec<(String, String)> {
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn the_api_takes_the_whole_message() {
    let (sent, heard) = deliver(TAKEN).await;

    sent.unwrap();
    assert!(heard.starts_with("POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n"));
    // `AC1:canary`.
    assert!(
        heard.contains("authorization: Basic QUMxOmNhbmFyeQ=="),
        "{heard}"
    );
    let body = "012345 is your Acme sign-in code. It expires in 5 minutes. Do not share it with anyone.\n\n\
                @acme.example #012345";
    assert_eq!(
        form_of(&heard),
        [
            pair("To", "+12125550123"),
            pair("From", FROM),
            pair("Body", body)
        ]
    );
}

#[tokio::test]
async fn a_message_by_whatsapp_says_so_at_both_ends() {
    let from = (Some(FROM), Some("+15005550009"));

    let (sent, heard) = deliver_by(Channel::Whatsapp, from, TAKEN).await;

    sent.unwrap();
    let form = form_of(&heard);
    assert_eq!(form[0], pair("To", "whatsapp:+12125550123"));
    assert_eq!(form[1], pair("From", "whatsapp:+15005550009"));
}

#[tokio::test]
async fn a_group_of_senders_is_named_in_its_own_field() {
    let from = (Some("MG0123456789abcdef"), None);

    let (sent, heard) = deliver_by(Channel::Sms, from, TAKEN).await;

    sent.unwrap();
    assert_eq!(
        form_of(&heard)[1],
        pair("MessagingServiceSid", "MG0123456789abcdef")
    );
}

#[tokio::test]
async fn a_number_that_is_refused_is_not_tried_again_and_nothing_of_the_sentence_is_kept() {
    let said = r#"{"code":21211,"message":"The 'To' number +12125550123 is not valid"}"#;
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{said}",
        said.len()
    );

    let error = deliver(&answer).await.0.unwrap_err();

    assert!(error.is_permanent);
    let shown = error.to_string();
    assert!(shown.contains("400") && shown.contains("21211"), "{shown}");
    assert!(!shown.contains("2125550123"), "{shown}");
}

#[tokio::test]
async fn an_api_that_breaks_or_talks_garbage_delays_the_message() {
    let endless = format!(
        "HTTP/1.1 201 Created\r\nContent-Length: 200000\r\n\r\n{{\"sid\":\"{}\"}}",
        "x".repeat(200_000)
    );
    for answer in [
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nlate",
        "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<h1>Hotel</h1>",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"sid\":",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
        "\u{1}\u{2}\u{3} this is no HTTP\r\n\r\n",
        "",
        &endless,
    ] {
        let error = deliver(answer).await.0.unwrap_err();

        assert!(!error.is_permanent, "{answer:.40} {error}");
        let shown = format!("{error} {error:?}");
        for secret in ["canary", "012345", "2125550123"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn an_api_that_is_not_there_delays_the_message() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let now = Timestamp::from_seconds(1_780_000_000);

    let error = sender(port, Some(FROM), None)
        .send(&message(Channel::Sms))
        .await
        .unwrap_err();

    assert!(!error.is_permanent);
    assert_eq!(
        next_try(1, now + Duration::from_secs(60), now),
        Some(now + Duration::from_secs(5))
    );
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn sec_f09_a_url_that_cannot_work_is_refused_without_its_token() {
    for url in [
        "",
        "canary",
        "https://",
        "https://api.example.com/Messages.json",
        "https://AC1@api.example.com/Messages.json",
        "http://AC1:canary@api.example.com/Messages.json",
        "ftp://AC1:canary@api.example.com/Messages.json",
        "https://AC1:canary@:99999/",
    ] {
        let error = SmsSender::new(&Secret::from(url), Some(FROM), None).err();
        let shown = format!("{error:?} {}", error.clone().unwrap());
        assert_eq!(error, Some(SmsSettingError::Url(url.chars().count())));
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn without_a_sender_nothing_can_be_sent() {
    let url = Secret::from("https://AC1:canary@api.example.com/Messages.json");

    assert_eq!(
        SmsSender::new(&url, None, None).err(),
        Some(SmsSettingError::NoSender)
    );
}
