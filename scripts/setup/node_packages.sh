# Node, and what comes from npm, exactly the versions of a folder's package-lock.json. Sourced.
#   end2end                     wasm-opt (Debian's is too old for today's wasm), Playwright, axe, and Clerk's own clients,
#                               against which the auth API is tested
#   end2end/bench/incumbents    what `make bench` measures beside ours; some 400 MB, so nothing else installs it

readonly NODE_NEEDED=20.9
# Where Debian's is older than needed, npm itself brings this one.
readonly NODE_FROM_NPM=22.23.3

## Node

node_purpose() { echo "Node $NODE_NEEDED or newer: wasm-opt and the browser tests run on it"; }

node_is_there() { at_least "$(version_of node)" "$NODE_NEEDED" && [ -n "$(version_of npm)" ]; }

node_install() {
  [ -n "$(version_of npm)" ] || install_debian nodejs npm
  at_least "$(version_of node)" "$NODE_NEEDED" || node_from_npm
}

node_from_npm() {
  local architecture package
  case $(uname -m) in x86_64) architecture=x64 ;; aarch64) architecture=arm64 ;; *) architecture=none ;; esac
  package="node-linux-$architecture@$NODE_FROM_NPM"
  say "found Node $(version_of node), needed is $NODE_NEEDED: npm brings $NODE_FROM_NPM, for Thyra alone"
  quietly node.log npm install --prefix "$TOOLS/node.new" --no-audit --no-fund --ignore-scripts "$package" ||
    stop "found Node $(version_of node); $NODE_NEEDED or newer is needed" "see https://nodejs.org/en/download"
  rm -rf "$TOOLS/node"
  mv "$TOOLS/node.new/node_modules/${package%@*}" "$TOOLS/node"
  rm -rf "$TOOLS/node.new"
}

## Packages. The copy of the lock file is written last, and into the folder that `npm ci` begins by removing.

node_packages_purpose() { echo "npm packages: wasm-opt, Playwright, Clerk's clients (about 20 s)"; }
node_packages_is_beside() { :; }
node_packages_is_there() { has_packages end2end; }
node_packages_install() { install_packages end2end; }

incumbents_purpose() { echo "npm packages: what the bench measures beside Thyra (400 MB)"; }
incumbents_is_there() { has_packages end2end/bench/incumbents; }
incumbents_install() { install_packages end2end/bench/incumbents; }

has_packages() { cmp -s "$ROOT/$1/package-lock.json" "$ROOT/$1/node_modules/.thyra-lock"; }

# No scripts of packages are run, and no browser is downloaded: Debian's is used.
install_packages() {
  rm -rf "${ROOT:?}/$1/node_modules"
  (cd "$ROOT/$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm.log npm ci --ignore-scripts --no-audit --no-fund) ||
    stop "npm ci failed in $1/" "make setup  (when npm's registry can be reached)"
  cp "$ROOT/$1/package-lock.json" "$ROOT/$1/node_modules/.thyra-lock"
}
