# Throw-away machines: a folder with a Debian of its own, entered by chroot. Sourced by test_setup.sh, not run.
#
# What runs inside has its own processes and mounts: it ends as a whole, at once, when it is killed, and leaves no mount behind.
# The network is the machine's own, and so are its settings for it (proxy, certificates, mirror, npm's and cargo's).

readonly BASE="$WORK/base"
readonly CLONE=/root/thyra

# The packages a person has who has cloned a repository. Its package lists are those of the release alone, without its security
# updates: as old as lists are that nobody has refreshed since.
make_base() {
  [ ! -e "$BASE.whole" ] || return 0
  rm -rf "$BASE"
  debootstrap --variant=minbase --include=ca-certificates,curl,git,make "$(codename)" "$BASE" "$(mirror)" \
    >"$LOGS/debootstrap.log" 2>&1
  copy_network_settings "$BASE"
  as_inside "$BASE" apt-get update -q >"$LOGS/base.log" 2>&1
  touch "$BASE.whole"
}

codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

mirror() {
  sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.sources \
    /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1
}

copy_network_settings() { # copy_network_settings ROOT
  cp /etc/resolv.conf /etc/hosts "$1/etc/"
  mkdir -p "$1/etc/ssl/certs" "$1/root/.cargo"
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
  cp /etc/apt/auth.conf.d/* "$1/etc/apt/auth.conf.d/" 2>/dev/null || true
  grep -lE '^Acquire' /etc/apt/apt.conf.d/* 2>/dev/null | xargs -r cp -t "$1/etc/apt/apt.conf.d/"
  cp "$HOME/.npmrc" "$1/root/" 2>/dev/null || true
  cp "$HOME"/.cargo/config* "$1/root/.cargo/" 2>/dev/null || true
}

# make_root NAME: a fresh machine with a fresh clone of what is committed here; prints its folder.
make_root() {
  local root="$WORK/root-$1"
  rm -rf "$root"
  cp -a --reflink=auto "$BASE" "$root"
  use_todays_sources "$root"
  git clone --quiet --no-hardlinks "$ROOT" "$root$CLONE"
  git -C "$root$CLONE" checkout --quiet --detach "$(git -C "$ROOT" rev-parse HEAD)"
  echo "$root"
}

# The machine's own sources, with the security updates: their lists are not here before somebody asks for them.
use_todays_sources() {
  local file
  : >"$1/etc/apt/sources.list"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
    ! grep -q "$(codename)" "$file" 2>/dev/null || cp "$file" "$1${file%/*}/"
  done
}

give_rustup() { # give_rustup ROOT: the machine's, with the toolchain in use
  local toolchain program
  toolchain=$(cd / && rustup show active-toolchain | cut -d' ' -f1)
  mkdir -p "$1/root/.cargo/bin" "$1/root/.rustup/toolchains"
  for program in "$(dirname "$(command -v rustup)")"/*; do
    [ ! "$program" -ef "$(command -v rustup)" ] || cp -d "$program" "$1/root/.cargo/bin/"
  done
  cp -a --reflink=auto "$(rustup show home)/toolchains/$toolchain" "$1/root/.rustup/toolchains/"
  as_inside "$1" rustup default "$toolchain" >/dev/null 2>&1
}

give_node() { # give_node ROOT
  local npm
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  mkdir -p "$1/usr/lib/node_modules"
  cp "$(readlink -f "$(command -v node)")" "$1/usr/bin/node"
  cp -a "$npm" "$1/usr/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/bin/npx"
}

## Going in

# as_inside ROOT COMMAND…: what this starts ends with it. Downloads are kept for the other roots, and so is what was compiled,
# in $SHARED (the app) and $SHARED_TOOLS (the tools) where they are set.
as_inside() {
  local root=$1
  shift
  unshare --mount --pid --fork --kill-child=KILL bash -c '
    set -eu
    root=$1 cache=$2 shared=$3 tools=$4 clone=$5
    shift 5
    share() { # share FOLDER-OF-CACHE PLACE
      mkdir -p "$1" "$root$2"
      mount --bind "$1" "$root$2"
    }
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    share "$cache/apt" /var/cache/apt/archives
    share "$cache/npm" /root/.npm
    share "$cache/registry" /root/.cargo/registry
    [ -z "$shared" ] || share "$shared/target" "$clone/target"
    [ -z "$tools" ] || share "$tools" /shared/tools
    exec chroot "$root" "$@"' inside "$root" "$CACHE" "${SHARED:-}" "${SHARED_TOOLS:-}" "$CLONE" \
    env -i HOME=/root PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    ${SHARED_TOOLS:+SETUP_BUILD_FOLDER=/shared/tools} "${PASSED_ON[@]}" "$@"
}

# Settings for the network, and how much of the machine may be used. Set by test_setup.sh.
PASSED_ON=()
pass_on_environment() {
  local name
  for name in $(compgen -e | grep -iE '(_proxy|CERT_FILE|CERT_DIR|CA_BUNDLE|CA_CERTS|CAINFO)$|^(CARGO_BUILD_JOBS|RUSTUP_AUTO_INSTALL)$'); do
    PASSED_ON+=("$name=${!name}")
  done
}
