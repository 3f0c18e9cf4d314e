//! The seam for strategies to come: a made-up second factor, added to the table and to nothing else, is asked for,
//! locked and completed like any real one. And the round trips that must be the same for accounts and for none.

use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use serde_json::Value;
use thyra_wire::{ErrorCode, Factor, Secret};

use super::test_stage::{ADA, PASSWORD, Stage};
use crate::error::ApiError;
use crate::flow::Level;
use crate::guard::Lockout;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::settings::{EnumerationProtection, Settings};
use crate::store::{Connection, Durability, lockouts, outbox, users};
use crate::strategy::{Case, Proof, STRATEGIES, Saying, Strategy, Tools, Verdict, Who};
use crate::token::Purpose;

/// Everybody has it as their second factor; the answer is a word. At one word nobody listens, as when the hash queue
/// is full.
struct Knock;

const JAMMED: &str = "jammed";
const RESET: &str = "reset_password_email_code";

impl Strategy for Knock {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("knock")
    }

    fn factors<'a>(&'a self, who: Who<'a>, _: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        let has_it = who.level == Level::Second;
        let factor = has_it.then(|| Factor::new(self.name()));
        async { Ok(factor.into_iter().collect()) }.boxed()
    }

    fn decoys(&self, _: Tools<'_>, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn attempt<'a>(&'a self, _: &'a Case<'a>, answer: &'a Params) -> Saying<'a, Verdict> {
        async {
            let word = answer.secret("code")?;
            match word.as_ref().map(Secret::expose) {
                Some(JAMMED) => Err(ApiError::new(ErrorCode::ServiceUnavailable)),
                Some("sesame") => Ok(Verdict::Proven(Proof::default())),
                _ => Ok(Verdict::Missed { is_last: false }),
            }
        }
        .boxed()
    }

    fn missed(&self, _: &Case<'_>) -> ApiError {
        ApiError::of(ErrorCode::FormCodeIncorrect, "code")
    }
}

/// Nobody says who they are: the word says it. It has several names, and each word is good for once.
struct Watchword;

static USED_WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Strategy for Watchword {
    fn name(&self) -> thyra_wire::Strategy {
        thyra_wire::Strategy::from("watchword_east")
    }

    fn handles(&self, name: &thyra_wire::Strategy) -> bool {
        name.as_str().starts_with("watchword_")
    }

    fn factors<'a>(&'a self, _: Who<'a>, _: &'a mut Connection) -> Saying<'a, Vec<Factor>> {
        async { Ok(Vec::new()) }.boxed()
    }

    fn decoys(&self, _: Tools<'_>, _: &Identifier, _: Level) -> Vec<Factor> {
        Vec::new()
    }

    fn opening(&self, name: &thyra_wire::Strategy) -> Option<Factor> {
        Some(Factor::new(name.clone()))
    }

    fn is_prepared(&self) -> bool {
        false
    }

    fn attempt_within<'a>(
        &'a self,
        _: &'a Case<'a>,
        answer: &'a Params,
        _: &'a mut Connection,
    ) -> Option<Saying<'a, Verdict>> {
        let judged = async {
            let word = answer.required("word")?;
            Ok(match word.split_once(':') {
                Some((user_id, _)) => Verdict::Proven(Proof {
                    subject: Some(user_id.to_owned()),
                    spends: Some(word),
                    ..Proof::default()
                }),
                None => Verdict::Missed { is_last: false },
            })
        };
        Some(judged.boxed())
    }

    fn spend<'a>(
        &'a self,
        _: &'a Case<'a>,
        spends: &'a str,
        _: &'a mut Connection,
    ) -> Saying<'a, bool> {
        let mut used = USED_WORDS.lock().expect("no test panics with it");
        let is_first = !used.iter().any(|word| word == spends);
        used.push(spends.to_owned());
        async move { Ok(is_first) }.boxed()
    }

    fn missed(&self, _: &Case<'_>) -> ApiError {
        ApiError::of(ErrorCode::FormCodeIncorrect, "word")
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
async fn a_ticket_stands_for_the_first_factor_and_for_no_second_one() {
    let mut stage = Stage::with_knock().await;
    let (_, users) = stage.by_app_server("GET", "/v1/users", "").await;
    let fields = serde_json::json!({"user_id": users[0]["id"]}).to_string();
    let (_, token) = stage
        .post_by_app_server("/v1/sign_in_tokens", &fields)
        .await;
    let ticket = token["token"].as_str().unwrap();
    let fields = [("strategy", "ticket"), ("ticket", ticket)];

    let (_, begun) = stage.post("/v1/client/sign_ins", &fields).await;

    assert_eq!(begun["response"]["status"], "needs_second_factor");
    assert_eq!(begun["client"]["sessions"], serde_json::json!([]));
    let attempt = format!(
        "/v1/client/sign_ins/{}",
        begun["response"]["id"].as_str().unwrap()
    );
    let (_, answer) = stage.knock(&attempt, "sesame").await;
    assert_eq!(answer["response"]["status"], "complete");
}

impl Stage {
    async fn with_watchword(more: &[&'static dyn Strategy]) -> (Self, String) {
        let strategies = [&Watchword as &'static dyn Strategy]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        let stage = Self::new(strategies, |_| {}).await;
        let mut db = stage.auth.0.store.read().await.unwrap();
        let ada = users::by_email_address(&mut db, ADA).await.unwrap();
        drop(db);
        (stage, ada.unwrap().id)
    }

    /// Begins an attempt of which nobody said whom it is about: gives its path.
    async fn begin_by_watchword(&mut self) -> String {
        let fields = [("strategy", "watchword_west")];
        let (status, begun) = self.post("/v1/client/sign_ins", &fields).await;
        assert_eq!(
            (status, &begun["response"]["status"]),
            (200, &serde_json::json!("needs_identifier")),
            "{begun}"
        );
        let id = begun["response"]["id"].as_str().unwrap();
        format!("/v1/client/sign_ins/{id}/attempt_first_factor")
    }

    async fn say(&mut self, path: &str, word: &str) -> (u16, Value) {
        let fields = [("strategy", "watchword_west"), ("word", word)];
        self.post(path, &fields).await
    }
}

#[tokio::test]
async fn a_proof_that_names_the_user_signs_them_in_without_an_identifier() {
    let (mut stage, ada) = Stage::with_watchword(&[]).await;
    let path = stage.begin_by_watchword().await;

    let (status, answer) = stage.say(&path, &format!("{ada}:dawn")).await;

    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["response"]["status"], "complete");
    assert_eq!(answer["response"]["identifier"], Value::Null);
    assert_eq!(answer["client"]["sessions"][0]["user"]["id"], ada.as_str());
}

#[tokio::test]
async fn sec_d10_whoever_was_recognized_is_asked_for_their_second_factor() {
    let (mut stage, ada) = Stage::with_watchword(&[&Knock]).await;
    let path = stage.begin_by_watchword().await;

    let (_, answer) = stage.say(&path, &format!("{ada}:noon")).await;

    assert_eq!(answer["response"]["status"], "needs_second_factor");
    assert_eq!(answer["client"]["sessions"], serde_json::json!([]));
}

#[tokio::test]
async fn sec_d04_what_a_strategy_has_used_up_proves_nothing_again() {
    let (mut stage, ada) = Stage::with_watchword(&[]).await;
    let word = format!("{ada}:dusk");
    let path = stage.begin_by_watchword().await;
    stage.say(&path, &word).await;
    stage.cookie.clear();
    let path = stage.begin_by_watchword().await;

    let (status, answer) = stage.say(&path, &word).await;

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "verification_already_verified");
}

/// All attempts without an identifier used to share one lock: ten wrong answers of anybody shut the door for all.
#[tokio::test]
async fn sec_c05_wrong_answers_of_nobody_in_particular_lock_nobody_else_out() {
    let (mut stage, ada) = Stage::with_watchword(&[]).await;
    let path = stage.begin_by_watchword().await;
    let mut evaluated = 0;
    for _ in 0..12 {
        let (_, answer) = stage.say(&path, "wrong").await;
        evaluated += usize::from(answer["errors"][0]["code"] == "form_code_incorrect");
    }
    assert_eq!(evaluated, 10, "one browser has ten");
    stage.cookie.clear();
    let path = stage.begin_by_watchword().await;

    let (status, answer) = stage.say(&path, &format!("{ada}:night")).await;

    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn sec_c02_a_user_who_is_locked_by_hand_is_not_let_in_by_name_either() {
    let (mut stage, ada) = Stage::with_watchword(&[]).await;
    let path = stage.begin_by_watchword().await;
    let mut db = stage.auth.0.store.write().await.unwrap();
    let now = stage.auth.0.clock.now();
    lockouts::put(&mut db, &ada, Lockout::by_hand(), now)
        .await
        .unwrap();
    db.commit(Durability::Attempt).await.unwrap();

    let (status, answer) = stage.say(&path, &format!("{ada}:eve")).await;

    assert_eq!(status, 422, "{answer}");
    assert_eq!(answer["errors"][0]["code"], "user_locked");
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

#[tokio::test]
async fn sec_d10_a_reset_signs_nobody_in_before_the_second_factor() {
    let mut stage = Stage::with_knock().await;
    let begin = [("identifier", ADA), ("strategy", RESET)];
    let (_, begun) = stage.post("/v1/client/sign_ins", &begin).await;
    let id = begun["response"]["id"].as_str().unwrap();
    let path = format!("/v1/client/sign_ins/{id}");
    let code = stage.auth.outbox(1).await.unwrap().remove(0).code.unwrap();
    let answer = [("strategy", RESET), ("code", code.as_str())];
    let (_, proven) = stage
        .post(&format!("{path}/attempt_first_factor"), &answer)
        .await;
    assert_eq!(proven["response"]["status"], "needs_new_password");
    assert_eq!(proven["client"]["sessions"], serde_json::json!([]));

    let password = [("password", "another door of one's own")];
    let (_, set) = stage
        .post(&format!("{path}/reset_password"), &password)
        .await;

    assert_eq!(set["response"]["status"], "needs_second_factor");
    assert_eq!(set["client"]["sessions"], serde_json::json!([]));
    let (_, answer) = stage.knock(&path, "sesame").await;
    assert_eq!(answer["response"]["status"], "complete", "{answer}");
    let first = &answer["response"]["first_factor_verification"];
    assert_eq!(first["strategy"], RESET, "pages tell by it what this was");
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
            (
                "/prepare_first_factor",
                vec![
                    ("strategy", "email_link"),
                    ("redirect_url", "http://127.0.0.1:3000/sign-in/verify"),
                ],
            ),
            ("/prepare_first_factor", vec![("strategy", RESET)]),
            (
                "/attempt_first_factor",
                vec![("strategy", RESET), ("code", "000000")],
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
    assert_eq!(failures, [1, 0, 1, 0, 1, 0, 0, 1], "every guess is counted");
    assert_eq!(
        outbox_rows,
        [0, 0, 0, 1, 0, 1, 1, 0],
        "the code is sent, or seems to be"
    );
    assert!(known.iter().all(|cost| cost.round_trips > 2), "{known:?}");
    assert!(known.iter().all(|cost| cost.pages > 1), "{known:?}");
}
