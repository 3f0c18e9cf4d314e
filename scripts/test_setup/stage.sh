# The stage of unit.sh: an empty home, fake tools before the system's, and what the set-up says and calls is kept. Sourced, not run.

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

set_stage() { # set_stage HOME
  export HOME="$1" XDG_CACHE_HOME="$1/cache" CARGO_HOME="$1/cargo" CALLS="$1/calls"
  export PATH="$1/bin:/usr/bin:/bin"
  unset CHROMIUM_BIN SETUP_RUST
  mkdir -p "$HOME/bin" "$CARGO_HOME/bin"
  : >"$CALLS"
  for file in common version debian steps toolchain rust_tools node_packages browser; do
    source "$repository/scripts/setup/$file.sh"
  done
  mkdir -p "$TOOLS"
}

fake() { # fake NAME SCRIPT: also notes how it was called
  printf '#!/bin/sh\necho "%s $*" >>"$CALLS"\n%s\n' "$1" "$2" >"$HOME/bin/$1"
  chmod +x "$HOME/bin/$1"
}

# The functions of the set-up may `exit`: what they say and whether they went through is kept.
outcome_of() {
  said=$( ("$@") 2>&1) && ended=well || ended=badly
}

fail() {
  printf '    %s\n' "$@"
  exit 1
}

expect_said() { [[ $said == *"$1"* ]] || fail "expected to be said: $1" "said: $said"; }
expect_ended() { [ "$ended" = "$1" ] || fail "expected to end $1, ended $ended" "said: $said"; }
expect_not() { ! "$@" || fail "expected not: $*"; }
expect_calls() { [ "$(cut -d' ' -f1,2 "$CALLS" | paste -sd,)" = "$1" ] || fail "expected calls: $1" "calls: $(cat "$CALLS")"; }

fake_rustup() { # fake_rustup RUST-VERSION: it has no wasm target, and refuses to write over what is there, as the real one does
  fake rustc "case \$* in *sysroot*) echo $HOME/sysroot ;; *) echo 'rustc $1' ;; esac"
  fake rustup 'library="$HOME/sysroot/lib/rustlib/wasm32-unknown-unknown"
    case "$1 $2" in
      "target list") [ ! -e "$HOME/listed" ] || echo wasm32-unknown-unknown ;;
      "target add") [ -z "${OFFLINE:-}" ] && [ ! -e "$library" ] || exit 1; mkdir -p "$library/lib"; touch "$library/lib/libstd-1.rlib" "$HOME/listed" ;;
    esac'
  mkdir -p "$HOME/sysroot/lib/rustlib"
}

fake_debian() {
  id() { echo 0; }
  fake apt-get :
  fake dpkg :
}

# $ROOT is fixed once it is sourced.
has_packages_in() {
  env ROOT="$1" bash -c "$(declare -f has_packages); has_packages end2end && echo yes || echo no"
}

define_step() { # define_step NAME: done once a file of its name is there
  eval "$1_purpose() { echo 'the $1'; }
    $1_is_there() { [ -e '$HOME/$1' ]; }
    $1_install() { touch '$HOME/$1'; }"
}
