//! The stage on which the stories play: an instance with a database of its own, a clock in the hand, and browsers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tempfile::TempDir;
use thyra_auth::{
    Auth, ClientAddress, EnumerationProtection, OutboxMessage, Requirement, Settings, TestClock,
};
use thyra_wire::Secret;
use tower::ServiceExt as _;

pub const ORIGIN: &str = "http://127.0.0.1:3000";
pub const ADA: &str = "ada@example.com";
pub const ADAS_NUMBER: &str = "+15555550100";
pub const PASSWORD: &str = "a door of one's own";

/// An instance with a database of its own.
pub struct Stage {
    pub auth: Auth,
    pub clock: Arc<TestClock>,
    folder: TempDir,
    settings: Settings,
}

impl Stage {
    /// An empty instance.
    pub async fn new() -> Self {
        Self::with_settings(|_| {}).await
    }

    /// An instance that hides who has an account.
    pub async fn strict() -> Self {
        Self::with_settings(|settings| {
            settings.enumeration_protection = EnumerationProtection::Strict
        })
        .await
    }

    /// An instance with other settings than the defaults.
    pub async fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().expect("the system has a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let mut settings = Settings::development(ORIGIN, &url);
        // Off by default; the tests are about every field.
        settings.username = Requirement::Optional;
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let auth = Auth::open_idle(settings.clone(), clock.clone())
            .await
            .expect("the settings work");
        Self {
            auth,
            clock,
            folder,
            settings,
        }
    }

    /// An instance whose mails leave the house (to a server that nobody started), so that limits hold for them.
    pub async fn mailing(protection: EnumerationProtection) -> Self {
        Self::with_settings(|settings| {
            settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:9"));
            settings.mail_from = Some("door@example.com".to_owned());
            settings.enumeration_protection = protection;
        })
        .await
    }

    /// An instance whose people have phone numbers, with one user who has `ADAS_NUMBER`.
    pub async fn with_phones(change: impl FnOnce(&mut Settings)) -> Self {
        let stage = Self::with_settings(|settings| {
            settings.phone_numbers = Requirement::Optional;
            change(settings);
        })
        .await;
        stage.add_user_with_number(ADA, ADAS_NUMBER).await;
        stage
    }

    /// An instance with one user, who has a password.
    pub async fn with_user(email: &str) -> Self {
        let stage = Self::new().await;
        stage.add_user(email).await;
        stage
    }

    /// An instance over the same database that sends what is due by itself, as one that serves does.
    pub async fn serving(&self) -> Auth {
        Auth::open_with_clock(self.settings.clone(), self.clock.clone())
            .await
            .expect("what worked once works twice")
    }

    /// The same instance after its process ended.
    pub async fn restarted(self) -> Self {
        self.auth.close().await;
        let auth = Auth::open_idle(self.settings.clone(), self.clock.clone()).await;
        Self {
            auth: auth.expect("what worked before works again"),
            ..self
        }
    }

    pub async fn add_user(&self, email: &str) -> String {
        self.auth
            .add_user(email, Some(Secret::from(PASSWORD)))
            .await
            .expect("the user is new")
    }

    /// A user with this number beside the address.
    pub async fn add_user_with_number(&self, email: &str, number: &str) -> String {
        let password = Some(Secret::from(PASSWORD));
        self.auth
            .add_user_with_phone_number(email, Some(number), password)
            .await
            .expect("the user is new")
    }

    /// What an app server does to a phone number.
    pub async fn change_number(&self, id: &str, fields: Value) {
        let request = Request::patch(format!("/v1/phone_numbers/{id}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.ask_backend(request, Body::from(fields.to_string()))
            .await;
    }

    /// What an app server does to a user: `ban`, `lock` and the like.
    pub async fn change_status(&self, user_id: &str, action: &str) {
        let path = format!("/v1/users/{user_id}/{action}");
        self.ask_backend(Request::post(path), Body::empty()).await;
    }

    /// An app server gives a user another password.
    pub async fn set_password(&self, user_id: &str, password: &str) {
        let body = serde_json::json!({ "password": password }).to_string();
        let request = Request::patch(format!("/v1/users/{user_id}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.ask_backend(request, Body::from(body)).await;
    }

    /// An app server takes a user's second factors away.
    pub async fn remove_second_factors(&self, user_id: &str) {
        let request = Request::delete(format!("/v1/users/{user_id}/mfa"));
        self.ask_backend(request, Body::empty()).await;
    }

    /// An app server deletes a user.
    pub async fn delete_user(&self, user_id: &str) {
        let request = Request::delete(format!("/v1/users/{user_id}"));
        self.ask_backend(request, Body::empty()).await;
    }

    /// What an app server posts, and the answer to it.
    pub async fn by_app_server(&self, path: &str, body: Value) -> Value {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.ask_backend(request, Body::from(body.to_string()))
            .await
    }

    /// What an app server posts, and the answer to it, whatever that is.
    pub async fn try_by_app_server(&self, path: &str, body: Value) -> Value {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.backend_answer(request, Body::from(body.to_string()))
            .await
            .1
    }

    async fn ask_backend(&self, request: http::request::Builder, body: Body) -> Value {
        let (status, answer) = self.backend_answer(request, body).await;
        assert_eq!(status, StatusCode::OK, "{answer:#}");
        answer
    }

    async fn backend_answer(
        &self,
        request: http::request::Builder,
        body: Body,
    ) -> (StatusCode, Value) {
        let key = self.auth.secret_key().expose().to_owned();
        let request = request
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .body(body)
            .expect("the request is well-formed");
        let answer = self.auth.router().oneshot(request).await;
        let answer = answer.expect("a router always answers");
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        let body = body.expect("the body is in memory");
        let json = serde_json::from_slice(&body);
        (status, json.expect("the Backend API answers in JSON"))
    }

    pub fn browser(&self) -> Browser {
        Browser {
            router: self.auth.router(),
            cookies: BTreeMap::new(),
            origin: Some(ORIGIN.to_owned()),
        }
    }

    /// A browser at this address. Others have none, so nothing is counted for their network.
    pub fn browser_at(&self, address: &str) -> Browser {
        let address = ClientAddress(address.parse().expect("an address"));
        let browser = self.browser();
        Browser {
            router: browser.router.layer(axum::Extension(address)),
            ..browser
        }
    }

    /// A browser in which somebody just signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser
            .sign_in_with_password(email, PASSWORD)
            .await
            .expect_status(200);
        browser
    }

    /// The newest message.
    pub async fn last_mail(&self) -> OutboxMessage {
        self.mails()
            .await
            .into_iter()
            .next()
            .expect("a mail was sent")
    }

    pub async fn mails(&self) -> Vec<OutboxMessage> {
        self.auth
            .outbox(1000)
            .await
            .expect("the outbox can be read")
    }

    /// The code in the newest message.
    pub async fn last_code(&self) -> String {
        self.last_mail().await.code.expect("the mail has a code")
    }

    /// Everything that lies in the instance's folder, as one would find it on a stolen disk.
    pub fn files(&self) -> Vec<(std::path::PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder is there");
        entries
            .map(|entry| entry.expect("the folder can be read").path())
            .map(|path| {
                (
                    path.clone(),
                    std::fs::read(path).expect("the file can be read"),
                )
            })
            .collect()
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// A browser: it keeps cookies and says where it is.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub origin: Option<String>,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    pub async fn send(&mut self, mut request: http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(origin) = &self.origin {
            request = request.header(header::ORIGIN, origin);
        }
        let request = request.body(body).expect("the request is well-formed");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("a router always answers");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("the body is in memory");
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("our cookies are text");
            let (name, rest) = line.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// `POST /v1/client/sign_ins` with an identifier: gives the attempt's path.
    pub async fn begin_sign_in(&mut self, email: &str) -> String {
        let answer = self
            .post("/v1/client/sign_ins", &[("identifier", email)])
            .await
            .expect_status(200);
        format!("/v1/client/sign_ins/{}", answer.text("/response/id"))
    }

    /// Begins a sign-in and has a code sent.
    pub async fn begin_with_code(&mut self, email: &str) -> String {
        let attempt = self.begin_sign_in(email).await;
        self.prepare_code(&attempt).await.expect_status(200);
        attempt
    }

    pub async fn prepare_code(&mut self, attempt: &str) -> Answer {
        self.post(
            &format!("{attempt}/prepare_first_factor"),
            &[("strategy", "email_code")],
        )
        .await
    }

    pub async fn try_code(&mut self, attempt: &str, code: &str) -> Answer {
        self.post(
            &format!("{attempt}/attempt_first_factor"),
            &[("strategy", "email_code"), ("code", code)],
        )
        .await
    }

    pub async fn try_password(&mut self, attempt: &str, password: &str) -> Answer {
        let fields = [("strategy", "password"), ("password", password)];
        self.post(&format!("{attempt}/attempt_first_factor"), &fields)
            .await
    }

    pub async fn sign_in_with_password(&mut self, email: &str, password: &str) -> Answer {
        self.post(
            "/v1/client/sign_ins",
            &[("identifier", email), ("password", password)],
        )
        .await
    }

    /// Begins a sign-up and has a code sent: gives the attempt's path.
    pub async fn begin_sign_up(&mut self, email: &str) -> String {
        let fields = [("email_address", email), ("password", PASSWORD)];
        let answer = self
            .post("/v1/client/sign_ups", &fields)
            .await
            .expect_status(200);
        let attempt = format!("/v1/client/sign_ups/{}", answer.text("/response/id"));
        self.post(
            &format!("{attempt}/prepare_verification"),
            &[("strategy", "email_code")],
        )
        .await
        .expect_status(200);
        attempt
    }

    pub async fn try_sign_up_code(&mut self, attempt: &str, code: &str) -> Answer {
        self.post(
            &format!("{attempt}/attempt_verification"),
            &[("strategy", "email_code"), ("code", code)],
        )
        .await
    }

    /// The id of the session that is signed in.
    pub async fn session_id(&mut self) -> Option<String> {
        let answer = self.get("/v1/client").await;
        answer
            .json()
            .pointer("/response/sessions/0/id")
            .and_then(Value::as_str)
            .map(str::to_owned)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body_text()))
    }

    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text at this place of the answer.
    pub fn text(&self, pointer: &str) -> String {
        let json = self.json();
        let value = json.pointer(pointer).and_then(Value::as_str);
        value
            .unwrap_or_else(|| panic!("no text at {pointer} in {json:#}"))
            .to_owned()
    }

    /// The code of the first error, or nothing.
    pub fn code(&self) -> String {
        self.json()
            .pointer("/errors/0/code")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// The field at fault.
    pub fn param(&self) -> Option<String> {
        self.json()
            .pointer("/errors/0/meta/param_name")
            .and_then(Value::as_str)
            .map(str::to_owned)
    }

    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body_text());
        self
    }

    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str) -> Self {
        let answer = self.expect_status(status);
        assert_eq!(answer.code(), code, "{}", answer.body_text());
        answer
    }

    /// The lines of `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<String> {
        let lines = self.headers.get_all(header::SET_COOKIE);
        lines
            .iter()
            .map(|line| line.to_str().expect("our cookies are text").to_owned())
            .collect()
    }
}

/// A mail server that takes one mail, with a real conversation.
pub struct MailServer(tokio::task::JoinHandle<String>);

impl MailServer {
    pub async fn listen(port: u16) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .expect("the port is free");
        Self(tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("somebody calls");
            converse(stream)
                .await
                .expect("the conversation comes to its end")
        }))
    }

    /// The same, for the second caller: the first one is never answered.
    pub async fn listen_with_a_caller_on_hold(port: u16) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .expect("the port is free");
        Self(tokio::spawn(async move {
            let _on_hold = listener.accept().await.expect("somebody calls");
            let (stream, _) = listener.accept().await.expect("somebody else calls");
            converse(stream)
                .await
                .expect("the conversation comes to its end")
        }))
    }

    pub fn has_received(&self) -> bool {
        self.0.is_finished()
    }

    /// The mail, as it was sent.
    pub async fn received(self) -> String {
        self.0.await.expect("the mail server does not panic")
    }
}

async fn converse(stream: tokio::net::TcpStream) -> std::io::Result<String> {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut mail = String::new();
    let mut in_data = false;
    writer.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if in_data {
            if line == "." {
                writer.write_all(b"250 taken\r\n").await?;
                return Ok(mail);
            }
            mail.push_str(&line);
            mail.push('\n');
            continue;
        }
        in_data = line.eq_ignore_ascii_case("DATA");
        writer
            .write_all(if in_data {
                b"354 go on\r\n"
            } else {
                b"250 fine\r\n"
            })
            .await?;
    }
    Ok(mail)
}
