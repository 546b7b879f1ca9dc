#!/usr/bin/env bash
# Runs seeds one after another on one cluster and prints a line each, as docs/reliability.md shows them.
#
#   src/test/chaos/seeds.sh FROM TO [run.mjs's own flags]        SECONDS_EACH=180 CLUSTER=target/chaos/cluster PORT=18080
#
# Exits 1 when a seed broke a promise.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
from=$1 to=$2
shift 2
cluster=${CLUSTER:-$root/target/chaos/cluster} port=${PORT:-18080} failed=''
"$root/src/test/node.sh" --version > /dev/null # brings it, or says what is missing, before anything is started
script=$root/server-config/cluster/cluster.sh
mkdir -p "$root/target/chaos"

whole() { # what an earlier run left, frozen or of an older build, ends first
  "$script" stop --dir "$cluster" > /dev/null || true
  "$script" start --dir "$cluster" --port "$port" --settings "$here/cluster.properties"
}
whole
trap '"$script" stop --dir "$cluster" > /dev/null' EXIT
for seed in $(seq "$from" "$to"); do
  log=$root/target/chaos/seed-$seed.log
  if ! "$root/src/test/node.sh" "$here/run.mjs" --seed "$seed" --dir "$cluster" --base "http://127.0.0.1:$port" \
    --out "$root/target/chaos/seed-$seed" --seconds "${SECONDS_EACH:-180}" "$@" > "$log" 2>&1; then
    failed=yes
    echo "seed $seed broke a promise, see $log" >&2
  fi
  "$root/src/test/node.sh" "$here/table.mjs" "$root/target/chaos/seed-$seed/result.json" || failed=yes
  # what did not heal by itself has been told above; the next seed begins whole all the same
  "$script" status --dir "$cluster" > /dev/null || { failed=yes; whole; }
done
[ -z "$failed" ]
