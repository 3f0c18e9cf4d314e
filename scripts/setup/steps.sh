# A set-up is a list of steps, done in this order, each only where it is missing. Sourced, not run.
#
# A step NAME is three functions:
#   NAME_is_there   whether nothing is to be done, judged by versions
#   NAME_purpose    one line: what it is, what for, and about how long it takes on two cores
#   NAME_install    does it
# and, where it mostly waits for a network and needs no password, a fourth:
#   NAME_is_beside  it goes on beside the steps that follow; its output is kept in a log

beside=()

# run_steps NAME…: numbers those that are missing and does them. Says nothing when nothing is missing.
run_steps() {
  local step missing=() number=0
  for step in "$@"; do
    "${step}_is_there" || missing+=("$step")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  for step in "${missing[@]}"; do
    number=$((number + 1))
    run_step "[$number/${#missing[@]}]" "$step"
  done
  finish_beside
}

run_step() { # run_step LABEL NAME
  local started=$SECONDS
  if [ "$(type -t "$2_is_beside")" = function ]; then
    start_beside "$@"
    return
  fi
  printf '%s %s\n' "$1" "$("$2_purpose")" >&2
  "$2_install"
  judge_step "$1" "$2" "$((SECONDS - started))"
}

start_beside() { # start_beside LABEL NAME
  printf '%s %s, beside what follows\n' "$1" "$("$2_purpose")" >&2
  (
    started=$SECONDS
    "$2_install"
    echo "$((SECONDS - started))" >"$TOOLS/$2.seconds"
  ) >"$TOOLS/$2.log" 2>&1 &
  beside+=("$! $1 $2")
}

finish_beside() {
  local entry process label step
  [ ${#beside[@]} -gt 0 ] || return 0
  for entry in "${beside[@]}"; do
    read -r process label step <<<"$entry"
    if ! wait "$process"; then
      tail -n 20 "$TOOLS/$step.log" >&2
      exit 1
    fi
    judge_step "$label" "$step" "$(cat "$TOOLS/$step.seconds")"
  done
}

judge_step() { # judge_step LABEL NAME SECONDS
  "$2_is_there" || stop "'$2' went through without an error, and still what is needed is not there" "rm -r $TOOLS; make setup"
  printf '%s done in %s s\n' "$1" "$3" >&2
}
