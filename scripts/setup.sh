#!/usr/bin/env bash
# Installs what building and testing Thyra needs and this machine lacks. Safe to run again: what is there stays.
#
#   scripts/setup.sh [PART…]    parts: rust (toolchain, wasm-bindgen, cargo-leptos), node (wasm-opt, Playwright),
#                               browser (Chromium, fonts). Without a part: all of them.
set -euo pipefail
steps="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/setup"

set_up() {
  case $1 in
    rust)
      bash "$steps/toolchain.sh"
      bash "$steps/rust_tools.sh"
      ;;
    node) bash "$steps/node_packages.sh" ;;
    browser) bash "$steps/browser.sh" ;;
    *)
      echo "setup: no part '$1'; there are rust, node and browser" >&2
      exit 2
      ;;
  esac
}

[ $# -gt 0 ] || set -- rust node browser
for part in "$@"; do
  set_up "$part"
done
