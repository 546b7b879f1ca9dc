#!/usr/bin/env bash
# Sees to it that the tests of pages have a browser: an installed Chrome or Chromium; else the distribution's, where it may
# be installed; else it says what to install, and fails.
#
#   src/test/browser.sh [skip]...   with "true" among its words (Maven's skipTests, skipITs) it does nothing
set -euo pipefail
[[ " $* " != *" true "* ]] || exit 0

installed() { # by the names that io.confab.it.support.Browser looks for
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" > /dev/null; then return 0; fi
  done
  return 1
}
if ! installed && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "No Chrome or Chromium: installing the distribution's Chromium ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } > /dev/null || true
fi
installed || {
  echo "The tests of pages need Chrome or Chromium: install one (Debian: apt-get install chromium; others: https://www.google.com/chrome) and run this again." >&2
  exit 1
}
