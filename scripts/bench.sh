#!/usr/bin/env bash
# Measures the release on this machine and writes the figures, with date and machine, into docs/performance.md
# between its two markers. Needs `make build` and Chromium; run it with scripts/with_tools.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-target}"
page=docs/performance.md
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

machine() {
  local model
  model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
  printf 'Measured %s on %s cores (%s), %s, commit %s.\n' "$(date -u +%Y-%m-%d)" "$(nproc)" \
    "${model:-unknown processor}" "$(rustc --version | cut -d' ' -f1,2)" "$(git rev-parse --short HEAD)"
}

replace_between_markers() { # replace_between_markers FILE
  awk -v figures="$1" '
    /<!-- figures -->/ { print; while ((getline line < figures) > 0) print line; skip = 1; next }
    /<!-- end of figures -->/ { skip = 0 }
    !skip { print }
  ' "$page" >"$page.new" && mv "$page.new" "$page"
}

cargo build --quiet --release -p thyra-bench
{
  printf '\n%s\n\n' "$(machine)"
  "$target/release/thyra-bench" "$target/release/thyra"
} | tee "$rows"
(cd end2end && E2E_PROFILE=release BENCH_ROWS="$rows" playwright test -c bench/playwright.config.ts)
echo >>"$rows"
replace_between_markers "$rows"
echo "bench: written to $page"
