//! Somebody's authenticator app, as they hold it in their hand: by the library, not by our code.

use thyra_auth::Clock as _;
use totp_rs::{Builder, Secret, Totp};

use crate::stage::{ADA, Answer, Browser, PASSWORD, Stage};

/// An app with one entry.
pub struct Authenticator(Totp);

impl Authenticator {
    /// From the secret that is shown when it is set up.
    pub fn of(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).expect("the secret is base32");
        let app = Builder::new().with_secret(secret).build();
        Self(app.expect("the secret is long enough"))
    }

    /// From the URL in the QR code.
    pub fn scan(uri: &str) -> Self {
        Self(Totp::from_url(uri).expect("an app can read it"))
    }

    /// What the app shows now.
    pub fn code(&self, stage: &Stage) -> String {
        let seconds = u64::try_from(stage.clock.now().as_seconds()).expect("it is after 1970");
        self.0.generate(seconds).to_string()
    }

    /// A code that it does not show now, a step before or a step after.
    pub fn wrong_code(&self, stage: &Stage) -> String {
        let now = u64::try_from(stage.clock.now().as_seconds()).expect("it is after 1970");
        let right = [now - 30, now, now + 30].map(|at| self.0.generate(at).to_string());
        let mut guesses = (0..10).map(|digit: u32| digit.to_string().repeat(6));
        let wrong = guesses.find(|guess| !right.contains(guess));
        wrong.expect("three codes are not ten")
    }
}

impl Browser {
    pub async fn offer_totp(&mut self) -> Answer {
        self.post("/v1/me/totp", &[]).await
    }

    pub async fn verify_totp(&mut self, code: &str) -> Answer {
        self.post("/v1/me/totp/attempt_verification", &[("code", code)])
            .await
    }

    pub async fn remove_totp(&mut self) -> Answer {
        self.post("/v1/me/totp?_method=DELETE", &[]).await
    }

    pub async fn make_backup_codes(&mut self) -> Answer {
        self.post("/v1/me/backup_codes/", &[]).await
    }

    /// Answers the second factor.
    pub async fn try_second(&mut self, attempt: &str, strategy: &str, code: &str) -> Answer {
        let fields = [("strategy", strategy), ("code", code)];
        self.post(&format!("{attempt}/attempt_second_factor"), &fields)
            .await
    }

    /// Proves the password, and gives the attempt's path: it waits for the second factor.
    pub async fn begin_second(&mut self) -> String {
        let begun = self.sign_in_with_password(ADA, PASSWORD).await;
        let begun = begun.expect_status(200);
        assert_eq!(begun.text("/response/status"), "needs_second_factor");
        format!("/v1/client/sign_ins/{}", begun.text("/response/id"))
    }
}

impl Stage {
    /// An instance with one user, who has an app and backup codes. The step in which they set it up is over.
    pub async fn with_authenticator() -> (Self, Authenticator, Vec<String>) {
        let stage = Self::with_user(ADA).await;
        let (app, codes) = stage.set_up_authenticator().await;
        (stage, app, codes)
    }

    /// Ada sets up her app: gives it, and her backup codes.
    pub async fn set_up_authenticator(&self) -> (Authenticator, Vec<String>) {
        let mut browser = self.signed_in(ADA).await;
        let offered = browser.offer_totp().await.expect_status(200);
        let app = Authenticator::of(&offered.text("/response/secret"));
        let verified = browser.verify_totp(&app.code(self)).await;
        let codes = backup_codes(&verified.expect_status(200), "/response/backup_codes");
        self.clock.advance(std::time::Duration::from_secs(30));
        (app, codes)
    }
}

/// The codes at this place of an answer.
pub fn backup_codes(answer: &Answer, pointer: &str) -> Vec<String> {
    let json = answer.json();
    let codes = json.pointer(pointer).and_then(|codes| codes.as_array());
    let codes = codes.unwrap_or_else(|| panic!("no codes at {pointer} in {json:#}"));
    codes
        .iter()
        .map(|code| code.as_str().expect("a code is a text").to_owned())
        .collect()
}
