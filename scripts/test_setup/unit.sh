#!/usr/bin/env bash
# Tests of the set-up's functions, with fake tools on PATH: seconds, no network, nothing installed. What only a whole machine can
# show is in scripts/test_setup.sh.
#
#   scripts/test_setup/unit.sh [PATTERN]    those whose name contains PATTERN; ends with `N passed, N failed`
#
# Every function in this file is a test; what they share is in stage.sh.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/stage.sh"
helpers=$(compgen -A function)

## Versions

versions_are_compared_by_number() {
  at_least 1.95.0 1.94
  at_least 1.94 1.94
  at_least 1.94.0 1.94
  at_least 1.100.0 1.94
  at_least 20.20.2 20.9
  expect_not at_least 1.85.0 1.94
  expect_not at_least 1.93.9 1.94
  expect_not at_least 0.99 1.94
}

no_version_is_never_enough() {
  expect_not at_least '' 1.94
  [ -z "$(version_of "$HOME/bin/not-there")" ]
  fake broken 'echo "broken 9.9" >&2; exit 1'
  [ -z "$(version_of broken)" ]
}

a_version_is_what_the_tool_says() {
  fake rustc 'echo "rustc 1.63.0 (4b91a6ea7 2022-08-08)"'
  fake node 'echo v20.20.2'
  [ "$(version_of rustc)" = 1.63.0 ]
  [ "$(version_of node)" = 20.20.2 ]
}

the_needed_rust_is_the_workspaces() {
  grep -qx "rust-version = \"$RUST_NEEDED\"" "$repository/Cargo.toml"
}

# The server reads every THYRA_… of its environment and refuses to start with one that it does not know: `THYRA_RUST=debian make run`
# installed everything, built everything, and then did not serve.
settings_of_the_set_up_are_not_the_servers() {
  expect_not grep -rnE '\$\{?THYRA_|export THYRA_' "$repository/scripts/setup" "$repository/scripts/setup.sh" "$repository/scripts/with_tools.sh"
}

## Tools are judged by version

a_tool_of_another_version_is_not_there() {
  expect_not wasm_bindgen_is_there
  fake wasm-bindgen 'echo "wasm-bindgen 0.2.99"'
  expect_not wasm_bindgen_is_there
  fake wasm-bindgen "echo 'wasm-bindgen $WASM_BINDGEN_VERSION'"
  wasm_bindgen_is_there
}

half_a_file_is_not_a_tool() {
  head -c 100 /bin/true >"$HOME/bin/cargo-leptos"
  chmod +x "$HOME/bin/cargo-leptos"
  expect_not cargo_leptos_is_there
}

a_prebuilt_tool_that_does_not_run_here_is_built() {
  fake cargo-binstall :
  fake cargo 'case "$*" in *install\ cargo-leptos*) echo built >>"$HOME/built" ;; esac'
  fake rustc 'echo "rustc 1.95.0"'
  cargo_leptos_install
  [ -s "$HOME/built" ] || fail "binstall's word was taken for it"
}

an_old_node_is_not_there() {
  fake npm 'echo 9.2.0'
  fake node 'echo v18.20.4'
  expect_not node_is_there
  fake node 'echo v20.20.2'
  node_is_there
}

an_old_browser_stops_with_what_was_found_and_what_helps() {
  fake old-chromium 'echo "Chromium 113.0.5672.63 built on Debian"'
  export CHROMIUM_BIN="$HOME/bin/old-chromium"
  expect_not browser_is_there
  outcome_of browser_install
  expect_ended badly
  expect_said 113.0.5672.63
  expect_said "needed is $CHROMIUM_NEEDED"
  expect_said 'this helps:'
}

## The toolchain

# 1.94 is what the workspace asked for when this was written; 1.80 will always be too old.
an_old_rustup_is_said_before_anything_is_installed() {
  fake_rustup 1.80.0
  fake apt-get :
  fake sudo :
  outcome_of toolchain_install
  expect_ended badly
  expect_said "found rustup's Rust 1.80.0"
  expect_said "needs $RUST_NEEDED"
  expect_said 'this helps:  rustup update stable'
  expect_not grep -qE '^(apt-get|sudo|rustup target)' "$CALLS"
}

a_rustup_without_a_toolchain_is_told_what_helps() {
  fake rustup :
  fake rustc 'exit 1'
  outcome_of toolchain_install
  expect_ended badly
  expect_said 'this helps:  rustup default stable'
}

what_a_killed_rustup_left_is_cleared() {
  fake_rustup 1.95.0
  local rustlib="$HOME/sysroot/lib/rustlib"
  mkdir -p "$rustlib/$WASM_TARGET/lib"
  touch "$rustlib/$WASM_TARGET/lib/libcore-1.rlib" "$rustlib/manifest-rust-std-$WASM_TARGET"
  printf 'rustc\nrust-std-%s\ncargo\n' "$WASM_TARGET" >"$rustlib/components"
  add_rustup_target
  [ ! -e "$rustlib/$WASM_TARGET/lib/libcore-1.rlib" ]
  [ "$(paste -sd, "$rustlib/components")" = rustc,cargo ]
}

a_target_that_is_there_stays() {
  fake_rustup 1.95.0
  fake cargo :
  fake rustfmt :
  touch "$HOME/listed"
  rustup_road_is_open
  expect_not grep -q 'target add' "$CALLS"
}

a_rustup_that_cannot_add_the_target_leaves_its_road() {
  fake_rustup 1.95.0
  export OFFLINE=yes
  expect_not rustup_road_is_open
}

without_any_road_what_helps_is_named() {
  fake rustup 'exit 1'
  fake rustc 'echo "rustc 1.95.0"'
  PATH="$HOME/bin"
  outcome_of stop_without_a_road
  expect_said 'this helps:  rustup target add wasm32-unknown-unknown'
  /bin/rm "$HOME/bin/rustup"
  outcome_of stop_without_a_road
  expect_ended badly
  expect_said 'https://sh.rustup.rs'
}

another_compiler_is_judged_anew() {
  fake_rustup 1.95.0
  mkdir -p "$HOME/sysroot/lib/rustlib/$WASM_TARGET/lib"
  touch "$HOME/sysroot/lib/rustlib/$WASM_TARGET/lib/libstd-1.rlib"
  printf 'SETUP_RUSTC="rustc 1.95.0"\n' >"$TOOLS_ENV"
  toolchain_is_there
  fake_rustup 1.96.0
  expect_not toolchain_is_there
}

a_library_of_another_compiler_or_half_copied_is_not_there() {
  fake_rustup 1.96.0
  local library="$HOME/sysroot/lib/rustlib/$WASM_TARGET/lib"
  mkdir -p "$library.new"
  touch "$library.new/libstd-1.rlib"
  expect_not wasm_library rustc
  mv "$library.new" "$library"
  echo 'rustc 1.96.0' >"$library/built-by"
  wasm_library rustc
  echo 'rustc 1.95.0' >"$library/built-by"
  expect_not wasm_library rustc
}

## Debian's packages

lists_are_refreshed_once_and_first() {
  fake_debian
  install_debian gcc
  install_debian chromium
  expect_calls "apt-get update,dpkg --force-confold,apt-get install,apt-get install,dpkg --force-confold,apt-get install,apt-get install"
}

old_lists_have_to_do_without_a_network() {
  fake_debian
  fake apt-get '[ "$1" != update ]'
  outcome_of install_debian gcc
  expect_ended well
  expect_said 'could not be refreshed'
}

what_cannot_be_installed_names_the_command() {
  fake_debian
  fake apt-get 'case "$*" in *gcc*) echo "E: no space"; exit 100 ;; esac'
  outcome_of install_debian gcc
  expect_ended badly
  expect_said 'E: no space'
  expect_said 'this helps:  sudo apt-get update && sudo apt-get install gcc'
}

a_full_disk_is_named() {
  fake df 'printf "Filesystem 1M-blocks Used Available Capacity Mounted\\n/dev/vda 1000 990 10 99%% /\\n"'
  outcome_of stop "apt-get could not install: gcc"
  expect_said 'only 10 MB are free'
}

a_package_half_unpacked_is_not_installed() {
  fake dpkg-query 'echo "install reinstreq half-installed"'
  expect_not is_installed chromium
  fake dpkg-query 'echo "install ok installed"'
  is_installed chromium
}

## npm

packages_of_a_killed_npm_are_not_there() {
  local ROOT_OF_TEST="$HOME/repository"
  mkdir -p "$ROOT_OF_TEST/end2end/node_modules/axe-core"
  echo '{}' >"$ROOT_OF_TEST/end2end/package-lock.json"
  [ "$(has_packages_in "$ROOT_OF_TEST")" = no ]
  cp "$ROOT_OF_TEST/end2end/package-lock.json" "$ROOT_OF_TEST/end2end/node_modules/.thyra-lock"
  [ "$(has_packages_in "$ROOT_OF_TEST")" = yes ]
  echo '{"newer": 1}' >"$ROOT_OF_TEST/end2end/package-lock.json"
  [ "$(has_packages_in "$ROOT_OF_TEST")" = no ]
}

## Steps

only_missing_steps_are_done_and_numbered() {
  define_step roof
  define_step door
  define_step wall
  touch "$HOME/door"
  outcome_of run_steps wall door roof
  expect_ended well
  expect_said '[1/2] the wall'
  expect_said '[2/2] the roof'
  expect_said '[2/2] done in '
  outcome_of run_steps wall door roof
  [ -z "$said" ] || fail "expected silence, said: $said"
}

a_killed_step_is_begun_again() {
  define_step wall
  define_step roof
  roof_install() { kill -9 "$BASHPID"; }
  outcome_of run_steps wall roof
  expect_ended badly
  define_step roof
  outcome_of run_steps wall roof
  expect_ended well
  expect_said '[1/1] the roof'
}

a_step_that_leaves_nothing_behind_is_not_believed() {
  define_step door
  door_install() { :; }
  outcome_of run_steps door
  expect_ended badly
  expect_said 'still what is needed is not there'
}

what_waits_for_a_network_goes_beside_the_next_step() {
  define_step fetching
  define_step building
  fetching_is_beside() { :; }
  mkfifo "$HOME/meeting"
  # Each waits for the other: one after the other they would never end.
  fetching_install() { echo hello >"$HOME/meeting"; touch "$HOME/fetching"; }
  building_install() { read -r _ <"$HOME/meeting"; touch "$HOME/building"; }
  outcome_of run_steps fetching building
  expect_ended well
  expect_said '[1/2] the fetching, beside what follows'
  expect_said '[1/2] done in '
}

what_fails_beside_is_shown_and_fails_the_set_up() {
  define_step fetching
  define_step building
  fetching_is_beside() { :; }
  fetching_install() { stop "no network" "make setup"; }
  outcome_of run_steps fetching building
  expect_ended badly
  expect_said 'no network'
}

## The runner

# A test runs in a shell of its own, where the first command that fails ends it.
if [ "${1:-}" = --one ]; then
  set_stage "$3"
  "$2"
  exit 0
fi

passed=0
failed=0
for name in $(compgen -A function | grep -vxF "$helpers"); do
  [[ $name == *"${1:-}"* ]] || continue
  home=$(mktemp -d)
  if output=$(timeout 60 bash "${BASH_SOURCE[0]}" --one "$name" "$home" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'failed: %s\n%s\n' "${name//_/ }" "$output"
  fi
  rm -rf "$home"
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
