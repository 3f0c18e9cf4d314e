//! What goes over the wire, recorded. A change here is a change for every client: it needs a line in the changelog.

use serde_json::Value;

use crate::authenticator::Authenticator;
use crate::stage::{ADA, ADAS_NUMBER, Answer, PASSWORD, Stage};

/// Ids, tokens and secrets are different each time; what is left has to stay as it is.
fn settle(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for name in ["secret", "uri"] {
                if let Some(secret) = map.get_mut(name).filter(|secret| secret.is_string()) {
                    *secret = "…".into();
                }
            }
            for name in ["codes", "backup_codes"] {
                if let Some(Value::Array(codes)) = map.get_mut(name) {
                    codes.fill("…".into());
                }
            }
            map.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::String(text) => {
            let prefixes = [
                "client_",
                "sess_",
                "user_",
                "idn_",
                "sia_",
                "sua_",
                "ins_",
                "trace_",
                "totp_",
                "backup_code_",
            ];
            if let Some(prefix) = prefixes
                .iter()
                .find(|prefix| text.starts_with(**prefix) && text.len() > 20)
            {
                *text = format!("{prefix}…");
            } else if text.starts_with("eyJ") {
                *text = "jwt".to_owned();
            }
        }
        _ => {}
    }
}

fn record(name: &str, answer: &Answer) {
    let mut body = answer.json();
    settle(&mut body);
    let cookies: Vec<String> = answer
        .set_cookies()
        .iter()
        .map(|line| without_secret(line))
        .collect();
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| {
            *name != http::header::SET_COOKIE && *name != http::header::CONTENT_LENGTH
        })
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("our headers are text")))
        .collect();
    headers.sort();
    let text = format!(
        "{}\n{}\n{}\n\n{}",
        answer.status,
        headers.join("\n"),
        cookies
            .iter()
            .map(|line| format!("set-cookie: {line}"))
            .collect::<Vec<_>>()
            .join("\n"),
        serde_json::to_string_pretty(&body).expect("it was JSON"),
    );
    insta::assert_snapshot!(name, text);
}

fn without_secret(line: &str) -> String {
    let (name, rest) = line.split_once('=').expect("a cookie has a name");
    let (value, attributes) = rest.split_once(';').expect("a cookie has attributes");
    let is_secret = matches!(name, "__client" | "__client_seal");
    let shown = if is_secret && !value.is_empty() {
        "…"
    } else {
        value
    };
    format!("{name}={shown};{attributes}")
}

#[tokio::test]
async fn the_environment_is_as_recorded() {
    let stage = Stage::new().await;
    record("environment", &stage.browser().get("/v1/environment").await);
}

#[tokio::test]
async fn a_sign_in_is_as_recorded() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    record("client_none", &browser.get("/v1/client").await);
    let begun = browser
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;
    record("sign_in_created", &begun);
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    record("sign_in_prepared", &browser.prepare_code(&attempt).await);
    record(
        "sign_in_missed",
        &browser.try_password(&attempt, "wrong password").await,
    );
    record(
        "sign_in_complete",
        &browser.try_password(&attempt, PASSWORD).await,
    );
    let id = browser.session_id().await.expect("somebody is signed in");
    record(
        "session_touched",
        &browser
            .post(&format!("/v1/client/sessions/{id}/touch"), &[])
            .await,
    );
    record(
        "session_token",
        &browser
            .post(&format!("/v1/client/sessions/{id}/tokens"), &[])
            .await,
    );
    record(
        "session_ended",
        &browser
            .post(&format!("/v1/client/sessions/{id}/end"), &[])
            .await,
    );
    record(
        "client_deleted",
        &browser.post("/v1/client?_method=DELETE", &[]).await,
    );
}

#[tokio::test]
async fn a_sign_in_by_link_is_as_recorded() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_with_link(ADA).await;
    record("link_sent", &browser.get(&attempt).await);
}

#[tokio::test]
async fn a_sign_in_by_ticket_is_as_recorded() {
    let stage = Stage::new().await;
    let id = stage.add_user(ADA).await;
    let ticket = stage.ticket_for(&id).await;
    record("ticket_complete", &stage.browser().bring(&ticket).await);
    record("ticket_used", &stage.browser().bring(&ticket).await);
}

#[tokio::test]
async fn a_sign_up_by_invitation_is_as_recorded() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;
    let mut browser = stage.browser();
    record("invitation_begun", &browser.join(&ticket, &[]).await);
    let password = [("password", PASSWORD)];
    record(
        "invitation_complete",
        &browser.join(&ticket, &password).await,
    );
}

#[tokio::test]
async fn a_transfer_is_as_recorded() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let fields = [
        ("identifier", ADA),
        ("sign_up_if_missing", "true"),
        ("strategy", "email_code"),
    ];
    let begun = browser.post("/v1/client/sign_ins", &fields).await;
    record("newcomer_begun", &begun);
    let attempt = format!("/v1/client/sign_ins/{}", begun.text("/response/id"));
    let code = stage.last_code().await;
    record("newcomer_proven", &browser.try_code(&attempt, &code).await);
    let transfer = [("transfer", "true")];
    record(
        "transfer_begun",
        &browser.post("/v1/client/sign_ups", &transfer).await,
    );
}

#[tokio::test]
async fn a_sign_in_by_a_code_to_a_phone_is_as_recorded() {
    let stage = Stage::with_phones(|_| {}).await;
    let mut browser = stage.browser();
    let environment = browser.get("/v1/environment").await.json();
    let attribute = &environment["user_settings"]["attributes"]["phone_number"];
    insta::assert_json_snapshot!("environment_phone_number", attribute);
    let attempt = browser.begin_with_phone_code(ADAS_NUMBER).await;
    record("phone_code_sent", &browser.get(&attempt).await);
    record(
        "phone_code_complete",
        &browser.try_phone_code(&attempt, "424242").await,
    );
}

#[tokio::test]
async fn a_reset_is_as_recorded() {
    let stage = Stage::with_user(ADA).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_reset(ADA).await;
    let code = stage.last_code().await;
    record(
        "reset_needs_new_password",
        &browser.try_reset_code(&attempt, &code).await,
    );
    let password = [("password", "another door of one's own")];
    record(
        "reset_complete",
        &browser.set_password(&attempt, &password).await,
    );
}

#[tokio::test]
async fn second_factors_are_as_recorded() {
    let (stage, app, codes) = Stage::with_authenticator().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_second().await;
    record("second_factor_needed", &browser.get(&attempt).await);
    let code = app.wrong_code(&stage);
    record(
        "second_factor_missed",
        &browser.try_second(&attempt, "totp", &code).await,
    );
    record(
        "second_factor_complete",
        &browser.try_second(&attempt, "backup_code", &codes[0]).await,
    );
    record("backup_codes_made", &browser.make_backup_codes().await);
    record("totp_removed", &browser.remove_totp().await);
    let offered = browser.offer_totp().await;
    record("totp_offered", &offered);
    let app = Authenticator::of(&offered.text("/response/secret"));
    record(
        "totp_verified",
        &browser.verify_totp(&app.code(&stage)).await,
    );
}

#[tokio::test]
async fn a_sign_up_is_as_recorded() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let fields = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("first_name", "Ada"),
    ];
    let begun = browser.post("/v1/client/sign_ups", &fields).await;
    record("sign_up_created", &begun);
    let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
    let prepared = browser
        .post(
            &format!("{attempt}/prepare_verification"),
            &[("strategy", "email_code")],
        )
        .await;
    record("sign_up_prepared", &prepared);
    record(
        "sign_up_complete",
        &browser
            .try_sign_up_code(&attempt, &stage.last_code().await)
            .await,
    );
}

#[tokio::test]
async fn errors_without_a_client_are_as_recorded() {
    let stage = Stage::new().await;
    record("not_found", &stage.browser().get("/v1/nowhere").await);
    let unknown = stage
        .browser()
        .post(
            "/v1/client/sign_ins",
            &[("identifier", "nobody@example.com")],
        )
        .await;
    record("identifier_not_found", &unknown);
}
