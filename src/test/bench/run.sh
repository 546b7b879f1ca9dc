#!/usr/bin/env bash
# Measures Confab beside bare `ws` and Socket.IO with PostgreSQL, with one load generator, on this machine (README.md).
#
#   SCRATCH=folder src/test/bench/run.sh ROUNDS [PEER ...]     LOADS="w1max w2x8" narrows the workloads
#
# Peers are run in turn within a round. Appends one JSON line a run to SCRATCH/results.jsonl; report.mjs makes tables.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
: "${SCRATCH:?set SCRATCH to a folder for databases, builds and results; its parents must be open to the user postgres}"
PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}
PGPORT=${PGPORT:-55871}
PORT=${PORT:-9010}
LOADS=${LOADS:-}
WARM=${WARM:-30} # seconds of load before the measured window: a server in use is warm, a JVM after 5 s is not
ulimit -n 20000
server='' launcher='' started_pg=''

free_port() {
  ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null || { echo "port $1 is in use" >&2; return 1; }
}
pg_start() {
  if [ ! -s "$SCRATCH/pg/PG_VERSION" ]; then
    install -d -o postgres -m 700 "$SCRATCH/pg"
    su postgres -c "$PGBIN/initdb -D $SCRATCH/pg -A trust -E UTF8 --locale=C.UTF-8" > "$SCRATCH/initdb.log"
  fi
  if ! su postgres -c "$PGBIN/pg_ctl -D $SCRATCH/pg status" > /dev/null; then
    free_port "$PGPORT"
    su postgres -c "$PGBIN/pg_ctl -D $SCRATCH/pg -w -l $SCRATCH/pg/log -o '-p $PGPORT -h 127.0.0.1 -k $SCRATCH/pg' start" > /dev/null
    started_pg=yes
  fi
  pg=$(head -1 "$SCRATCH/pg/postmaster.pid")
}
# through the socket in our own data folder, so never another cluster
sql() { "$PGBIN/psql" -q -h "$SCRATCH/pg" -p "$PGPORT" -U postgres -v ON_ERROR_STOP=1 "$@"; }
fresh_db() { sql -c "set client_min_messages = warning" -c "drop database if exists $1" -c "create database $1"; }
await() { # seconds, what, command ...
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] && kill -0 "${launcher:-$server}" || { echo "$peer: $what did not come" >&2; return 1; }
    sleep 0.2
  done
}
listening() { (exec 3<> "/dev/tcp/127.0.0.1/$PORT") 2> /dev/null; }

# The limits of one person are lifted, since few senders must do what many do; guessing costs less, since a thousand people
# register and log in before the measurement begins. All else is as delivered.
settings() {
  printf 'confab.%s\n' registration=open admission.handshakes-per-second=10000 admission.burst=10000 http.calls=2000 http.calls-per-address=1000 \
    registration.free-per-address=1000000 login.free-per-address=1000000 \
    limits.connection-frames=1000000 limits.room-burst=1000000 limits.room-messages-per-second=1000000 \
    limits.user-burst=1000000 limits.user-commands-per-second=1000000 limits.guest-handshakes=100000 \
    limits.guests-per-address=100000 limits.address-calls=1000000 password.memory-kib=7168 password.iterations=1 token.lifetime=1h
}
start() { # sets driver, server (a PID), tokens
  local log=$SCRATCH/$peer.log
  free_port "$PORT"
  rm -f "$log" # what the last run said must not be read as this one's
  launcher='' tokens=$SCRATCH/tokens
  case $peer in
    ws)
      driver=ws
      PORT=$PORT node "$SCRATCH/node/peers/ws.mjs" > "$log" 2>&1 & server=$! ;;
    socketio-cte | socketio-txn | socketio-none)
      driver=socketio
      fresh_db chat
      STORE=${peer#socketio-} PORT=$PORT DATABASE=postgres://postgres@127.0.0.1:$PGPORT/chat \
        node "$SCRATCH/node/peers/socketio.mjs" > "$log" 2>&1 & server=$! ;;
    confab | confab-h2)
      driver=confab
      tokens=$SCRATCH/confab-tokens
      rm -rf "$SCRATCH/confab-data"
      settings > "$SCRATCH/confab.properties"
      if [ "$peer" = confab ]; then
        fresh_db confab
        export CONFAB_DB_URL=jdbc:postgresql://127.0.0.1:$PGPORT/confab CONFAB_DB_USER=postgres
      fi
      "$root/server-config/run.sh" --no-build --port "$PORT" --data "$SCRATCH/confab-data" \
        --settings "$SCRATCH/confab.properties" > "$log" 2>&1 & launcher=$!
      unset CONFAB_DB_URL CONFAB_DB_USER
      await 200 readiness grep -qs 'is ready at' "$log"
      server=$(pgrep -P "$launcher" java)
      node "$here/peers/confab.mjs" "http://127.0.0.1:$PORT" "$users" "$size" > "$tokens" ;;
    *) echo "no peer $peer" >&2; return 1 ;;
  esac
  await 30 'the port' listening
  sleep 2 # the peers' own start is not what is measured
}
stop() {
  [ -n "$server" ] || return 0
  kill "${launcher:-$server}" 2> /dev/null || true
  for _ in $(seq 100); do kill -0 "$server" 2> /dev/null || break; sleep 0.1; done
  kill -9 "$server" 2> /dev/null || true
  wait "${launcher:-$server}" 2> /dev/null || true
  server='' launcher=''
}
cleanup() {
  stop
  [ -z "$started_pg" ] || su postgres -c "$PGBIN/pg_ctl -D $SCRATCH/pg -m fast stop" > /dev/null
}
trap cleanup EXIT
trap 'exit 130' INT TERM

run() { # name, users, users of a room, workload, its options
  local name=$1
  users=$2 size=$3
  shift 3
  [ -z "$LOADS" ] || [[ " $LOADS " == *" $name "* ]] || return 0
  if start; then
    timeout 240 "$SCRATCH/load" "$driver" "$PORT" "$@" name="$name" peer="$peer" pids="$server" pg="$pg" \
      tokens="$tokens" 2>> "$SCRATCH/errors.log" | tee -a "$SCRATCH/results.jsonl"
  fi
  stop
}

rounds=${1:-3}
shift || true
[ $# -gt 0 ] || set -- ws socketio-cte confab confab-h2
mkdir -p "$SCRATCH"
cc -O2 -Wall -Wextra -o "$SCRATCH/load" "$here/load.c" "$here"/drivers/*.c
mkdir -p "$SCRATCH/node" && cp -r "$here/package.json" "$here/peers" "$SCRATCH/node/"
[ -d "$SCRATCH/node/node_modules" ] || (cd "$SCRATCH/node" && npm install --no-audit --no-fund --no-package-lock --silent)
[ -s "$SCRATCH/tokens" ] || node "$SCRATCH/node/peers/tokens.mjs" 1001 > "$SCRATCH/tokens"
pg_start
for _ in $(seq "$rounds"); do
  for peer in "$@"; do
    run w1max 501 501 w1 subs=500 window=8 secs=8 warm=$WARM
    run w2x1 1000 10 w2 rooms=100 members=10 window=1 secs=8 warm=$WARM
    run w2x8 1000 10 w2 rooms=100 members=10 window=8 secs=8 warm=$WARM
    run lat 50 50 w1 subs=49 rate=100 secs=20 warm=10
    [[ $peer != confab* ]] || run hot 1050 1050 w1 subs=49 silent=1000 rate=100 secs=20 warm=10
  done
done
