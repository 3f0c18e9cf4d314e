#!/usr/bin/env bash
# What comes from npm: wasm-opt (Debian's is too old for today's wasm), Playwright, axe, and Clerk's own clients,
# against which the auth API is tested. Exactly the versions of end2end/package-lock.json.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v npm >/dev/null || install_debian "npm brings wasm-opt and the browser tests" nodejs npm

lock="$ROOT/end2end/package-lock.json"
installed="$ROOT/end2end/node_modules/.thyra-lock"
if cmp -s "$lock" "$installed"; then
  exit 0
fi
say "installing the npm packages of end2end/: wasm-opt, Playwright, axe, Clerk's clients"
# No scripts of packages are run, and no browser is downloaded: Debian's is used.
(cd "$ROOT/end2end" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund \
  >"$TOOLS/npm.log" 2>&1) || { tail -20 "$TOOLS/npm.log" >&2; stop "npm ci failed"; }
cp "$lock" "$installed"
