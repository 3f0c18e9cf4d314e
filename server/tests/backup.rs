//! `thyra backup`, and what can be made of its copies.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use stage::crowd::{VARIABLES, assert_whole, keep_signing_up, users};
use stage::{Browser, PASSWORD, Program, free_address, run_to_end};
use tempfile::TempDir;

fn back_up(folder: &Path, to: &str) -> std::process::Output {
    run_to_end(folder, VARIABLES, &["backup", to], "")
}

/// A folder with this copy for a database, and the key that belongs to it.
fn restored(copy: &Path, key: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::copy(copy, data.join("thyra.db")).unwrap();
    fs::copy(key, data.join("thyra.key")).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_n03_a_backup_under_load_holds_all_that_was_acknowledged_and_nothing_half_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::serve(folder.path(), VARIABLES);
    let crowd: Vec<_> = (0..4)
        .map(|worker| tokio::spawn(keep_signing_up(program.origin.clone(), worker)))
        .collect();
    while users(&program.origin).await.len() < 8 {
        tokio::task::yield_now().await;
    }
    let before = users(&program.origin).await;

    let output = back_up(folder.path(), "copy.db");

    assert!(output.status.success(), "{output:?}");
    program.kill();
    for worker in crowd {
        worker.await.unwrap();
    }
    let copy = folder.path().join("copy.db");
    let elsewhere = restored(&copy, &folder.path().join("data/thyra.key"));
    let program = Program::serve(elsewhere.path(), VARIABLES);
    let after = users(&program.origin).await;
    after.iter().for_each(assert_whole);
    for user in &before {
        assert!(after.contains(user), "{user} is not in the copy");
    }
    let address = before[0]["email_addresses"][0]["email_address"]
        .as_str()
        .unwrap();
    let answer = Browser::new(&program.origin)
        .sign_in(address, PASSWORD)
        .await;
    assert_eq!(answer.expect(200).json()["response"]["status"], "complete");
}

#[tokio::test]
async fn sec_n03_sessions_go_on_from_a_restored_backup() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let variables = [("THYRA_ADDR", address.as_str())];
    let mut program = Program::serve(folder.path(), &variables);
    let ada = Browser::new(&program.origin);
    ada.sign_up("ada@example.com", PASSWORD).await;
    assert!(back_up(folder.path(), "copy.db").status.success());
    program.kill();
    let key = folder.path().join("data/thyra.key");

    let elsewhere = restored(&folder.path().join("copy.db"), &key);
    let _program = Program::serve(elsewhere.path(), &variables);

    let client = ada.get("/__clerk/v1/client").await.expect(200).json();
    assert_eq!(
        client["response"]["sessions"][0]["status"], "active",
        "{client}"
    );
}

#[test]
fn sec_n03_a_backup_belongs_to_its_owner_alone_and_has_no_key_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let added = ["user", "add", "ada@example.com"];
    assert!(
        run_to_end(folder.path(), VARIABLES, &added, "")
            .status
            .success()
    );

    let output = back_up(folder.path(), "copy.db");

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("copy.db") && said.contains("data/thyra.key"),
        "{said}"
    );
    let copy = folder.path().join("copy.db");
    let mode = copy.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let key = fs::read(folder.path().join("data/thyra.key")).unwrap();
    let bytes = fs::read(copy).unwrap();
    assert!(!bytes.windows(key.len()).any(|window| window == key));
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| !name.to_string_lossy().ends_with(".part")),
        "{names:?}"
    );
}

#[test]
fn what_cannot_be_backed_up_is_said_and_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |to: &str, why: &str| {
        let output = back_up(folder.path(), to);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}");
    };

    refused("copy.db", "there is no database at data/thyra.db");
    assert!(
        !folder.path().join("data").exists(),
        "no database is made to be copied"
    );

    let added = ["user", "add", "ada@example.com"];
    assert!(
        run_to_end(folder.path(), VARIABLES, &added, "")
            .status
            .success()
    );
    fs::write(folder.path().join("precious"), "kept").unwrap();
    refused("precious", "precious exists already");
    assert_eq!(
        fs::read_to_string(folder.path().join("precious")).unwrap(),
        "kept"
    );
    refused("data/thyra.db", "exists already");
    refused("no/such/folder/copy.db", "cannot be written");
}

#[tokio::test]
async fn a_file_of_somebody_elses_beside_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
    let settings = thyra_auth::Settings::development("http://127.0.0.1:3000", &url);
    thyra_auth::Auth::open(settings.clone()).await.unwrap();
    let name = format!("copy.db.{}-0.part", std::process::id());
    fs::write(folder.path().join(&name), "theirs").unwrap();

    let to = folder.path().join("copy.db");
    let first = thyra_auth::back_up(&settings, &to).await;

    assert!(first.is_err() && !to.exists(), "{first:?}");
    let theirs = fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(theirs, "theirs");
    thyra_auth::back_up(&settings, &to).await.unwrap();
}

#[test]
fn of_two_backups_with_one_name_one_is_refused_and_the_other_whole() {
    let folder = tempfile::tempdir().unwrap();
    let added = ["user", "add", "ada@example.com"];
    assert!(
        run_to_end(folder.path(), VARIABLES, &added, "")
            .status
            .success()
    );

    let done: Vec<bool> = std::thread::scope(|scope| {
        let runs =
            [(); 4].map(|()| scope.spawn(|| back_up(folder.path(), "copy.db").status.success()));
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });

    assert_eq!(done.iter().filter(|&&done| done).count(), 1, "{done:?}");
    let copy = folder.path().join("copy.db");
    let elsewhere = restored(&copy, &folder.path().join("data/thyra.key"));
    let again = run_to_end(elsewhere.path(), VARIABLES, &added, "");
    assert!(
        String::from_utf8(again.stderr)
            .unwrap()
            .contains("not added")
    );
}
