# Versions: reading and comparing them. Sourced, not run.

# version_of COMMAND…: the version that the command says it has; nothing when it is missing or does not run.
version_of() {
  { "$@" --version 2>/dev/null || true; } | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true
}

# at_least HAVE NEED: whether the version HAVE is NEED or newer. No version at all never is.
at_least() {
  [ -n "$1" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}
