//! Conversations with a mail server that is really there, and with one that is not.

use thyra_wire::Timestamp;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::super::mail::CodeMail;
use super::super::outbox::next_try;
use super::*;

fn message() -> Message {
    let letter = CodeMail::SignIn.letter("Acme", "012345", Duration::from_secs(600));
    Message::email("ada@example.com", letter)
        .with_code("012345", Timestamp::from_seconds(1_000_600))
}

fn sender(port: u16) -> SmtpSender {
    let url = Secret::from(format!("smtp://127.0.0.1:{port}"));
    SmtpSender::from_url(&url, "Acme <door@acme.example>", "Acme").unwrap()
}

/// A mail server for one conversation: answers every command, and gives what it was told, line by line.
async fn converse(stream: TcpStream, recipient_answer: &str) -> Vec<String> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut heard = Vec::new();
    write.write_all(b"220 mail.test ready\r\n").await.unwrap();
    let mut in_data = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split(' ').next() {
            Some(".") if in_data => "250 taken",
            _ if in_data => "",
            Some("EHLO") => "250 mail.test",
            Some("MAIL") => "250 ok",
            Some("RCPT") => recipient_answer,
            Some("DATA") => "354 go on",
            Some("QUIT") => "221 bye",
            _ => "250 ok",
        };
        in_data = (in_data || line == "DATA") && line != ".";
        let is_over = line == "." || line == "QUIT" || answer.starts_with('5');
        heard.push(line);
        if !answer.is_empty() {
            write
                .write_all(format!("{answer}\r\n").as_bytes())
                .await
                .unwrap();
        }
        if is_over {
            break;
        }
    }
    heard
}

async fn deliver(recipient_answer: &str) -> (Result<(), SendError>, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sender = sender(listener.local_addr().unwrap().port());
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, recipient_answer).await
    };
    let message = message();
    tokio::join!(sender.send(&message), server)
}

#[tokio::test]
async fn a_mail_server_takes_the_whole_mail() {
    let (sent, heard) = deliver("250 ok").await;

    sent.unwrap();
    let has = |part: &str| heard.iter().any(|line| line.contains(part));
    for part in [
        "MAIL FROM:<door@acme.example>",
        "RCPT TO:<ada@example.com>",
        "From: Acme <door@acme.example>",
        "To: ada@example.com",
        "Subject: 012345 is your Acme sign-in code",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "Date: ",
        "It expires in 10 minutes.",
    ] {
        assert!(has(part), "{part:?} is missing from {heard:#?}");
    }
    assert!(heard.iter().any(|line| line == "012345"));
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_not_tried_again() {
    let (sent, _) = deliver("550 no such mailbox").await;

    assert!(sent.unwrap_err().is_permanent);
}

#[tokio::test]
async fn a_mail_server_that_asks_for_patience_gets_it() {
    let (sent, _) = deliver("450 greylisted").await;

    assert!(!sent.unwrap_err().is_permanent);
}

#[tokio::test]
async fn a_dead_mail_server_delays_the_mail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let now = Timestamp::from_seconds(1_780_000_000);

    let error = sender(port).send(&message()).await.unwrap_err();

    assert!(!error.is_permanent);
    assert_eq!(
        next_try(1, now + Duration::from_secs(60), now),
        Some(now + Duration::from_secs(5))
    );
    assert!(!error.to_string().contains("012345"));
}

#[tokio::test]
async fn a_recipient_that_is_no_address_cannot_smuggle_headers() {
    let letter = CodeMail::SignIn.letter("Acme", "012345", Duration::from_secs(600));
    let smuggled = Message::email("a@example.com\r\nBcc: eve@example.com", letter);

    let error = sender(9).send(&smuggled).await.unwrap_err();

    assert!(error.is_permanent);
}

#[test]
fn sec_f09_a_malformed_url_is_explained_without_its_password() {
    for url in [
        "canary",
        "http://user:canary@host",
        "smtp://",
        "smtp://user:canary@host:99999",
        "",
    ] {
        let error = SmtpSender::from_url(&Secret::from(url), "a@b.example", "Acme")
            .err()
            .unwrap();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("THYRA_SMTP_URL") || shown.contains("Url("));
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn a_malformed_sender_address_is_named() {
    let url = Secret::from("smtp://127.0.0.1:25");

    let error = SmtpSender::from_url(&url, "not an address", "Acme")
        .err()
        .unwrap();

    assert_eq!(error, SmtpSettingError::From("not an address".to_owned()));
}
