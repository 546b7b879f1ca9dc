#!/usr/bin/env bash
# Runs a program with the Node.js that the build brings (target/node), or with an installed one, 20 or newer; where there is
# neither, Maven brings it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
brought=$root/target/node/driver/linux/node
major_of() { { "$1" --version 2> /dev/null || true; } | sed -n 's/^v\([0-9]*\).*/\1/p'; }
find_node() { # sets node
  [ ! -f "$brought" ] || chmod +x "$brought"
  for node in "$brought" node; do
    if [ "$(major_of "$node")" -ge 20 ] 2> /dev/null; then return 0; fi
  done
  return 1
}
bring_node() {
  # shellcheck source=server-config/build.sh
  . "$root/server-config/build.sh"
  say "Fetching Node.js ..." >&2
  run_maven "$(find_java)" dependency:unpack@bring-node >&2
}

find_node || { bring_node && find_node; } || {
  echo "Node.js 20 or newer is needed: install it (https://nodejs.org) and run this again." >&2
  exit 1
}
exec "$node" "$@"
