#!/usr/bin/env bash
# What comes from npm, exactly the versions of the folder's package-lock.json:
#   end2end                     wasm-opt (Debian's is too old for today's wasm), Playwright, axe, and Clerk's own clients,
#                               against which the auth API is tested
#   end2end/bench/incumbents    what `make bench` measures beside ours; some 400 MB, so nothing else installs it
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

folder="${1:-end2end}"
lock="$ROOT/$folder/package-lock.json"
installed="$ROOT/$folder/node_modules/.thyra-lock"

command -v npm >/dev/null || install_debian "npm brings wasm-opt and the browser tests" nodejs npm
if cmp -s "$lock" "$installed"; then
  exit 0
fi
say "installing the npm packages of $folder/"
# No scripts of packages are run, and no browser is downloaded: Debian's is used.
(cd "$ROOT/$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund \
  >"$TOOLS/npm.log" 2>&1) || { tail -20 "$TOOLS/npm.log" >&2; stop "npm ci failed in $folder/"; }
cp "$lock" "$installed"
