#!/usr/bin/env bash
# A Rust toolchain that can build for the browser. Writes what the other scripts need to know to $TOOLS_ENV.
#
# Two roads: rustup's toolchain where rustup can add the wasm target, otherwise Debian's, whole. They are never
# mixed: a standard library fits only the compiler that built it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rustup_road_is_open() {
  [ -x "$CARGO_BIN/rustup" ] || command -v rustup >/dev/null || return 1
  PATH="$CARGO_BIN:$PATH"
  if ! rustup target list --installed 2>/dev/null | grep -qx "$WASM_TARGET"; then
    say "adding the Rust target $WASM_TARGET: the pages' code runs in the browser as wasm"
    timeout 300 rustup target add "$WASM_TARGET" >"$TOOLS/rustup.log" 2>&1 || return 1
  fi
  rustup component add rustfmt clippy >>"$TOOLS/rustup.log" 2>&1 || true
  cargo --version >/dev/null
}

take_rustup_road() {
  cat >"$TOOLS_ENV" <<ENV
export PATH="$CARGO_BIN:\$PATH"
ENV
}

# Debian ships no standard library for wasm32-unknown-unknown, but its sources: one build of them lasts.
build_wasm_std() {
  local sysroot library work
  sysroot=$(/usr/bin/rustc --print sysroot)
  library="$sysroot/lib/rustlib/$WASM_TARGET/lib"
  if ls "$library"/libstd-*.rlib >/dev/null 2>&1; then
    return 0
  fi
  say "building Rust's standard library for $WASM_TARGET once (about half a minute)"
  work=$(mktemp -d)
  (
    cd "$work"
    PATH=/usr/bin:$PATH cargo init --quiet --lib --vcs none --name thyra_std_seed .
    PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" \
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
      cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$WASM_TARGET"
  )
  as_root mkdir -p "$library"
  find "$work/target/$WASM_TARGET/release/deps" -name 'lib*.rlib' ! -name 'libthyra_std_seed*' \
    -exec cp {} "$TOOLS" \;
  as_root sh -c "mv '$TOOLS'/lib*.rlib '$library/'"
  rm -rf "$work"
}

take_debian_road() {
  say "rustup cannot add $WASM_TARGET here: using Debian's Rust toolchain instead"
  install_debian "a Rust compiler with sources, and a linker for wasm" \
    rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy lld-22 gcc libc6-dev
  build_wasm_std
  cat >"$TOOLS_ENV" <<ENV
export PATH="/usr/bin:$CARGO_BIN:\$PATH"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
ENV
}

if rustup_road_is_open; then
  take_rustup_road
else
  take_debian_road
fi
