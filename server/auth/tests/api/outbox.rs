//! Mail on its way.

use std::time::Duration;

use thyra_wire::Secret;

use crate::stage::{ADA, Stage};

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

async fn mailing_to(port: u16) -> Stage {
    Stage::with_settings(|settings| {
        settings.smtp_url = Some(Secret::from(format!("smtp://127.0.0.1:{port}")));
        settings.mail_from = Some("door@example.com".to_owned());
    })
    .await
}

#[tokio::test]
async fn a_dead_mail_server_delays_the_mail_and_loses_nothing() {
    let port = free_port();
    let stage = mailing_to(port).await;
    stage.add_user(ADA).await;
    stage.browser().begin_with_code(ADA).await;

    assert_eq!(stage.auth.deliver_due_messages().await.unwrap(), 0);
    assert_eq!(
        stage.auth.outbox(10).await.unwrap().len(),
        1,
        "the mail is still there"
    );

    let stage = stage.restarted().await;
    let server = crate::stage::MailServer::listen(port).await;
    stage.clock.advance(Duration::from_secs(60));
    assert_eq!(stage.auth.deliver_due_messages().await.unwrap(), 1);
    let mail = server.received().await;
    assert!(mail.contains("To: ada@example.com"), "{mail}");
    assert_eq!(
        stage.auth.outbox(10).await.unwrap().len(),
        0,
        "what was sent is not kept"
    );
}

/// Messages used to be sent one after the other, each after the time-out of the one before.
#[tokio::test]
async fn a_slow_recipient_holds_up_nobody_else() {
    let port = free_port();
    let stage = mailing_to(port).await;
    for email in [ADA, "bea@example.com"] {
        stage.add_user(email).await;
        stage.browser().begin_with_code(email).await;
    }
    let server = crate::stage::MailServer::listen_with_a_caller_on_hold(port).await;

    let _serving = stage.serving().await;
    let mail = tokio::time::timeout(Duration::from_secs(8), server.received()).await;

    assert!(mail.expect("the second caller is served").contains("To: "));
}

#[tokio::test]
async fn a_code_that_has_run_out_is_not_sent_any_more() {
    let port = free_port();
    let stage = mailing_to(port).await;
    stage.add_user(ADA).await;
    stage.browser().begin_with_code(ADA).await;
    stage.clock.advance(Duration::from_secs(600));
    let server = crate::stage::MailServer::listen(port).await;

    assert_eq!(stage.auth.deliver_due_messages().await.unwrap(), 0);

    assert_eq!(stage.mails().await.len(), 0, "it was given up");
    assert!(!server.has_received());
}

#[tokio::test]
async fn in_development_mails_stay_to_be_read() {
    let stage = Stage::with_user(ADA).await;
    stage.browser().begin_with_code(ADA).await;

    stage.auth.deliver_due_messages().await.unwrap();

    let mail = stage.last_mail().await;
    assert!(mail.body.contains(&mail.code.clone().unwrap()));
    assert!(mail.subject.contains("Thyra"));
}
