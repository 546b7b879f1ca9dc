#!/usr/bin/env bash
# Runs the client's tests with the Node.js that Playwright brings (unpacked by Maven), or with an installed Node 20 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

node=../../../target/node/driver/linux/node
[ ! -f "$node" ] || chmod +x "$node"
"$node" --version > /dev/null 2>&1 || node=node
major=$("$node" --version 2> /dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
if [ "${major:-0}" -lt 20 ]; then
  echo "The client's tests need Node.js 20 or newer: install it (https://nodejs.org) and run this again." >&2
  exit 1
fi
exec "$node" --test --test-reporter=dot ./*.test.mjs
