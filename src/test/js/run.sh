#!/usr/bin/env bash
# Runs the client's tests with Node 20 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
major=$(node --version 2> /dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
if [ "${major:-0}" -lt 20 ]; then
  echo "The client's tests need Node.js 20 or newer: install it (Debian: apt-get install nodejs; others: https://nodejs.org) and run this again." >&2
  exit 1
fi
exec node --test --test-reporter=dot ./*.test.mjs
