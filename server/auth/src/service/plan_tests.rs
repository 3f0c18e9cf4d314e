//! How the database carries out what requests ask of it: never by reading a whole table that grows with the users.
//!
//! A sign-in used to take eighty times as long at a million users when the server had once been stopped while there was one:
//! `PRAGMA optimize` had noted that, and joins began with reading all users.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use thyra_wire::Secret;

use super::test_stage::{ADA, PASSWORD, Stage};
use crate::clock::Clock as _;
use crate::settings::{Requirement, Settings};
use crate::store::recorded;
use crate::strategy::STRATEGIES;
use crate::token::TotpSecret;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Statements that are allowed to go through a table, and why.
const MAY_SCAN: [(&str, &str); 4] = [
    (
        "SELECT id, sealed_message, created_at, tries FROM outbox WHERE sealed_message IS NOT NULL",
        "the newest for the page of development, along the index of their age",
    ),
    (
        "SELECT users.* FROM users WHERE 1 = 1 AND (users.username >= $1",
        "what so many begin with is found among the newest, along the index of their age",
    ),
    (
        "SELECT users.* FROM users WHERE 1 = 1 ORDER BY",
        "a list of all goes along the index of its order, or sorts everybody where there is none",
    ),
    (
        "SELECT * FROM sessions WHERE 1 = 1 ORDER BY",
        "a list of all, for an app server that names neither user nor browser",
    ),
];

/// What does not grow: a table of keys, values that a statement was given, what a part of the statement found.
const SMALL: [&str; 4] = [
    "SCAN signing_keys",
    "SCAN CONSTANT ROW",
    "SCAN json_each VIRTUAL TABLE",
    "SCAN (subquery-",
];

#[tokio::test]
async fn no_statement_of_a_request_reads_a_table_that_grows_with_users() {
    let mut statements = BTreeSet::new();
    for statistics in [Statistics::None, Statistics::True, Statistics::OfOneUser] {
        let mut stage = Stage::new(STRATEGIES.to_vec(), all_switched_on).await;
        stage.restart_with(statistics).await;
        stage.does_everything().await;
        statements.extend(recorded::take());
        assert!(statements.len() > 60, "{} statements", statements.len());

        let database = rusqlite::Connection::open(stage.database()).unwrap();
        let scans: Vec<_> = statements
            .iter()
            .filter(|sql| !may_scan(sql))
            .flat_map(|sql| {
                plan(&database, sql)
                    .into_iter()
                    .map(move |step| (step, sql))
            })
            .filter(|(step, _)| step.contains("SCAN ") && !is_small(step))
            .collect();

        assert!(
            scans.is_empty(),
            "with {statistics:?} statistics: {scans:#?}"
        );
    }
}

#[tokio::test]
async fn a_start_reads_two_small_tables_and_writes_nothing_however_many_users_there_are() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    stage.restart_with(Statistics::None).await;
    let before = std::fs::read(stage.database()).unwrap();
    recorded::take();

    stage.restart().await;
    let start = recorded::take();
    stage.get("/v1/client").await;
    let first_answer = recorded::take();

    let tables: Vec<_> = start.iter().filter_map(|sql| table_read(sql)).collect();
    assert_eq!(tables, ["signing_keys", "instance"], "{start:#?}");
    assert_eq!(
        first_answer,
        BTreeSet::new(),
        "nobody is there to be looked for"
    );
    let after = std::fs::read(stage.database()).unwrap();
    assert!(before == after, "the database file was written");
    let log = stage.database().with_extension("db-wal");
    let logged = std::fs::metadata(log).map_or(0, |log| log.len());
    assert_eq!(logged, 0, "bytes in the log");
}

#[tokio::test]
async fn a_list_of_all_users_goes_along_the_index_of_its_order() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    stage.restart_with(Statistics::OfOneUser).await;
    recorded::take();

    stage.by_app_server("GET", "/v1/users", "").await;

    let database = rusqlite::Connection::open(stage.database()).unwrap();
    let statements = recorded::take();
    let list = statements
        .iter()
        .find(|sql| sql.contains("ORDER BY users.created_at"));
    let steps = plan(&database, list.unwrap());
    assert!(
        steps.contains(&"SCAN users USING INDEX users_created_at".to_owned()),
        "{steps:?}"
    );
}

#[tokio::test]
async fn a_list_of_users_is_read_by_four_statements_however_many_they_are() {
    let mut stage = Stage::new(STRATEGIES.to_vec(), |_| {}).await;
    stage.restart_with(Statistics::None).await;
    recorded::take();

    let (_, users) = stage
        .by_app_server("GET", "/v1/users?limit=100&query=user_", "")
        .await;

    assert_eq!(users.as_array().map(Vec::len), Some(100));
    let statements = recorded::take();
    assert_eq!(statements.len(), 4, "{statements:#?}");
    let of_one = statements.iter().find(|sql| sql.contains("user_id = $1"));
    assert_eq!(of_one, None);
}

/// What `ANALYZE` left in the file before the server starts.
#[derive(Clone, Copy, Debug)]
enum Statistics {
    None,
    /// Of as many users as there are.
    True,
    /// Of a time when there was one.
    OfOneUser,
}

fn all_switched_on(settings: &mut Settings) {
    settings.username = Requirement::Optional;
    settings.phone_numbers = Requirement::Optional;
    settings.session_inactivity = Some(DAY);
    // Nobody listens there: what is sent fails, and is tried again.
    settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:9"));
}

fn may_scan(sql: &str) -> bool {
    let words: Vec<_> = sql.split_whitespace().collect();
    let sql = words.join(" ");
    MAY_SCAN.iter().any(|(begin, _)| sql.starts_with(begin))
}

fn is_small(step: &str) -> bool {
    // `M`: what matches, by the index of letters.
    let is_search = step.starts_with("SCAN user_search VIRTUAL TABLE") && step.contains(":M");
    is_search || SMALL.iter().any(|small| step.starts_with(small))
}

/// The table that a statement reads first.
fn table_read(sql: &str) -> Option<&str> {
    sql.split_once("FROM ")?.1.split_whitespace().next()
}

/// What the database does for a statement, step by step.
fn plan(database: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = database
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    for position in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(position, "x").unwrap();
    }
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get("detail").unwrap());
    }
    steps
}

impl Stage {
    fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("thyra.db")
    }

    /// Starts the server again over a database that has such statistics.
    async fn restart_with(&mut self, statistics: Statistics) {
        self.auth.close().await;
        let database = rusqlite::Connection::open(self.database()).unwrap();
        if let Statistics::OfOneUser = statistics {
            database.execute_batch("ANALYZE").unwrap();
        }
        database.execute_batch(MANY_USERS).unwrap();
        if let Statistics::True = statistics {
            database.execute_batch("ANALYZE").unwrap();
        }
        drop(database);
        self.restart().await;
    }

    async fn restart(&mut self) {
        self.auth.close().await;
        let settings = self.auth.settings().clone();
        let auth = crate::Auth::open_with(settings, self.clock.clone(), STRATEGIES.to_vec()).await;
        self.auth = auth.unwrap();
    }

    /// Everything that people, app servers and the server itself ask of the database.
    async fn does_everything(&mut self) {
        self.signs_up().await;
        self.uses_and_ends_a_session().await;
        self.signs_in_by_password_and_leaves().await;
        self.signs_in_by_username().await;
        self.has_a_second_factor().await;
        self.serves_an_app_server().await;
        self.signs_in_by_a_number_that_comes_and_goes().await;
        self.brings_a_ticket().await;
        self.keeps_house().await;
    }

    async fn signs_up(&mut self) {
        let fields = [("email_address", "eve@example.com"), ("password", PASSWORD)];
        let (_, begun) = self.post("/v1/client/sign_ups", &fields).await;
        let path = format!("/v1/client/sign_ups/{}", id_of(&begun));
        let change = format!("{path}?_method=PATCH");
        let fields = [("username", "eve_of_example"), ("first_name", "Eve")];
        assert_eq!(self.post(&change, &fields).await.0, 200);
        self.get(&path).await;
        self.answers_by_mail(&path, "prepare_verification", "attempt_verification")
            .await;
    }

    /// Asks for a code, gives a wrong one and then the right one.
    async fn answers_by_mail(&mut self, path: &str, prepare: &str, attempt: &str) {
        self.clock.advance(Duration::from_secs(60));
        let by_mail = [("strategy", "email_code")];
        let prepare = format!("{path}/{prepare}");
        let attempt = format!("{path}/{attempt}");
        let (status, told) = self.post(&prepare, &by_mail).await;
        assert_eq!(status, 200, "{told}");
        self.post(&prepare, &by_mail).await;
        let code = self.auth.outbox(1).await.unwrap().remove(0).code.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for (answer, expected) in [(wrong, 422), (code.as_str(), 200)] {
            let fields = [("strategy", "email_code"), ("code", answer)];
            let (status, told) = self.post(&attempt, &fields).await;
            assert_eq!(status, expected, "{told}");
        }
    }

    async fn uses_and_ends_a_session(&mut self) {
        let client = self.get("/v1/client").await;
        let id = client["response"]["last_active_session_id"]
            .as_str()
            .unwrap();
        let session = format!("/v1/client/sessions/{id}");
        self.get("/v1/client/handshake?redirect_url=http%3A%2F%2F127.0.0.1%3A3000%2F")
            .await;
        self.get("/v1/client/touch").await;
        self.get("/v1/me").await;
        self.get("/v1/me/sessions/active").await;
        for (action, expected) in [
            ("tokens", 200),
            ("touch", 200),
            ("end", 200),
            ("tokens", 401),
        ] {
            let (status, told) = self.post(&format!("{session}/{action}"), &[]).await;
            assert_eq!(status, expected, "{action}: {told}");
        }
    }

    async fn signs_in_by_password_and_leaves(&mut self) {
        let (_, begun) = self
            .post("/v1/client/sign_ins", &[("identifier", ADA)])
            .await;
        let path = format!("/v1/client/sign_ins/{}", id_of(&begun));
        self.get(&path).await;
        let attempt = format!("{path}/attempt_first_factor");
        for (password, expected) in [("not this one", 422), (PASSWORD, 200)] {
            let fields = [("strategy", "password"), ("password", password)];
            assert_eq!(self.post(&attempt, &fields).await.0, expected);
        }
        self.post("/v1/client/sessions?_method=DELETE", &[]).await;
        self.post("/v1/client?_method=DELETE", &[]).await;
        self.cookie.clear();
        assert_eq!(self.post("/v1/client", &[]).await.0, 200);
    }

    async fn signs_in_by_username(&mut self) {
        self.post("/v1/client/sign_ins", &[("identifier", "nobody_at_all")])
            .await;
        let (_, begun) = self
            .post("/v1/client/sign_ins", &[("identifier", "eve_of_example")])
            .await;
        let path = format!("/v1/client/sign_ins/{}", id_of(&begun));
        self.answers_by_mail(&path, "prepare_first_factor", "attempt_first_factor")
            .await;
    }

    /// Sets up an app, signs in by it and by a backup code, and removes it.
    async fn has_a_second_factor(&mut self) {
        let (_, offered) = self.post("/v1/me/totp", &[]).await;
        let secret = offered["response"]["secret"].as_str().unwrap();
        let secret = TotpSecret::from_base32(secret).unwrap();
        let code = secret.code_at(self.clock.now());
        let verify = "/v1/me/totp/attempt_verification";
        let (status, verified) = self.post(verify, &[("code", &code)]).await;
        assert_eq!(status, 200, "{verified}");
        let backup = verified["response"]["backup_codes"][0].as_str().unwrap();
        self.clock.advance(Duration::from_secs(30));
        let code = secret.code_at(self.clock.now());
        for (strategy, code) in [("totp", code.as_str()), ("backup_code", backup)] {
            self.post("/v1/client/sessions?_method=DELETE", &[]).await;
            let (_, begun) = self
                .post("/v1/client/sign_ins", &[("identifier", "eve_of_example")])
                .await;
            let path = format!("/v1/client/sign_ins/{}", id_of(&begun));
            let first = [("strategy", "password"), ("password", PASSWORD)];
            self.post(&format!("{path}/attempt_first_factor"), &first)
                .await;
            let attempt = format!("{path}/attempt_second_factor");
            for (answer, expected) in [("000000000000", 422), (code, 200)] {
                let fields = [("strategy", strategy), ("code", answer)];
                let (status, told) = self.post(&attempt, &fields).await;
                assert_eq!(status, expected, "{strategy}: {told}");
            }
        }
        for path in ["/v1/me/backup_codes", "/v1/me/totp?_method=DELETE"] {
            assert_eq!(self.post(path, &[]).await.0, 200);
        }
    }

    async fn serves_an_app_server(&self) {
        let new = r#"{"email_address": ["grace@example.com"], "password": "a door of her own"}"#;
        let (_, made) = self.by_app_server("POST", "/v1/users", new).await;
        let id = made["id"].as_str().unwrap();
        let address = made["primary_email_address_id"].as_str().unwrap();
        let change = serde_json::json!({
            "external_id": "7", "username": "grace_h", "first_name": "Grace", "last_name": "Hopper",
            "password": "another door of hers", "primary_email_address_id": address,
            "public_metadata": {}, "private_metadata": {}, "unsafe_metadata": {},
            "sign_out_of_other_sessions": true,
        });
        let with_metadata = r#"{"public_metadata": {"a": 1}}"#;
        let password = r#"{"password": "another door of hers"}"#;
        let sessions = format!("/v1/sessions?user_id={id}&status=active&paginated=true");
        let session = self
            .by_app_server("GET", "/v1/sessions?limit=1", "")
            .await
            .1[0]["id"]
            .clone();
        let session = session.as_str().unwrap();
        for (method, path, body) in [
            (
                "PATCH",
                format!("/v1/users/{id}"),
                change.to_string().as_str(),
            ),
            ("GET", format!("/v1/users/{id}"), ""),
            ("PATCH", format!("/v1/users/{id}/metadata"), with_metadata),
            ("POST", format!("/v1/users/{id}/verify_password"), password),
            (
                "PATCH",
                format!("/v1/users/{id}"),
                r#"{"totp_secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "backup_codes": ["abcd-efgh"]}"#,
            ),
            (
                "POST",
                format!("/v1/users/{id}/verify_totp"),
                r#"{"code": "abcd-efgh"}"#,
            ),
            ("DELETE", format!("/v1/users/{id}/mfa"), ""),
            ("POST", format!("/v1/users/{id}/ban"), ""),
            ("POST", format!("/v1/users/{id}/unban"), ""),
            ("POST", format!("/v1/users/{id}/lock"), ""),
            ("POST", format!("/v1/users/{id}/unlock"), ""),
            ("GET", "/v1/users".to_owned(), ""),
            ("GET", "/v1/users?query=grace".to_owned(), ""),
            (
                "GET",
                "/v1/users?query=grace&order_by=first_name".to_owned(),
                "",
            ),
            ("GET", "/v1/users?query=gr".to_owned(), ""),
            ("GET", "/v1/users?query=us".to_owned(), ""),
            ("GET", "/v1/users/count?query=grace".to_owned(), ""),
            ("GET", format!("/v1/users?user_id={id}&user_id=x"), ""),
            (
                "GET",
                "/v1/users?username=grace_h&order_by=username".to_owned(),
                "",
            ),
            (
                "GET",
                "/v1/users?external_id=7&last_active_at_since=1".to_owned(),
                "",
            ),
            (
                "GET",
                "/v1/users?email_address=grace@example.com&order_by=email_address".to_owned(),
                "",
            ),
            (
                "GET",
                "/v1/users/count?email_address=grace@example.com".to_owned(),
                "",
            ),
            ("GET", sessions, ""),
            (
                "GET",
                "/v1/sessions?client_id=x&status=expired".to_owned(),
                "",
            ),
            ("GET", format!("/v1/sessions/{session}"), ""),
            ("POST", format!("/v1/sessions/{session}/revoke"), ""),
            ("DELETE", format!("/v1/users/{id}"), ""),
        ] {
            let (status, told) = self.by_app_server(method, &path, body).await;
            assert_eq!(status, 200, "{method} {path}: {told}");
        }
    }

    async fn brings_a_ticket(&mut self) {
        let fields = r#"{"user_id": "user_1"}"#;
        let (_, first) = self.post_by_app_server("/v1/sign_in_tokens", fields).await;
        let revoke = format!(
            "/v1/sign_in_tokens/{}/revoke",
            first["id"].as_str().unwrap()
        );
        assert_eq!(self.post_by_app_server(&revoke, "{}").await.0, 200);
        let (_, token) = self.post_by_app_server("/v1/sign_in_tokens", fields).await;
        let ticket = token["token"].as_str().unwrap();
        self.get(&format!("/v1/tickets/accept?ticket={ticket}"))
            .await;
        self.post("/v1/client/sessions?_method=DELETE", &[]).await;
        let fields = [("strategy", "ticket"), ("ticket", ticket)];
        let (status, told) = self.post("/v1/client/sign_ins", &fields).await;
        assert_eq!(status, 200, "{told}");
        self.brings_an_invitation().await;
    }

    async fn brings_an_invitation(&mut self) {
        let fields = r#"{"email_address": "fay@example.com"}"#;
        let (_, made) = self.post_by_app_server("/v1/invitations", fields).await;
        let (_, ticket) = made["url"].as_str().unwrap().split_once('=').unwrap();
        self.get(&format!("/v1/tickets/accept?ticket={ticket}"))
            .await;
        self.post("/v1/client/sessions?_method=DELETE", &[]).await;
        let fields = [
            ("strategy", "ticket"),
            ("ticket", ticket),
            ("password", PASSWORD),
        ];
        let (status, told) = self.post("/v1/client/sign_ups", &fields).await;
        assert_eq!(status, 200, "{told}");
        for query in [
            "status=pending",
            "status=expired&query=f",
            "order_by=email_address",
        ] {
            let path = format!("/v1/invitations?paginated=true&{query}");
            assert_eq!(self.by_app_server("GET", &path, "").await.0, 200);
        }
    }

    async fn signs_in_by_a_number_that_comes_and_goes(&mut self) {
        let (number, other) = ("+15555550100", "+15555550101");
        let new = serde_json::json!({ "phone_number": [number] }).to_string();
        let (_, made) = self.by_app_server("POST", "/v1/users", &new).await;
        let add = serde_json::json!({
            "user_id": made["id"], "phone_number": other, "verified": true, "reserved_for_second_factor": true,
        });
        let (_, added) = self
            .by_app_server("POST", "/v1/phone_numbers", &add.to_string())
            .await;
        let path = format!("/v1/phone_numbers/{}", added["id"].as_str().unwrap());
        let change = r#"{"reserved_for_second_factor": false, "primary": true}"#;
        for (method, path, body) in [
            ("GET", path.as_str(), ""),
            ("PATCH", &path, change),
            ("GET", "/v1/users?phone_number=%2B15555550101", ""),
            ("DELETE", &path, ""),
        ] {
            let (status, told) = self.by_app_server(method, path, body).await;
            assert_eq!(status, 200, "{method} {path}: {told}");
        }
        let leave = self.post("/v1/client?_method=DELETE", &[]).await;
        assert_eq!(leave.0, 200);
        let fields = [("identifier", number), ("strategy", "phone_code")];
        let (_, begun) = self.post("/v1/client/sign_ins", &fields).await;
        let attempt = format!("/v1/client/sign_ins/{}/attempt_first_factor", id_of(&begun));
        let answer = [("strategy", "phone_code"), ("code", "424242")];
        let (status, told) = self.post(&attempt, &answer).await;
        assert_eq!(status, 200, "{told}");
    }

    async fn keeps_house(&self) {
        self.auth.is_ready().await.unwrap();
        self.auth.deliver_due_messages().await.unwrap();
        self.auth.rotate_keys().await.unwrap();
    }
}

fn id_of(begun: &Value) -> &str {
    begun["response"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{begun}"))
}

/// Enough that reading all of them would be noticed.
const MANY_USERS: &str = "
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)
    INSERT INTO users (id, public_metadata, private_metadata, unsafe_metadata, banned, created_at, updated_at)
        SELECT 'user_' || n, '{}', '{}', '{}', 0, n, n FROM numbers;
    INSERT INTO email_addresses (id, user_id, email_address, created_at, updated_at)
        SELECT 'idn_' || id, id, id || '@example.com', 1, 1 FROM users WHERE id GLOB 'user_[0-9]*'
        AND id NOT IN (SELECT user_id FROM email_addresses);
    INSERT INTO phone_numbers (id, user_id, phone_number, reserved_for_second_factor, default_second_factor, created_at,
        updated_at)
        SELECT 'idn_of_' || id, id, '+491' || substr(id, 6), 0, 0, 1, 1 FROM users WHERE id GLOB 'user_[0-9]*'";
