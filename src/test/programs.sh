#!/usr/bin/env bash
# Sees to it that the integration tests have the programs they cannot bring themselves: a Chrome or Chromium for the pages,
# and HAProxy. What is not installed is taken from the distribution, where it may be installed; else it says what to
# install, and fails. Of Prometheus only promtool is wanted, so its package is unpacked into target/ and not installed; where
# there is none, the test of the alerts is left out.
#
#   src/test/programs.sh [skip]...   with "true" among its words (Maven's skipTests, skipITs) it does nothing
set -euo pipefail
[[ " $* " != *" true "* ]] || exit 0

browser() { # by the names that io.confab.it.support.Browser looks for
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" > /dev/null; then return 0; fi
  done
  return 1
}
balancer() { [ -x /usr/sbin/haproxy ] || command -v haproxy > /dev/null; } # not on every user's path

packages=()
browser || packages+=(chromium)
balancer || packages+=(haproxy)
if [ ${#packages[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing the distribution's ${packages[*]} ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"; } > /dev/null || true
fi
browser || {
  echo "The tests of pages need Chrome or Chromium: install one (Debian: apt-get install chromium; others: https://www.google.com/chrome) and run this again." >&2
  exit 1
}
balancer || {
  echo "The tests of the balancer need HAProxy 2.6 or newer: install it (Debian: apt-get install haproxy) and run this again." >&2
  exit 1
}

rules_tool() { [ -x target/prometheus/usr/bin/promtool ] || command -v promtool > /dev/null; }
if ! rules_tool && command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null; then
  echo "Fetching the distribution's promtool ..."
  mkdir -p target/prometheus
  (
    cd target/prometheus
    apt-get download -qq prometheus || { [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get download -qq prometheus; }
    dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb
  ) > /dev/null 2>&1 || true
fi
