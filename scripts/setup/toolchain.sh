# A Rust toolchain that can build for the browser. Writes what the other scripts need to know to $TOOLS_ENV. Sourced.
#
# Two roads: rustup's toolchain where rustup has the wasm target or can add it, otherwise Debian's, whole. They are never
# mixed: a standard library fits only the compiler that built it. SETUP_RUST=debian takes Debian's in any case.

# Debian calls the Rust that its browsers are built with by these names: it is newer than its `rustc`, and stands in its place.
readonly DEBIAN_RUST=(rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy lld-22 gcc libc6-dev)
readonly INSTALL_RUSTUP="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"

toolchain_purpose() {
  echo "Rust for $WASM_TARGET: the pages' code runs in the browser as wasm"
}

# The file says for which compiler it was written: another one by now (an update, a change of rustup's default) is judged anew.
toolchain_is_there() {
  [ -f "$TOOLS_ENV" ] || return 1
  [ "${SETUP_RUST:-}" != debian ] || grep -q 'PATH="/usr/bin' "$TOOLS_ENV" || return 1
  local SETUP_RUSTC= found
  found=$(source "$TOOLS_ENV" && [ "$(cd "$ROOT" && rustc --version 2>/dev/null)" = "$SETUP_RUSTC" ] &&
    wasm_library rustc && echo yes)
  [ "$found" = yes ]
}

toolchain_install() {
  if [ "${SETUP_RUST:-}" != debian ] && rustup_road_is_open; then
    remember_toolchain 'export PATH="$CARGO_BIN:$PATH"' "$CARGO_BIN:$PATH"
  else
    take_debian_road
  fi
  source "$TOOLS_ENV"
}

## rustup's road

rustup_road_is_open() {
  PATH="$CARGO_BIN:$PATH"
  command -v rustup >/dev/null || return 1
  refuse_old_toolchain
  if ! has_rustup_target; then
    add_rustup_target || return 1
  fi
  add_rustup_components
}

# Said before anything is installed: no step below would help.
refuse_old_toolchain() {
  local found
  found=$(cd "$ROOT" && version_of rustc)
  [ -n "$found" ] || stop "found rustup without a toolchain that runs; Thyra needs Rust $RUST_NEEDED or newer" "rustup default stable"
  at_least "$found" "$RUST_NEEDED" ||
    stop "found rustup's Rust $found; Thyra needs $RUST_NEEDED or newer (where rustup cannot fetch it: SETUP_RUST=debian make run)" \
      "rustup update stable"
}

has_rustup_target() {
  (cd "$ROOT" && rustup target list --installed 2>/dev/null) | grep -qx "$WASM_TARGET"
}

add_rustup_target() {
  clear_half_added_target
  (cd "$ROOT" && quietly rustup.log no_longer_than 300 rustup target add "$WASM_TARGET")
}

# A rustup that was killed while it added the target neither lists it nor adds it again: the files it had got to are in its way.
clear_half_added_target() {
  local rustlib
  rustlib="$(cd "$ROOT" && rustc --print sysroot)/lib/rustlib"
  [ ! -e "$rustlib/$WASM_TARGET" ] || say "clearing what a killed rustup has left of $WASM_TARGET"
  rm -rf "${rustlib:?}/$WASM_TARGET" "$rustlib/manifest-rust-std-$WASM_TARGET"
  [ ! -f "$rustlib/components" ] || sed -i "/^rust-std-$WASM_TARGET\$/d" "$rustlib/components"
}

# For `make test` only, so no reason to stop.
add_rustup_components() {
  (cd "$ROOT" && rustfmt --version && cargo clippy --version) >/dev/null 2>&1 ||
    (cd "$ROOT" && quietly rustup.log no_longer_than 300 rustup component add rustfmt clippy) || true
}

## Debian's road

take_debian_road() {
  local found
  command -v apt-get >/dev/null || stop_without_a_road
  say "no rustup here that has $WASM_TARGET or can add it: using Debian's Rust instead"
  found=$(version_of /usr/bin/rustc)
  if ! at_least "$found" "$RUST_NEEDED" || ! debian_rust_is_whole; then
    [ -z "$found" ] || say "found /usr/bin/rustc $found; the newest of Debian's takes its place"
    install_debian "${DEBIAN_RUST[@]}"
  fi
  found=$(version_of /usr/bin/rustc)
  at_least "$found" "$RUST_NEEDED" ||
    stop "found Rust ${found:-nowhere} in Debian's packages; Thyra needs $RUST_NEEDED or newer" \
      "$INSTALL_RUSTUP"
  wasm_library /usr/bin/rustc || build_wasm_library
  remember_toolchain 'export PATH="/usr/bin:$CARGO_BIN:$PATH"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22' "/usr/bin:$CARGO_BIN:$PATH"
}

stop_without_a_road() {
  local needed="Thyra needs Rust $RUST_NEEDED or newer with the target $WASM_TARGET"
  ! command -v rustup >/dev/null || stop "found rustup without the target, and no Debian; $needed" "rustup target add $WASM_TARGET"
  stop "found no rustup, and no Debian; $needed" "$INSTALL_RUSTUP"
}

debian_rust_is_whole() {
  local package
  for package in "${DEBIAN_RUST[@]}"; do
    is_installed "$package" || return 1
  done
}

# wasm_library RUSTC: whether this compiler has a standard library for the browser, and it is its own: Debian's compiler may have
# been updated since the library was built.
wasm_library() {
  local library
  library=$(wasm_library_folder "$1")
  ls "$library"/libstd-*.rlib >/dev/null 2>&1 || return 1
  [ ! -f "$library/built-by" ] || [ "$("$1" --version)" = "$(cat "$library/built-by")" ]
}

wasm_library_folder() { echo "$(cd "$ROOT" && "$1" --print sysroot)/lib/rustlib/$WASM_TARGET/lib"; }

# Debian ships no standard library for the browser, but its sources: one build of them lasts.
build_wasm_library() {
  local seed="$TOOLS/wasm-library"
  say "building Rust's standard library for $WASM_TARGET once (about half a minute)"
  mkdir -p "$seed/src"
  : >"$seed/src/lib.rs"
  printf '[package]\nname = "thyra_std_seed"\nedition = "2024"\n[workspace]\n' >"$seed/Cargo.toml"
  (
    cd "$seed"
    export PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$seed/target"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
    quietly wasm-library.log cargo build --release -Zbuild-std=std,panic_abort --target "$WASM_TARGET"
  ) || stop "Rust's standard library could not be built for $WASM_TARGET" "cat $TOOLS/wasm-library.log"
  install_wasm_library "$seed/target/$WASM_TARGET/release/deps"
  rm -rf "$seed"
}

# Copied beside its place and then renamed as a whole: half a library would be believed.
install_wasm_library() { # install_wasm_library FOLDER-OF-RLIBS
  local library
  library=$(wasm_library_folder /usr/bin/rustc)
  as_root rm -rf "$library.new" "$library"
  as_root mkdir -p "$library.new"
  find "$1" -name 'lib*.rlib' ! -name 'libthyra_std_seed*' -print0 | as_root xargs -0 cp -t "$library.new"
  /usr/bin/rustc --version | as_root tee "$library.new/built-by" >/dev/null
  as_root mv "$library.new" "$library"
}

## What both roads end with

# remember_toolchain LINES PATH: LINES (with $CARGO_BIN to be filled in) become $TOOLS_ENV, once a program for the browser has been
# compiled with them.
remember_toolchain() {
  local lines="${1//\$CARGO_BIN/$CARGO_BIN}"
  printf '%s\nSETUP_RUSTC="%s"\n' "$lines" "$(cd "$ROOT" && PATH="$2" rustc --version)" >"$TOOLS_ENV.new"
  prove_toolchain || stop "this compiler could not build a program for $WASM_TARGET" "cat $TOOLS/proof.log"
  mv "$TOOLS_ENV.new" "$TOOLS_ENV"
}

prove_toolchain() (
  source "$TOOLS_ENV.new"
  proof="$TOOLS/proof"
  mkdir -p "$proof"
  echo '#[unsafe(no_mangle)] pub extern "C" fn seven() -> usize { String::from("browser").len() }' >"$proof/lib.rs"
  cd "$ROOT"
  set -- --edition 2024 --crate-type cdylib --target "$WASM_TARGET" -o "$proof/proof.wasm" "$proof/lib.rs"
  [ -z "${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER:-}" ] ||
    set -- "$@" -C "linker=$CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER"
  quietly proof.log rustc "$@" && rm -rf "$proof"
)
