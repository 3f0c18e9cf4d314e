#!/usr/bin/env bash
# A browser for the tests, and fonts, without which screenshots show boxes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ -n "${CHROMIUM_BIN:-}" ]; then
  [ -x "$CHROMIUM_BIN" ] || stop "CHROMIUM_BIN is $CHROMIUM_BIN, which cannot be run"
  exit 0
fi
install_debian "the tests drive a real browser" chromium fonts-liberation fonts-dejavu-core fonts-noto-core
