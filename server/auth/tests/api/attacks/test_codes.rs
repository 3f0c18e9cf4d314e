//! D12: the code of test addresses.

use thyra_auth::{Auth, Settings};
use thyra_wire::Secret;

use crate::stage::Stage;

const TESTER: &str = "ada+clerk_test@example.com";

#[tokio::test]
async fn sec_d12_test_addresses_accept_the_fixed_code_in_development() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(TESTER).await;

    browser
        .try_sign_up_code(&attempt, "424242")
        .await
        .expect_status(200);
}

#[tokio::test]
async fn sec_d12_without_test_codes_there_is_no_fixed_code() {
    let stage = Stage::with_settings(|settings| settings.test_codes = false).await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(TESTER).await;

    if stage.last_code().await != "424242" {
        browser
            .try_sign_up_code(&attempt, "424242")
            .await
            .expect_error(422, "form_code_incorrect");
    }
}

#[tokio::test]
async fn sec_d12_production_with_test_codes_does_not_open() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
    let mut settings = Settings::production("https://auth.example.com", &url);
    settings.smtp_url = Some(Secret::from("smtp://127.0.0.1:2525"));
    settings.test_codes = true;

    let error = Auth::open(settings)
        .await
        .err()
        .expect("it is refused")
        .to_string();

    assert!(
        error.contains("test_codes") && error.contains("production"),
        "{error}"
    );
}
