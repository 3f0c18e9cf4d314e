#!/usr/bin/env bash
# Proves the set-up in throw-away machines (debootstrap and chroot): each road ends with `make run` serving the sign-in page.
# As root, on Debian, with rustup, Node and git; it has to fit into an hour on two cores. Not part of CI.
#
#   scripts/test_setup.sh [ROAD…]    a  rustup with the wasm target, package lists that know only a Rust too old
#                                    b  rustup that cannot add the target
#                                    c  no rustup, Debian's own Rust; killed while it is replaced
#                                    d  killed in each step and run again
#                                    Without a road: all of them.
#   COLD=1 …      nothing compiled is shared. Otherwise (c) and (d) take what (b) and (a) compiled of other people's crates with
#                 the same compiler; (d), in which the building of the tools is killed, without a part of them.
#   WARM=1 …      what an earlier run compiled is taken, too
#   TESTS=1 …     road (a) goes on with `make test`
#   KEEP=1 …      the roots stay, to be looked at
#
# Roots, what was downloaded, and a log of every run are in $SETUP_ROOTS (/var/tmp/thyra-roots). CARGO_BUILD_JOBS is passed on.
set -euo pipefail
readonly ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly WORK="${SETUP_ROOTS:-/var/tmp/thyra-roots}"
readonly CACHE="$WORK/cache" LOGS="$WORK/logs"
source "$ROOT/scripts/test_setup/root.sh"
source "$ROOT/scripts/test_setup/roads.sh"

note() { printf '    %s\n' "$*"; }

give_up() {
  note "FAILED: $*"
  exit 1
}

# Nothing of a root may go on after this script, whatever ends it.
at_end() {
  [ -z "${process:-}" ] || kill -9 -- "-$process" 2>/dev/null || true
}

share_compiled() { # share_compiled ROAD
  SHARED= SHARED_TOOLS=
  [ -z "${COLD:-}" ] || return 0
  case $1 in
    a | d) SHARED="$CACHE/compiled-by-rustup" ;;
    b | c) SHARED="$CACHE/compiled-by-debian" ;;
  esac
  SHARED_TOOLS="$SHARED-tools"
}

# In a subshell, so that a road that fails leaves the others alone.
run_road() (
  road=$1 environment=() kills=0 process=
  trap at_end EXIT
  share_compiled "$1"
  "road_$1"
)

run_roads() {
  local road started status
  for road in "$@"; do
    started=$SECONDS
    printf '\n=== road (%s)\n' "$road"
    set +e
    run_road "$road"
    status=$?
    set -e
    if [ "$status" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    printf '=== road (%s): %s in %s min\n' "$road" "$([ "$status" = 0 ] && echo passed || echo FAILED)" "$(((SECONDS - started + 30) / 60))"
    [ -n "${KEEP:-}" ] || rm -rf "$WORK/root-$road"
  done
}

[ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] || { echo "test-setup: needs root, on Debian" >&2; exit 2; }
command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q debootstrap; } >/dev/null
[ -z "$(git -C "$ROOT" status --porcelain)" ] || echo "test-setup: what is not committed is not tested" >&2

[ -n "${WARM:-}" ] || rm -rf "$CACHE"/compiled-by-*
mkdir -p "$LOGS" "$CACHE"/{apt/partial,npm,registry}
pass_on_environment
make_base
passed=0
failed=0
[ $# -gt 0 ] || set -- a d b c
run_roads "$@"
printf '\nall roads in %s min\n%s passed, %s failed\n' "$(((SECONDS + 30) / 60))" "$passed" "$failed"
[ "$failed" = 0 ]
