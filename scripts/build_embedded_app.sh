#!/usr/bin/env bash
# Builds end2end/embedded-app with cargo-leptos as its author would. Run it with scripts/with_tools.sh.
#
#   scripts/build_embedded_app.sh erased     development as cargo-leptos does it, components erased; Sass
#   scripts/build_embedded_app.sh plain      development with `disable-erase-components`; plain CSS, bundled, for browsers
#                                            that do not know nested rules
#   scripts/build_embedded_app.sh release    `cargo leptos build --release`; Sass
#
# Each is built from a copy with a target directory of its own beside our build, so that on CI what is compiled
# outlives the clone.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="${1:?which build: erased, plain or release}"
copy="${CARGO_TARGET_DIR:-$root/target}/embedded-app/$build"

# What our own build sets, and nobody who embeds the crate would.
unset CARGO_TARGET_DIR LEPTOS_OUTPUT_NAME
# Nobody debugs these builds; without debug information they take half of the time and of the disk.
export CARGO_PROFILE_DEV_DEBUG=0

copy_app() {
  mkdir -p "$copy"
  rm -rf "$copy/src" "$copy/style" "$copy/public"
  cp -pR "$root"/end2end/embedded-app/{Cargo.toml,Cargo.lock,src,style,public} "$copy"
  sed -Ei "s#\"(\.\./)+(app|server)\b#\"$root/\2#" "$copy/Cargo.toml" "$copy"/style/*
}

copy_app
cd "$copy"
case $build in
  erased) cargo leptos build ;;
  plain)
    sed -i 's/main.scss/main.css/; s/^browserquery.*/browserquery = "chrome 100"/' Cargo.toml
    printf '%s\n' 'style-bundle = true' 'disable-erase-components = true' >>Cargo.toml
    cargo leptos build
    ;;
  release) cargo leptos build --release ;;
  *)
    echo "no build '$build'; there are erased, plain and release" >&2
    exit 2
    ;;
esac
