#!/usr/bin/env bash
# Runs a program with the Node.js that the build brings (target/node), or with an installed one, 20 or newer.
set -euo pipefail
node=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/../../target/node/driver/linux/node
[ ! -f "$node" ] || chmod +x "$node"
"$node" --version > /dev/null 2>&1 || node=node
major=$("$node" --version 2> /dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
if [ "${major:-0}" -lt 20 ]; then
  echo "Node.js 20 or newer is needed: install it (https://nodejs.org) and run this again." >&2
  exit 1
fi
exec "$node" "$@"
