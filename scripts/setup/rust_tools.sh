#!/usr/bin/env bash
# The two build tools of a Leptos app: wasm-bindgen (its version must equal the crate's) and cargo-leptos.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$TOOLS_ENV"

# A prebuilt tool where cargo-binstall can fetch one: seconds instead of minutes.
binstall() {
  command -v cargo-binstall >/dev/null || return 1
  timeout 120 cargo binstall --no-confirm --disable-strategies compile "$1" >"$TOOLS/binstall.log" 2>&1
}

install_wasm_bindgen() {
  [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $WASM_BINDGEN_VERSION" ] && return 0
  binstall "wasm-bindgen-cli@$WASM_BINDGEN_VERSION" && return 0
  say "building wasm-bindgen $WASM_BINDGEN_VERSION: it writes the JavaScript around the wasm (about 2 minutes)"
  # Without --locked: the lock file it was published with does not resolve everywhere.
  quick_release_profile cargo install --quiet wasm-bindgen-cli --version "$WASM_BINDGEN_VERSION" --force
}

install_cargo_leptos() {
  [ "$(cargo-leptos --version 2>/dev/null)" = "cargo-leptos $CARGO_LEPTOS_VERSION" ] && return 0
  binstall "cargo-leptos@$CARGO_LEPTOS_VERSION" && return 0
  say "building cargo-leptos $CARGO_LEPTOS_VERSION: it builds server, wasm and styles as one (6 to 10 minutes)"
  install_debian "cargo-leptos is built from source" gcc libc6-dev pkg-config
  # no_downloads: what cargo-leptos would fetch by itself, these scripts install.
  quick_release_profile \
    cargo install --quiet cargo-leptos --version "$CARGO_LEPTOS_VERSION" --features no_downloads --locked --force
}

# The crates of the workspace that build C (aws-lc, SQLite) need a C compiler and CMake's peers.
install_debian "aws-lc and SQLite are C" gcc g++ libc6-dev make
install_wasm_bindgen
install_cargo_leptos
