//! The seam for strategies to come: a made-up second factor, added to the table and to nothing else, is asked for,
//! locked and completed like any real one. And the round trips that must be the same for accounts and for none.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
use thyra_wire::{ErrorCode, Factor, Secret};

use super::test_stage::{ADA, PASSWORD, Stage};
use crate::auth::Inner;
use crate::error::ApiError;
use crate::flow::Level;
use crate::identifier::Identifier;
use crate::settings::{EnumerationProtection, Settings};
use crate::store::{User, lockouts, outbox, users};
use crate::strategy::{Answer, Case, Preparation, STRATEGIES, Strategy, Verdict};
use crate::token::Purpose;

/// Everybody has it as their second factor; the answer is a word. At one word nobody listens, as when the hash queue
/// is full.
struct Knock;

const JAMMED: &str = "jammed";

impl Strategy for Knock {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("knock")
    }

    fn factors(&self, _: &User, _: &Identifier, level: Level) -> Vec<Factor> {
        (level == Level::Second)
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
        _: &'a Case<'a>,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Verdict, ApiError>> {
        let word = answer.code.as_ref().map(Secret::expose);
        async move {
            if word == Some(JAMMED) {
                return Err(ApiError::new(ErrorCode::ServiceUnavailable));
            }
            if word == Some("sesame") {
                return Ok(Verdict::Proven { spends: None });
            }
            Ok(Verdict::Missed {
                error: ApiError::of(ErrorCode::FormCodeIncorrect, "code"),
                is_last: false,
            })
        }
        .boxed()
    }
}

impl Stage {
    async fn with_knock() -> Self {
        let strategies = STRATEGIES
            .iter()
            .copied()
            .chain([&Knock as &'static dyn Strategy])
            .collect();
        Self::new(strategies, |_| {}).await
    }

    async fn begin(&mut self) -> (String, Value) {
        let fields = [("identifier", ADA), ("password", PASSWORD)];
        let (_, answer) = self.post("/v1/client/sign_ins", &fields).await;
        let path = format!(
            "/v1/client/sign_ins/{}",
            answer["response"]["id"].as_str().unwrap_or_default()
        );
        (path, answer)
    }

    async fn knock(&mut self, attempt: &str, word: &str) -> (u16, Value) {
        let fields = [("strategy", "knock"), ("code", word)];
        self.post(&format!("{attempt}/attempt_second_factor"), &fields)
            .await
    }
}

#[tokio::test]
async fn a_second_factor_added_to_the_table_is_asked_for_before_anybody_is_signed_in() {
    let mut stage = Stage::with_knock().await;
    let (attempt, begun) = stage.begin().await;
    assert_eq!(begun["response"]["status"], "needs_second_factor");
    assert_eq!(
        begun["response"]["supported_second_factors"][0]["strategy"],
        "knock"
    );
    assert_eq!(begun["client"]["sessions"], serde_json::json!([]));

    let (status, answer) = stage.knock(&attempt, "friend").await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (422, &serde_json::json!("form_code_incorrect"))
    );

    let (_, answer) = stage.knock(&attempt, "sesame").await;

    assert_eq!(answer["response"]["status"], "complete");
    assert_eq!(
        answer["response"]["second_factor_verification"]["status"],
        "verified"
    );
    assert_eq!(
        answer["client"]["sessions"][0]["factor_verification_age"],
        serde_json::json!([0, 0])
    );
}

#[tokio::test]
async fn sec_c04_a_right_password_does_not_buy_more_guesses_at_the_second_factor() {
    let mut stage = Stage::with_knock().await;
    let mut evaluated = 0;
    for _ in 0..20 {
        let (attempt, begun) = stage.begin().await;
        if begun["errors"][0]["code"] == "user_locked" {
            break;
        }
        let (_, answer) = stage.knock(&attempt, "friend").await;
        evaluated += usize::from(answer["errors"][0]["code"] == "form_code_incorrect");
    }

    assert_eq!(evaluated, 10);
}

/// A server with too much to do used to lock accounts: the try was counted, and nothing took it back.
#[tokio::test]
async fn a_try_that_could_not_be_judged_is_no_guess() {
    let mut stage = Stage::with_knock().await;
    let (attempt, _) = stage.begin().await;
    for _ in 0..12 {
        let (status, _) = stage.knock(&attempt, JAMMED).await;
        assert_eq!(status, 503);
    }

    let (status, _) = stage.knock(&attempt, "sesame").await;

    assert_eq!(status, 200);
}

/// The commit may fail after everything was prepared for the answer.
#[tokio::test]
async fn sec_p01_a_sign_in_that_could_not_be_kept_gives_no_cookie_and_no_token() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    let (_, begun) = stage
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ins/{id}/attempt_first_factor");
    let before = stage.cookie.clone();
    let inner = Arc::get_mut(&mut stage.auth.0).expect("nobody else has the stage");
    inner.store.lose_disk();

    let fields = [("strategy", "password"), ("password", PASSWORD)];
    let (status, answer) = stage.post(&path, &fields).await;

    assert_eq!(status, 503, "{answer}");
    assert_eq!(answer["client"], Value::Null, "{answer}");
    assert_eq!(stage.cookie, before);
}

/// What one step cost: connections and transactions taken, pages written, rows put into the outbox, failures counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    round_trips: u64,
    pages: u64,
    outbox_rows: u64,
    failures: u32,
}

impl Stage {
    async fn spent(&self, account: &str) -> Cost {
        let store = &self.auth.0.store;
        let round_trips = store.round_trips();
        // A page in the log has a head of 24 bytes.
        let log = std::fs::metadata(self.folder.path().join("thyra.db-wal")).unwrap();
        let mut db = store.read().await.unwrap();
        Cost {
            round_trips,
            pages: log.len() / (4096 + 24),
            outbox_rows: outbox::count(&mut db).await.unwrap(),
            failures: lockouts::get(&mut db, account).await.unwrap().failures,
        }
    }

    /// What each step of a sign-in costs that never succeeds.
    async fn costs_of(&mut self, email: &str, account: &str) -> Vec<Cost> {
        self.cookie.clear();
        let mut costs = Vec::new();
        let mut path = "/v1/client/sign_ins".to_owned();
        for (action, fields) in [
            (
                "",
                vec![("identifier", email), ("password", "wrong password")],
            ),
            ("", vec![("identifier", email)]),
            (
                "/attempt_first_factor",
                vec![("strategy", "password"), ("password", "wrong password")],
            ),
            ("/prepare_first_factor", vec![("strategy", "email_code")]),
            (
                "/attempt_first_factor",
                vec![("strategy", "email_code"), ("code", "000000")],
            ),
        ] {
            let before = self.spent(account).await;
            let (_, answer) = self.post(&format!("{path}{action}"), &fields).await;
            let after = self.spent(account).await;
            costs.push(Cost {
                // One of them is the count itself.
                round_trips: after.round_trips - before.round_trips - 1,
                pages: after.pages - before.pages,
                outbox_rows: after.outbox_rows - before.outbox_rows,
                failures: after.failures - before.failures,
            });
            if let Some(id) = answer["response"]["id"]
                .as_str()
                .filter(|_| action.is_empty())
            {
                path = format!("/v1/client/sign_ins/{id}");
            }
        }
        costs
    }
}

/// Known and unknown take the same connections, count the same failures and write the same rows, step by step. The sum
/// of all steps used to be compared, and the outbox not at all.
#[tokio::test]
async fn sec_b03_an_account_and_none_cost_the_same_at_every_step() {
    let strict = |settings: &mut Settings| {
        settings.enumeration_protection = EnumerationProtection::Strict;
        settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:9"));
        settings.mail_from = Some("door@example.com".to_owned());
    };
    let mut stage = Stage::new(STRATEGIES.to_vec(), strict).await;
    let auth = stage.auth.clone();
    let mut db = auth.0.store.read().await.unwrap();
    let user = users::by_email_address(&mut db, ADA)
        .await
        .unwrap()
        .unwrap();
    drop(db);
    let nobody = "nobody@example.com";
    let mac = auth
        .0
        .master
        .mac(Purpose::UnknownAccount, nobody.as_bytes());

    let known = stage.costs_of(ADA, &user.id).await;
    let unknown = stage.costs_of(nobody, &mac.to_text()).await;

    assert_eq!(known, unknown);
    let failures: Vec<u32> = known.iter().map(|cost| cost.failures).collect();
    let outbox_rows: Vec<u64> = known.iter().map(|cost| cost.outbox_rows).collect();
    assert_eq!(failures, [1, 0, 1, 0, 1], "every guess is counted");
    assert_eq!(
        outbox_rows,
        [0, 0, 0, 1, 0],
        "the code is sent, or seems to be"
    );
    assert!(known.iter().all(|cost| cost.round_trips > 2), "{known:?}");
    assert!(known.iter().all(|cost| cost.pages > 1), "{known:?}");
}
