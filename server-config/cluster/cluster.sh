#!/usr/bin/env bash
# A whole Confab on this machine, made of the pieces that production is made of: several nodes of the same WAR behind
# HAProxy, on one PostgreSQL and one Artemis, each in a process of its own. Everything listens on 127.0.0.1 only.
#
#   cluster.sh start [--nodes 3] [--port 8080] [--settings FILE] [--no-build]
#                             starts what does not run yet and waits until all is ready through the balancer
#   cluster.sh status         a table of the parts; exit code 0 when all is well
#   cluster.sh stop           stops all, in order; the data stay, and the next start goes on with them
#   cluster.sh remove         deletes what it made, data and all, once it is stopped
#
#   cluster.sh start|stop|restart PART     stop: TERM, and waits (PostgreSQL: INT, its fast shutdown)
#   cluster.sh kill PART                   kill -9
#   cluster.sh freeze|thaw PART            SIGSTOP, SIGCONT
#   cluster.sh cut|heal NODE               takes away the link between this node and the broker; gives it back
#   cluster.sh drain NODE                  asks this node, as admin, to send its clients to the others
#   cluster.sh logs PART [--follow]
#
# PART: node1, node2, …, broker, postgres, balancer, and link1, link2, …: a node reaches the broker through its link.
# Ports: balancer P (--port), nodes P+1, P+2, …, PostgreSQL P+50, the balancer's figures P+51, broker P+60, links P+61, …
# All commands take --dir DIR (default: target/cluster): processes, logs, data, and in DIR/secrets the passwords made at
# the first start; DIR/secrets/admin is that of the account admin. --settings: confab.* lines for every node.
# It needs Linux, HAProxy and PostgreSQL (Debian: apt-get install haproxy postgresql; the database's programs may be
# elsewhere: CONFAB_POSTGRES_BIN). Artemis' distribution is fetched by Maven.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
config=$(dirname "$here")
root=$(dirname "$config")
# shellcheck source=server-config/build.sh
. "$config/build.sh"

usage() { sed -n '2,/^set -e/{/^set -e/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

# --- the command line ----------------------------------------------------------------------------------------------
command='' part='' dir=$root/target/cluster nodes='' port='' settings='' build=yes follow=''
while [ $# -gt 0 ]; do
  case $1 in
    --dir | --nodes | --port | --settings)
      [ $# -gt 1 ] || die "$1 wants a value"
      case $1 in --dir) dir=$2 ;; --nodes) nodes=$2 ;; --port) port=$2 ;; --settings) settings=$2 ;; esac
      shift 2 ;;
    --no-build) build=''; shift ;;
    --follow) follow=yes; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) die "unknown flag $1 (see --help)" ;;
    *)
      if [ -z "$command" ]; then command=$1; elif [ -z "$part" ]; then part=$1; else die "one part at a time (see --help)"; fi
      shift ;;
  esac
done
[ -n "$command" ] || { usage >&2; exit 1; }
if [ ! -d "$dir" ]; then # PostgreSQL's user goes through it
  mkdir -p "$dir" && chmod 711 "$dir"
fi
dir=$(cd "$dir" && pwd)
state=$dir/cluster
given_nodes=$nodes given_port=$port
if [ -f "$state" ]; then
  while IFS='=' read -r key value; do
    case $key in
      nodes) : "${nodes:=$value}" ;;
      port) : "${port:=$value}" ;;
      settings) : "${settings:=$value}" ;;
    esac
  done < "$state"
fi
: "${nodes:=3}" "${port:=8080}"
[[ $nodes =~ ^[1-9]$ ]] || die "--nodes is a number from 1 to 9, not '$nodes'"
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65465 ] || die "--port is a number from 1 to 65465, not '$port'"
if [ -f "$settings" ]; then
  settings=$(readlink -f "$settings")
elif [ -n "$settings" ] && [[ $command =~ ^(start|restart)$ && $part =~ ^(node.)?$ ]]; then # nothing else reads it
  die "no settings file at $settings: name another by --settings"
fi

node_names=() link_names=()
for ((n = 1; n <= nodes; n++)); do node_names+=("node$n") link_names+=("link$n"); done
all=(postgres broker "${link_names[@]}" "${node_names[@]}" balancer)
[ -z "$part" ] || [[ " ${all[*]} " == *" $part "* ]] || die "no part '$part'; there are: ${all[*]}"

port_of() {
  case $1 in
    balancer) echo "$port" ;;
    node?) echo $((port + ${1#node})) ;;
    postgres) echo $((port + 50)) ;;
    figures) echo $((port + 51)) ;;
    broker) echo $((port + 60)) ;;
    link?) echo $((port + 60 + ${1#link})) ;;
  esac
}

# --- processes -----------------------------------------------------------------------------------------------------
# A pid alone may be somebody else's by now: a process counts as a part only while its command line names that part's own
# folder.
postgres_home() { # outside DIR where the database's user cannot enter DIR
  local home=$dir/postgres
  [ ! -f "$home/elsewhere" ] || read -r home < "$home/elsewhere"
  printf '%s\n' "$home"
}
pid_file() { case $1 in node?) echo "$dir/$1/server/server.pid" ;; *) echo "$dir/$1/pid" ;; esac; }
own_folder() { case $1 in postgres) postgres_home ;; *) echo "$dir/$1" ;; esac; }
is_own() { # PID FOLDER
  local words=()
  mapfile -d '' -t words < "/proc/$1/cmdline" || return 1
  [[ "${words[*]} " == *"$2/"* || "${words[*]} " == *"$2 "* ]]
} 2> /dev/null
pid_of() { # the part's process; fails when it does not run
  local pid=''
  { read -r pid < "$(pid_file "$1")"; } 2> /dev/null || return 1
  [[ $pid =~ ^[0-9]+$ ]] && is_own "$pid" "$(own_folder "$1")" || return 1
  echo "$pid"
}
launcher_of() { # a node's run.sh
  local pid=''
  { read -r pid < "$dir/$1/run.pid"; } 2> /dev/null || return 1
  [[ $pid =~ ^[0-9]+$ ]] && is_own "$pid" "$dir/$1" || return 1
  echo "$pid"
}
runs() { pid_of "$1" > /dev/null; }
frozen() { # PID
  local line=''
  { read -r line < "/proc/$1/stat"; } 2> /dev/null || return 1
  line=${line##*) }
  [ "${line%% *}" = T ]
}
family() { # a process and all below it
  local pid line parent child
  echo "$1"
  for pid in /proc/[0-9]*; do
    { read -r line < "$pid/stat"; } 2> /dev/null || continue
    read -r _ parent _ <<< "${line##*) }"
    child=${pid#/proc/}
    [ "$parent" != "$1" ] || family "$child"
  done
}
log_of() { case $1 in node?) echo "$dir/$1/server/server.log" ;; *) echo "$dir/$1/$1.log" ;; esac; }

launch() { # PART PID_FILE LOG COMMAND...: in a session of its own, with none of the caller's files
  local pid_file=$2 log=$3
  shift 3
  : > "$log" # now: what the process before has said must not be taken for this one's
  (
    cd /
    setsid "$@" < /dev/null > "$log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    echo $! > "$pid_file"
  )
}
listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
free_port() { ! listens "$(port_of "$1")" || die "something listens on 127.0.0.1:$(port_of "$1") already, where $1 is to be: stop it, or take another --port"; }

# --- HTTP without a program whose command line would show a secret -------------------------------------------------
ask() { # METHOD PORT PATH [BODY] [TOKEN]: the status in a line, then the answer's body
  (
    exec 3<> "/dev/tcp/127.0.0.1/$2" || exit 1
    {
      printf '%s %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\n' "$1" "$3" "$2"
      [ -z "${5:-}" ] || printf 'Authorization: Bearer %s\r\n' "$5"
      printf 'Content-Length: %s\r\n\r\n%s' "${#4}" "${4:-}"
    } >&3
    IFS=' ' read -r -t 5 _ status _ <&3 || exit 1
    echo "$status"
    while IFS= read -r -t 5 line <&3 && [ "${line%$'\r'}" ]; do :; done
    body=''
    IFS= read -r -d '' -t 5 body <&3 || true
    printf '%s' "$body"
  ) 2> /dev/null
}
status_of() { # PORT PATH
  local answer=''
  answer=$(ask GET "$1" "$2" '') || { echo 'no answer'; return; }
  echo "${answer%%$'\n'*}"
}

# --- readiness -----------------------------------------------------------------------------------------------------
up_at_balancer() { # what the balancer says of a node: UP, DOWN, …
  local answer=''
  answer=$(ask GET "$(port_of figures)" '/;csv' '') || return 1
  sed -n "s/^nodes,$1,\([^,]*,\)\{15\}\([^,]*\),.*/\2/p" <<< "$answer"
}
readiness() { # of a part that runs; "ready", or what is wrong
  local answer
  case $1 in
    node?)
      answer=$(status_of "$(port_of "$1")" /health/ready)
      case $answer in 200) echo ready ;; 503) echo 'not ready (503)' ;; *) echo "not ready ($answer)" ;; esac ;;
    postgres)
      # the first line is the process, the eighth its state; after a kill -9 the file of the one before lies there
      answer=$(sed -n '1p;8{s/ *$//;p}' "$(postgres_home)/data/postmaster.pid" 2> /dev/null || true)
      [ "$answer" = "$(pid_of postgres)"$'\n'ready ] && echo ready || echo 'not ready' ;;
    balancer)
      answer=$(status_of "$port" /)
      [ "$answer" = 200 ] && echo ready || echo "not ready ($answer)" ;;
    *) listens "$(port_of "$1")" && echo ready || echo 'not ready' ;;
  esac
}
is_ready() {
  case $1 in
    # run.sh knows more than the health check: that the application's own start has ended
    node?) grep -q '^Confab is ready ' "$dir/$1/run.log" 2> /dev/null && runs "$1" && [ "$(readiness "$1")" = ready ] ;;
    # it is ready before it has a node to send calls to
    balancer) runs balancer && listens "$port" ;;
    *) runs "$1" && [ "$(readiness "$1")" = ready ] ;;
  esac
}
lives() { case $1 in node?) launcher_of "$1" > /dev/null ;; *) runs "$1" ;; esac; }
has_ended() { # for 2 s it does not live: a process does not bear its own command line yet when it has just begun
  local look
  for ((look = 0; look < 20; look++)); do
    if lives "$1"; then return 1; fi
    sleep 0.1
  done
}
explain() {
  case $1 in
    node?) grep -A2 '^confab: ' "$dir/$1/run.log" || tail -3 "$dir/$1/run.log" ;;
    *) tail -5 "$(log_of "$1")" ;;
  esac >&2
}
await_ready() { # PART SECONDS: for a part that has been launched
  local begun=$SECONDS
  until is_ready "$1"; do
    if has_ended "$1" || [ $((SECONDS - begun)) -ge "$2" ]; then
      if lives "$1"; then say "confab: $1 is not ready after $2 seconds:" >&2; else say "confab: $1 has ended:" >&2; fi
      explain "$1"
      say "  its log: $(log_of "$1")" >&2
      return 1
    fi
    sleep 0.1
  done
  say "  $1 is ready at 127.0.0.1:$(port_of "$1") (after $SECONDS s)"
}

# --- secrets -------------------------------------------------------------------------------------------------------
secret() { cat "$dir/secrets/$1"; }
make_secrets() {
  local name
  (umask 077 && mkdir -p "$dir/secrets")
  for name in admin broker database postgres tokens; do
    [ -s "$dir/secrets/$name" ] || (umask 077 && head -c 32 /dev/urandom | base64 | tr -d '/+=\n' > "$dir/secrets/$name")
  done
}

# --- PostgreSQL ----------------------------------------------------------------------------------------------------
postgres_bin() {
  local folder
  if [ -n "${CONFAB_POSTGRES_BIN:-}" ]; then
    [ -x "$CONFAB_POSTGRES_BIN/initdb" ] || die "no initdb in CONFAB_POSTGRES_BIN, $CONFAB_POSTGRES_BIN"
    echo "$CONFAB_POSTGRES_BIN"
    return
  fi
  folder=$(find /usr/lib/postgresql/*/bin /usr/pgsql-*/bin -maxdepth 1 -name initdb 2> /dev/null | sort -V | tail -1 || true)
  [ -n "$folder" ] || folder=$(command -v initdb || true)
  [ -n "$folder" ] || die "needs PostgreSQL and found none: install it (Debian: apt-get install postgresql), or name the folder of its programs in CONFAB_POSTGRES_BIN"
  dirname "$folder"
}
database_user=$(id -un) as_database_user=()
if [ "$(id -u)" = 0 ]; then # as which PostgreSQL refuses to run
  database_user=nobody
  ! id postgres > /dev/null 2>&1 || database_user=postgres
  as_database_user=(setpriv --reuid="$database_user" --regid="$(id -g "$database_user")" --clear-groups)
fi
make_database() { # once: a cluster of databases in it one that belongs to the user of the nodes
  local bin home password=$dir/postgres/superuser
  bin=$(postgres_bin)
  mkdir -p "$dir/postgres"
  chmod 711 "$dir/postgres"
  home=$(postgres_home)
  [ ! -f "$home/made" ] || return 0
  if ! ${as_database_user[@]+"${as_database_user[@]}"} test -x "$dir/postgres"; then
    home=$(mktemp -d /var/tmp/confab-postgres-XXXXXX)
    echo "$home" > "$dir/postgres/elsewhere"
  fi
  rm -rf "$home/data"
  mkdir -p "$home/data" && chmod 700 "$home/data" && chmod 711 "$home"
  password=$home/superuser
  (umask 077 && secret postgres > "$password")
  chown "$database_user" "$home/data" "$password"
  cd /
  ${as_database_user[@]+"${as_database_user[@]}"} "$bin/initdb" -D "$home/data" --username=postgres --pwfile="$password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-instructions > "$dir/postgres/initdb.log" 2>&1 ||
    { tail -5 "$dir/postgres/initdb.log" >&2; die "initdb failed"; }
  rm "$password"
  ${as_database_user[@]+"${as_database_user[@]}"} "$bin/postgres" --single -D "$home/data" postgres >> "$dir/postgres/initdb.log" 2>&1 <<- SQL ||
	create role confab login password '$(secret database)'
	create database confab owner confab
	SQL
    die "the database could not be made: $dir/postgres/initdb.log"
  : > "$home/made"
}
launch_postgres() {
  local bin home
  make_database
  bin=$(postgres_bin) home=$(postgres_home)
  launch postgres "$(pid_file postgres)" "$(log_of postgres)" ${as_database_user[@]+"${as_database_user[@]}"} "$bin/postgres" -D "$home/data" \
    -p "$(port_of postgres)" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200
}
start_postgres() { # after a kill -9 its children need a moment to go; until then it refuses to start
  local begun=$SECONDS
  launch_postgres
  until is_ready postgres; do
    [ $((SECONDS - begun)) -lt 120 ] || break
    if ! runs postgres; then
      if grep -qE 'pre-existing shared memory|lock file "postmaster.pid" already exists' "$(log_of postgres)"; then
        launch_postgres
      elif has_ended postgres; then
        break
      fi
    fi
    sleep 0.1
  done
}

# --- Artemis -------------------------------------------------------------------------------------------------------
find_artemis() { # its distribution, of the version that the WAR's own broker has
  local version
  version=$(sed -n 's|.*<artemis.version>\(.*\)</artemis.version>.*|\1|p' "$root/pom.xml")
  artemis=$root/target/artemis/apache-artemis-$version
  [ ! -f "$artemis/lib/artemis-boot.jar" ] || return 0
  say "Fetching Artemis $version ..."
  run_maven "$jdk" dependency:unpack -Dartifact="org.apache.artemis:apache-artemis:$version:tar.gz:bin" \
    -DoutputDirectory="$root/target/artemis" -Dmdep.unpack.excludes='**/web/**,**/licenses/**' || die "Artemis could not be fetched"
  [ -f "$artemis/lib/artemis-boot.jar" ] || die "no Artemis at $artemis"
}
launch_broker() { # an instance as "artemis create" makes one, but with the shipped files
  local home=$dir/broker shipped=tcp://0.0.0.0:61616
  grep -q "$shipped" "$config/artemis/broker.xml" || die "server-config/artemis/broker.xml has no acceptor at $shipped"
  mkdir -p "$home/etc" "$home/tmp" "$home/data"
  cp "$config"/artemis/{management.xml,login.config,log4j2.properties} "$home/etc/"
  sed "s|$shipped|tcp://127.0.0.1:$(port_of broker)|" "$config/artemis/broker.xml" > "$home/etc/broker.xml"
  sed "s|/etc/confab/broker/|$home/etc/|" "$config/artemis/bootstrap.xml" > "$home/etc/bootstrap.xml"
  (umask 077 && echo "confab = $(secret broker)" > "$home/etc/artemis-users.properties")
  echo 'confab = confab' > "$home/etc/artemis-roles.properties"
  launch broker "$(pid_file broker)" "$(log_of broker)" "$jdk/bin/java" -Xmx256m -XX:+UseSerialGC \
    -XX:TieredStopAtLevel=1 -Djava.security.auth.login.config="$home/etc/login.config" \
    -Dlog4j2.configurationFile="$home/etc/log4j2.properties" -Djava.io.tmpdir="$home/tmp" -Dartemis.home="$artemis" \
    -Dartemis.instance="$home" -Dartemis.instance.etc="$home/etc" -Ddata.dir="$home/data" \
    -cp "$artemis/lib/artemis-boot.jar" org.apache.activemq.artemis.boot.Artemis run
}

# --- HAProxy: the balancer, and a link to the broker for each node -------------------------------------------------
find_haproxy() {
  haproxy=$(command -v haproxy || command -v /usr/sbin/haproxy || true)
  [ -n "$haproxy" ] || die "needs HAProxy and found none: install it (Debian: apt-get install haproxy)"
}
launch_haproxy() { # PART
  local file=$dir/$1/haproxy.cfg
  "$haproxy" -c -q -f "$file" > "$dir/$1/check.log" 2>&1 || { cat "$dir/$1/check.log" >&2; die "the configuration $file is refused"; }
  launch "$1" "$(pid_file "$1")" "$(log_of "$1")" "$haproxy" -db -f "$file"
}
launch_link() { # LINK
  mkdir -p "$dir/$1"
  cat > "$dir/$1/haproxy.cfg" <<- CFG
	global
	  maxconn 200
	defaults
	  mode tcp
	  timeout connect 2s
	  timeout client 1h
	  timeout server 1h
	listen $1
	  bind 127.0.0.1:$(port_of "$1")
	  server broker 127.0.0.1:$(port_of broker)
	CFG
  launch_haproxy "$1"
}
balancer_settings() { # the shipped file, with as many nodes as there are
  local line n
  while IFS= read -r line; do
    case $line in
      '  user '* | '  group '*) if [ "$(id -u)" != 0 ] || ! id haproxy > /dev/null 2>&1; then continue; fi ;;
      '  presetenv CONFAB_BIND '*) line="  setenv CONFAB_BIND 127.0.0.1:$port" ;;
      '  presetenv CONFAB_FIGURES '*) line="  setenv CONFAB_FIGURES 127.0.0.1:$(port_of figures)" ;;
      '  presetenv CONFAB_NODE1 '*)
        for ((n = 1; n <= nodes; n++)); do printf '  setenv CONFAB_NODE%d 127.0.0.1:%d\n' "$n" $((port + n)); done
        continue ;;
      '  server node1 '*)
        for ((n = 1; n <= nodes; n++)); do sed "s|node1|node$n|g; s|NODE1|NODE$n|" <<< "$line"; done
        continue ;;
      '  presetenv CONFAB_NODE'* | '  server node'*) continue ;;
    esac
    printf '%s\n' "$line"
  done < "$here/haproxy.cfg"
}
launch_balancer() {
  mkdir -p "$dir/balancer"
  balancer_settings > "$dir/balancer/haproxy.cfg"
  launch_haproxy balancer
}

# --- the nodes -----------------------------------------------------------------------------------------------------
launch_node() {
  local name=$1 home=$dir/$1
  mkdir -p "$home"
  (umask 077 && {
    echo "confab.node=$name"
    echo "confab.db.url=jdbc:postgresql://127.0.0.1:$(port_of postgres)/confab"
    echo "confab.db.user=confab"
    echo "confab.db.password=$(secret database)"
    echo "confab.broker.url=tcp://127.0.0.1:$(port_of "link${name#node}")"
    echo "confab.broker.user=confab"
    echo "confab.broker.password=$(secret broker)"
    echo "confab.secret=$(secret tokens)"
    echo "confab.admin.password=$(secret admin)"
    echo "confab.proxies=127.0.0.1"
    [ -z "$settings" ] || cat "$settings"
  } > "$home/node.properties")
  launch "$name" "$home/run.pid" "$home/run.log" "$config/run.sh" --no-build --port "$(port_of "$name")" --data "$home" \
    --settings "$home/node.properties" --wait 300
}

# --- one part ------------------------------------------------------------------------------------------------------
seconds_for() { case $1 in node?) echo 320 ;; postgres) echo 120 ;; *) echo 60 ;; esac; }
launch_part() {
  mkdir -p "$dir/$1"
  free_port "$1"
  case $1 in
    postgres) start_postgres ;;
    broker) launch_broker ;;
    balancer) free_port figures; launch_balancer ;;
    link?) launch_link "$1" ;;
    node?) launch_node "$1" ;;
  esac
}
tools_for() { # PART...: what these parts need and a fresh clone has not
  [[ ! " $* " =~ \ (broker|node) ]] || jdk=$(find_java)
  [[ " $* " != *" broker "* ]] || find_artemis
  [[ ! " $* " =~ \ (balancer|link) ]] || find_haproxy
  [[ " $* " != *" postgres "* ]] || postgres_bin > /dev/null
}
start_part() {
  if runs "$1" && is_ready "$1"; then say "$1 runs already."; return; fi
  make_secrets
  tools_for "$1"
  lives "$1" || launch_part "$1"
  await_ready "$1" "$(seconds_for "$1")" || die "$1 did not start"
}
await_gone() { # PART SECONDS
  local begun=$SECONDS
  while runs "$1" || lives "$1"; do
    [ $((SECONDS - begun)) -lt "$2" ] || return 1
    sleep 0.1
  done
}
ask_to_stop() { # once: a second TERM cuts a node's drain short
  local pid='' each
  pid=$(pid_of "$1") || pid=$(launcher_of "$1") || return 0
  case $1 in
    postgres) kill -INT "$pid" 2> /dev/null || true ;;
    # run.sh passes it on, and ends when its server has
    node?) kill -TERM "$(launcher_of "$1" || echo "$pid")" 2> /dev/null || true ;;
    *) kill -TERM "$pid" 2> /dev/null || true ;;
  esac
  if frozen "$pid"; then # it takes the signal once it goes on
    for each in $(family "$pid"); do kill -CONT "$each" 2> /dev/null || true; done
  fi
}
stop_part() {
  ask_to_stop "$1"
  await_stop "$1"
}
await_stop() {
  await_gone "$1" 100 || { say "$1 does not stop within 100 s: killed" >&2; kill_part "$1"; }
}
kill_part() {
  local pid=''
  pid=$(pid_of "$1") || pid=''
  [ -z "$pid" ] || kill -KILL "$pid" 2> /dev/null || true
  await_gone "$1" 20 || { ! pid=$(launcher_of "$1") || kill -KILL "$pid"; }
}
freeze_part() {
  local pid each
  pid=$(pid_of "$1") || die "$1 does not run"
  for each in $(family "$pid"); do kill "-$2" "$each" 2> /dev/null || true; done
}

# --- all of them ---------------------------------------------------------------------------------------------------
anything_runs() { local each; for each in "${all[@]}"; do if runs "$each" || lives "$each"; then return 0; fi; done; return 1; }
in_a_row() { # the state file's words for it, to be compared and written
  printf 'nodes=%s\nport=%s\nsettings=%s\n' "$nodes" "$port" "$settings"
}
clean_up() {
  local each
  trap - EXIT INT TERM
  say "Stopping what was started ..." >&2
  for each in "${launched[@]}"; do ask_to_stop "$each"; done
  for each in "${launched[@]}"; do await_stop "$each"; done
  exit 1
}
start_all() {
  local each begun=$SECONDS missing=()
  if [ -f "$state" ] && [ "$(in_a_row)" != "$(cat "$state")" ] && anything_runs; then
    die "it runs with other flags ($(tr '\n' ' ' < "$state")): stop it first"
  fi
  for each in "${all[@]}"; do lives "$each" || missing+=("$each"); done
  tools_for ${missing[@]+"${missing[@]}"}
  if [ -n "$build" ] && stale; then
    jdk=$(find_java build)
    build_war "$jdk"
  fi
  [ -f "$war_built" ] && [ -f "$server" ] || die "no WAR at $war_built: run this without --no-build"
  in_a_row > "$state"
  make_secrets
  launched=()
  trap clean_up EXIT
  trap 'exit 1' INT TERM
  say "Starting ${missing[*]:-nothing: all of it runs} ..."
  for each in ${missing[@]+"${missing[@]}"}; do
    launched+=("$each")
    launch_part "$each"
    # the nodes need the database when they start, and nothing else
    [ "$each" != postgres ] || await_ready postgres 120
  done
  for each in "${all[@]}"; do
    [ "$each" = postgres ] || await_ready "$each" "$(seconds_for "$each")"
  done
  for each in "${node_names[@]}"; do
    until [ "$(up_at_balancer "$each")" = UP ]; do
      [ $((SECONDS - begun)) -lt 400 ] || die "the balancer does not take $each"
      sleep 0.1
    done
  done
  [ "$(readiness balancer)" = ready ] || die "the balancer does not answer: $(readiness balancer)"
  trap - EXIT INT TERM
  say "Confab is ready at http://127.0.0.1:$port/ ($nodes nodes, after $SECONDS s)."
  say "The account admin has the password in $dir/secrets/admin. To stop it all: ${BASH_SOURCE[0]} stop$([ "$dir" = "$root/target/cluster" ] || echo " --dir $dir")"
}
stop_all() {
  local each
  for each in balancer "${node_names[@]}"; do ask_to_stop "$each"; done
  for each in balancer "${node_names[@]}"; do await_stop "$each"; done
  for each in "${link_names[@]}" broker postgres; do stop_part "$each"; done
  say "Confab has stopped; the data are in $dir."
}
remove_all() {
  local each home
  ! anything_runs || die "it runs: stop it first"
  home=$(postgres_home)
  [[ ! $home =~ ^/var/tmp/confab-postgres-[A-Za-z0-9]+$ ]] || rm -rf "$home"
  for each in "${all[@]}" secrets cluster; do rm -rf "${dir:?}/$each"; done
  rmdir "$dir" 2> /dev/null || say "What else lies in $dir stays there."
  say "Confab's cluster is removed."
}
status_all() {
  local each pid what ready well=0
  printf '%-9s %8s  %-8s %-16s %s\n' part pid state address readiness
  for each in "${all[@]}"; do
    ready='-' what=running
    if ! pid=$(pid_of "$each"); then
      pid='-' what=stopped
      if [[ $each == link? ]] && [ -f "$state" ]; then what="cut"; fi
    elif frozen "$pid"; then
      what=frozen
    else
      ready=$(readiness "$each")
      if [[ $each == node? ]]; then ready="$ready, $(up_at_balancer "$each" || true) at the balancer"; fi
    fi
    [[ $ready == ready || $ready == 'ready, UP at the balancer' ]] || well=1
    printf '%-9s %8s  %-8s %-16s %s\n' "$each" "$pid" "$what" "127.0.0.1:$(port_of "$each")" "$ready"
  done
  return $well
}
drain() { # NODE
  local answer token node_port
  node_port=$(port_of "$1")
  answer=$(ask POST "$node_port" /api/v1/login "{\"username\":\"admin\",\"password\":\"$(secret admin)\"}") || die "$1 does not answer"
  token=$(sed -n 's/.*"access" *: *"\([^"]*\)".*/\1/p' <<< "$answer")
  [ -n "$token" ] || die "admin could not sign in at $1: ${answer%%$'\n'*}"
  answer=$(ask POST "$node_port" /api/v1/nodes/self/drain '' "$token") || die "$1 does not answer"
  [[ ${answer%%$'\n'*} == 20? ]] || die "$1 answered ${answer//$'\n'/ }"
  say "$1 drains."
}

needs_part() { [ -n "$part" ] || die "$command which part? There are: ${all[*]}"; }
needs_node() { needs_part; [[ $part == node? ]] || die "$command wants a node: ${node_names[*]}"; }
if [ -n "$part" ] && [ -n "$given_nodes$given_port" ]; then die "--nodes and --port belong to start without a part"; fi
case $command in
  start) if [ -n "$part" ]; then start_part "$part"; else start_all; fi ;;
  stop) if [ -n "$part" ]; then stop_part "$part"; else stop_all; fi ;;
  restart) needs_part; stop_part "$part"; start_part "$part" ;;
  kill) needs_part; kill_part "$part" ;;
  freeze) needs_part; freeze_part "$part" STOP ;;
  thaw) needs_part; freeze_part "$part" CONT ;;
  cut) needs_node; kill_part "link${part#node}" ;;
  heal) needs_node; start_part "link${part#node}" ;;
  drain) needs_node; drain "$part" ;;
  status) status_all ;;
  remove) remove_all ;;
  logs)
    needs_part
    if [ -n "$follow" ]; then exec tail -n 200 -F "$(log_of "$part")"; else exec tail -n 200 "$(log_of "$part")"; fi ;;
  *) die "no command '$command' (see --help)" ;;
esac
