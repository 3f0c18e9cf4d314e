//! What the binary says to whoever starts it, and that it says it before it serves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::net::TcpListener;
use std::process::Output;

use stage::{PASSWORD, PRODUCTION, Program, run_to_end};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Starts the binary in an empty folder, where it has to refuse, and gives what it said.
fn refusal(variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = run_to_end(folder.path(), variables, &[], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "it served: {output:?}");
    text(&output.stderr)
}

#[track_caller]
fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let said = refusal(&[("THYRA_ADDR", &address)]);

    assert_says(
        &said,
        &[
            "THYRA_ADDR",
            &address,
            "another program is using",
            "free port",
        ],
    );
}

#[test]
fn an_address_of_another_machine_is_named() {
    let said = refusal(&[("THYRA_ADDR", "192.0.2.1:3000")]);

    assert_says(
        &said,
        &[
            "THYRA_ADDR",
            "192.0.2.1:3000",
            "not an address of this machine",
        ],
    );
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    // A folder below a file can be made by nobody, not even by root.
    let said = refusal(&[("THYRA_DATABASE_URL", "sqlite:/dev/null/thyra.db")]);

    assert_says(
        &said,
        &[
            "THYRA_DATABASE_URL",
            "sqlite:/dev/null/thyra.db",
            "expected",
        ],
    );
}

#[test]
fn a_malformed_secret_key_is_refused_without_being_shown() {
    let said = refusal(&[("THYRA_SECRET_KEY", "sk_live_canary")]);

    assert_says(
        &said,
        &["THYRA_SECRET_KEY", "14 characters", "expected sk_live_"],
    );
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn a_malformed_master_key_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("short.key");
    std::fs::write(&key, "canary\n").unwrap();

    let said = refusal(&[("THYRA_MASTER_KEY_PATH", key.to_str().unwrap())]);

    assert_says(&said, &["THYRA_MASTER_KEY_PATH", "short.key"]);
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn production_with_development_settings_is_refused_whole() {
    let said = refusal(&[("THYRA_MODE", "production"), ("THYRA_TEST_CODES", "true")]);

    assert_says(
        &said,
        &[
            "THYRA_PUBLIC_URL",
            "THYRA_SMTP_URL",
            "THYRA_TEST_CODES",
            "THYRA_MODE is production",
        ],
    );
}

#[test]
fn an_unknown_setting_is_refused() {
    let said = refusal(&[("THYRA_SMPT_URL", "smtp://canary@mail")]);

    assert_says(&said, &["THYRA_SMPT_URL", "did you mean THYRA_SMTP_URL?"]);
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn a_wrong_value_in_the_file_is_named_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("thyra.toml"),
        "enumeration_protection = \"maybe\"\n",
    )
    .unwrap();

    let output = run_to_end(folder.path(), &[], &[], "");

    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert_says(
        &said,
        &[
            "THYRA_ENUMERATION_PROTECTION",
            "\"maybe\"",
            "thyra.toml",
            "off or strict",
        ],
    );
}

#[test]
fn the_greeting_says_where_everything_is_and_a_stop_is_orderly() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::serve(folder.path(), &[]);

    assert!(program.origin.starts_with("http://localhost:"));
    assert_eq!(program.stop(), Some(0));
    assert!(folder.path().join("data/thyra.db").is_file());
}

#[cfg(unix)]
#[test]
fn sec_n03_data_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _program = Program::serve(folder.path(), &[]);

    for file in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

fn command(folder: &std::path::Path, arguments: &[&str], input: &str) -> Output {
    run_to_end(folder, &[], arguments, input)
}

#[tokio::test]
async fn a_user_added_by_hand_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["user", "add", "ada@example.com", "--password-stdin"];
    let added = command(folder.path(), &arguments, &format!("{PASSWORD}\n"));
    assert!(text(&added.stdout).starts_with("user_"), "{added:?}");

    let program = Program::serve(folder.path(), &[]);
    let browser = stage::Browser::new(&program.origin);
    let answer = browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .expect(200);

    assert_eq!(answer.json()["response"]["status"], "complete");
}

#[test]
fn a_user_that_cannot_be_added_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, input, sentence) in [
        (&["user", "add", "nobody"][..], "", "the user was not added"),
        (
            &["user", "add", "ada@example.com", "--password-stdin"],
            "\n",
            "no password",
        ),
        (
            &["user", "add", "ada@example.com", "--password-stdin"],
            "short\n",
            "the user was not added",
        ),
    ] {
        let output = command(folder.path(), arguments, input);

        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_says(&text(&output.stderr), &[sentence]);
    }
}

#[test]
fn keys_are_shown_and_rotated() {
    let folder = tempfile::tempdir().unwrap();

    let first = text(&command(folder.path(), &["keys", "show"], "").stdout);
    let rotated = text(&command(folder.path(), &["keys", "rotate"], "").stdout);
    let second = text(&command(folder.path(), &["keys", "show"], "").stdout);

    assert_says(&first, &["pk_live_", "sk_live_"]);
    assert_says(&rotated, &["New signing key"]);
    assert_eq!(first, second, "rotation changes the signing key only");
}

#[test]
fn users_and_keys_of_a_remote_api_are_not_managed_here() {
    let folder = tempfile::tempdir().unwrap();
    let remote = [("THYRA_AUTH_API_URL", "https://clerk.example.com")];

    let output = run_to_end(folder.path(), &remote, &["keys", "show"], "");

    assert_eq!(output.status.code(), Some(1));
    assert_says(&text(&output.stderr), &["THYRA_AUTH_API_URL"]);
    assert!(
        !folder.path().join("data").exists(),
        "an embedded API was opened"
    );
}

#[test]
fn the_doctor_finds_a_healthy_server_healthy() {
    let folder = tempfile::tempdir().unwrap();

    let output = command(folder.path(), &["doctor"], "");

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = text(&output.stdout);
    assert_says(
        &said,
        &[
            "ok    configuration",
            "ok    data",
            "ok    permissions",
            "warn  mail",
        ],
    );
}

#[test]
fn the_doctor_names_a_dead_mail_server_without_its_password() {
    let folder = tempfile::tempdir().unwrap();

    let output = run_to_end(folder.path(), PRODUCTION, &["doctor"], "");

    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_says(
        &said,
        &[
            "FAIL  mail server: 127.0.0.1:1 does not answer",
            "1 of these will not work",
        ],
    );
    assert!(!said.contains("canary"), "{said}");
}
