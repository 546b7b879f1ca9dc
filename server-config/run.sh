#!/usr/bin/env bash
# Builds Confab when needed, starts it on Payara Micro, waits until it is ready and says where it listens.
# Ctrl-C (or TERM) stops the server and waits for it. Exits 1 when the server did not become ready, with the reason.
#
#   server-config/run.sh [--profile dev|production] [--port 8080] [--address ADDRESS] [--data FOLDER]
#                        [--settings FILE] [--log plain|json] [--war FILE] [--wait SECONDS] [--no-build] [-- Payara Micro's own flags]
#
#   --profile   dev (default): loopback only, registration open, log in a file; production: all interfaces, settings'
#               own defaults, log to standard output (and its beginning in a file)
#   --settings  a file of confab.* lines (default: server-config/application.properties when there is one).
#               Environment variables CONFAB_* set what the file does not.
#   --log       plain (default): a line for people; json: one JSON object a line
#   --wait      ends a server that is not ready by then (default: 180); a migration of many messages takes longer
# More flags for the JVM: CONFAB_JAVA_OPTS, e.g. CONFAB_JAVA_OPTS=-Xmx2g
set -euo pipefail

config=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$config")
profile=dev port=8080 address='' data=$root/data settings='' log_form=plain war='' wait_seconds=180 build=yes extra=()

# shellcheck source=server-config/build.sh
. "$config/build.sh"

while [ $# -gt 0 ]; do
  case $1 in
    --profile) profile=$2; shift 2 ;;
    --port) port=$2; shift 2 ;;
    --address) address=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    --settings) settings=$2; shift 2 ;;
    --log) log_form=$2; shift 2 ;;
    --war) war=$2 build=''; shift 2 ;;
    --wait) wait_seconds=$2; shift 2 ;;
    --no-build) build=''; shift ;;
    --) shift; extra=("$@"); break ;;
    -h | --help) sed -n '2,/^set -e/{/^set -e/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "unknown flag $1 (see --help)" ;;
  esac
done
case $profile in
  dev) : "${address:=127.0.0.1}" ;;
  production) : "${address:=0.0.0.0}" ;;
  *) die "--profile is dev or production, not '$profile'" ;;
esac
[[ $log_form =~ ^(plain|json)$ ]] || die "--log is plain or json, not '$log_form'"
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || die "--port is a number from 1 to 65535, not '$port'"

[ -z "$build" ] || stale || build=''

# --- the JDK -----------------------------------------------------------------------------------------------------
jdk=$(find_java "$build")
jdk_feature=$(feature "$jdk")

# --- the WAR -----------------------------------------------------------------------------------------------------
[ -z "$build" ] || build_war "$jdk"
: "${war:=$war_built}"
[ -f "$war" ] || die "no WAR at $war: run this without --no-build"
[ -f "$server" ] || die "no server at $server: run this without --no-build"

# --- the settings ------------------------------------------------------------------------------------------------
mkdir -p "$data" && data=$(cd "$data" && pwd)
work=$data/server
mkdir -p "$work" && rm -rf "$work/tmp" && mkdir "$work/tmp"
export CONFAB_PROFILE=$profile
[ "$profile" = dev ] && export CONFAB_REGISTRATION=${CONFAB_REGISTRATION:-open}
export CONFAB_DB_URL=${CONFAB_DB_URL:-jdbc:h2:file:$data/confab}
[ -z "$settings" ] && [ -f "$config/application.properties" ] && settings=$config/application.properties
[ -z "$settings" ] || [ -f "$settings" ] || die "no settings file at $settings"
[ -z "$settings" ] || extra=(--systemproperties "$settings" ${extra[@]+"${extra[@]}"})

# --- the command -------------------------------------------------------------------------------------------------
flags() { # the lines of an options file, with the words in braces filled in
  sed -e '/^#/d' -e '/^[[:space:]]*$/d' -e "s|{work}|$work|g" -e "s|{address}|$address|g" -e "s|{port}|$port|g" \
    -e "s|{config}|$config|g" -e "s|{war}|$war|g" "$config/payara/$1"
}
mapfile -t jvm < <(flags jvm.options)
[ "$jdk_feature" -lt 24 ] || mapfile -t -O "${#jvm[@]}" jvm < <(flags jvm-24.options)
mapfile -t micro < <(flags micro.options)
if [ "$log_form" = json ]; then # the same levels, another formatter
  sed 's/^\(java.util.logging.ConsoleHandler.formatter\)=.*/\1=fish.payara.enterprise.server.logging.JSONLogFormatter/' \
    "$config/payara/logging.properties" > "$work/logging.properties"
  micro=("${micro[@]/$config\/payara\/logging.properties/$work/logging.properties}")
fi
# ${a[@]+"${a[@]}"}: to bash before 4.4 an empty array is one that is not set
read -r -a more <<< "${CONFAB_JAVA_OPTS:-}"
command=("$jdk/bin/java" "${jvm[@]}" ${more[@]+"${more[@]}"} -jar "$server" "${micro[@]}" ${extra[@]+"${extra[@]}"})

# --- the start ---------------------------------------------------------------------------------------------------
log=$work/server.log
[ ! -f "$log" ] || mv "$log" "$log.1"
host=$address
[ "$address" != 0.0.0.0 ] || host=127.0.0.1
(exec 3<> "/dev/tcp/$host/$port") 2> /dev/null && die "something listens on $host:$port already: stop it, or take another --port"

say "Starting Confab on Java $jdk_feature, profile $profile ..."
[ "$profile" != dev ] || say "Profile dev: it listens on $address only, and anybody who reaches it may register."
cd "$root"
beginning() { # of a log that may go on for months the file keeps what tells how the start went
  grep --line-buffered -a -m 20000 '' > "$log" || true
  exec cat > /dev/null
}
launch() {
  begun=$SECONDS
  : > "$log"
  if [ "$profile" = dev ]; then
    "${command[@]}" > "$log" 2>&1 &
  else
    "${command[@]}" > >(exec tee >(beginning)) 2>&1 &
  fi
  pid=$!
  echo "$pid" > "$work/server.pid"
}
launch
stopping=''
stop() {
  stopping=yes
  kill -TERM "$pid" 2> /dev/null || true
}
trap stop INT TERM HUP
trap 'kill -TERM "$pid" 2> /dev/null || true' EXIT

ready() { # asks the server itself
  local answer=''
  answer=$(timeout 3 bash -c "exec 3<> /dev/tcp/$host/$port && printf 'GET /health/ready HTTP/1.0\r\nHost: $host\r\n\r\n' >&3 && head -1 <&3" 2> /dev/null) || return 1
  [[ $answer == *" 200 "* ]]
}
reason() { # the sentence that explains a failed start best
  grep -m 1 -oE 'setting confab[.a-z-]+ has .*; allowed: .*' "$log" ||
    grep -E 'Caused by: ' "$log" | tail -1 | sed 's/^[[:space:]]*//' ||
    grep -m 1 -E ' SEVERE |"SEVERE"' "$log" || tail -1 "$log"
}
end_server() { # SECONDS until it is killed: one that hangs in its start hangs in its end, too
  local look
  kill -TERM "$pid" 2> /dev/null || true
  for ((look = 0; look < $1 * 10; look++)); do
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2> /dev/null || true
  wait "$pid" 2> /dev/null || true
}
fail() {
  say "confab: $1" >&2
  say "  reason: $(reason)" >&2
  say "  the whole log: $log" >&2
  end_server 30
  exit 1
}
deployed() { # the server says so before the application's listeners have run, and takes it back when one fails
  grep -q ' was successfully deployed in ' "$log" && ! grep -q 'Exception while loading the app' "$log"
}
server_start_seconds=120
hangs() { # in the server's own start, before it has looked at the WAR
  [ $((SECONDS - begun)) -ge "$server_start_seconds" ] && ! grep -q 'Payara Micro .* startup time' "$log"
}
once_more() { # WHY SECONDS: the server's own faults, which are not there the next time (docs/adr/0004)
  again=''
  say "The server $1 (docs/adr/0004): starting it once more ..."
  end_server "$2"
  mv "$log" "$log.1"
  [ -n "$stopping" ] || launch
}
again=yes
until deployed && ready; do
  [ -z "$stopping" ] || break
  kill -0 "$pid" 2> /dev/null || fail "the server ended before it was ready"
  if grep -q 'PayaraMicro.* ready in ' "$log" && ! deployed; then
    [ -n "$again" ] && grep -q 'ClassNotFoundException: org/glassfish/' "$log" || fail "the deployment failed"
    once_more "lost its class loader to a garbage collection" 30
    continue
  fi
  if hangs; then
    kill -QUIT "$pid" 2> /dev/null || true # what its threads do goes into the log
    [ -n "$again" ] || fail "the server hangs in its own start"
    once_more "hangs in its own start" 2
    continue
  fi
  [ $((SECONDS - begun)) -lt "$wait_seconds" ] || fail "not ready after $wait_seconds seconds"
  sleep 0.2
done
if [ -z "$stopping" ]; then
  say "Confab is ready at http://$host:$port/ (after $((SECONDS - begun)) s). Log: $([ "$profile" = dev ] || echo 'here, its beginning too in ')$log. Ctrl-C stops it."
  [ "$profile" != dev ] || grep -hE 'io\.confab' "$log" | grep -iE 'WARNING|setup' || true
fi
while kill -0 "$pid" 2> /dev/null; do
  wait "$pid" && status=0 || status=$?
done
trap - EXIT
[ -n "$stopping" ] && { say "Confab has stopped."; exit 0; }
fail_status=${status:-1}
say "confab: the server ended by itself with $fail_status$([ "$profile" != dev ] || echo "; log: $log")" >&2
exit "$((fail_status == 0 ? 1 : fail_status))"
