#!/usr/bin/env bash
# Measures the release on this machine, and the incumbents beside it. Needs `make build` and Chromium; run it with
# scripts/with_tools.sh.
#
#   scripts/bench.sh [FIGURE…]    figures: start, timing, scale, passwords, tokens, codes, session-checks, better-auth, page.
#                                 All of them go into docs/performance.md, between its two markers, with date and
#                                 machine; those that are named are only printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-target}"
document=docs/performance.md
rows=$(mktemp)

at_end() {
  local status=$?
  rm -f "$rows"
  # Whatever ended it, a failed command or a signal: say so, the output before it may look complete.
  [ "$status" = 0 ] || echo "bench: ended early with status $status; nothing was written to $document" >&2
}
trap at_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

machine() {
  local model
  model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
  printf 'Measured %s on %s cores (%s), %s, commit %s.\n' "$(date -u +%Y-%m-%d)" "$(nproc)" \
    "${model:-unknown processor}" "$(rustc --version | cut -d' ' -f1,2)" "$(git rev-parse --short HEAD)"
}

measure_server() { # measure_server FIGURE…: without one, all of them
  printf '\n%s\n\n' "$(machine)"
  "$target/release/thyra-bench" "$target/release/thyra" "$@"
}

measure_page() {
  (cd end2end && E2E_PROFILE=release BENCH_ROWS="$rows" playwright test -c bench/playwright.config.ts)
}

replace_between_markers() { # replace_between_markers FILE
  awk -v figures="$1" '
    /<!-- figures -->/ { print; while ((getline line < figures) > 0) print line; skip = 1; next }
    /<!-- end of figures -->/ { skip = 0 }
    !skip { print }
  ' "$document" >"$document.new" && mv "$document.new" "$document"
}

measure_all() {
  measure_server | tee "$rows"
  measure_page
  echo >>"$rows"
  replace_between_markers "$rows"
  echo "bench: written to $document"
}

measure_some() { # measure_some FIGURE…
  local figure with_page= of_server=()
  for figure in "$@"; do
    if [ "$figure" = page ]; then with_page=1; else of_server+=("$figure"); fi
  done
  [ ${#of_server[@]} = 0 ] || measure_server "${of_server[@]}"
  [ -z "$with_page" ] || measure_page
}

# Without the incumbents our own figures are still worth having: the rows then say what is missing.
bash scripts/setup.sh incumbents || true
cargo build --quiet --release -p thyra-bench
if [ $# = 0 ]; then measure_all; else measure_some "$@"; fi
