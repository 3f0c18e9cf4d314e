#!/usr/bin/env bash
# Runs the named make targets one after the other, all of them even when one fails, and ends with one line that
# adds up what their test runners counted: `N passed, N failed`. A step that fails without a failed test in it
# (a lint, a build) counts as one failure, so that the last line never looks better than the run was.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0
failed=0
broken=()

# Adds up cargo's `test result: … 3 passed; 1 failed; …`, Playwright's `  3 passed (2s)`, `  1 failed`, and our scripts'
# `3 passed, 1 failed`.
count() { # count passed|failed FILE
  sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g' "$2" |
    sed -nE "s/^test result: .* ([0-9]+) $1;.*/\1/p; s/^ +([0-9]+) $1( \([0-9.hms]+\))?\$/\1/p; s/^([0-9]+ passed, )?([0-9]+) $1(, [0-9]+ failed)?\$/\2/p" |
    awk '{ sum += $1 } END { print sum + 0 }'
}

run_step() {
  local step=$1 log="$logs/$1" status=0 step_failed
  printf '\n=== %s\n' "$step"
  SECONDS=0
  make --no-print-directory "$step" 2>&1 | tee "$log" || status=1
  step_failed=$(count failed "$log")
  if [ "$status" != 0 ]; then
    broken+=("$step")
    [ "$step_failed" -gt 0 ] || step_failed=1
  fi
  passed=$((passed + $(count passed "$log")))
  failed=$((failed + step_failed))
  printf '=== %s: %s in %ss\n' "$step" "$([ "$status" = 0 ] && echo done || echo FAILED)" "$SECONDS"
}

for step in "$@"; do
  run_step "$step"
done

[ ${#broken[@]} = 0 ] || printf '\nfailed steps: %s\n' "${broken[*]}"
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ ${#broken[@]} = 0 ] && [ "$passed" -gt 0 ]
