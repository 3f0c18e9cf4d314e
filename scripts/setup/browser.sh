# A browser for the tests, and fonts, without which screenshots show boxes. Sourced.

# Playwright speaks to the browser in the protocol of its own days.
readonly CHROMIUM_NEEDED=130
readonly FONTS=(fonts-liberation fonts-dejavu-core fonts-noto-core)

browser_purpose() { echo "Chromium and fonts: the tests drive a real browser (about 1 min)"; }

browser_is_there() {
  at_least "$(version_of "${CHROMIUM_BIN:-/usr/bin/chromium}")" "$CHROMIUM_NEEDED" && has_fonts
}

has_fonts() {
  local package
  [ -z "${CHROMIUM_BIN:-}" ] || return 0
  for package in "${FONTS[@]}"; do
    is_installed "$package" || return 1
  done
}

browser_install() {
  [ -z "${CHROMIUM_BIN:-}" ] ||
    stop "found at CHROMIUM_BIN ($CHROMIUM_BIN) version "$(version_of "$CHROMIUM_BIN")"; needed is $CHROMIUM_NEEDED" \
      "unset CHROMIUM_BIN"
  install_debian chromium "${FONTS[@]}"
  at_least "$(version_of /usr/bin/chromium)" "$CHROMIUM_NEEDED" ||
    stop "found Chromium $(version_of /usr/bin/chromium) in Debian's packages; needed is $CHROMIUM_NEEDED or newer" \
      "CHROMIUM_BIN=/path/to/a/newer/chromium make test"
}
