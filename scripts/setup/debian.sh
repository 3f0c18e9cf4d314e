# Debian's packages. Sourced, not run.

package_lists_are_fresh=

# Lists can be months old, and name packages that are too old or gone: they are asked for once in each run, before the
# first package is installed from them. Without a network the old ones have to do; what comes of it is judged afterwards.
refresh_package_lists() {
  [ -z "$package_lists_are_fresh" ] || return 0
  package_lists_are_fresh=yes
  quietly apt-update.log as_root apt-get update -q -o DPkg::Lock::Timeout=300 ||
    say "the package lists could not be refreshed ('apt-get update'); going on with those that are here"
}

# What a run that was killed has left half unpacked: dpkg refuses everything else until it is finished.
finish_interrupted_packages() {
  quietly dpkg.log as_root env DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a || true
  quietly apt-fix.log as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --fix-broken \
    --no-install-recommends -o DPkg::Lock::Timeout=300 || true
}

is_installed() {
  [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]
}

# install_debian PACKAGE…: installs or brings up to date. The caller judges what is there then.
install_debian() {
  command -v apt-get >/dev/null ||
    stop "found no apt-get here; needed, by the package manager of this system: $*"
  refresh_package_lists
  finish_interrupted_packages
  quietly apt.log as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" ||
    stop "apt-get could not install: $* (all it said is in $TOOLS/apt.log)" "sudo apt-get update && sudo apt-get install $*"
}
