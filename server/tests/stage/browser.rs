//! A browser as far as a server can tell: it keeps cookies, says where a request comes from, and does not follow
//! redirects by itself, so that tests can look at them.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, ORIGIN, REFERER};
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use serde_json::Value;

/// A browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    origin: String,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            // A connection that was kept may be one to a server that is no more.
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        Self {
            http,
            origin: origin.to_owned(),
        }
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(ACCEPT, "text/html");
        Answer::of(request).await
    }

    /// Reads from the auth API.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Calls the auth API with a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.posting(path).form(fields)).await
    }

    /// Submits a form of a page without script, as if it stood on the page `from`.
    pub async fn submit(&self, path: &str, from: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .posting(path)
            .header(ACCEPT, "text/html")
            .header(REFERER, format!("{}{from}", self.origin));
        Answer::of(request.form(fields)).await
    }

    /// A POST from a page of the same origin.
    pub fn posting(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
            .header(ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin")
    }

    /// Any request. The path may be a whole URL of the same origin, as redirects name it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.origin).unwrap_or(path);
        self.http.request(method, format!("{}{path}", self.origin))
    }

    /// Signs up on the wire, with the code from the outbox. Every step has to succeed.
    pub async fn sign_up(&self, email_address: &str, password: &str) {
        let id = self.begin_sign_up(email_address, password).await;
        let code = self.code_for(email_address).await;
        let path = format!("/__clerk/v1/client/sign_ups/{id}/attempt_verification");
        let fields = [("strategy", "email_code"), ("code", &code)];
        let answer = self.post(&path, &fields).await.expect(200);
        assert_eq!(answer.json()["response"]["status"], "complete");
    }

    /// Creates a sign-up and asks for its code; gives its id.
    pub async fn begin_sign_up(&self, email_address: &str, password: &str) -> String {
        let fields = [("email_address", email_address), ("password", password)];
        let created = self
            .post("/__clerk/v1/client/sign_ups", &fields)
            .await
            .expect(200);
        let id = created.json()["response"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/__clerk/v1/client/sign_ups/{id}/prepare_verification");
        self.post(&path, &[("strategy", "email_code")])
            .await
            .expect(200);
        id
    }

    /// The newest code for an address, read where a person reads it.
    pub async fn code_for(&self, email_address: &str) -> String {
        let messages = self.get("/dev/outbox.json").await.expect(200).json();
        let message = messages
            .as_array()
            .unwrap()
            .iter()
            .find(|message| message["to"] == email_address)
            .expect("a message was sent to the address");
        message["code"].as_str().unwrap().to_owned()
    }

    /// Signs in with the password, on the wire.
    pub async fn sign_in(&self, email_address: &str, password: &str) -> Answer {
        let fields = [
            ("strategy", "password"),
            ("identifier", email_address),
            ("password", password),
        ];
        self.post("/__clerk/v1/client/sign_ins", &fields).await
    }
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    /// The answer, when it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The code of the first error.
    pub fn error_code(&self) -> String {
        self.json()["errors"][0]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
