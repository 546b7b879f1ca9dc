#!/usr/bin/env bash
# Holds a server to docs/protocol/v1.md. Exits 1 when a rule is broken.
#
#   run.sh [URL] [--limits] [--slow] [--drain] [--only PATTERN] [--lies]
#
#   URL      http://127.0.0.1:8080 unless given
#   --limits also what passes the limits on purpose: it knocks at the door a thousand times
#   --slow   also what waits for heartbeats and for a token to run out
#   --drain  also what a node does that leaves: drains it, as admin, so it must be stopped afterwards, and
#            other tests need --only, since it takes no sockets then
#   --only   tests whose name matches, e.g. --only '^S3'
#   --lies   instead: puts a proxy that lies before the server, and exits 1 when a lie is not caught
#
# People are registered; where registration is by invite, or to test what staff does, give CONFAB_ADMIN_PASSWORD (and
# CONFAB_ADMIN, when it is not "admin"). CONFAB_PATIENCE_MS (10000) is how long an answer may take.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
only=() lies='' limit_ms=240000 # of a file, and of a test
while [ $# -gt 0 ]; do
  case $1 in
    --limits) export CONFAB_LIMITS=1; shift ;;
    --slow) export CONFAB_SLOW=1 limit_ms=1800000; shift ;;
    --drain) export CONFAB_DRAIN=1; shift ;;
    --only) only=(--test-name-pattern "$2"); shift 2 ;;
    --lies) lies=yes; shift ;;
    -h | --help) sed -n '2,/^set -e/{/^set -e/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    http://* | https://*) export CONFAB_URL=$1; shift ;;
    *) echo "unknown argument $1 (see --help)" >&2; exit 2 ;;
  esac
done
node=$here/../node.sh # which takes the one that the build brings
[ -x "$node" ] || node=node
[ -z "$lies" ] || exec "$node" "$here/lies.mjs"
exec "$node" --test --test-concurrency=4 --test-timeout=$limit_ms --test-reporter="$here/report.mjs" --test-reporter-destination=stdout \
  ${only[@]+"${only[@]}"} "$here"/*.test.mjs
