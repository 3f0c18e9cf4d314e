//! Signing up with an invitation.

use std::time::Duration;

use http::header;
use serde_json::{Value, json};
use thyra_auth::SignUpMode;

use crate::stage::{ADA, Answer, Browser, ORIGIN, PASSWORD, Stage};

const BEA: &str = "bea@example.com";
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Stage {
    /// Where only those sign up who are invited.
    async fn restricted() -> Self {
        Self::with_settings(|settings| settings.sign_up = SignUpMode::Restricted).await
    }

    /// Invites Bea, and gives the ticket and the invitation's id.
    pub async fn invite_bea(&self) -> (String, String) {
        let fields = json!({"email_address": BEA, "public_metadata": {"role": "editor"}});
        let made = self.by_app_server("/v1/invitations", fields).await;
        let text = |name: &str| made[name].as_str().expect("it is a text").to_owned();
        let (_, ticket) = text("url")
            .split_once("ticket=")
            .map(|(url, ticket)| (url.to_owned(), ticket.to_owned()))
            .expect("the link has a ticket");
        (ticket, text("id"))
    }
}

impl Browser {
    /// Begins a sign-up with a ticket, and with other fields.
    pub async fn join(&mut self, ticket: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("strategy", "ticket"), ("ticket", ticket)];
        fields.extend(more);
        self.post("/v1/client/sign_ups", &fields).await
    }

    async fn set(&mut self, sign_up: &Answer, fields: &[(&str, &str)]) -> Answer {
        let id = sign_up.text("/response/id");
        let path = format!("/v1/client/sign_ups/{id}?_method=PATCH");
        self.post(&path, fields).await
    }
}

fn missing(sign_up: &Answer) -> Value {
    sign_up.json()["response"]["missing_fields"].clone()
}

#[tokio::test]
async fn an_invitation_makes_an_account_with_the_address_verified() {
    let stage = Stage::restricted().await;
    let (ticket, _) = stage.invite_bea().await;
    let mut browser = stage.browser();

    let begun = browser.join(&ticket, &[]).await.expect_status(200);
    assert_eq!(begun.text("/response/status"), "missing_requirements");
    assert_eq!(begun.text("/response/email_address"), BEA);
    let verification = "/response/verifications/email_address";
    assert_eq!(begun.text(&format!("{verification}/status")), "verified");
    assert_eq!(begun.text(&format!("{verification}/strategy")), "ticket");
    assert_eq!(missing(&begun), json!(["password"]));
    let done = browser.set(&begun, &[("password", PASSWORD)]).await;

    assert_eq!(done.text("/response/status"), "complete");
    let user = &done.json()["client"]["sessions"][0]["user"];
    assert_eq!(user["public_metadata"], json!({"role": "editor"}));
    assert_eq!(
        user["email_addresses"][0]["verification"]["status"],
        "verified"
    );
}

#[tokio::test]
async fn with_all_fields_at_once_the_account_is_made_at_once() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;

    let done = stage
        .browser()
        .join(&ticket, &[("password", PASSWORD)])
        .await;

    assert_eq!(done.text("/response/status"), "complete");
    let client = &done.json()["client"];
    assert_eq!(client["sign_up"], Value::Null);
    assert_eq!(
        client["sessions"][0]["id"],
        done.text("/response/created_session_id")
    );
}

#[tokio::test]
async fn who_gives_up_can_come_back_and_who_is_done_cannot() {
    let stage = Stage::restricted().await;
    let (ticket, id) = stage.invite_bea().await;
    stage.browser().join(&ticket, &[]).await.expect_status(200);
    let mut second = stage.browser();
    let begun = second.join(&ticket, &[]).await.expect_status(200);
    second
        .set(&begun, &[("password", PASSWORD)])
        .await
        .expect_status(200);

    let again = stage.browser().join(&ticket, &[]).await;

    again.expect_error(422, "invitation_already_accepted");
    let revoked = stage.revoke_invitation(&id).await;
    assert_eq!(revoked, "invitation_already_accepted");
}

impl Stage {
    /// Takes an invitation back: the error's code, or nothing.
    async fn revoke_invitation(&self, id: &str) -> String {
        let path = format!("/v1/invitations/{id}/revoke");
        let answer = self.try_by_app_server(&path, json!({})).await;
        let code = answer.pointer("/errors/0/code").and_then(Value::as_str);
        code.unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn an_invitation_that_ends_before_the_account_is_made_makes_none() {
    for end in ["revoked", "expired"] {
        let stage = Stage::new().await;
        let (ticket, id) = stage.invite_bea().await;
        let mut browser = stage.browser();
        let code = if end == "revoked" {
            let begun = browser.join(&ticket, &[]).await.expect_status(200);
            assert_eq!(stage.revoke_invitation(&id).await, "");
            let refused = browser.set(&begun, &[("password", PASSWORD)]).await;
            refused.expect_error(422, "invitation_already_revoked");
            "invitation_already_revoked"
        } else {
            stage.clock.advance(29 * DAY + DAY / 2);
            let begun = browser.join(&ticket, &[]).await.expect_status(200);
            stage.clock.advance(DAY / 2);
            let refused = browser.set(&begun, &[("password", PASSWORD)]).await;
            refused.expect_error(422, "ticket_expired_code");
            "ticket_expired_code"
        };

        let refused = stage
            .browser()
            .join(&ticket, &[("password", PASSWORD)])
            .await;

        refused.expect_error(422, code);
        assert_eq!(browser.session_id().await, None);
    }
}

#[tokio::test]
async fn sec_d05_of_many_who_bring_an_invitation_at_once_one_gets_the_account() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;
    let join = |mut browser: Browser| {
        let ticket = ticket.clone();
        tokio::spawn(async move {
            browser
                .join(&ticket, &[("password", PASSWORD)])
                .await
                .status
        })
    };

    let all: Vec<_> = (0..20).map(|_| join(stage.browser())).collect();

    let mut made = 0;
    for one in all {
        made += usize::from(one.await.expect("nobody panics").is_success());
    }
    assert_eq!(made, 1);
}

/// What the invitation grants is for whoever was invited.
#[tokio::test]
async fn sec_l06_an_invitation_gives_nothing_to_another_address() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;
    let mut browser = stage.browser();
    let begun = browser.join(&ticket, &[]).await.expect_status(200);

    let fields = [("email_address", "eve@example.com"), ("password", PASSWORD)];
    let changed = browser.set(&begun, &fields).await.expect_status(200);

    assert_eq!(
        changed.json()["response"]["unverified_fields"],
        json!(["email_address"])
    );
    let attempt = format!("/v1/client/sign_ups/{}", begun.text("/response/id"));
    let prepare = format!("{attempt}/prepare_verification");
    browser
        .post(&prepare, &[("strategy", "email_code")])
        .await
        .expect_status(200);
    let code = stage.last_code().await;
    let done = browser.try_sign_up_code(&attempt, &code).await;
    assert_eq!(done.text("/response/status"), "complete");
    let user = &done.json()["client"]["sessions"][0]["user"];
    assert_eq!(user["public_metadata"], json!({}));
}

#[tokio::test]
async fn where_an_invitation_is_needed_nobody_signs_up_without() {
    let stage = Stage::restricted().await;
    let (ticket, _) = stage.invite_bea().await;
    let mut browser = stage.browser();
    let fields = [("email_address", "eve@example.com"), ("password", PASSWORD)];

    let refused = browser.post("/v1/client/sign_ups", &fields).await;
    refused.expect_error(422, "sign_up_mode_restricted");
    let begun = browser.join(&ticket, &[]).await.expect_status(200);
    let refused = browser.set(&begun, &fields).await;
    refused.expect_error(422, "sign_up_mode_restricted");
    let refused = browser.join(&ticket, &fields).await;
    refused.expect_error(422, "sign_up_mode_restricted");

    let environment = browser.get("/v1/environment").await;
    assert_eq!(
        environment.text("/user_settings/sign_up/mode"),
        "restricted"
    );
}

#[tokio::test]
async fn who_has_an_account_signs_in_with_an_invitation_and_does_not_sign_up() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;
    let mut browser = stage.browser();
    browser
        .bring(&ticket)
        .await
        .expect_error(422, "invitation_account_not_exists");
    stage.add_user(BEA).await;

    let refused = browser.join(&ticket, &[("password", PASSWORD)]).await;
    let refused = refused.expect_error(422, "form_identifier_exists");
    assert_eq!(refused.param().as_deref(), Some("email_address"));
    browser.bring(&ticket).await.expect_status(200);

    stage
        .browser()
        .bring(&ticket)
        .await
        .expect_error(422, "invitation_already_accepted");
}

#[tokio::test]
async fn a_sign_in_token_signs_nobody_up() {
    let stage = Stage::new().await;
    let id = stage.add_user(ADA).await;
    let ticket = stage.ticket_for(&id).await;
    let mut browser = stage.browser();

    browser
        .join(&ticket, &[])
        .await
        .expect_error(422, "ticket_invalid_code");
    browser
        .join("inv_1.x", &[])
        .await
        .expect_error(422, "ticket_invalid_code");
    let without = browser
        .post("/v1/client/sign_ups", &[("strategy", "ticket")])
        .await;
    without.expect_error(422, "form_param_nil");

    browser.bring(&ticket).await.expect_status(200);
}

#[tokio::test]
async fn the_link_of_an_invitation_says_whether_there_is_an_account() {
    let stage = Stage::new().await;
    let (ticket, _) = stage.invite_bea().await;
    let link = format!("/v1/tickets/accept?ticket={ticket}");
    let target = |answer: Answer| {
        let location = answer.headers[header::LOCATION].to_str();
        location.expect("our locations are text").to_owned()
    };

    let without = target(stage.browser().get(&link).await);
    stage.add_user(BEA).await;
    let with = target(stage.browser().get(&link).await);

    assert_eq!(
        without,
        format!("{ORIGIN}/sign-up?__clerk_ticket={ticket}&__clerk_status=sign_up")
    );
    assert_eq!(
        with,
        format!("{ORIGIN}/sign-in?__clerk_ticket={ticket}&__clerk_status=sign_in")
    );
    let fields = json!({"email_address": "cleo@example.com", "redirect_url": format!("{ORIGIN}/join?from=mail")});
    let made = stage.by_app_server("/v1/invitations", fields).await;
    let url = made["url"].as_str().expect("it has a link");
    let link = url
        .strip_prefix(&format!("{ORIGIN}/__clerk"))
        .expect("it is ours");
    let named = target(stage.browser().get(link).await);
    assert!(
        named.starts_with(&format!("{ORIGIN}/join?from=mail&__clerk_ticket=inv_")),
        "{named}"
    );
}
