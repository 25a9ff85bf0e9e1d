# Shared by Idlewild's scripts: source it after `set -euo pipefail`. It sets where and how cargo builds, and has helpers to report
# progress and to stop, at the end or on Ctrl-C, all that a script started.
# shellcheck shell=bash

if [[ -n ${IDLEWILD_ROOT_LOADED:-} ]]; then return 0; fi
IDLEWILD_ROOT_LOADED=1
IDLEWILD_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export IDLEWILD_ROOT

# ---- how cargo builds ------------------------------------------------------------------------------------------------------

# The target that the runtime is compiled for, and the name under which a toolchain from Debian that has it is linked.
WASM_TARGET=wasm32v1-none
WASM_FALLBACK_TOOLCHAIN=debian-wasm

# One target directory outside the checkout, so that a second checkout and CI build warm.
# Absolute, as scripts change folders.
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$HOME/.cache/idlewild/target}")
export CARGO_TARGET_DIR
# The SDK's crates name older compilers than the libraries beside them; Cargo.lock decides, not the resolver.
export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=allow
# With the target directory elsewhere the wasm builder cannot find Cargo.lock by looking upwards.
export WASM_BUILD_WORKSPACE_HINT=$IDLEWILD_ROOT
# A test runtime behind one of the SDK's benchmark commands. Built, it would follow this checkout's Cargo.lock, and with it a third
# of the node would be compiled again for each checkout.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
# The system's OpenSSL, which setup.sh installs, in place of one that is compiled for minutes.
export OPENSSL_NO_VENDOR=1
# RocksDB is a quarter of a build with GCC; clang, which the headers' translation needs anyhow, has it in two thirds of the time.
export CXX=${CXX:-clang++}

# Whether a compiler has the wasm target installed.
has_wasm_target() { # RUSTC
  local sysroot
  sysroot=$("$1" --print sysroot 2>/dev/null) || return 1
  compgen -G "$sysroot/lib/rustlib/$WASM_TARGET/lib/libcore-*.rlib" >/dev/null
}

# Chooses the toolchain for the runtime: the usual one if it has the target, else the one from Debian. Fails if neither does.
use_wasm_toolchain() {
  [[ -n ${WASM_BUILD_TOOLCHAIN:-} ]] && return 0
  has_wasm_target rustc && return 0
  if [[ -e ${RUSTUP_HOME:-$HOME/.rustup}/toolchains/$WASM_FALLBACK_TOOLCHAIN ]] && has_wasm_target /usr/bin/rustc; then
    export WASM_BUILD_TOOLCHAIN=$WASM_FALLBACK_TOOLCHAIN
    return 0
  fi
  return 1
}
use_wasm_toolchain || true

# ---- what the user sees ----------------------------------------------------------------------------------------------------

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  _bold=$'\e[1m' _dim=$'\e[2m' _red=$'\e[31m' _green=$'\e[32m' _yellow=$'\e[33m' _plain=$'\e[0m' _live=1
else
  _bold='' _dim='' _red='' _green='' _yellow='' _plain='' _live=''
fi

step() { printf '%s==>%s %s%s%s\n' "$_green" "$_plain" "$_bold" "$*" "$_plain" >&2; }
note() { printf '    %s\n' "$*" >&2; }
warn() { printf '%swarning:%s %s\n' "$_yellow" "$_plain" "$*" >&2; }
die() {
  printf '%serror:%s %s\n' "$_red" "$_plain" "$*" >&2
  exit 1
}

# Prints the comment block under a script's first line: its help.
show_help() { # SCRIPT
  awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"
}

# 75 -> 1m15s
duration() { # SECONDS
  if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

# Runs a command whose output matters only if it fails. Shows the time and its last line while it runs, and the end of the log when
# it fails. The log stays at LOG.
progress() { # LABEL LOG COMMAND...
  local label=$1 log=$2 pid status=0 start=$SECONDS line
  shift 2
  mkdir -p "$(dirname "$log")"
  # The command's own process makes it, but perhaps only after it was looked at.
  : >"$log"
  background "$log" "$@"
  pid=$BACKGROUND_PID
  if [[ -n $_live ]]; then
    while kill -0 "$pid" 2>/dev/null; do
      line=$(tail -n 1 "$log" | tr -d '\r\t' | cut -c "1-$((${COLUMNS:-100} > 60 ? ${COLUMNS:-100} - 50 : 10))") || line=''
      printf '\r\e[K    %s %s%s  %s%s' "$label" "$_dim" "$(duration $((SECONDS - start)))" "$line" "$_plain" >&2
      sleep 0.3
    done
    printf '\r\e[K' >&2
  else
    note "$label ..."
  fi
  wait "$pid" || status=$?
  forget_process "$pid"
  if ((status != 0)); then
    printf '%s\n' "$_red--- the last lines of $log:$_plain" >&2
    tail -n 40 "$log" >&2
    printf '%serror:%s %s failed after %s (exit status %d); the whole log is %s\n' \
      "$_red" "$_plain" "$label" "$(duration $((SECONDS - start)))" "$status" "$log" >&2
    return "$status"
  fi
  note "$label: done in $(duration $((SECONDS - start)))"
}

# Runs a command as root. Call `may_be_root` before the first one: what runs behind `progress` cannot ask for a password.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

may_be_root() {
  ((EUID == 0)) && return 0
  command -v sudo >/dev/null || die "installing packages needs root: run this as root, or install sudo"
  sudo -v || die "installing packages needs root"
}

# A port of this machine that nobody listens on.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Has a command make a folder unless it is there: whole, or not at all. The command's last argument is the place to make it at.
make_once() { # FOLDER COMMAND...
  local folder=$1 made
  shift
  [[ -d $folder ]] && return 0
  mkdir -p "${folder%/*}"
  # Beside its place: within one folder a move is whole or not at all.
  made=$(mktemp -d "$folder.XXXXXX") || return 1
  at_exit rm -rf "$made"
  "$@" "$made" || return 1
  # If another run was quicker, its folder is as good.
  [[ -d $folder ]] || mv -T "$made" "$folder" || [[ -d $folder ]]
}

# Waits until a command succeeds, asking four times a second, or after every PAUSE seconds.
wait_until() { # SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep "${PAUSE:-0.25}"
  done
}

# Whether a number is a process of ours: one left behind may be another's by now. One that was killed has no command line any more
# while it gives its memory back, and its first thread may be gone before the others; it keeps its ports until all are.
runs() { # PID
  local threads=("/proc/$1/task/"*)
  grep -qa "idlewild-" "/proc/$1/cmdline" "/proc/$1/comm" 2>/dev/null || return 1
  ((${#threads[@]} > 1)) || ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

# ---- stopping what was started ---------------------------------------------------------------------------------------------

_processes=()
_clean_ups=()

# Starts a command in a process group of its own, so that it can be stopped with its children. Sets BACKGROUND_PID.
background() { # LOG COMMAND...
  local log=$1
  shift
  set -m
  "$@" </dev/null >"$log" 2>&1 &
  BACKGROUND_PID=$!
  set +m
  _processes+=("$BACKGROUND_PID")
}

# Takes a process off the list of those to stop: it ended, or it is meant to outlive the script.
forget_process() { # PID
  local pid kept=()
  for pid in "${_processes[@]}"; do [[ $pid == "$1" ]] || kept+=("$pid"); done
  _processes=("${kept[@]}")
}

# Asks a process group to end, waits, and ends it by force when it has not.
stop_process() { # PID [SECONDS]
  local pid=$1 limit=$((SECONDS + ${2:-10}))
  kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
  while kill -0 -- "-$pid" 2>/dev/null && ((SECONDS < limit)); do sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  forget_process "$pid"
}

# Registers a command for the end of the script; the last one registered runs first.
at_exit() { # COMMAND...
  local quoted
  printf -v quoted '%q ' "$@"
  _clean_ups=("$quoted" "${_clean_ups[@]}")
}

# Has a Docker Engine for this script: the one that answers, or one that is started for it and stopped again.
borrow_engine() {
  "$IDLEWILD_ROOT/scripts/engine.sh" status >/dev/null 2>&1 && return
  "$IDLEWILD_ROOT/scripts/engine.sh" start && at_exit "$IDLEWILD_ROOT/scripts/engine.sh" stop
}

_finish() {
  local status=$? item
  # A second Ctrl-C must not interrupt the cleaning up.
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  [[ -n $_live ]] && printf '\r\e[K' >&2
  # Long enough for a script among them to take down the network that it started.
  for item in "${_processes[@]}"; do stop_process "$item" 60; done
  for item in "${_clean_ups[@]}"; do eval "$item"; done
  exit "$status"
}
# Not in a shell that somebody types into, who sourced this for its settings: Ctrl-C would end that shell.
if [[ $- != *i* ]]; then
  trap _finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
fi
