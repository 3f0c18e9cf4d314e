#!/usr/bin/env bash
# Installs what building and testing Thyra needs and this machine lacks. Safe to run again: what is there stays.
#
#   scripts/setup.sh [PART…]    parts: rust (toolchain, wasm-bindgen, cargo-leptos), node (wasm-opt, Playwright),
#                               browser (Chromium, fonts). Without a part: these three.
#                               incumbents (what the bench measures beside ours)
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
    incumbents) bash "$steps/node_packages.sh" end2end/bench/incumbents ;;
    *)
      echo "setup: no part '$1'; there are rust, node, browser and incumbents" >&2
      exit 2
      ;;
  esac
}

[ $# -gt 0 ] || set -- rust node browser
for part in "$@"; do
  set_up "$part"
done
