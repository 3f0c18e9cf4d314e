//! Many people who sign up one after the other, whatever happens to the server.

use serde_json::Value;

use super::{Answer, Browser, PASSWORD};

const SECRET_KEY: &str = "sk_live_0123456789abcdefghijklmnopqrstuvwxyz";
/// What the program is started with, so that [`users`] may ask it.
pub const VARIABLES: &[(&str, &str)] = &[("THYRA_SECRET_KEY", SECRET_KEY), ("THYRA_LOG", "warn")];

/// Signs people up one after the other until the server is gone. Gives the addresses that were acknowledged.
pub async fn keep_signing_up(origin: String, worker: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        // Test addresses take a fixed code: no outbox has to be read in a race.
        let address = format!("w{worker}n{number}+clerk_test@example.com");
        match sign_up(&Browser::new(&origin), &address).await {
            Some(true) => acknowledged.push(address),
            Some(false) => panic!("{address} was refused"),
            None => break,
        }
    }
    acknowledged
}

/// Whether a sign-up was acknowledged; `None` when the connection broke.
async fn sign_up(browser: &Browser, address: &str) -> Option<bool> {
    let created = try_post(
        browser,
        "/__clerk/v1/client/sign_ups",
        &[("email_address", address), ("password", PASSWORD)],
    )
    .await?;
    let id = created["response"]["id"].as_str()?.to_owned();
    let path = format!("/__clerk/v1/client/sign_ups/{id}");
    let strategy = ("strategy", "email_code");
    try_post(
        browser,
        &format!("{path}/prepare_verification"),
        &[strategy],
    )
    .await?;
    let fields = [strategy, ("code", "424242")];
    let done = try_post(browser, &format!("{path}/attempt_verification"), &fields).await?;
    Some(done["response"]["status"] == "complete")
}

async fn try_post(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Option<Value> {
    let response = browser.posting(path).form(fields).send().await.ok()?;
    response.json().await.ok()
}

/// Every user, by the Backend API.
pub async fn users(origin: &str) -> Vec<Value> {
    let request = Browser::new(origin)
        .request(reqwest::Method::GET, "/v1/users?limit=500")
        .bearer_auth(SECRET_KEY);
    let answer = Answer::of(request).await.expect(200);
    answer.json().as_array().unwrap().clone()
}

/// Nothing of a user is missing.
#[track_caller]
pub fn assert_whole(user: &Value) {
    let address = &user["email_addresses"][0];
    assert_eq!(user["password_enabled"], true, "{user}");
    assert_eq!(address["verification"]["status"], "verified", "{user}");
    assert_eq!(user["primary_email_address_id"], address["id"], "{user}");
}
