# What building takes beside the compiler: a C compiler, wasm-bindgen (its version must equal the crate's) and cargo-leptos. Sourced.
#
# The two tools are compiled in a folder that outlives a killed run: what is compiled stays compiled. cargo puts a program
# into its `bin` only when it is whole.
#
# SETUP_BUILD_FOLDER names another folder for it, which then stays: for machines that are set up over and over.

readonly BUILD_FOLDER="${SETUP_BUILD_FOLDER:-$TOOLS/build}"

## C: aws-lc and SQLite are written in it, and so are parts of cargo-leptos

c_compiler_purpose() { echo "C compiler: aws-lc and SQLite are written in C (about 20 s)"; }

# Compiles something: a `gcc` without its headers has a version, too.
c_compiler_is_there() {
  has_openssl_headers &&
    echo '#include <stdlib.h>' | cc -x c -fsyntax-only - 2>/dev/null &&
    echo '#include <new>' | c++ -x c++ -fsyntax-only - 2>/dev/null
}

c_compiler_install() { install_debian gcc g++ libc6-dev make pkg-config libssl-dev; }

# Only cargo-leptos asks for OpenSSL. With the system's it need not compile one of its own, which takes longer than all of wasm-bindgen.
has_openssl_headers() {
  cargo_leptos_is_there || ! command -v apt-get >/dev/null || pkg-config --exists openssl 2>/dev/null
}

## Crates: fetched while something else goes on. Without the tools to wait for, cargo fetches them by itself when it builds

crates_purpose() { echo "crates of the workspace: fetched"; }
crates_is_beside() { :; }
crates_is_there() { wasm_bindgen_is_there && cargo_leptos_is_there; }
crates_install() { cargo fetch --locked --quiet --manifest-path "$ROOT/Cargo.toml"; }

## wasm-bindgen

wasm_bindgen_purpose() {
  echo "wasm-bindgen $WASM_BINDGEN_VERSION: writes the JavaScript around the wasm (about 1 min)"
}

wasm_bindgen_is_there() { [ "$(version_of wasm-bindgen)" = "$WASM_BINDGEN_VERSION" ]; }

wasm_bindgen_install() {
  fetch_prebuilt "wasm-bindgen-cli@$WASM_BINDGEN_VERSION" && wasm_bindgen_is_there && return 0
  # Without --locked: the lock file it was published with does not resolve everywhere.
  # Optimised where it works the wasm over: eight seconds, once, against one and a half at every build of the pages.
  build_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" --bin wasm-bindgen \
    --config profile.release.package.walrus.opt-level=1 --config profile.release.package.wasmparser.opt-level=1 \
    --config profile.release.package.wasm-bindgen-cli-support.opt-level=1
}

## cargo-leptos

cargo_leptos_purpose() {
  echo "cargo-leptos $CARGO_LEPTOS_VERSION: builds server, wasm and styles as one (about 4 min)"
}

cargo_leptos_is_there() { [ "$(version_of cargo-leptos)" = "$CARGO_LEPTOS_VERSION" ]; }

cargo_leptos_install() {
  fetch_prebuilt "cargo-leptos@$CARGO_LEPTOS_VERSION" && cargo_leptos_is_there && return 0
  # no_downloads: what cargo-leptos would fetch by itself, these scripts install.
  build_tool cargo-leptos "$CARGO_LEPTOS_VERSION" --locked --features no_downloads
  [ -n "${SETUP_BUILD_FOLDER:-}" ] || rm -rf "$BUILD_FOLDER"
}

## How both come

# Prebuilt where cargo-binstall can fetch it: seconds instead of minutes. Where it cannot, that is no error.
fetch_prebuilt() {
  command -v cargo-binstall >/dev/null || return 1
  no_longer_than 120 cargo binstall --no-confirm --disable-strategies compile "$1" >"$TOOLS/binstall.log" 2>&1
}

build_tool() { # build_tool CRATE VERSION OPTION…
  local crate=$1 version=$2
  shift 2
  is_watched || set -- "$@" --quiet
  in_quick_profile cargo install "$crate" --version "$version" --force "$@" >&2 ||
    stop "$crate $version could not be built with $(rustc --version)" "make run  (what is compiled already stays)"
}

# The tools run for seconds, so the time to build them is what counts.
in_quick_profile() {
  ! pkg-config --exists openssl 2>/dev/null || set -- env OPENSSL_NO_VENDOR=1 "$@"
  env CARGO_TARGET_DIR="$BUILD_FOLDER" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=true "$@"
}
