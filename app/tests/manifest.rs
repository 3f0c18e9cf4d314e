//! What `Cargo.toml` promises to those who embed the library.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).expect("the manifest is there")
}

/// `wasm-bindgen = "=0.2.130"` clashed with every host that had another one: only binaries pin.
#[test]
fn the_library_asks_for_ranges() {
    for manifest in ["../Cargo.toml", "Cargo.toml", "wire/Cargo.toml"] {
        let text = read(manifest);
        let pinned: Vec<_> = text.lines().filter(|line| line.contains("\"=")).collect();

        assert_eq!(pinned, [""; 0], "{manifest}");
    }
}

/// The tool that writes the JavaScript has to be of the version that the binary's wasm was made with.
#[test]
fn the_hosted_pages_pin_what_their_tool_must_match() {
    let setup = read("../scripts/setup/common.sh");
    let version = setup
        .lines()
        .find_map(|line| line.strip_prefix("readonly WASM_BINDGEN_VERSION="))
        .expect("the set-up names the tool's version");

    let pin = format!("wasm-bindgen = \"={version}\"");

    assert!(read("../frontend/Cargo.toml").contains(&pin), "{pin}");
}
