#!/usr/bin/env bash
# cargo leptos COMMAND…, with the pages beside the binary of the same profile: those of a debug build never take the
# place of the release's. Run it with scripts/with_tools.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

profile=debug
case " $* " in *" --release "*) profile=release ;; esac
export LEPTOS_SITE_ROOT="${CARGO_TARGET_DIR:-target}/$profile/site"
exec cargo leptos "$@"
