#!/usr/bin/env bash
# Node.js with these arguments: the one that Playwright brings (unpacked by Maven), or an installed one, 20 or newer.
set -euo pipefail

node=$(dirname "${BASH_SOURCE[0]}")/../../../target/node/driver/linux/node
[ ! -f "$node" ] || chmod +x "$node"
"$node" --version > /dev/null 2>&1 || node=node
major=$("$node" --version 2> /dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
if [ "${major:-0}" -lt 20 ]; then
  echo "This needs Node.js 20 or newer: install it (https://nodejs.org) and run it again." >&2
  exit 1
fi
exec "$node" "$@"
