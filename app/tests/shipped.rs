//! What crates carry along in their packages and is made of files outside: the style sheet in one piece, and the
//! licences. After a change there: `make regenerate`.

use std::fs;
use std::path::{Path, PathBuf};

const HEAD: &str =
    "/* The theme of Thyra's components, made of the files in style/: change those. */\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Compares, or with `REGENERATE` in the environment writes.
fn expect_shipped(path: &str, text: &str) {
    if std::env::var_os("REGENERATE").is_some() {
        fs::write(root().join(path), text).expect("the file can be written");
    }
    assert!(
        read(path) == text,
        "{path} is not as its source says: make regenerate"
    );
}

fn flat_sheet() -> String {
    let theme = read("style/thyra.css");
    let imports = theme.lines().filter(|line| line.starts_with("@import"));
    let names = imports.map(|line| {
        let name = line.split('"').nth(1);
        name.expect("an import has its file in quotes")
    });
    names.fold(HEAD.to_owned(), |sheet, name| {
        sheet + "\n" + &read(&format!("style/{name}"))
    })
}

#[test]
fn the_flat_sheet_is_what_the_theme_imports() {
    expect_shipped("app/thyra.css", &flat_sheet());
}

#[test]
fn every_crate_has_the_licences() {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let licence = read(name);
        for crate_folder in ["app", "app/wire", "server/auth"] {
            expect_shipped(&format!("{crate_folder}/{name}"), &licence);
        }
    }
}
