#!/usr/bin/env bash
# Builds end2end/embedded-app as its author would, with cargo-leptos, beside our own build so that both share
# compiled dependencies. Run it with scripts/with_tools.sh.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}"
export LEPTOS_OUTPUT_NAME=notebook
cd "$root/end2end/embedded-app"
cargo leptos build
