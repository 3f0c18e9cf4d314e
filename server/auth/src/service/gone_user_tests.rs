//! A user who is deleted while somebody signs in as them.

use serde_json::Value;
use thyra_wire::Secret;

use super::test_stage::{ADA, Stage};
use crate::settings::{EnumerationProtection, Settings};
use crate::strategy::STRATEGIES;

const BY_MAIL: [(&str, &str); 1] = [("strategy", "email_code")];

/// What waited for a mail server used to be sent all the same.
#[tokio::test]
async fn no_code_is_mailed_for_an_attempt_whose_user_is_gone() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), mailing).await;
    let prepare = stage.begins_sign_in().await;
    assert_eq!(stage.post(&prepare, &BY_MAIL).await.0, 200);
    assert_eq!(stage.auth.outbox(9).await.unwrap().len(), 1);

    stage.deletes_ada().await;
    stage.auth.deliver_due_messages().await.unwrap();

    let left = stage.auth.outbox(9).await.unwrap();
    assert!(left.is_empty(), "it is not tried again");
}

#[tokio::test]
async fn an_attempt_whose_user_is_gone_is_over() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let prepare = stage.begins_sign_in().await;
    stage.deletes_ada().await;

    let (status, told) = stage.post(&prepare, &BY_MAIL).await;

    assert_eq!(status, 404, "{told}");
    assert!(stage.auth.outbox(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn sec_b01_in_strict_mode_it_goes_on_as_for_somebody_who_never_was() {
    let strict = |settings: &mut Settings| {
        settings.enumeration_protection = EnumerationProtection::Strict;
    };
    let mut stage = Stage::new(STRATEGIES.to_vec(), strict).await;
    let prepare = stage.begins_sign_in().await;
    stage.deletes_ada().await;

    let (status, told) = stage.post(&prepare, &BY_MAIL).await;

    assert_eq!(status, 200, "{told}");
    assert_eq!(told["response"]["status"], "needs_first_factor");
    assert!(stage.auth.outbox(9).await.unwrap().is_empty());
}

fn mailing(settings: &mut Settings) {
    settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:9"));
    settings.mail_from = Some("door@example.com".to_owned());
}

impl Stage {
    /// Gives the path by which the first factor is prepared.
    async fn begins_sign_in(&mut self) -> String {
        let fields = [("identifier", ADA)];
        let (_, begun) = self.post("/v1/client/sign_ins", &fields).await;
        let id = begun["response"]["id"].as_str().unwrap();
        format!("/v1/client/sign_ins/{id}/prepare_first_factor")
    }

    async fn deletes_ada(&self) {
        let (_, users) = self.by_app_server("GET", "/v1/users", "").await;
        let id = users[0]["id"].as_str().unwrap();
        let (status, _): (u16, Value) = self
            .by_app_server("DELETE", &format!("/v1/users/{id}"), "")
            .await;
        assert_eq!(status, 200);
    }
}
