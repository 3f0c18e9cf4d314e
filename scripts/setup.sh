#!/usr/bin/env bash
# Installs what building and testing Thyra needs and this machine lacks. What is there in the version needed stays; a run that was
# ended anywhere goes on when it is run again.
#
#   scripts/setup.sh [PART…]    parts: rust (toolchain, C compiler, wasm-bindgen, cargo-leptos), node (Node, npm packages),
#                               browser (Chromium, fonts). Without a part: these three.
#                               toolchain (that alone), incumbents (what the bench measures beside ours)
set -euo pipefail
steps="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/setup"
for file in common version debian steps toolchain rust_tools node_packages browser; do
  source "$steps/$file.sh"
done

# What waits for a network goes before what keeps the cores busy, so that it can go on beside it.
readonly ORDER=(toolchain c_compiler node browser crates node_packages incumbents wasm_bindgen cargo_leptos)

steps_of() {
  case $1 in
    toolchain) echo toolchain ;;
    rust) echo toolchain c_compiler crates wasm_bindgen cargo_leptos ;;
    node) echo node node_packages ;;
    browser) echo browser ;;
    incumbents) echo node incumbents ;;
    *)
      echo "setup: no part '$1'; there are rust, node, browser, toolchain and incumbents" >&2
      return 2
      ;;
  esac
}

in_order() { # in_order STEP…: each once
  local step
  for step in "${ORDER[@]}"; do
    [[ " $* " != *" $step "* ]] || echo "$step"
  done
}

# Two set-ups at once would install the same twice.
alone() {
  command -v flock >/dev/null || return 0
  exec 9>"$TOOLS/lock"
  flock --nonblock 9 && return 0
  say "another set-up is under way here; waiting for it"
  flock 9
}

[ $# -gt 0 ] || set -- rust node browser
wanted=
for part in "$@"; do
  wanted="$wanted $(steps_of "$part")"
done

mkdir -p "$TOOLS"
alone
export PATH="$TOOLS/node/bin:$CARGO_BIN:$PATH"
[ ! -f "$TOOLS_ENV" ] || source "$TOOLS_ENV"
# shellcheck disable=SC2046,SC2086 # names without spaces
run_steps $(in_order $wanted)
