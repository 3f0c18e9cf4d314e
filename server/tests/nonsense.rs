//! Requests that make no sense: whatever is sent to a server function, the fault is the sender's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use stage::{Answer, Browser, Stage};

/// How many requests each server function gets.
const ROUNDS: u64 = 60;

/// A small generator of numbers (splitmix64): the same nonsense in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % sides as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.roll(200);
        (0..length)
            .map(|_| self.roll(256).to_le_bytes()[0])
            .collect()
    }

    /// A form with fields of ours, which hold what they should not.
    fn form(&mut self) -> Vec<u8> {
        let fields = 1 + self.roll(6);
        let mut form = Vec::new();
        for _ in 0..fields {
            form.extend_from_slice(self.pick(FIELDS).as_bytes());
            form.push(b'=');
            match self.roll(3) {
                0 => form.extend(self.bytes()),
                _ => form.extend_from_slice(self.pick(VALUES).as_bytes()),
            }
            form.push(b'&');
        }
        form
    }

    fn body(&mut self) -> Vec<u8> {
        match self.roll(4) {
            0 => self.bytes(),
            _ => self.form(),
        }
    }
}

const FIELDS: &[&str] = &[
    "identifier",
    "password",
    "code",
    "strategy",
    "email_address",
    "email_address_id",
    "session_id",
    "username",
    "first_name",
    "legal_accepted",
    "flow",
    "flow[path]",
    "flow[redirect_url]",
    "flow[attempt]",
    "flow[address]",
    "flow[a][b][c][d][e][f]",
    "params",
    "params[identifier]",
    "params[strategy]",
    "params[unsafe_metadata]",
    "params[transfer]",
    "params[0]",
    "[",
    "]",
    "",
];

const VALUES: &[&str] = &[
    "",
    "%",
    "%ff%fe",
    "%00",
    "%0d%0aSet-Cookie:x",
    "ada%40example.com",
    "ada@",
    "../../v1/users",
    "sess_x",
    "sia_x",
    "true",
    "2",
    "-1",
    "1e999",
    "password",
    "email_code",
    "oauth_google",
    "424242",
    "//evil.example",
    "/sign-in",
    "[[[[[",
    "{}",
    "null",
    "<script>",
    "%F0%9F%92%A9",
    "\u{202e}x",
];

const COOKIES: &[&str] = &[
    "",
    "__client=",
    "__client=x",
    "__client=a.b.c",
    "__session=a.b.c; __client=x",
    "=;;=",
    "__client=%ff",
    "__session=\u{1}",
];

const ACCEPTS: &[&str] = &["text/html", "application/json", "*/*", "nonsense", ""];

const KINDS: &[&str] = &[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
    "nonsense",
];

async fn send(browser: &Browser, path: &str, dice: &mut Dice) -> Answer {
    let kind = match dice.roll(3) {
        0 => dice.pick(KINDS),
        _ => KINDS[0],
    };
    let mut request = browser
        .posting(path)
        .header("content-type", kind)
        .header("accept", dice.pick(ACCEPTS));
    let cookie = dice.pick(COOKIES);
    if let Ok(cookie) = reqwest::header::HeaderValue::from_bytes(cookie.as_bytes()) {
        request = request.header("cookie", cookie);
    }
    Answer::of(request.body(dice.body())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_p03_no_request_to_a_server_function_breaks_anything() {
    let stage = Stage::start().await;
    let browser = stage.browser();
    let mut dice = Dice(7);
    let functions: Vec<_> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("/api/auth/"))
        .collect();
    assert!(functions.len() >= 22, "{functions:?}");

    for path in functions {
        for round in 0..ROUNDS {
            let answer = send(&browser, path, &mut dice).await;

            let status = answer.status;
            assert!(
                !status.is_server_error(),
                "{path}, round {round}: {answer:?}"
            );
        }
    }

    browser.get("/readyz").await.expect(200);
}
