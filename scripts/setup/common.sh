# Shared by the set-up steps: where tools live, how to speak, how to install. Sourced, not run.
#
# Nothing is written into the repository: what is installed goes to the system's packages, to cargo's own
# `bin`, and what must be remembered goes to a folder of ours that carries the version of this set-up.

# Raise this when a step below writes its result differently, so that an old result is not believed.
readonly SETUP_VERSION=1
readonly WASM_BINDGEN_VERSION=0.2.130
readonly CARGO_LEPTOS_VERSION=0.3.9

readonly WASM_TARGET=wasm32-unknown-unknown
readonly CARGO_BIN="${CARGO_HOME:-$HOME/.cargo}/bin"
readonly TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/thyra/setup-$SETUP_VERSION"
readonly TOOLS_ENV="$TOOLS/env.sh"
readonly ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

mkdir -p "$TOOLS"

say() { printf 'setup: %s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    stop "needs root or sudo for: $*"
  fi
}

# install_debian WHY PACKAGE…: installs those that are missing, and asks for new package lists only then.
install_debian() {
  local why=$1 package missing=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || stop "no apt-get here: install ${missing[*]} by hand ($why)"
  say "installing ${missing[*]}: $why"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >"$TOOLS/apt.log" 2>&1; then
    as_root apt-get update -qq >>"$TOOLS/apt.log" 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >>"$TOOLS/apt.log" 2>&1 || { tail -20 "$TOOLS/apt.log" >&2; stop "apt-get failed"; }
  fi
}

# How our build tools are compiled: they run for seconds, so the time to build them is what counts.
quick_release_profile() {
  env CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_STRIP=true "$@"
}
