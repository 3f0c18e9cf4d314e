//! Requests that are under way together. Whoever writes waits for the one connection that does; a test that holds it
//! decides in which order they go on.

use std::sync::OnceLock;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::Value;
use thyra_wire::{Factor, Secret};

use super::test_stage::{ADA, PASSWORD, Stage};
use crate::auth::Auth;
use crate::error::ApiError;
use crate::flow::{Level, SignUp};
use crate::guard::Lockout;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::settings::{EnumerationProtection, Settings};
use crate::store::{Connection, Durability, UserUpdate, attempts, lockouts, outbox, users};
use crate::strategy::{
    Case, Preparation, Proof, STRATEGIES, Saying, Strategy, Tools, Verdict, Who,
};

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
async fn sec_d04_no_code_is_made_for_what_an_attempt_said_before() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let path = stage.begins_sign_up("eve@example.com").await;
    let change = format!("{path}?_method=PATCH");
    let prepare = format!("{path}/prepare_verification");

    let boss = [("email_address", "boss@example.com")];
    let by_mail = [("strategy", "email_code")];
    let (changed, prepared) = stage
        .in_this_order(stage.send(&change, &boss), stage.send(&prepare, &by_mail))
        .await;

    assert_eq!((changed.0, prepared.0), (200, 404));
    assert!(stage.auth.outbox(1).await.unwrap().is_empty());
}

#[tokio::test]
async fn sec_d04_a_code_proves_only_the_address_it_was_sent_to() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let path = stage.begins_sign_up("eve@example.com").await;
    let by_mail = [("strategy", "email_code")];
    let prepare = format!("{path}/prepare_verification");
    assert_eq!(stage.post(&prepare, &by_mail).await.0, 200);
    let code = stage.newest_mail().await.code.unwrap();
    // Whatever way it came about: the attempt says another address than the code was sent to.
    let client_id = stage.client_id();
    let id = path.rsplit('/').next().unwrap();
    let mut db = stage.auth.0.store.write().await.unwrap();
    let found = attempts::find::<SignUp>(&mut db, id, &client_id).await;
    let mut attempt = found.unwrap().unwrap();
    attempt.email_address = Some("boss@example.com".to_owned());
    attempts::update(&mut db, &attempt).await.unwrap();
    db.commit(Durability::Attempt).await.unwrap();

    let answer = [("strategy", "email_code"), ("code", code.as_str())];
    let (status, told) = stage
        .post(&format!("{path}/attempt_verification"), &answer)
        .await;

    assert_eq!(status, 422, "{told}");
    assert_eq!(told["errors"][0]["code"], "form_code_incorrect");
}

/// Whoever planted a cookie before the victim signed in had only to have a request under way when that happened.
#[tokio::test]
async fn sec_e02_a_request_with_a_planted_cookie_is_not_answered_after_the_sign_in() {
    let eve = [("email_address", "eve@example.com")];
    let by_mail = [("strategy", "email_code")];
    for (begins, status) in [(false, 404), (true, 200)] {
        let mut victim = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
        let (_, begun) = victim
            .post("/v1/client/sign_ins", &[("identifier", ADA)])
            .await;
        let id = begun["response"]["id"].as_str().unwrap();
        let prepare = format!("/v1/client/sign_ins/{id}/prepare_first_factor");
        let attempt = format!("/v1/client/sign_ins/{id}/attempt_first_factor");
        // What begins something begins it on a client of its own.
        let (planted_path, fields) = if begins {
            ("/v1/client/sign_ups", &eve)
        } else {
            (prepare.as_str(), &by_mail)
        };
        assert_eq!(victim.post(&prepare, &by_mail).await.0, 200);
        let code = victim.newest_mail().await.code.unwrap();
        let answer = [("strategy", "email_code"), ("code", code.as_str())];

        let (signed_in, planted) = victim
            .in_this_order(
                victim.send(&attempt, &answer),
                victim.send(planted_path, fields),
            )
            .await;

        assert_eq!(signed_in.0, 200, "{}", signed_in.2);
        assert!(signed_in.2.to_string().contains("jwt"));
        assert_eq!(planted.0, status, "{}", planted.2);
        assert_ne!(planted.2["client"]["id"], signed_in.2["client"]["id"]);
        assert!(!planted.2.to_string().contains("jwt"), "{}", planted.2);
        victim.cookie = signed_in.1.unwrap();
        let client = victim.get("/v1/client").await;
        assert_eq!(client["response"]["sign_up"], Value::Null);
        assert_eq!(
            client["response"]["updated_at"], signed_in.2["client"]["updated_at"],
            "nothing was changed on the victim's client"
        );
    }
}

/// Whoever planted a cookie before the victim signed up could give the account a password.
#[tokio::test]
async fn sec_e02_a_planted_cookie_is_dead_once_somebody_says_who_they_are() {
    let mut attacker = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    attacker.begins_sign_up("eve@example.com").await;
    let mut victim = attacker.another_browser_with_the_same_cookie();

    let path = victim.begins_sign_up("grace@example.com").await;

    let change = format!("{path}?_method=PATCH");
    let (status, told) = attacker
        .post(&change, &[("password", "the attacker's own")])
        .await;
    assert_eq!(status, 404, "{told}");
    let (status, told) = victim.post(&change, &[("password", PASSWORD)]).await;
    assert_eq!(status, 200, "{told}");
}

/// A second factor that takes its time: meanwhile something happens to the user.
struct Meanwhile {
    what: What,
    /// Where it happens.
    auth: OnceLock<Auth>,
}

#[derive(Clone, Copy)]
enum What {
    Update(fn() -> UserUpdate),
    LockByHand,
}

impl Strategy for Meanwhile {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("meanwhile")
    }

    fn factors<'a>(&'a self, who: Who<'a>, _: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let has_it = who.level == Level::Second;
        let factor = has_it.then(|| Factor::new(self.name()));
        async { Ok(factor.into_iter().collect()) }.boxed()
    }

    fn decoys(&self, _: Tools<'_>, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn attempt<'a>(&'a self, case: &'a Case<'a>, _: &'a Params) -> Saying<'a, Verdict> {
        async move {
            let id = &case.user.unwrap().id;
            let mut db = self.auth.get().unwrap().0.store.write().await?;
            match self.what {
                What::Update(update) => {
                    users::update(&mut db, id, &update(), case.now).await?;
                }
                What::LockByHand => {
                    lockouts::put(&mut db, id, Lockout::by_hand(), case.now).await?;
                }
            }
            db.commit(Durability::Credential).await?;
            Ok(Verdict::Proven(Proof::default()))
        }
        .boxed()
    }

    fn missed(&self, _: &Case<'_>) -> ApiError {
        ApiError::of(thyra_wire::ErrorCode::FormCodeIncorrect, "code")
    }
}

const BANNED: What = What::Update(|| UserUpdate {
    is_banned: Some(true),
    ..UserUpdate::default()
});

const GIVEN_ANOTHER_PASSWORD: What = What::Update(|| UserUpdate {
    password_hash: Some(Some("another".to_owned())),
    ..UserUpdate::default()
});

async fn signs_in_while(what: What, change: impl FnOnce(&mut Settings)) -> (u16, Value) {
    let meanwhile: &'static Meanwhile = Box::leak(Box::new(Meanwhile {
        what,
        auth: OnceLock::new(),
    }));
    let mut stage = Stage::new(vec![STRATEGIES[0], meanwhile], change).await;
    assert!(meanwhile.auth.set(stage.auth.clone()).is_ok());
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let (_, begun) = stage.post("/v1/client/sign_ins", &fields).await;
    assert_eq!(begun["response"]["status"], "needs_second_factor");
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ins/{id}/attempt_second_factor");
    stage.post(&path, &[("strategy", "meanwhile")]).await
}

#[tokio::test]
async fn sec_e06_who_is_banned_while_an_answer_is_judged_is_not_signed_in() {
    let (status, answer) = signs_in_while(BANNED, |_| {}).await;

    assert_eq!(status, 403, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "user_banned");
    assert!(!answer.to_string().contains("jwt"), "{answer}");
}

#[tokio::test]
async fn sec_e06_a_password_that_was_replaced_while_it_was_judged_opens_nothing() {
    let (status, answer) = signs_in_while(GIVEN_ANOTHER_PASSWORD, |_| {}).await;

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "form_password_incorrect");
    assert!(!answer.to_string().contains("jwt"), "{answer}");
}

#[tokio::test]
async fn sec_c02_an_account_locked_by_hand_while_an_answer_is_judged_stays_locked() {
    let (status, answer) = signs_in_while(What::LockByHand, |_| {}).await;

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "user_locked");
    assert!(!answer.to_string().contains("jwt"), "{answer}");
}

#[tokio::test]
async fn sec_b01_in_strict_mode_it_looks_like_a_wrong_answer() {
    for what in [BANNED, What::LockByHand] {
        let (status, answer) = signs_in_while(what, strict).await;

        assert_eq!(status, 422, "{answer}");
        let code = &answer["errors"][0]["code"];
        assert_eq!(code, "form_code_incorrect");
        assert!(!answer.to_string().contains("jwt"), "{answer}");
    }
}

fn strict(settings: &mut Settings) {
    settings.enumeration_protection = EnumerationProtection::Strict;
}

/// An app server asks again for the password before it does something that matters.
#[tokio::test]
async fn sec_e06_a_password_that_was_replaced_meanwhile_is_not_verified() {
    let stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let store = &stage.auth.0.store;
    let found = users::by_email_address(&mut store.read().await.unwrap(), ADA).await;
    let id = found.unwrap().unwrap().id;
    let verify = stage.verifies_password(&id, PASSWORD);
    let replace = async {
        // The try is counted before the password is hashed, and that takes a while.
        while lockouts::get(&mut store.read().await.unwrap(), &id)
            .await
            .unwrap()
            .failures
            == 0
        {
            tokio::task::yield_now().await;
        }
        let mut db = store.write().await.unwrap();
        let other = UserUpdate {
            password_hash: Some(Some("another".to_owned())),
            ..UserUpdate::default()
        };
        let now = stage.auth.0.clock.now();
        users::update(&mut db, &id, &other, now).await.unwrap();
        db.commit(Durability::Credential).await.unwrap();
    };

    let ((status, answer), ()) = tokio::join!(verify, replace);

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "form_password_incorrect");
}

/// All taken addresses used to share one code that nobody can answer: it was kept, and its end told.
#[tokio::test]
async fn sec_b04_a_change_to_a_taken_address_looks_like_one_to_a_free_one() {
    let mailing = |settings: &mut Settings| {
        strict(settings);
        settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:9"));
        settings.mail_from = Some("door@example.com".to_owned());
    };
    let mut seen = Vec::new();
    for second in ["grace@example.com", "nobody@example.com"] {
        let mut stage = Stage::new(STRATEGIES.to_vec(), mailing).await;
        stage
            .auth
            .add_user("grace@example.com", None)
            .await
            .unwrap();
        let path = stage.begins_sign_up(ADA).await;
        let by_mail = [("strategy", "email_code")];
        let prepare = format!("{path}/prepare_verification");
        stage.post(&prepare, &by_mail).await;
        stage.clock.advance(Duration::from_secs(2));
        let fields = [("email_address", second), ("password", PASSWORD)];
        stage.post(&format!("{path}?_method=PATCH"), &fields).await;

        let (status, answer) = stage.post(&prepare, &by_mail).await;

        let verification = &answer["response"]["verifications"]["email_address"];
        let rows = outbox::count(&mut stage.auth.0.store.read().await.unwrap()).await;
        seen.push((status, verification.clone(), rows.unwrap()));
    }

    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].2, 2, "both times a mail was stored");
}

/// Nobody answers, as when the hash queue is full.
struct Jammed;

impl Strategy for Jammed {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("jammed")
    }

    fn factors<'a>(&'a self, _: Who<'a>, _: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        async { Ok(vec![Factor::new(self.name())]) }.boxed()
    }

    fn decoys(&self, _: Tools<'_>, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn prepare<'a>(
        &'a self,
        _: &'a Case<'a>,
        _: &'a Params,
        _: &'a mut Connection,
    ) -> Saying<'a, Preparation> {
        let error = ApiError::new(thyra_wire::ErrorCode::ServiceUnavailable);
        let error = error.with_retry_after(Duration::from_secs(1));
        async { Err(error) }.boxed()
    }

    fn missed(&self, _: &Case<'_>) -> ApiError {
        ApiError::new(thyra_wire::ErrorCode::ServiceUnavailable)
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
    let client = stage.get("/v1/client").await;
    let kept = &client["response"]["sign_in"]["identifier"];
    assert_eq!(kept, ADA, "{client}");
}

impl Stage {
    /// Begins a sign-up: gives the attempt's path.
    async fn begins_sign_up(&mut self, address: &str) -> String {
        let fields = [("email_address", address), ("password", PASSWORD)];
        let (_, begun) = self.post("/v1/client/sign_ups", &fields).await;
        let id = begun["response"]["id"].as_str();
        format!("/v1/client/sign_ups/{}", id.unwrap_or_default())
    }

    fn client_id(&self) -> String {
        let value = self.cookie.split_once('=').unwrap().1;
        value.split_once('.').unwrap().0.to_owned()
    }

    async fn verifies_password(&self, user_id: &str, password: &str) -> (u16, Value) {
        let path = format!("/v1/users/{user_id}/verify_password");
        let body = format!(r#"{{"password": "{password}"}}"#);
        self.post_by_app_server(&path, &body).await
    }
}
