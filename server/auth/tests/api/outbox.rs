//! Mail on its way.

use std::time::Duration;

use thyra_wire::Secret;

use crate::stage::{ADA, Stage};

#[tokio::test]
async fn a_dead_mail_server_delays_the_mail_and_loses_nothing() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = dead.local_addr().unwrap().port();
    drop(dead);
    let stage = Stage::with_settings(|settings| {
        settings.smtp_url = Some(Secret::from(format!("smtp://127.0.0.1:{port}")));
        settings.mail_from = Some("door@example.com".to_owned());
    })
    .await;
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

#[tokio::test]
async fn in_development_mails_stay_to_be_read() {
    let stage = Stage::with_user(ADA).await;
    stage.browser().begin_with_code(ADA).await;

    stage.auth.deliver_due_messages().await.unwrap();

    let mail = stage.last_mail().await;
    assert!(mail.body.contains(&mail.code.clone().unwrap()));
    assert!(mail.subject.contains("Thyra"));
}
