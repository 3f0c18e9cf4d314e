#!/usr/bin/env bash
# Runs a command with the toolchain that scripts/setup.sh chose:  scripts/with_tools.sh cargo build
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
[ -f "$TOOLS_ENV" ] || bash "$ROOT/scripts/setup.sh" toolchain
source "$TOOLS_ENV"

# npm's wasm-opt before Debian's, which cannot read what today's compiler writes.
export PATH="$ROOT/end2end/node_modules/.bin:$TOOLS/node/bin:$PATH"
# A `cargo test` and a `cargo leptos build` that shared a file name for the wasm would disagree without it.
export LEPTOS_OUTPUT_NAME=thyra

# On CI each run is a fresh clone: compiled dependencies are kept outside it, one folder for each compiler.
if [ "${CI:-}" = true ] && [ -z "${CARGO_TARGET_DIR:-}" ]; then
  CARGO_TARGET_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/thyra/target-$(rustc --version | cut -d' ' -f2)"
  export CARGO_TARGET_DIR
fi
exec "$@"
