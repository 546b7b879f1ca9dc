#!/usr/bin/env bash
# Starts Confab N times on an empty folder, one after the other, and says how long each took and what it held in memory.
#
#   src/test/bench/starts.sh N [flags of server-config/run.sh]       CONFAB_JAVA_OPTS as for run.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
n=${1:?how many starts}
shift
work=$(mktemp -d)
launcher=''
trap '[ -z "$launcher" ] || kill -TERM "$launcher" 2> /dev/null || true; rm -rf "$work"' EXIT
good=0
for i in $(seq "$n"); do
  rm -rf "$work/data" "$work/out"
  begun=$(date +%s%N)
  "$root/server-config/run.sh" --no-build --port "${PORT:-9011}" --data "$work/data" "$@" > "$work/out" 2>&1 & launcher=$!
  until grep -qs 'is ready at' "$work/out" || ! kill -0 "$launcher" 2> /dev/null; do sleep 0.1; done
  took=$((($(date +%s%N) - begun) / 1000000))
  if grep -q 'is ready at' "$work/out"; then
    good=$((good + 1))
    note=''
    ! grep -q 'once more' "$work/out" || note=' (started once more: docs/adr/0004)'
    rss=$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$(pgrep -P "$launcher" java)/status")
    echo "$i: ready after $took ms, $rss MiB resident$note"
    echo "$took $rss" >> "$work/good"
  else
    echo "$i: FAILED"
    cat "$work/out"
  fi
  kill -TERM "$launcher" 2> /dev/null || true
  wait "$launcher" 2> /dev/null || true
done
median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2)}'; }
echo "$good of $n starts succeeded"
[ "$good" = 0 ] || echo "median: $(cut -d' ' -f1 "$work/good" | median) ms, $(cut -d' ' -f2 "$work/good" | median) MiB resident"
[ "$good" = "$n" ]
