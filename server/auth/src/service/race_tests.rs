//! Requests that are under way together. Whoever writes waits for the one connection that does; a test that holds it
//! decides in which order they go on.

use std::time::Duration;

use axum::body::Body;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Request, header};
use serde_json::Value;
use thyra_wire::Factor;
use tower::ServiceExt as _;

use super::seam_tests::Stage;
use crate::auth::Inner;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::store::{Durability, User, UserUpdate, users};
use crate::strategy::{Answer, Case, Preparation, STRATEGIES, Strategy, Verdict};

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "a door of one's own";

impl Stage {
    /// Lets both requests come as far as they do without writing, in this order, and then go on.
    async fn in_this_order<A, B>(
        &self,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> (A, B) {
        let held = self.auth.0.store.write().await.unwrap();
        let release = async move {
            // Reading takes no turns: a few are more than both need.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            drop(held);
        };
        let (first, second, ()) = tokio::join!(first, second, release);
        (first, second)
    }

    async fn newest_mail(&self) -> crate::delivery::OutboxMessage {
        self.auth.outbox(1).await.unwrap().remove(0)
    }
}

/// The code of an address under the attacker's control used to verify another, to which the attempt was changed while
/// the code was on its way.
#[tokio::test]
async fn sec_d04_a_code_proves_only_the_address_it_was_sent_to() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let fields = [("email_address", "eve@example.com"), ("password", PASSWORD)];
    let (_, begun) = stage.post("/v1/client/sign_ups", &fields).await;
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ups/{id}");
    let change = format!("{path}?_method=PATCH");
    let prepare = format!("{path}/prepare_verification");

    let boss = [("email_address", "boss@example.com")];
    let by_mail = [("strategy", "email_code")];
    let (changed, prepared) = stage
        .in_this_order(stage.send(&change, &boss), stage.send(&prepare, &by_mail))
        .await;

    assert_eq!((changed.0, prepared.0), (200, 200));
    let mail = stage.newest_mail().await;
    assert_eq!(mail.to, "boss@example.com");
    let (_, _, client) = stage.get("/v1/client").await;
    let address = &client["response"]["sign_up"]["email_address"];
    assert_eq!(address, "boss@example.com");
}

/// Whoever planted a cookie before the victim signed in had only to have a request under way when that happened.
#[tokio::test]
async fn sec_e02_a_request_with_a_planted_cookie_is_not_answered_after_the_sign_in() {
    let mut victim = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let (_, begun) = victim
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ins/{id}");
    let by_mail = [("strategy", "email_code")];
    let (status, _) = victim
        .post(&format!("{path}/prepare_first_factor"), &by_mail)
        .await;
    assert_eq!(status, 200);
    let code = victim.newest_mail().await.code.unwrap();
    let answer = [("strategy", "email_code"), ("code", code.as_str())];
    let attempt = format!("{path}/attempt_first_factor");

    let eve = [("email_address", "eve@example.com")];
    let (signed_in, planted) = victim
        .in_this_order(
            victim.send(&attempt, &answer),
            victim.send("/v1/client/sign_ups", &eve),
        )
        .await;

    assert_eq!(signed_in.0, 200, "{}", signed_in.2);
    assert!(signed_in.2.to_string().contains("jwt"));
    let (status, cookie, told) = planted;
    assert_eq!((status, cookie), (401, None), "{told}");
    assert_eq!(told["client"], Value::Null);
    assert!(!told.to_string().contains("jwt"), "{told}");
}

/// A second factor that takes its time: meanwhile something happens to the user.
struct Meanwhile(fn() -> UserUpdate);

impl Strategy for Meanwhile {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("meanwhile")
    }

    fn factors(&self, _: &User, _: &Identifier, level: Level) -> Vec<Factor> {
        let has_it = level == Level::Second;
        has_it
            .then(|| Factor::new(self.name()))
            .into_iter()
            .collect()
    }

    fn decoys(&self, _: &Inner, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn prepare(&self, _: &Case<'_>) -> Result<Preparation, ApiError> {
        Ok(Preparation::default())
    }

    fn attempt<'a>(
        &'a self,
        case: &'a Case<'a>,
        _: &'a Answer,
    ) -> BoxFuture<'a, Result<Verdict, ApiError>> {
        async move {
            let id = &case.user.unwrap().id;
            let mut db = case.auth.store.write().await?;
            users::update(&mut db, id, &self.0(), case.now).await?;
            db.commit(Durability::Credential).await?;
            Ok(Verdict::Proven { code: None })
        }
        .boxed()
    }
}

static BANNED: Meanwhile = Meanwhile(|| UserUpdate {
    is_banned: Some(true),
    ..UserUpdate::default()
});

static GIVEN_ANOTHER_PASSWORD: Meanwhile = Meanwhile(|| UserUpdate {
    password_hash: Some(Some("another".to_owned())),
    ..UserUpdate::default()
});

async fn signs_in_while(meanwhile: &'static Meanwhile) -> (u16, Value) {
    let mut stage = Stage::new(vec![STRATEGIES[0], meanwhile], |_| {}).await;
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let (_, begun) = stage.post("/v1/client/sign_ins", &fields).await;
    assert_eq!(begun["response"]["status"], "needs_second_factor");
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ins/{id}/attempt_second_factor");
    stage.post(&path, &[("strategy", "meanwhile")]).await
}

#[tokio::test]
async fn sec_e06_who_is_banned_while_an_answer_is_judged_is_not_signed_in() {
    let (status, answer) = signs_in_while(&BANNED).await;

    assert_eq!(status, 403, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "user_banned");
    assert!(!answer.to_string().contains("jwt"), "{answer}");
}

#[tokio::test]
async fn sec_e06_a_password_that_was_replaced_while_it_was_judged_opens_nothing() {
    let (status, answer) = signs_in_while(&GIVEN_ANOTHER_PASSWORD).await;

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "form_password_incorrect");
    assert!(!answer.to_string().contains("jwt"), "{answer}");
}

/// Nobody answers, as when the hash queue is full.
struct Jammed;

impl Strategy for Jammed {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("jammed")
    }

    fn factors(&self, _: &User, _: &Identifier, _: Level) -> Vec<Factor> {
        vec![Factor::new(self.name())]
    }

    fn decoys(&self, _: &Inner, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn prepare(&self, _: &Case<'_>) -> Result<Preparation, ApiError> {
        let error = ApiError::new(thyra_wire::ErrorCode::ServiceUnavailable);
        Err(error.with_retry_after(Duration::from_secs(1)))
    }
}

/// The attempt was stored before that: trying again goes on with it, and leaves no litter.
#[tokio::test]
async fn a_busy_server_still_gives_the_cookie_of_what_it_kept() {
    let mut stage = Stage::new(vec![&Jammed], |_| {}).await;

    let fields = [("identifier", ADA), ("strategy", "jammed")];
    let (status, told) = stage.post("/v1/client/sign_ins", &fields).await;

    assert_eq!(status, 503, "{told}");
    assert_eq!(told["client"], Value::Null);
    let (_, _, client) = stage.get("/v1/client").await;
    let kept = &client["response"]["sign_in"]["identifier"];
    assert_eq!(kept, ADA, "{client}");
}

impl Stage {
    async fn get(&self, path: &str) -> (u16, Option<String>, Value) {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .body(Body::empty())
            .unwrap();
        let response = self.auth.router().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        (status, None, serde_json::from_slice(&bytes).unwrap())
    }
}
