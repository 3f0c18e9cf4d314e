# The roads of test_setup.sh: the ways in which a machine comes to a served sign-in page. Sourced, not run.
#
# A road sets up a root, and ends with `reaches_sign_in`. What it expects beforehand it says by `premise`: a road that does not
# start where it should proves nothing.

## (a) rustup has the wasm target; the package lists know only a Rust of Debian's that is too old

road_a() {
  root=$(make_root a)
  give_rustup "$root"
  premise "rustup has the target" in_clone rustup target list --installed '|' grep -q wasm32-unknown-unknown
  premise "the lists are old" lists_are_old
  reaches_sign_in
  proves "no second compiler was fetched" in_clone '[ ! -e /usr/bin/rustc ]'
  [ -z "${TESTS:-}" ] || passes_tests
}

# The rest of the way that CI goes, from the same clone.
passes_tests() {
  give_node "$root"
  in_clone make test >"$LOGS/$road-test.log" 2>&1 || give_up "make test failed: $LOGS/$road-test.log"
  tail -n 1 "$LOGS/$road-test.log"
}

## (b) rustup cannot add the wasm target

road_b() {
  root=$(make_root b)
  give_rustup "$root"
  in_clone rustup target remove wasm32-unknown-unknown >/dev/null 2>&1 || true
  # Nothing listens there.
  environment=(RUSTUP_DIST_SERVER=http://127.0.0.1:9)
  premise "rustup cannot add the target" in_clone '!' rustup target add wasm32-unknown-unknown
  premise "the lists are old" lists_are_old
  reaches_sign_in
  proves "Debian's Rust built it" in_clone grep -q usr/bin '~/.cache/thyra/setup-*/env.sh'
}

## (c) no rustup, and Debian's own Rust, which is older still; killed while it is replaced

road_c() {
  root=$(make_root c)
  in_clone apt-get install -y -q rustc cargo >"$LOGS/c-rustc.log" 2>&1
  premise "Debian's Rust is too old" in_clone '. scripts/setup/version.sh; ! at_least "$(version_of rustc)" 1.90'
  premise "the lists are old" lists_are_old
  killed_when "a compiler is half unpacked" unpacking rustc-web
  killed_when "the library for the browser is being compiled" compiling_library
  reaches_sign_in
}

## (d) killed in each step, and run again

road_d() {
  local from="$SHARED_TOOLS"
  # Built in the place that users have, for it is this building that is killed.
  SHARED_TOOLS=
  root=$(make_root d)
  leave_something_to_build "$from"
  give_rustup "$root"
  give_node "$root"
  in_clone rustup target remove wasm32-unknown-unknown >/dev/null 2>&1
  rm -rf "$root"/var/lib/apt/lists/*
  killed_when "rustup is adding the target" adding_target
  killed_when "gcc is half unpacked" unpacking gcc-
  killed_when "the browser is half unpacked" unpacking chromium
  killed_when "npm has some of its packages" fetching_packages
  killed_when "wasm-bindgen is being built" building wasm-bindgen-cli 20
  compiled=$(compiled_crates)
  killed_when "cargo-leptos is being built" building cargo-leptos 30
  proves "what was compiled before the kill was not compiled again, but for crates above one that was half done" most_stands "$compiled"
  command="make run" killed_when "the app is being built" compiling_app
  reaches_sign_in
  proves "the set-up has nothing left to do" in_clone '[ -z "$(scripts/setup.sh rust node browser 2>&1)" ]'
  proves "dpkg has nothing half done" in_clone '[ -z "$(dpkg --audit)" ]'
}

## When to kill: true at a moment at which something is half done

log_of() { cat "$root"/root/.cache/thyra/setup-*/"$1".log 2>/dev/null; }
unpacking() { log_of apt | grep -qE "^Unpacking $1"; }
compiling_library() { [ -n "$(running cargo)" ] && [ -e "$root"/root/.cache/thyra/setup-*/wasm-library/target ]; }
adding_target() { compgen -G "$root/root/.rustup/toolchains/*/lib/rustlib/wasm32-unknown-unknown/lib/*" >/dev/null; }
fetching_packages() { [ "$(ls "$root$CLONE/end2end/node_modules" 2>/dev/null | wc -l)" -gt 3 ]; }
building() { [ -n "$(running "install $1")" ] && [ -n "$(running 'rustc --crate-name')" ] && [ "$(compiled_crates | wc -l)" -ge "$2" ]; }
compiling_app() { grep -q 'Compiling thyra-wire' "$output"; }


# leave_something_to_build FOLDER: what (a) compiled there for the tools, as a killed build would have left it: without wasm-bindgen's
# crates, and without the last of cargo-leptos'.
leave_something_to_build() {
  local build="$root/root/.cache/thyra/setup-$(sed -n 's/^readonly SETUP_VERSION=//p' "$ROOT/scripts/setup/common.sh")/build"
  [ -d "$1/release" ] || return 0
  mkdir -p "$build"
  cp -a --reflink=auto "$1/." "$build/"
  (cd "$build/release/.fingerprint" && rm -rf wasm-bindgen-cli* walrus* wasmparser* && ls -t | head -n 40 | xargs rm -rf)
}

compiled_crates() { find "$root"/root/.cache/thyra/setup-*/build/release/.fingerprint -name 'lib-*' ! -name '*.json' -printf '%p %T@\n' 2>/dev/null; }
# most_stands CRATES: three of four at least. A crate is finished while one that it depends on is still generating code (cargo goes
# on from metadata), and is made again when that one was killed. Prints those that were.
most_stands() {
  local before again
  [ -n "$1" ] || return 1
  before=$(wc -l <<<"$1")
  again=$(comm -23 <(sort <<<"$1") <(compiled_crates | sort))
  [ -z "$again" ] || printf '%s\n' "$again"
  [ $((4 * $(grep -c . <<<"$again"))) -le "$before" ]
}

# Command lines of processes inside of the root that name WORD.
running() {
  local folder
  for folder in $(processes_inside); do
    { tr '\0' ' ' <"$folder/cmdline"; } 2>/dev/null | grep -F -- "$1" || true
  done
}

processes_inside() {
  local folder
  for folder in /proc/[0-9]*; do
    [ "$(readlink "$folder/root" 2>/dev/null)" != "$root" ] || echo "$folder"
  done
}

# What is alive, and all that has ended below it: utime, stime, cutime and cstime of proc(5), after the name in parentheses.
seconds_worked() {
  local folder
  for folder in $(processes_inside); do cat "$folder/stat" 2>/dev/null || true; done |
    sed 's/.*) //' | awk -v ticks="$(getconf CLK_TCK)" '{ sum += $12 + $13 + $14 + $15 } END { printf "%d\n", sum / ticks }'
}

## What roads are made of

in_clone() { # in_clone WORD…: a line of shell, in the clone
  as_inside "$root" ${environment[@]+"${environment[@]}"} bash -c "cd $CLONE && $*"
}

lists_are_old() {
  in_clone '. scripts/setup/version.sh; listed=$(apt-cache show rustc-web | sed -n "s/^Version: //p" | grep -oE "^[0-9.]+");' \
    '[ -n "$listed" ] && ! at_least "$(sort -V <<<"$listed" | tail -n 1)" "$(sed -nE "s/^rust-version = .([0-9.]+).$/\1/p" Cargo.toml)"'
}

premise() { # premise WHAT COMMAND…
  local what=$1
  shift
  "$@" >"$LOGS/$road-premise.log" 2>&1 || give_up "this road does not start where it should: $what"
}

proves() { # proves WHAT COMMAND…
  local what=$1
  shift
  "$@" >"$LOGS/$road-proof.log" 2>&1 || give_up "not so: $what"
  note "$what"
}

# killed_when WHAT CONDITION…: runs the set-up until the condition is true, and kills all of it at once.
killed_when() {
  local what=$1
  shift
  kills=$((kills + 1))
  start "$road-killed-$kills" "${command:-make setup}"
  until "$@"; do
    is_running || give_up "ended before it could be killed ($what): $output"
    sleep 0.02
  done
  kill_all
  note "killed: $what"
}

# `make run` until the page is served, with a form in it; then once more, when nothing has changed.
reaches_sign_in() {
  local started=$SECONDS
  serve run
  note "make run served the sign-in page after $((SECONDS - started)) s; its processes worked $worked s (user and system)"
  started=$(date +%s%N)
  serve run-again
  note "and again after $((($(date +%s%N) - started) / 1000000)) ms, with nothing changed"
}

serve() { # serve LOG
  local port page="$LOGS/$road-$1.html"
  port=$(free_port)
  start "$road-$1" THYRA_ADDR="127.0.0.1:$port" make run
  until curl --noproxy '*' --fail --silent --output "$page" "http://127.0.0.1:$port/sign-in"; do
    is_running || give_up "make run ended without a page: $output"
    sleep 0.1
  done
  worked=$(seconds_worked)
  kill_all
  grep -q '<form' "$page" && grep -q 'name="identifier"' "$page" || give_up "the page has no form to sign in: $page"
}

# start LOG WORD…: goes on in a process group of its own.
start() {
  output="$LOGS/$1.log"
  shift
  set -m
  in_clone "$@" >"$output" 2>&1 &
  process=$!
  set +m
}

is_running() { kill -0 "$process" 2>/dev/null; }

kill_all() {
  kill -9 -- "-$process"
  wait "$process" 2>/dev/null || true
}

free_port() {
  local port
  for port in {3900..3999}; do
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}
