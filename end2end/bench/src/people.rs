//! What the simulated people do, over HTTP, as a browser would.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::http::{Answer, Connection};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery 9";

/// Somebody with a browser that has not been here before.
pub struct Visitor {
    connection: Connection,
    origin: String,
    cookie: Option<String>,
    address: String,
}

/// Somebody signed in, with what refreshes their token.
pub struct Member {
    visitor: Visitor,
    session: String,
}

/// Somebody signed in who calls a route that needs it.
pub struct Caller {
    connection: Connection,
    path: &'static str,
    cookies: String,
}

impl Visitor {
    /// Connects, from an address of its own.
    pub fn new(server: SocketAddr) -> io::Result<Self> {
        let mut visitor = Self {
            connection: Connection::open(server)?,
            origin: format!("http://{server}"),
            cookie: None,
            address: String::new(),
        };
        visitor.becomes_somebody_else();
        Ok(visitor)
    }

    /// A new browser at a new address, over the same connection: as behind a proxy.
    pub fn becomes_somebody_else(&mut self) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let [_, a, b, c] = number.to_be_bytes();
        self.address = format!("10.{a}.{b}.{c}");
        self.cookie = None;
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut headers = vec![
            format!("Origin: {}", self.origin),
            format!("X-Forwarded-For: {}", self.address),
            "Content-Type: application/x-www-form-urlencoded".to_owned(),
        ];
        headers.extend(
            self.cookie
                .as_ref()
                .map(|cookie| format!("Cookie: __client={cookie}")),
        );
        let answer = self
            .connection
            .send("POST", path, &headers, &body)
            .expect("the server answers");
        if let Some(cookie) = answer.cookie("__client") {
            self.cookie = Some(cookie);
        }
        answer
    }

    /// Signs in with the password, as a person who was never here.
    pub fn signs_in_with_password(&mut self, email: &str) -> String {
        self.becomes_somebody_else();
        created_session(&self.posts_password(email, PASSWORD))
    }

    /// Begins a sign-in by a code, as a person who was never here: one request.
    pub fn begins_by_code(&mut self, email: &str) {
        self.becomes_somebody_else();
        let fields = [("strategy", "email_code"), ("identifier", email)];
        let answer = self.post("/__clerk/v1/client/sign_ins", &fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Tries a password that is wrong.
    pub fn tries_password(&mut self, email: &str, password: &str) {
        let answer = self.posts_password(email, password);
        assert_eq!(answer.status, 422, "{}", answer.body);
    }

    fn posts_password(&mut self, email: &str, password: &str) -> Answer {
        let fields = [
            ("strategy", "password"),
            ("identifier", email),
            ("password", password),
        ];
        self.post("/__clerk/v1/client/sign_ins", &fields)
    }

    /// Signs in with a code by e-mail: three requests.
    pub fn signs_in_with_code(&mut self, email: &str) -> String {
        self.becomes_somebody_else();
        let begun = self
            .post("/__clerk/v1/client/sign_ins", &[("identifier", email)])
            .json();
        let sign_in = &begun["response"];
        let id = sign_in["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no sign-in in {begun}"))
            .to_owned();
        let factors = sign_in["supported_first_factors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let factor = factors
            .iter()
            .find(|factor| factor["strategy"] == "email_code");
        let address = factor
            .and_then(|factor| factor["email_address_id"].as_str())
            .unwrap_or_default()
            .to_owned();
        let path = format!("/__clerk/v1/client/sign_ins/{id}");
        let fields = [("strategy", "email_code"), ("email_address_id", &address)];
        self.post(&format!("{path}/prepare_first_factor"), &fields);
        let fields = [("strategy", "email_code"), ("code", "424242")];
        created_session(&self.post(&format!("{path}/attempt_first_factor"), &fields))
    }
}

impl Member {
    /// Signs in and stays.
    pub fn new(server: SocketAddr, email: &str) -> io::Result<Self> {
        let mut visitor = Visitor::new(server)?;
        let session = visitor.signs_in_with_password(email);
        Ok(Self { visitor, session })
    }

    /// Asks for a fresh session token.
    pub fn refreshes_token(&mut self) {
        let path = format!("/__clerk/v1/client/sessions/{}/tokens", self.session);
        let answer = self.visitor.post(&path, &[]);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Opens a page of an app at the same origin, with the cookies that a browser has after signing in.
    pub fn into_caller(mut self, path: &'static str) -> Caller {
        let fresh = format!("/__clerk/v1/client/sessions/{}/tokens", self.session);
        let told = self.visitor.post(&fresh, &[]).json();
        let token = told["jwt"]
            .as_str()
            .unwrap_or_else(|| panic!("no token in {told}"));
        let client = self.visitor.cookie.unwrap_or_default();
        Caller {
            connection: self.visitor.connection,
            path,
            cookies: format!("Cookie: __client={client}; __session={token}"),
        }
    }
}

impl Caller {
    /// Somebody who calls a route with cookies got elsewhere: a whole `Cookie` line.
    pub fn new(connection: Connection, path: &'static str, cookies: String) -> Self {
        Self {
            connection,
            path,
            cookies,
        }
    }

    /// Calls the route; it must know who this is.
    pub fn is_known(&mut self) {
        let headers = std::slice::from_ref(&self.cookies);
        let answer = self
            .connection
            .send("GET", self.path, headers, "")
            .expect("the server answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("user_id"), "{}", answer.body);
    }
}

fn created_session(answer: &Answer) -> String {
    let told = answer.json();
    told["response"]["created_session_id"]
        .as_str()
        .unwrap_or_else(|| panic!("not signed in: {} {}", answer.status, answer.body))
        .to_owned()
}

/// Makes accounts through the Backend API and returns their addresses.
pub fn make_accounts(
    server: SocketAddr,
    secret_key: &str,
    count: usize,
) -> io::Result<Vec<String>> {
    let mut connection = Connection::open(server)?;
    let headers = [
        format!("Authorization: Bearer {secret_key}"),
        "Content-Type: application/json".to_owned(),
    ];
    (0..count)
        .map(|number| {
            let email = format!("person{number}+clerk_test@example.com");
            let body =
                serde_json::json!({ "email_address": [email], "password": PASSWORD }).to_string();
            let answer = connection.send("POST", "/v1/users", &headers, &body)?;
            assert_eq!(answer.status, 200, "{}", answer.body);
            Ok(email)
        })
        .collect()
}
