//! What the simulated people do with better-auth, over HTTP, as its client in a browser would.

use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::http::{Answer, Connection};
use crate::people::PASSWORD;

/// The code in every mail: the server is told to choose it, see `incumbents/better_auth.mjs`.
const CODE: &str = "424242";

/// Somebody with an account and a kept-alive connection.
pub struct Person {
    connection: Connection,
    origin: String,
    email: String,
}

impl Person {
    /// Connects.
    pub fn new(server: SocketAddr, email: &str) -> io::Result<Self> {
        Ok(Self {
            connection: Connection::open(server)?,
            origin: format!("http://{server}"),
            email: email.to_owned(),
        })
    }

    /// Makes the account.
    pub fn signs_up(&mut self) {
        let fields = json!({ "email": self.email, "password": PASSWORD, "name": "Somebody" });
        self.post("/api/auth/sign-up/email", &fields);
    }

    /// Signs in with the password and returns the session's cookie, as the browser sends it back.
    pub fn signs_in_with_password(&mut self) -> String {
        let fields = json!({ "email": self.email, "password": PASSWORD });
        session_cookie(&self.post("/api/auth/sign-in/email", &fields))
    }

    /// Signs in with a code by e-mail: two requests.
    pub fn signs_in_with_code(&mut self) -> String {
        let fields = json!({ "email": self.email, "type": "sign-in" });
        self.post("/api/auth/email-otp/send-verification-otp", &fields);
        let fields = json!({ "email": self.email, "otp": CODE });
        session_cookie(&self.post("/api/auth/sign-in/email-otp", &fields))
    }

    fn post(&mut self, path: &str, fields: &Value) -> Answer {
        let headers = [
            format!("Origin: {}", self.origin),
            "Content-Type: application/json".to_owned(),
        ];
        let answer = self
            .connection
            .send("POST", path, &headers, &fields.to_string())
            .expect("better-auth answers");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer
    }
}

fn session_cookie(answer: &Answer) -> String {
    const NAME: &str = "better-auth.session_token";
    let value = answer
        .cookie(NAME)
        .unwrap_or_else(|| panic!("no session in {}", answer.body));
    format!("{NAME}={value}")
}
