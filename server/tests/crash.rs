//! The process dies in the middle of sign-ups, and its data disappears under it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::path::Path;

use stage::crowd::{VARIABLES, assert_whole, keep_signing_up, users};
use stage::{Browser, PASSWORD, Program, Stage, free_address, run_to_end};

const CROWD: usize = 8;

/// Lets a crowd sign up, kills the server in the middle of it, and gives whose sign-up was acknowledged.
async fn sign_up_until_killed(folder: &Path) -> Vec<String> {
    let mut program = Program::serve(folder, VARIABLES);
    let crowd: Vec<_> = (0..CROWD)
        .map(|worker| tokio::spawn(keep_signing_up(program.origin.clone(), worker)))
        .collect();
    let origin = program.origin.clone();
    while users(&origin).await.len() < CROWD {
        tokio::task::yield_now().await;
    }
    program.kill();
    let mut acknowledged = Vec::new();
    for worker in crowd {
        acknowledged.extend(worker.await.unwrap());
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_sign_ups_loses_nothing_and_leaves_nothing_half_made() {
    let folder = tempfile::tempdir().unwrap();
    let acknowledged = sign_up_until_killed(folder.path()).await;

    let program = Program::serve(folder.path(), VARIABLES);

    let users = users(&program.origin).await;
    assert!(users.len() >= acknowledged.len());
    users.iter().for_each(assert_whole);
    for address in &acknowledged {
        let answer = Browser::new(&program.origin)
            .sign_in(address, PASSWORD)
            .await;
        assert_eq!(
            answer.expect(200).json()["response"]["status"],
            "complete",
            "{address}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_write_while_the_server_does_and_nothing_of_either_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::serve(folder.path(), VARIABLES);
    let crowd: Vec<_> = (0..2)
        .map(|worker| tokio::spawn(keep_signing_up(program.origin.clone(), worker)))
        .collect();

    let by_command = ["ada@example.com", "bob@example.com", "eve@example.com"];
    for address in by_command {
        for arguments in [
            &["user", "add", address, "--password-stdin"][..],
            &["keys", "rotate"],
        ] {
            let output = run_to_end(folder.path(), VARIABLES, arguments, PASSWORD);
            assert!(output.status.success(), "{arguments:?}: {output:?}");
        }
        let answer = Browser::new(&program.origin)
            .sign_in(address, PASSWORD)
            .await;
        answer.expect(200);
    }
    program.kill();
    let mut expected: Vec<String> = by_command.map(str::to_owned).into();
    for worker in crowd {
        expected.extend(worker.await.unwrap());
    }

    let program = Program::serve(folder.path(), VARIABLES);
    let users = users(&program.origin).await;
    let has = |address: &str| {
        users
            .iter()
            .any(|user| user["email_addresses"][0]["email_address"] == address)
    };
    for address in &expected {
        assert!(has(address), "{address} is lost");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_up_that_was_under_way_goes_on_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let variables = [("THYRA_ADDR", address.as_str())];
    let mut program = Program::serve(folder.path(), &variables);
    let browser = Browser::new(&program.origin);
    let id = browser.begin_sign_up("ada@example.com", PASSWORD).await;
    program.kill();

    let program = Program::serve(folder.path(), &variables);

    let port = address.rsplit_once(':').unwrap().1;
    assert_eq!(program.origin, format!("http://localhost:{port}"));
    let code = browser.code_for("ada@example.com").await;
    let path = format!("/__clerk/v1/client/sign_ups/{id}/attempt_verification");
    let answer = browser
        .post(&path, &[("strategy", "email_code"), ("code", &code)])
        .await;
    assert_eq!(answer.expect(200).json()["response"]["status"], "complete");
}

#[tokio::test]
async fn a_database_that_disappears_is_a_clear_failure_and_no_panic() {
    let stage = Stage::start().await;
    let ada = stage.signed_up("ada@example.com").await;
    for name in ["thyra.db", "thyra.db-wal", "thyra.db-shm"] {
        let _ = std::fs::remove_file(stage.folder.path().join(name));
    }

    stage.browser().get("/healthz").await.expect(200);
    stage.browser().get("/readyz").await.expect(503);
    for (path, fields) in [
        (
            "/__clerk/v1/client/sign_ups",
            &[("email_address", "bob@example.com"), ("password", PASSWORD)][..],
        ),
        (
            "/__clerk/v1/client/sign_ins",
            &[("identifier", "ada@example.com")],
        ),
    ] {
        let stranger = stage.browser().post(path, fields).await;
        assert!(
            stranger.status.is_server_error(),
            "{path}: {}",
            stranger.text
        );
        assert!(!stranger.error_code().is_empty(), "{}", stranger.text);
        // What was open may still be read, but nothing is acknowledged that no restart would find.
        let known = ada.post(path, fields).await;
        assert!(!known.status.is_success(), "{path}: {}", known.text);
    }
    // The pages say it too, and go on living.
    stage.browser().open("/sign-in").await;
    stage.browser().get("/healthz").await.expect(200);
}
