#!/usr/bin/env bash
# Shows that the chaos suite can fail: builds Confab with a bug on purpose (bugs/NAME.patch), starts a cluster of it and
# runs one seed. Exits 0 when the checker found the bug.
#
#   src/test/chaos/bugs.sh no-heads-check|ok-before-commit [SEED] [run.mjs's own flags]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
bug=${1:-} seed=${2:-1}
[ -f "$here/bugs/$bug.patch" ] || { echo "which bug: $(basename -s .patch -a "$here"/bugs/*.patch | paste -sd' ')" >&2; exit 2; }
shift $(($# < 2 ? $# : 2))

"$root/src/test/node.sh" --version > /dev/null # brings it, or says what is missing, before anything is started
copy=$(mktemp -d "${TMPDIR:-/tmp}/confab-bug.XXXXXX")
chmod 755 "$copy" # the database's user goes through it
cluster() { "$copy/server-config/cluster/cluster.sh" "$@" --dir "$copy/target/cluster"; }
trap 'cluster stop > /dev/null || true; cluster remove > /dev/null || true; rm -rf "$copy"' EXIT
git -C "$root" ls-files -z | (cd "$root" && xargs -0 tar -cf -) | tar -xf - -C "$copy"
(cd "$copy" && git init -q && git apply "$here/bugs/$bug.patch")

cluster start --port 18080 --settings "$copy/src/test/chaos/cluster.properties"
result=$root/target/chaos/$bug/result.json
rm -f "$result"
"$root/src/test/node.sh" "$copy/src/test/chaos/run.mjs" --seed "$seed" --dir "$copy/target/cluster" --base http://127.0.0.1:18080 \
  --out "$(dirname "$result")" "$@" || true
# a run that failed for another reason has found nothing
if ! "$root/src/test/node.sh" "$here/broken.mjs" "$result"; then
  echo "the bug $bug was NOT found with seed $seed"
  exit 1
fi
echo "the bug $bug was found with seed $seed"
