//! The folder with the pages' files: whose it is, and what of it is served.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use stage::{Browser, Program};
use tempfile::TempDir;

/// Where `scripts/leptos.sh` has cargo-leptos put the pages, as a `cargo` tells that only says so.
fn site_of(arguments: &[&str]) -> String {
    let tools = tempfile::tempdir().unwrap();
    let cargo = tools.path().join("cargo");
    std::fs::write(&cargo, "#!/bin/sh\nprintf %s \"$LEPTOS_SITE_ROOT\"\n").unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/leptos.sh");
    let path = format!(
        "{}:{}",
        tools.path().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new(script)
        .args(arguments)
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", "/built")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_debug_build_leaves_the_pages_of_the_release_alone() {
    // Both wrote into `target/site`: `make test` after `make build` left the release with seven megabytes of debug wasm.
    assert_eq!(site_of(&["build"]), "/built/debug/site");
    assert_eq!(site_of(&["serve"]), "/built/debug/site");
    assert_eq!(
        site_of(&["build", "--release", "--precompress"]),
        "/built/release/site"
    );
}

/// A folder with pages, and a server of them.
fn served(files: &[&str]) -> (TempDir, Program) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join("site").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "content").unwrap();
    }
    std::fs::write(folder.path().join("secret"), "canary").unwrap();
    let site = folder.path().join("site");
    let links = [
        ("secret.txt", "../secret"),
        ("folder", ".."),
        ("linked.txt.br", "../secret"),
    ];
    for (name, target) in links {
        symlink(target, site.join(name)).unwrap();
    }
    let program = Program::serve(
        folder.path(),
        &[("THYRA_SITE_ROOT", site.to_str().unwrap())],
    );
    (folder, program)
}

const FILES: &[&str] = &[
    "pkg/thyra.js",
    "pkg/thyra.js.br",
    "favicon.svg",
    ".well-known/security.txt",
    ".env",
    ".git/config",
    "pkg/.hidden.js",
    "pkg/thyra.js.map",
    "pkg/thyra.js.map.br",
    "linked.txt",
];

#[tokio::test]
async fn sec_f09_what_lies_in_the_sites_folder_by_mistake_is_not_served() {
    let (_folder, program) = served(FILES);
    let browser = Browser::new(&program.origin);

    for path in [
        "/pkg/thyra.js",
        "/favicon.svg",
        "/favicon%2esvg",
        "/.well-known/security.txt",
    ] {
        let answer = browser.get(path).await.expect(200);
        assert_eq!(answer.text, "content", "{path}");
    }
    for path in [
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/pkg/.hidden.js",
        "/pkg/thyra.js.map",
        "/pkg/thyra.js.map.br",
        "/secret.txt",
        "/folder/secret",
        "/folder/site/favicon.svg",
        "/linked.txt",
        "/pkg/..%2f..%2fsecret",
        "/pkg",
    ] {
        let answer = browser.get(path).await.expect(404);
        assert!(!answer.text.contains("canary"), "{path}");
    }
}

#[tokio::test]
async fn sec_p03_a_name_that_no_file_can_have_is_not_found_and_hardly_logged() {
    // It was a failure of ours, with two lines in the log that held all of it.
    let (_folder, program) = served(FILES);
    let browser = Browser::new(&program.origin);

    for path in ["/", "/pkg/"] {
        browser
            .get(&format!("{path}{}", "x".repeat(5000)))
            .await
            .expect(404);
    }

    let log = program.log();
    assert!(log.contains("xxx..."), "{log}");
    assert!(!log.contains(&"x".repeat(300)), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}
