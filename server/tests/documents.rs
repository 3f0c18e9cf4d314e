//! What the documents print is cut from sources that are built and tested.
//!
//! A source marks what may be printed: `// docs: NAME` begins a part, `// docs: end` ends it (`// docs: end NAME` where it lies
//! within another one), and from `// docs: skip` to `// docs: go on` nothing is printed. Comments may be of any of the
//! sources' languages. A document names the part above a block of code:
//!
//! ````text
//! <!-- from end2end/embedded-app/src/main.rs: server -->
//! ```rust
//! ````
//!
//! After a change of a source: `make regenerate`. Blocks of Rust, TOML and SCSS without a source are not allowed in
//! the documents below; words for a terminal or a console are.

use std::fs;
use std::path::{Path, PathBuf};

/// The documents whose code is all cut.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/embedding.md", "docs/custom-forms.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a line says to this test.
fn directive(line: &str) -> Option<&str> {
    let line = line.trim().trim_end_matches(" */");
    let comments = ["// ", "# ", "/* "];
    let comment = comments.iter().find_map(|begin| line.strip_prefix(begin));
    comment?.strip_prefix("docs: ")
}

/// The part of a source, without its indentation, with paths as a reader who has cloned us beside the app needs them.
fn part(source: &str, name: &str) -> String {
    let text = read(source);
    let own_end = format!("end {name}");
    let begins = |line: &&str| directive(line) == Some(name);
    let ends = |line: &str| directive(line).is_some_and(|word| word == "end" || word == own_end);
    let mut is_printed = true;
    let mut lines = Vec::new();
    let part = text.lines().skip_while(|line| !begins(line)).skip(1);
    for line in part.take_while(|line| !ends(line)) {
        match directive(line) {
            Some("skip") => is_printed = false,
            Some("go on") => is_printed = true,
            None if is_printed => lines.push(line),
            _ => {}
        }
    }
    assert!(!lines.is_empty(), "{source} has no part {name}");
    let printed = without_indentation(&lines).join("\n");
    printed
        .replace("\"../../app\"", "\"../thyra/app\"")
        .replace("\"../../server", "\"../thyra/server")
        .replace("\"../../../app", "\"../../thyra/app")
}

fn without_indentation<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let indentation = filled
        .map(|line| line.len() - line.trim_start().len())
        .min();
    let dedent = |line: &&'a str| line.get(indentation.unwrap_or(0)..).unwrap_or("");
    lines.iter().map(dedent).collect()
}

/// The document as it should be: each block that names its source has what stands there.
fn regenerated(document: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = document.lines();
    while let Some(line) = rest.next() {
        lines.push(line.to_owned());
        let Some((source, name)) = source_of(line) else {
            continue;
        };
        let fence = rest.next().expect("a block follows the name of its source");
        assert!(fence.starts_with("```"), "a block follows {line}");
        lines.extend([fence.to_owned(), part(source, name), "```".to_owned()]);
        rest.find(|line| *line == "```");
    }
    lines.join("\n") + "\n"
}

/// `<!-- from FILE: NAME -->`
fn source_of(line: &str) -> Option<(&str, &str)> {
    let named = line.strip_prefix("<!-- from ")?.strip_suffix(" -->")?;
    named.split_once(": ")
}

#[test]
fn what_is_printed_is_what_is_tested() {
    for document in DOCUMENTS {
        let is = read(document);
        let should = regenerated(&is);
        if std::env::var_os("REGENERATE").is_some() {
            fs::write(root().join(document), &should).expect("the document can be written");
            continue;
        }

        assert!(
            is == should,
            "{document} prints what is not so: make regenerate"
        );
    }
}

#[test]
fn every_block_of_code_has_a_source() {
    for document in DOCUMENTS {
        let text = read(document);
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let is_code = ["```rust", "```toml", "```scss", "```css"].contains(&pair[1]);

            assert!(
                !is_code || source_of(pair[0]).is_some(),
                "{document}: a block after {:?} has no source",
                pair[0]
            );
        }
    }
}

/// Somebody who embeds is not asked for more.
#[test]
fn an_app_names_something_of_ours_in_at_most_ten_lines() {
    let app = "end2end/embedded-app/src/app.rs";
    let main = "end2end/embedded-app/src/main.rs";
    let printed = [part(app, "app"), part(main, "server")].join("\n");
    let imported: Vec<String> = printed
        .split("use thyra")
        .skip(1)
        .filter_map(|rest| rest.split(';').next())
        .flat_map(|names| names.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .filter(|name| name.starts_with(char::is_uppercase))
        .map(str::to_owned)
        .collect();

    let is_ours = |line: &&str| {
        let words: Vec<&str> = line
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .collect();
        words
            .iter()
            .any(|word| word.starts_with("thyra") || imported.iter().any(|name| name == word))
    };
    let ours: Vec<&str> = printed.lines().filter(is_ours).collect();

    assert!(imported.len() > 3, "{imported:?}");
    assert!(ours.len() <= 10, "{} lines: {ours:#?}", ours.len());
}
