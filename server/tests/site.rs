//! The folder with the pages' files: whose it is, and what of it is served.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

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
