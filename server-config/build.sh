# Sourced by run.sh and cluster/cluster.sh, which set `root` to the repository's folder before: finds Java, builds the WAR.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
die() { printf 'confab: %s\n' "$*" >&2; exit 1; }

war_built=$root/target/confab.war
server=$root/target/server/payara-micro.jar

stale() { # is the WAR or the server missing, or older than what they are made of?
  [ ! -f "$war_built" ] || [ ! -f "$server" ] ||
    [ -n "$(find "$root/pom.xml" "$root/src/main" "$root/admin-ui" -newer "$war_built" -print -quit)" ]
}

feature() { # the feature release of the Java in a folder, 0 when there is none
  local version=''
  [ -x "$1/bin/java" ] || { echo 0; return; }
  [ -r "$1/release" ] && version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  echo "${version:-0}"
}
newest_java() { # the newest that has this program, 21 or newer, in the places where they are installed
  local program=$1 home best='' newest=20 version on_path own=${HOME:-/nonexistent} # a unit of systemd has no HOME
  on_path=$(command -v java || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
    "$own"/.sdkman/candidates/java/* "$own"/.jdks/* "$own"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] && [ -x "$home/bin/$program" ] || continue
    version=$(feature "$home")
    if [ "$version" -gt "$newest" ]; then newest=$version best=$home; fi
  done
  [ -n "$best" ] && echo "$best"
}
find_java() { # [to build]: the home of a JDK; where nothing is to be built, a JRE does too
  newest_java javac || { [ -z "${1:-}" ] && newest_java java; } ||
    die "needs a JDK 21 or newer and found none: install one (Debian: apt-get install openjdk-21-jdk; others: https://adoptium.net) and run this again."
}

run_maven() { # JDK GOALS...: with the installed Maven, else the wrapper's
  local jdk=$1 maven=("$root/mvnw")
  shift
  if command -v mvn > /dev/null; then maven=(mvn); fi
  (cd "$root" && JAVA_HOME=${JAVA_HOME:-$jdk} "${maven[@]}" -B -q -ntp "$@")
}
build_war() { # JDK
  say "Building Confab (the first time Maven fetches what it needs) ..."
  run_maven "$1" -Pquick -DskipTests package || die "the build failed"
}
