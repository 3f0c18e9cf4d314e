//! What happens when the database goes away, and what is there after a restart.

use crate::stage::{ADA, PASSWORD, Stage};

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let attempt = browser.begin_sign_up(ADA).await;
    let code = stage.last_code().await;
    let cookies = browser.cookies.clone();

    let stage = stage.restarted().await;

    let mut browser = stage.browser();
    browser.cookies = cookies;
    browser
        .try_sign_up_code(&attempt, &code)
        .await
        .expect_status(200);
    stage
        .browser()
        .sign_in_with_password(ADA, PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn a_database_file_that_disappears_is_noticed_before_anything_is_promised() {
    let stage = Stage::with_user(ADA).await;
    std::fs::remove_file(stage.folder().join("thyra.db")).unwrap();

    let answer = stage
        .browser()
        .post("/v1/client/sign_ins", &[("identifier", ADA)])
        .await;

    let answer = answer.expect_error(503, "service_unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    assert!(stage.auth.is_ready().await.is_err());
}

#[tokio::test]
async fn a_database_file_that_comes_back_is_used_again() {
    let stage = Stage::with_user(ADA).await;
    let (place, elsewhere) = (
        stage.folder().join("thyra.db"),
        stage.folder().join("moved.db"),
    );
    std::fs::rename(&place, &elsewhere).unwrap();
    let away = stage.browser().sign_in_with_password(ADA, PASSWORD).await;
    away.expect_error(503, "service_unavailable");

    std::fs::rename(&elsewhere, &place).unwrap();

    let back = stage.browser().sign_in_with_password(ADA, PASSWORD).await;
    back.expect_status(200);
    assert!(stage.auth.is_ready().await.is_ok());
}

#[tokio::test]
async fn sec_n03_the_files_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::with_user(ADA).await;

    for (path, _) in stage.files() {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}
