# Shared by the set-up steps: what is needed, where tools live, how to speak. Sourced, not run.
#
# Nothing is written into the repository but `node_modules`: what is installed goes to the system's packages, to cargo's
# own `bin`, and what must be remembered goes to a folder of ours that carries the version of this set-up.
#
# Two rules for every step. What is there is judged by the version it says it has, never by its presence: a package list,
# a link, a half-written file prove nothing. And a step may be killed anywhere: its result appears under its name only
# when it is whole, so that the next run sees it missing and goes on.

# Raise this when a step below writes its result differently, so that an old result is not believed.
readonly SETUP_VERSION=2
readonly WASM_BINDGEN_VERSION=0.2.130
# Not the newest: the lock file of 0.3.11 asks for Rust 1.96 by one crate of cargo's (`cargo-util-schemas` 0.14.2), while Thyra
# is content with less; without its lock file it asks for more still. 0.3.9 builds with Rust 1.95 and has all that is used here:
# `--split`, `hash-files`, `--precompress`, `disable-erase-components`. A newer one is worth it when it brings what we need.
readonly CARGO_LEPTOS_VERSION=0.3.9

readonly WASM_TARGET=wasm32-unknown-unknown
readonly CARGO_BIN="${CARGO_HOME:-$HOME/.cargo}/bin"
readonly TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/thyra/setup-$SETUP_VERSION"
readonly TOOLS_ENV="$TOOLS/env.sh"
readonly ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# What the workspace asks for, so that it is written down once.
readonly RUST_NEEDED="$(sed -nE 's/^rust-version = "([0-9.]+)"$/\1/p' "$ROOT/Cargo.toml")"

say() { printf 'setup: %s\n' "$*" >&2; }

# stop WHAT-WAS-FOUND-AND-NEEDED [COMMAND]: the end of the road, with the one command that helps.
stop() {
  say "$1"
  say_a_full_disk
  [ $# = 1 ] || say "this helps:  $2"
  exit 1
}

# Everything fails without room, and not everything says so.
say_a_full_disk() {
  local free
  free=$(df -Pm "$TOOLS" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ "${free:-9999}" -gt 500 ] || say "only $free MB are free where $TOOLS is; the first build takes some 5 GB"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    stop "found neither root nor sudo; one of them is needed for: $*"
  fi
}

# A person watches: cargo's own progress may be shown.
is_watched() { [ -t 2 ] && [ "${CI:-}" != true ]; }

# quietly LOG COMMAND…: the output goes to $TOOLS/LOG, and its end is shown when the command fails.
quietly() {
  local log="$TOOLS/$1"
  shift
  "$@" >"$log" 2>&1 && return 0
  tail -n 20 "$log" >&2
  return 1
}

# no_longer_than SECONDS COMMAND…: where the system has a `timeout`.
no_longer_than() {
  if command -v timeout >/dev/null; then timeout "$@"; else shift && "$@"; fi
}
