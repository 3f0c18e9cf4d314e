#!/usr/bin/env bash
# Bytes of what the released pages load, plain and as sent (brotli). Fails over the budget for the wasm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
site="${CARGO_TARGET_DIR:-target}/release/site"

# What it is today, and some room; the aim is 150,000.
readonly WASM_BUDGET=290000

printf '%-44s %10s %10s\n' file plain brotli
for file in "$site"/pkg/*; do
  case $file in *.br | *.gz) continue ;; esac
  printf '%-44s %10s %10s\n' "${file#"$site"/}" "$(stat -c %s "$file")" "$(stat -c %s "$file.br" 2>/dev/null || echo -)"
done

for wasm in "$site"/pkg/*.wasm.br; do
  size=$(stat -c %s "$wasm")
  if [ "$size" -gt "$WASM_BUDGET" ]; then
    echo "$wasm has $size bytes; the budget is $WASM_BUDGET" >&2
    exit 1
  fi
done
