#!/usr/bin/env bash
# A Docker Engine for tests and demos, on a machine where none runs.
#
# usage: scripts/engine.sh start    start one where none answers; it has data of its own, apart from any other's
#        scripts/engine.sh stop     stop the one that was started so, and no other
#        scripts/engine.sh status   say which engine answers; exit status 1 if none does
#
# The tests of containers are skipped where no engine can be started, and this says why.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SOCKET=/var/run/docker.sock
home=$HOME/.cache/idlewild/engine
pidfile=$home/dockerd.pid
log=$home/dockerd.log

answers() { curl --silent --fail --max-time 5 --unix-socket "$SOCKET" http://engine/_ping >/dev/null; }
version() { curl --silent --fail --max-time 5 --unix-socket "$SOCKET" http://engine/version | jq -r .Version; }
# Whether the engine that was started here still runs: its number may be another's by now.
is_ours() { [[ -f $pidfile ]] && grep -qa "^dockerd" "/proc/$(<"$pidfile")/cmdline" 2>/dev/null; }
answers_or_ended() { answers || ! kill -0 "$1" 2>/dev/null; }

start() {
  if answers; then
    note "Docker Engine $(version) answers already"
    return
  fi
  command -v dockerd >/dev/null || die "no Docker Engine is installed: run scripts/setup.sh, or apt-get install docker.io"
  ((EUID == 0)) || die "no Docker Engine answers at $SOCKET, and only root can start one: sudo systemctl start docker"
  mkdir -p "$home"
  background "$log" dockerd --pidfile "$pidfile" --data-root "$home/data" --exec-root "$home/run" --host "unix://$SOCKET"
  local pid=$BACKGROUND_PID
  if ! wait_until 60 answers_or_ended "$pid" || ! answers; then
    grep -E 'level=(error|fatal)|failed' "$log" | tail -n 5 >&2 || true
    die "the Docker Engine does not start here; its log is $log"
  fi
  forget_process "$pid"
  note "Docker Engine $(version) started"
}

stop() {
  if ! is_ours; then
    note "no engine was started by this script"
    return
  fi
  local pid
  pid=$(<"$pidfile")
  kill -TERM "$pid"
  ends() { ! kill -0 "$1" 2>/dev/null; }
  wait_until 30 ends "$pid" || die "the Docker Engine with the process number $pid does not end"
  note "Docker Engine stopped"
}

case ${1:-} in
  -h | --help) show_help "${BASH_SOURCE[0]}" ;;
  start | stop) "$1" ;;
  status) if answers; then note "Docker Engine $(version) answers at $SOCKET"; else die "no Docker Engine answers at $SOCKET"; fi ;;
  *) die "unknown argument: ${1:-none} (see --help)" ;;
esac
